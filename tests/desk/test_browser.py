"""The desk in a real browser: rows moved by keyboard and by drag, errors listed, pages checked by axe."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from newsroom.models import Inquiry, InquiryNote, Release
from tests.accounts.makers import PASSWORD, make_user
from tests.browser.keys import walk
from tests.browser.looking import overflow, violations
from tests.newsroom.makers import make_coverage, make_inquiry
from tests.organisation.makers import make_organisation

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def log_in(page, name):
    page.goto("/admin/login/")
    page.fill("#id_username", name)
    page.fill("#id_password", PASSWORD)
    page.click("input[type=submit]")


def make_release():
    release = Release.objects.create(
        title="Broad coalition demands action", language="en", place="Yerevan", body="<p>Text.</p>"
    )
    for number, speaker in enumerate(["Anna", "Boris", "Carine"], start=1):
        release.quotes.create(position=number, words=f"<p>Words of {speaker}.</p>", speaker=speaker)
    release.stamp()
    return release


def speakers(page):
    rows = page.locator("#quotes-group .inline-related:not(.empty-form)")
    return [row.locator("input[name$=-speaker]").input_value() for row in rows.all()]


def saved(release):
    return [quote.speaker for quote in release.quotes.order_by("position")]


def test_rows_are_moved_by_keyboard_and_say_so(browser_page):
    make_user(name="anna", role="Editor")
    release = make_release()
    page = browser_page
    log_in(page, "anna")
    page.goto(f"/admin/newsroom/release/{release.pk}/change/")
    up = page.locator("#quotes-2").get_by_role("button", name="Move up")
    up.focus()
    page.keyboard.press("Enter")
    assert speakers(page) == ["Anna", "Carine", "Boris"]
    expect(page.locator("#said")).to_have_text("Moved to place 2 of 3.")
    assert page.evaluate("document.activeElement.title") == "Move up"  # the key can be pressed again
    page.keyboard.press("Enter")
    assert speakers(page) == ["Carine", "Anna", "Boris"]
    page.click("[name=_continue] >> nth=-1")
    page.wait_for_selector(".messagelist, .errornote")
    assert not page.locator(".errornote").all_inner_texts()
    assert saved(release) == ["Carine", "Anna", "Boris"]
    assert "Words of Carine." in release.quotes.order_by("position").first().words


@pytest.mark.slow
def test_rows_are_dragged_and_new_rows_move_too(browser_page):
    make_user(name="anna", role="Editor")
    release = make_release()
    page = browser_page
    log_in(page, "anna")
    page.goto(f"/admin/newsroom/release/{release.pk}/change/")
    page.locator("#quotes-group .add-row a").click()
    page.fill("#id_quotes-3-speaker", "David")
    page.evaluate("""() => {
        const words = document.getElementById("id_quotes-3-words");
        const editor = window.CKEDITOR && CKEDITOR.instances["id_quotes-3-words"];
        if (editor) editor.setData("<p>Words of David.</p>"); else words.value = "Words of David.";
    }""")
    page.wait_for_timeout(300)
    page.evaluate("""() => {
        const data = new DataTransfer();
        const [from, to] = [document.querySelector("#quotes-3 .drag"), document.querySelector("#quotes-0")];
        const clientY = to.getBoundingClientRect().top + 2;
        const options = {bubbles: true, cancelable: true, dataTransfer: data, clientY};
        from.dispatchEvent(new DragEvent("dragstart", {bubbles: true, dataTransfer: data}));
        to.dispatchEvent(new DragEvent("drop", options));
        from.dispatchEvent(new DragEvent("dragend", {bubbles: true, dataTransfer: data}));
    }""")
    assert speakers(page) == ["David", "Anna", "Boris", "Carine"]
    page.wait_for_timeout(300)
    page.click("[name=_continue] >> nth=-1")
    page.wait_for_selector(".messagelist, .errornote")
    assert not page.locator(".errornote").all_inner_texts()
    assert saved(release) == ["David", "Anna", "Boris", "Carine"]
    assert "Words of David." in release.quotes.get(speaker="David").words


def numbers(page):
    rows = page.locator("#quotes-group .inline-related:not(.empty-form)")
    return [row.locator("input[name$=-position]").input_value() for row in rows.all()]


@pytest.mark.slow
def test_an_order_that_was_not_saved_comes_back_and_a_further_row_leaves_it(browser_page):
    make_user(name="anna", role="Editor")
    release = make_release()
    path = f"/admin/newsroom/release/{release.pk}/change/"
    page = browser_page
    log_in(page, "anna")
    page.goto(path)
    with page.expect_response("**/typing/"):
        pass  # the form is open
    with page.expect_response("**/typing/", timeout=8_000) as kept:
        page.locator("#quotes-2").get_by_role("button", name="Move up").click()
    assert "Kept what you typed" in kept.value.text()
    page.goto(path)
    assert speakers(page) == ["Anna", "Boris", "Carine"]
    page.get_by_role("link", name="Bring it back").click()
    page.get_by_text("This is what you typed.").wait_for()
    assert (speakers(page), numbers(page)) == (["Anna", "Carine", "Boris"], ["1", "2", "3"])
    page.locator("[name=quotes-1-position]").fill("1")  # Boris, typed and not moved
    page.locator("#quotes-group .add-row a").click()
    assert speakers(page) == ["Boris", "Anna", "Carine", ""]
    assert numbers(page) == ["1", "2", "3", "4"]


@pytest.mark.slow
def test_what_is_saved_is_not_kept_as_unsaved(browser_page):
    make_user(name="anna", role="Editor")
    release = make_release()
    path = f"/admin/newsroom/release/{release.pk}/change/"
    page = browser_page
    log_in(page, "anna")
    asked, held = [], []

    def note(request):
        if request.method == "POST":
            asked.append((request.url.rpartition("/admin")[2], "is_changed" in (request.post_data or "")))

    page.goto(path)
    with page.expect_response("**/typing/"):
        pass  # the form is open
    page.on("request", note)
    page.fill("#id_place", "Stepanakert")
    page.click("[name=_continue] >> nth=-1")  # sooner than the form tells of it
    page.wait_for_selector(".messagelist")
    assert not any(changed for _path, changed in asked)

    page.goto(path)
    with page.expect_response("**/typing/"):
        pass
    page.route("**/typing/", lambda route: held.append(route))
    page.fill("#id_place", "Goris")
    page.wait_for_timeout(3_500)
    del asked[:]
    page.click("[name=_continue] >> nth=-1", no_wait_after=True)  # while a call is under way
    page.wait_for_timeout(300)
    assert len(held) == 1 and not asked
    held[0].continue_()
    page.wait_for_selector(".messagelist")
    page.unroute("**/typing/")
    assert not page.get_by_text("Bring it back").count()
    release.refresh_from_db()
    assert release.place == "Goris"
    page.goto(path)
    assert not page.get_by_text("Bring it back").count()


@pytest.mark.slow
def test_errors_are_listed_with_links_to_their_fields(browser_page):
    make_user(name="anna", role="Editor")
    release = make_release()
    page = browser_page
    log_in(page, "anna")
    page.goto(f"/admin/newsroom/release/{release.pk}/change/")
    page.fill("#id_title", "")
    page.click("[name=_save] >> nth=-1")
    page.wait_for_selector(".errornote a")
    assert page.title().startswith("Error:")
    assert page.locator(".errornote b").inner_text() == "One thing to fix"
    assert "errornote" in page.evaluate("document.activeElement.className")
    page.click(".errornote a")
    assert page.evaluate("document.activeElement.id") == "id_title"


@pytest.mark.slow
@pytest.mark.parametrize("width", [320, 1280])
def test_buttons_of_a_row_are_alike_and_legends_stand_like_labels(browser_page, width):
    make_user(name="anna", role="Editor")
    page = browser_page
    log_in(page, "anna")
    page.set_viewport_size({"width": width, "height": 800})
    page.goto("/admin/newsroom/presscontact/import/")
    read, back = (button.bounding_box() for button in page.locator(".submit-row > *").all())
    assert read["height"] == back["height"]
    gap = back["y"] - read["y"] - read["height"] if width == 320 else back["x"] - read["x"] - read["width"]
    assert gap >= 8 and (width == 320 or read["y"] == back["y"])
    page.goto(f"/admin/newsroom/release/{make_release().pk}/publish/")
    starts = page.evaluate("""() => {
        const legend = document.querySelector("#content legend");
        const words = document.createRange();
        words.selectNodeContents(legend);
        const label = document.querySelector("#content .form-row label:not(:has(input))");
        const styles = [legend, label].map((each) => getComputedStyle(each).fontWeight);
        return [words.getBoundingClientRect().x - label.getBoundingClientRect().x, ...styles];
    }""")
    assert starts == [0, "700", "700"]


def make_urgent_inquiry():
    now = timezone.now()
    return make_inquiry(at=now, deadline=now + timedelta(minutes=80))


def test_an_inquiry_is_taken_from_the_first_page_by_keyboard(browser_page):
    anna = make_user(name="anna", role="Press desk")
    inquiry = make_urgent_inquiry()
    page = browser_page
    log_in(page, "anna")
    assert "One inquiry is due" in page.locator(".urgent").inner_text()
    page.get_by_role("button", name="Take it: the inquiry of Jonas Weber").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector(".messagelist")
    assert page.locator("h1").inner_text() == "Today"
    assert page.get_by_role("row", name="Jonas Weber").get_by_role("cell").last.inner_text() == "Anna"
    assert "One inquiry is due" not in page.inner_text("main")
    inquiry.refresh_from_db()
    assert inquiry.taken_by == anna


def test_an_inquiry_is_noted_upon_and_closed_with_an_article(browser_page):
    make_user(name="anna", role="Press desk")
    inquiry = make_urgent_inquiry()
    article = make_coverage(title="What the coalition asks")
    page = browser_page
    log_in(page, "anna")
    page.goto(f"/admin/newsroom/inquiry/{inquiry.pk}/change/")
    assert page.get_by_role("link", name="Answer by mail").get_attribute("href").startswith("mailto:jonas")
    page.get_by_label("New note").fill("Line busy.")
    page.get_by_role("button", name="Add the note").click()
    page.wait_for_selector(".notes")
    assert "Line busy." in page.locator(".notes").inner_text()
    page.get_by_label("Outcome").select_option("We were quoted")
    page.locator(".field-coverage .select2-selection").click()
    page.keyboard.type("what the")
    page.wait_for_selector("li.select2-results__option--highlighted >> text=What the coalition asks")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Close the inquiry").click()
    page.wait_for_selector("text=The inquiry is closed.")
    inquiry.refresh_from_db()
    assert (inquiry.outcome, [*inquiry.coverage.all()]) == (Inquiry.Outcome.QUOTED, [article.work])


@pytest.mark.slow
@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (320, "dark")])
def test_axe_finds_nothing_and_nothing_overflows(browser_page, width, scheme):
    make_organisation()
    owner = make_user(name="owner", role=None)
    release = make_release()
    release.publish(starts=timezone.now() + timedelta(days=2))
    inquiry = make_urgent_inquiry()
    InquiryNote.objects.create(inquiry=inquiry, who=owner, written=timezone.now(), words="Line busy.")
    page = browser_page
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=scheme)
    found = {}
    pages = ["/admin/login/", "/admin/password-reset/"]
    inside = [
        "/admin/",
        "/admin/accounts/user/",
        "/admin/accounts/user/add/",
        "/admin/account/",
        "/admin/newsroom/release/",
        f"/admin/newsroom/release/{release.pk}/change/",
        f"/admin/newsroom/release/{release.pk}/history/",
        f"/admin/newsroom/inquiry/{inquiry.pk}/change/",
    ]
    for address in [*pages, None, *inside]:
        if address is None:
            log_in(page, "owner")
            continue
        page.goto(address)
        page.wait_for_load_state("networkidle")
        said = violations(page)
        if overflow(page) > 0 or said:
            found[address] = (overflow(page), said)
    assert not found


@pytest.mark.slow
def test_the_first_page_and_publishing_are_walked_by_keys(browser_page):
    make_organisation()
    make_user(name="owner", role=None)
    release = make_release()
    make_urgent_inquiry()
    log_in(browser_page, "owner")
    for address in ("/admin/", f"/admin/newsroom/release/{release.pk}/publish/"):
        browser_page.goto(address)
        assert not walk(browser_page), address
    browser_page.reload()
    browser_page.evaluate(
        "document.querySelector('main [type=submit]').style = 'outline: 0; box-shadow: none'"
    )
    [said] = walk(browser_page)
    assert said.startswith("line: input"), "the walk is awake"
