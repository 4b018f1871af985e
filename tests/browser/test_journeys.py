"""What an editor does from log-in to the reader's page, by hand."""

import re
from pathlib import Path

import pytest

from advocacy.accounts.models import User
from advocacy.organisation.models import Organisation
from advocacy.publishing.models import Version
from campaigns.models import Demand
from tests.accounts.makers import PASSWORD, make_user
from tests.pictures.makers import picture_bytes

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("transactional_db")]

WORD = Path(__file__).parent.parent / "richtext/clipboards/word.html"
PASTE = """([name, html]) => {
    const data = new DataTransfer();
    data.setData("text/html", html);
    const body = CKEDITOR.instances[name].editable().$;
    body.dispatchEvent(new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true}));
}"""


@pytest.fixture
def editor(browser_page):
    """The browser of an editor, logged in."""
    if not User.objects.filter(username="anna").exists():
        make_user(name="anna", role="Editor")
    page = browser_page
    page.goto("/admin/")
    page.fill("#id_username", "anna")
    page.fill("#id_password", PASSWORD)
    page.click("input[type=submit]")
    page.wait_for_url("**/admin/")
    return page


@pytest.fixture
def stranger(browser_context):
    """A reader who has never been here."""
    page = browser_context(viewport={"width": 390, "height": 800}).new_page()

    def read(address):
        page.goto(address)
        return page

    return read


def begin(page, words):
    """Opens an empty form, and waits until it has put the cursor into its first field."""
    page.get_by_role("link", name=words).first.click()
    page.wait_for_url("**/add/")


def write(page, field, html):
    """Pastes into the editor of a field; what is there is replaced."""
    page.locator(f"#cke_{field} .cke_wysiwyg_frame").wait_for()
    page.frame_locator(f"#cke_{field} .cke_wysiwyg_frame").locator("body").click()
    page.keyboard.press("Control+A")
    page.evaluate(PASTE, [field, html])


def save(page):
    page.locator("[name=_continue]").first.click()
    page.wait_for_url("**/change/")
    page.wait_for_selector(".messagelist .success")
    assert not page.locator(".errornote").count()


def publish(page):
    """Through the page that asks; gives the path of the public text."""
    page.get_by_role("link", name=re.compile("^Publish")).first.click()
    page.wait_for_url("**/publish/")
    page.get_by_label("At once").check()
    if page.get_by_label("A minor edit").count():
        page.get_by_label("A minor edit").check()
    page.get_by_role("button", name="Publish").click()
    page.wait_for_selector(".messagelist .success a")
    return page.locator(".messagelist .success a").get_attribute("href")


def choose(page, field, words):
    """Chooses from a field that looks things up while one types."""
    page.locator(f"#{field} + .select2 .select2-selection").click()
    page.locator(".select2-container--open .select2-search__field").fill(words)
    page.locator(".select2-results__option", has_text=words).first.click()


def text_of(page):
    return page.locator("main").inner_text()


def test_a_release_is_written_published_edited_and_published_again(editor, stranger):
    page = editor
    begin(page, "New release")
    page.fill("#id_title", "Observers reach Goris")
    page.fill("#id_place", "Goris")
    write(page, "id_body", WORD.read_text())
    page.frame_locator("#cke_id_body .cke_wysiwyg_frame").locator("table").wait_for()
    save(page)
    desk = page.url
    address = publish(page)
    assert address.endswith("/en/releases/observers-reach-goris/")

    reader = stranger(address)
    assert reader.locator("h1").inner_text() == "Observers reach Goris"
    assert "Goris, " in reader.locator(".text b").first.inner_text()
    assert reader.locator(".text h2", has_text="What was seen").count() == 1
    assert reader.locator(".text ul li").all_inner_texts() == ["Open the corridor", "Release the prisoners"]
    assert reader.locator(".text table td").all_inner_texts() == ["Place", "People", "Goris", "120"]
    source = reader.content()
    assert not re.search(r"mso|MsoNormal|<o:p|style=|<font", source)
    assert "Observers reach Goris" in text_of(stranger("/en/releases/"))

    page.goto(desk)
    page.fill("#id_title", "Observers have left Goris")
    write(page, "id_body", "<p>They were asked to leave.</p>")
    save(page)
    assert "edited since" in page.locator("#content").inner_text().lower()
    for seen in (address, "/en/releases/", "/en/"):
        shown = text_of(stranger(seen))
        assert "Observers reach Goris" in shown
        assert "left Goris" not in shown
        assert "asked to leave" not in shown
    assert "left Goris" not in stranger("/en/").request.get("/en/feed.rss").text()

    assert publish(page) == address
    shown = text_of(stranger(address))
    assert "Observers have left Goris" in shown
    assert "They were asked to leave." in shown
    assert "Release the prisoners" not in shown


