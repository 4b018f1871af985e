"""Every page of the desk in a real browser, with rows of every sort: axe, width, the policy that it keeps, keys.

A few of them are looked at in every run, by tests/desk/test_browser.py.
"""

import pytest
from django.test import Client

from newsroom.models import PressSending, Release
from tests.browser.desk import furnish, pages_for
from tests.browser.keys import fill, press, tab_to, walk
from tests.browser.looking import CONTRAST, overflow, violations

pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.usefixtures("transactional_db")]

NARROW, WIDE = {"width": 320, "height": 900}, {"width": 1280, "height": 900}

# Nothing may break the policy, not the editor either: static/admin/richtext/listeners.js renames the attributes that
# would, before the browser reads them.
LISTEN = """document.addEventListener("securitypolicyviolation", event => told([
    event.effectiveDirective, event.blockedURI, event.sourceFile.replace(/.*[/]/, ""), event.sample
]));"""
EDITORS_ARE_OPEN = """async () => {
    const editors = () => window.CKEDITOR ? Object.values(CKEDITOR.instances) : [];
    while (editors().some(each => each.status !== "ready")) await new Promise(done => setTimeout(done, 20));
}"""

# The pages on which people work: what they do there, they can do without a mouse.
BY_KEYS = (
    *("index", "account", "second-factor", "add-passkey", "accounts_user_change"),
    *("newsroom_release_change", "newsroom_release_publish", "newsroom_release_preview"),
    *("newsroom_release_versions", "newsroom_release_compare", "newsroom_release_passes"),
    *("newsroom_release_send", "newsroom_release_translate", "newsroom_release_beside"),
    *("newsroom_inquiry_changelist", "newsroom_inquiry_change", "newsroom_presscontact_import"),
    *("pictures_picture_changelist", "pictures_picture_many", "pictures_picture_replace"),
    *("campaigns_letter_change", "campaigns_demand_change", "campaigns_demand_record"),
    *("campaigns_demand_proposal", "campaigns_signatory_import", "accounts_staffaction_changelist"),
)


@pytest.fixture(scope="module")
def administrator(live_site):
    return furnish()


@pytest.fixture(scope="module")
def pages(administrator):
    return pages_for(administrator)


@pytest.fixture
def desk(browser_context, administrator):
    """A page of somebody who is logged in; `desk.broken` is what broke the policy or was complained about."""
    context = browser_context(viewport=WIDE, reduced_motion="reduce")
    client = Client()
    client.force_login(administrator, backend="django.contrib.auth.backends.ModelBackend")
    page = context.new_page()
    page.goto("/robots.txt")
    session = client.cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": session, "url": page.url}])
    page.broken = []
    context.expose_function("told", lambda said: page.broken.append(tuple(said)))
    context.add_init_script(LISTEN)
    page.on("console", lambda said: page.broken.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: page.broken.append(str(error)))
    return page


def open_page(page, address):
    answer = page.goto(address)
    page.evaluate(EDITORS_ARE_OPEN)
    assert answer.status == 200, address


def faults(page, address):
    """Everything that is wrong with a page."""
    page.broken.clear()
    page.set_viewport_size(WIDE)
    page.emulate_media(color_scheme="light")
    open_page(page, address)
    return [*map(str, page.broken), *complaints(page)]


def complaints(page):
    """Of the page as it stands. In the dark nothing but its colours differs."""
    found = []
    for window in (WIDE, NARROW):
        page.set_viewport_size(window)
        page.emulate_media(color_scheme="light")
        here = violations(page)
        page.emulate_media(color_scheme="dark")
        here += [f"dark: {each}" for each in violations(page, CONTRAST)]
        if (pixels := overflow(page)) > 0:
            here.append(f"{pixels} pixels too wide")
        found += [f"{window['width']}px: {each}" for each in here]
    return found


def first_of(pages, names):
    """One address for each of these names."""
    found = {}
    for address, name in pages.items():
        if name in names:
            found.setdefault(name, address)
    assert set(names) == set(found)
    return list(found.values())


def test_every_page_is_sound(desk, pages):
    found = {address: faults(desk, address) for address in pages}
    assert len(found) > 150
    assert not {address: said for address, said in found.items() if said}


def test_the_crawl_is_awake(desk):
    open_page(desk, "/admin/account/")
    desk.evaluate(
        """() => {
            const main = document.querySelector("main");
            main.insertAdjacentHTML("beforeend", "<img src='/admin/jsi18n/' width=9 height=9><p>wide</p>");
            main.lastElementChild.style.inlineSize = "2000px";
            main.setAttribute("onclick", "alert(1)");
        }"""
    )
    desk.wait_for_timeout(50)
    assert "script-src-attr" in str(desk.broken)
    said = " ".join(complaints(desk))
    assert "image-alt" in said and "pixels too wide" in said


# Keyboard


def test_pages_on_which_people_work_are_walked_by_keys(desk, pages):
    found = {}
    for address in first_of(pages, BY_KEYS):
        open_page(desk, address)
        found[address] = walk(desk)
    assert not {address: said for address, said in found.items() if said}


def test_a_release_is_written_and_published_without_a_mouse(desk, browser_context):
    page = desk
    page.goto("/admin/")
    press(page, "New release")
    page.wait_for_url("**/add/")
    fill(page, "#id_title", "Written by keys alone")
    fill(page, "#id_place", "Goris")
    tab_to(page, "#cke_id_body iframe")
    page.keyboard.type("Nobody needs a mouse.")
    for number, speaker in enumerate(("Anna", "Boris")):
        press(page, "Add another Quotation")
        assert page.evaluate("document.activeElement.id") == f"id_quotes-{number}-words"
        page.keyboard.type(f"Words of {speaker}.")
        fill(page, f"#id_quotes-{number}-speaker", speaker)
    tab_to(page, "#quotes-1 .step[title='Move up']", backwards=True)
    page.keyboard.press("Enter")
    tab_to(page, "[name=_continue]")
    page.keyboard.press("Enter")
    page.wait_for_url("**/change/")
    page.evaluate(EDITORS_ARE_OPEN)
    with page.context.expect_page() as opened:
        press(page, "Preview")
    opened.value.wait_for_load_state()
    assert "Written by keys alone" in opened.value.content()
    opened.value.close()
    press(page, "Publish")
    page.wait_for_url("**/publish/")
    tab_to(page, "[name=when]")
    page.keyboard.press("Space")
    press(page, "Publish")
    page.wait_for_selector(".messagelist .success a")
    address = page.locator(".messagelist .success a").get_attribute("href")
    release = Release.objects.get(title="Written by keys alone")
    assert [quote.speaker for quote in release.quotes.order_by("position")] == ["Boris", "Anna"]
    reader = browser_context().new_page()
    reader.goto(address)
    assert "Nobody needs a mouse." in reader.inner_text("main")

    press(page, "Send to the press")
    page.wait_for_url("**/send/")
    tab_to(page, "[name=who]")
    page.keyboard.press("ArrowDown")
    tab_to(page, "[name=contacts]")
    page.keyboard.press("Space")
    press(page, "Continue")
    page.wait_for_selector("[value='Send it to 1 person']")
    press(page, "Send it to 1 person")
    page.wait_for_selector(".messagelist .success")
    assert PressSending.objects.filter(version__publication=release).count() == 1
