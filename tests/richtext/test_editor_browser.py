"""The editor in a real browser, under the policy of the admin. A broken policy fails a test at its end."""

import re
from pathlib import Path

import pytest

from advocacy.richtext import blocks, clean
from tests.richtext import desk
from tests.richtext.hostile import ATTACKS

pytestmark = [pytest.mark.browser, pytest.mark.urls("tests.richtext.desk")]

CLIPBOARDS = Path(__file__).parent / "clipboards"
# What the same text has to become, whichever program it was copied from.
PASTED = (
    "<h2>What was seen</h2>"
    "<p>The coalition writes to <strong>three officials</strong> of the United Nations and <em>asks</em> for"
    ' action. Read <a href="https://example.org/letter" rel="noopener noreferrer">the letter</a>.</p>'
    "<h3>The demands</h3>"
    "<ul><li>Open the corridor</li><li>Release the prisoners</li></ul>"
    "<table><tbody><tr><td>Place</td><td>People</td></tr><tr><td>Goris</td><td>120</td></tr></tbody></table>"
)
PASTE = """html => {
  const data = new DataTransfer();
  data.setData("text/html", html);
  const body = document.querySelector(".cke_wysiwyg_frame").contentDocument.body;
  body.dispatchEvent(new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true}));
}"""


@pytest.fixture
def desk_page(browser_page):
    desk.received.clear()

    def visit(language="en", body=""):
        browser_page.goto(f"/admin/text/{language}/?" + ("body=" + body if body else ""))
        browser_page.wait_for_selector(".cke_wysiwyg_frame")
        text_of(browser_page).click()
        return browser_page

    return visit


def text_of(page):
    return page.frame_locator(".cke_wysiwyg_frame").locator("body")


def save(page):
    page.click("#save")
    page.wait_for_selector(".cke_wysiwyg_frame")
    return desk.received[-1]


def shape(html):
    return re.sub(r' id="b-[a-z0-9]{8}"|\n', "", html)


@pytest.mark.slow
def test_buttons_and_windows_work(desk_page):
    page = desk_page()
    assert page.locator(".cke_wysiwyg_frame").get_attribute("title").startswith("Body")
    keys = page.keyboard
    keys.type("Hello bold")
    keys.press("Shift+Control+ArrowLeft")
    page.click(".cke_button__bold")
    keys.press("End")
    keys.press("Enter")
    page.click(".cke_button__bold")

    keys.type("Demands")
    page.click(".cke_combo__format .cke_combo_button")
    page.frame_locator(".cke_combopanel iframe").locator("a[title='Heading 2']").click()
    keys.press("End")
    keys.press("Enter")

    keys.type("the letter")
    keys.press("Shift+Home")
    page.click(".cke_button__link")
    page.locator(".cke_dialog:visible").get_by_label("URL", exact=False).last.fill("example.org/letter")
    page.click(".cke_dialog:visible .cke_dialog_ui_button_ok")
    keys.press("End")
    keys.press("Enter")

    page.click(".cke_button__table")
    page.locator(".cke_dialog:visible").get_by_label("Rows").fill("1")
    page.click(".cke_dialog:visible .cke_dialog_ui_button_ok")
    page.wait_for_selector(".cke_dialog", state="hidden")
    keys.type("cell")
    page.click(".cke_button__specialchar")
    page.click(".cke_dialog:visible .cke_specialchar:has-text('€')")
    page.wait_for_selector(".cke_dialog", state="hidden")

    assert shape(save(page)) == (
        "<p>Hello <strong>bold</strong></p><h2>Demands</h2>"
        '<p><a href="https://example.org/letter" rel="noopener noreferrer">the letter</a></p>'
        "<table><tbody><tr><td>cell€</td><td></td></tr></tbody></table>"
    )


@pytest.mark.slow
def test_source_can_be_written_and_read_in_light_and_dark(desk_page):
    page = desk_page()
    page.click(".cke_button__source")
    page.fill("textarea.cke_source", "<h2>Head</h2><p onclick='x()'>text</p>")
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        ink, ground = page.eval_on_selector(
            "textarea.cke_source",
            "area => { const style = getComputedStyle(area); return [style.color, style.backgroundColor]; }",
        )
        assert abs(brightness(ink) - brightness(ground)) > 150, scheme
    page.click(".cke_button__source")
    assert text_of(page).locator("p").get_attribute("onclick") is None
    assert shape(save(page)) == "<h2>Head</h2><p>text</p>"


def brightness(colour):
    red, green, blue = map(int, re.findall(r"\d+", colour)[:3])
    return (299 * red + 587 * green + 114 * blue) / 1000


@pytest.mark.slow
def test_language_of_a_passage_and_direction_of_the_text(desk_page):
    page = desk_page("ar")
    assert page.frame_locator(".cke_wysiwyg_frame").locator("html").get_attribute("dir") == "rtl"
    page.keyboard.type("United Nations")
    page.keyboard.press("Control+A")
    page.click(".cke_button__language")
    page.frame_locator(".cke_menu_panel iframe").locator("text=English").click()
    assert shape(save(page)) == '<p><span lang="en" dir="ltr">United Nations</span></p>'


@pytest.mark.parametrize(
    "program",
    ["word", *(pytest.param(name, marks=pytest.mark.slow) for name in ("google_docs", "libreoffice"))],
)
def test_paste_comes_out_clean(desk_page, program):
    page = desk_page()
    page.evaluate(PASTE, (CLIPBOARDS / f"{program}.html").read_text())
    text_of(page).locator("table").wait_for()
    assert shape(save(page)) == PASTED


def test_ids_stay_while_the_editor_works(desk_page):
    first, second = blocks(clean("<p>one</p><p>two</p>"))
    page = desk_page(body=clean("<p>one</p><p>two</p>").replace("\n", ""))
    page.keyboard.press("Control+End")
    page.keyboard.type(" and three")
    page.keyboard.press("Enter")
    page.keyboard.type("four")
    found = blocks(save(page))
    assert [block.text for block in found] == ["one", "two and three", "four"]
    assert [block.id for block in found[:2]] == [first.id, second.id]
    assert found[2].id not in {first.id, second.id}


@pytest.mark.slow
def test_nothing_cleaned_runs_in_a_browser_or_is_read_another_way(browser_page):
    """The browser's own parser has the last word on what our cleaning left, twice."""
    cleaned = [clean(attack) for attack in ATTACKS]
    found = browser_page.evaluate(
        """texts => texts.map(html => {
          window.alert = () => { window.hit = true; };
          const place = document.createElement("div");
          document.body.append(place);
          place.innerHTML = html;
          const once = place.innerHTML;
          place.innerHTML = once;
          const names = [...place.querySelectorAll("*")].map(element => element.localName);
          return [once, place.innerHTML, names, Boolean(window.hit)];
        })""",
        [html + "" for html in cleaned],
    )
    for html, (once, twice, names, was_hit) in zip(cleaned, found, strict=True):
        assert once == twice
        assert names == re.findall(r"<([a-z0-9]+)", html)
        assert not was_hit