@pytest.mark.slow
def test_a_picture_gets_its_focal_point_by_a_click_and_its_place_in_a_text_by_keyboard(editor, stranger):
    page = editor
    page.goto("/admin/pictures/picture/add/")
    page.set_input_files(
        "[name=upload]", {"name": "road.jpg", "mimeType": "image/jpeg", "buffer": picture_bytes()}
    )
    page.get_by_label("English").first.fill("The road to Goris at dusk")
    page.fill("#id_credit", "Mari Example")
    page.locator("[name=_continue]").first.click()
    page.wait_for_selector(".messagelist .success")
    size = page.locator(".focus img").bounding_box()
    page.click(".focus", position={"x": size["width"] / 4, "y": size["height"] / 2})
    save(page)
    assert [page.input_value(f"#id_focus_{name}") for name in "xy"] == ["25", "50"]

    page.goto("/admin/newsroom/release/add/")
    page.fill("#id_title", "The road is closed")
    page.fill("#id_place", "Goris")
    write(page, "id_body", "<p>Before.</p>")
    keys = page.keyboard
    keys.press("Home")  # a picture divides no sentence
    keys.press("Alt+F10")  # to the buttons of the editor
    page.locator("#cke_id_body .cke_button__library").focus()
    keys.press("Enter")
    page.wait_for_selector("dialog.library input:focus")
    keys.type("dusk")
    keys.press("Enter")
    page.wait_for_selector(
        "dialog.library input[value=dusk]:focus"
    )  # what the server found, and no longer all
    assert page.locator("dialog.library .library-choice").count() == 1
    keys.press("Tab")
    keys.press("Tab")
    keys.press("Enter")
    page.wait_for_selector("dialog.library", state="detached")
    shown = page.frame_locator("#cke_id_body .cke_wysiwyg_frame").locator("img.library-picture")
    assert shown.get_attribute("alt") == "The road to Goris at dusk"
    shown.evaluate("picture => picture.decode()")  # it is seen, and not only named
    keys.press("ArrowRight")
    keys.press("Enter")
    keys.type("After.")
    save(page)
    page.locator("#cke_id_body .cke_wysiwyg_frame").wait_for()
    shown.evaluate("picture => picture.decode()")
    assert shown.get_attribute("alt") == "The road to Goris at dusk"
    # What is copied within the editor is a picture there, too; foreign pictures are not.
    page.evaluate(PASTE, ["id_body", "<p>x<img src='https://x.example/a.png'></p>"])
    assert page.evaluate("CKEDITOR.instances.id_body.getData()").count("x.example") == 0

    reader = stranger(publish(page))
    picture = reader.get_by_role("img", name="The road to Goris at dusk")
    picture.scroll_into_view_if_needed()  # it waits for that
    assert picture.evaluate("image => image.decode().then(() => image.naturalWidth)") > 0
    assert "Mari Example" in reader.locator("figure.picture").inner_text()
    words = text_of(reader)
    assert words.index("Before.") < words.index("Mari Example") < words.index("After.")


@pytest.mark.slow
def test_a_letter_is_entered_with_addressees_demands_and_signatories(editor, stranger):
    page = editor
    begin(page, "New letter")
    page.fill("#id_title", "Open the road to Goris")
    page.fill("#id_addressed_to", "to the United Nations")
    page.fill("#id_dated", "2023-09-28")
    write(page, "id_body", "<p>We write about the road.</p><p>Nobody has answered for it.</p>")
    for number, name in enumerate(["António Guterres", "Volker Türk"]):
        page.locator("#addressees-group .add-row a").click()
        choose(page, f"id_addressees-{number}-holder", name)
    for number, (label, title) in enumerate(
        [("Open road", "Open the road"), ("Relief", "Let relief through")]
    ):
        page.locator("#demands-group .add-row a").click()
        page.fill(f"#id_demands-{number}-number", str(number + 1))
        page.fill(f"#id_demands-{number}-label", label)
        page.fill(f"#id_demands-{number}-title", title)
        page.fill(f"#id_demands-{number}-wording", f"{title}, at once and for all.")
    save(page)
    address = publish(page)
    assert address.endswith("/en/letters/open-the-road-to-goris/")

    enter_signatory(page, kind="Organisation", name="House of the Road", country="Armenia")
    enter_signatory(page, kind="Person", name="Ani Sample", role="Teacher", country="France")
    enter_signatory(page, kind="Person", name="Zqsecret Sample", country="Armenia", shown=False)

    reader = stranger(address)
    shown = text_of(reader)
    assert reader.locator(".to li b").all_inner_texts() == ["António Guterres", "Volker Türk"]
    assert reader.locator(".demands > li").count() == 2
    assert "Let relief through, at once and for all." in shown
    assert "House of the Road" in shown
    assert "Ani Sample" in shown
    assert "Teacher, France" in shown
    assert "Zqsecret" not in reader.content()
    assert re.search(r"1\s+organisation\s+2\s+individuals", reader.locator(".counters").first.inner_text())
    assert reader.locator(".para-no").all_inner_texts() == ["¶ 1", "¶ 2"]
    assert "Open the road to Goris" in text_of(stranger("/en/letters/"))


def enter_signatory(page, *, kind, name, country, role="", shown=True):
    page.goto("/admin/campaigns/signatory/add/")
    letter = Version.objects.get(slug="open-the-road-to-goris").work_id
    page.locator("#id_work").select_option(str(letter))
    page.get_by_label(kind, exact=True).check()
    page.fill("#id_name", name)
    page.fill("#id_role", role)
    page.fill("#id_country", country)
    page.get_by_label("Show the name" if shown else "Count without the name").check()
    page.fill("#id_consent", "E-mail of 26 September 2023")
    page.locator("[name=_save]").first.click()
    page.wait_for_selector(".messagelist .success")


@pytest.mark.slow
def test_a_change_of_a_demand_is_recorded_and_read_at_once(editor, stranger):
    page = editor
    letter = Version.objects.get(kind="letter", language="en", work__sample=True)
    assert "Open" in stranger(f"{letter.url}demands/7/").locator(".demand-status").inner_text()

    page.goto(f"/admin/campaigns/letter/{letter.publication_id}/change/")
    page.locator("#demands-group tr", has=page.locator("input[name$=-number][value='7']")).get_by_role(
        "link", name="Open"
    ).click()
    page.get_by_role("link", name="Record a change").first.click()
    page.locator("#id_status").select_option("partly")
    page.fill("#id_on", "2026-03-02")
    page.fill("#id_note", "One convoy passed the checkpoint.")
    page.get_by_label("Somebody else", exact=True).check()
    page.fill("#id_who_acted", "The mission in Armenia")
    page.fill("#id_source_url", "https://example.org/convoy")
    page.get_by_role("button", name="Record the change").click()
    page.wait_for_selector(".messagelist .success")

    demand = stranger(f"{letter.url}demands/7/")
    assert "Partly met" in demand.locator(".demand-status").inner_text()
    assert "One convoy passed the checkpoint." in text_of(demand)
    assert "The mission in Armenia" in text_of(demand)
    row = stranger(letter.url).locator("#d7")
    assert "Partly met" in row.locator(".demand-status").inner_text()
    assert row.locator("summary").inner_text() == "Evidence, 1 entry"
    assert "Demand 7" in text_of(stranger("/en/"))


def log_in_as(page, name, role):
    if not User.objects.filter(username=name).exists():
        make_user(name=name, role=role)
    page.goto("/admin/")
    page.fill("#id_username", name)
    page.fill("#id_password", PASSWORD)
    page.click("input[type=submit]")
    page.wait_for_url("**/admin/")
    return page


@pytest.fixture
def two_people(live_site):
    Organisation.objects.update(two_people=True)
    yield
    Organisation.objects.update(two_people=False)


@pytest.mark.slow
def test_a_writer_proposes_a_second_person_approves_and_a_stranger_reads(
    two_people, browser_context, editor, stranger
):
    letter = Version.objects.get(kind="letter", language="en", work__sample=True)
    demand = Demand.objects.get(work=letter.work_id, number=8)
    before = stranger(f"{letter.url}demands/8/").locator(".demand-status").inner_text()

    writer = log_in_as(browser_context().new_page(), "wilma", "Writer")
    writer.goto(f"/admin/campaigns/demand/{demand.pk}/change/")
    writer.get_by_role("link", name="Propose a change").first.click()
    writer.locator("#id_status").select_option("refused")
    writer.fill("#id_on", "2026-03-03")
    writer.fill("#id_note", "The proposal was voted down.")
    writer.get_by_label("All addressees").check()
    writer.fill("#id_source_url", "https://example.org/vote")
    writer.get_by_role("button", name="Propose the change").click()
    writer.wait_for_selector(".messagelist .success")
    writer.get_by_role("link", name="Look at the proposal").click()
    assert writer.get_by_role("button", name="Approve the change").count() == 0
    page = stranger(f"{letter.url}demands/8/")
    assert before in page.locator(".demand-status").inner_text() and "voted down" not in page.content()

    page = editor
    page.goto("/admin/")
    part = page.locator("section", has=page.get_by_role("heading", name="Demand changes for a second person"))
    assert "Wilma" in part.inner_text()
    part.get_by_role("link").first.click()
    assert "The proposal was voted down." in text_of(page)
    page.get_by_role("button", name="Approve the change").click()
    page.wait_for_selector(".messagelist .success")
    assert "Proposed by Wilma" in text_of(page) and "Approved by Anna" in text_of(page)

    read = stranger(f"{letter.url}demands/8/")
    assert "Refused" in read.locator(".demand-status").inner_text()
    assert "The proposal was voted down." in text_of(read)
    assert "Wilma" not in read.content()


@pytest.mark.slow
def test_a_release_is_withdrawn_and_its_address_says_so(editor, stranger):
    page = editor
    version = Version.objects.filter(kind="release", work__sample=True).order_by("dated").first()
    page.goto(f"/admin/newsroom/release/{version.publication_id}/change/")
    page.get_by_role("link", name="Withdraw").first.click()
    page.get_by_role("button", name="Withdraw").click()
    page.wait_for_selector(".messagelist .success")
    reader = stranger(version.url)
    assert reader.locator("h1").inner_text() == "This page was withdrawn"
    assert version.title not in reader.content()
