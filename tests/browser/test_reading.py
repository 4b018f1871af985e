"""Every public page in a real browser: axe, width, keyboard, print, forced colours."""

import pytest
from django.test import Client

from advocacy.delivery.pages import server_fault
from advocacy.publishing.models import Publication, Version
from tests.site.pages import LANGUAGES, every_page, in_language, templates

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("transactional_db")]

NARROW, WIDE = {"width": 320, "height": 800}, {"width": 1280, "height": 800}
SCHEMES = ["light", "dark"]


@pytest.fixture(scope="module")
def withdrawn(live_site):
    """The address of a release that was taken back."""
    version = Version.objects.filter(kind="release", work__sample=True).order_by("dated").first()
    Publication.objects.get(pk=version.publication_id).withdraw()
    return version.url


def visit(page, address):
    response = page.goto(address)
    assert response.status < 500, address
    page.evaluate("document.fonts.ready.then(() => true)")


def visit_faults(page, language):
    """The pages of faults, which no address leads to on a site that works."""
    page.route("**/fault", lambda route: route.fulfill(status=200, body=server_fault(None).content.decode()))
    visit(page, f"/{language}/%01")
    yield "an address that is no text"
    page.goto("/fault")
    yield "a fault of the server"


def visit_errors(page, language):
    visit(page, f"/{language}/press/")
    page.fill("[name=deadline_date]", "2020-01-01")
    page.locator("form.form button").click()
    page.wait_for_selector(".fix")
    page.wait_for_load_state()  # with its style sheet
    yield "the form with errors"


def visit_all(page, language, withdrawn):
    """Opens one page of each template and state after the other, and gives its name."""
    for name, address in {**templates(language), "withdrawn": withdrawn}.items():
        visit(page, address)
        yield name
    yield from visit_errors(page, language)
    yield from visit_faults(page, language)


def visit_some(page, language):
    for name in ("home", "release", "letter"):
        visit(page, templates(language)[name])
        yield name
    yield from visit_errors(page, language)


def complaints(page, violations, overflow, windows=(NARROW, WIDE)):
    found = []
    for window in windows:
        page.set_viewport_size(window)
        found += [f"{window['width']}px: {each}" for each in violations(page)]
        if (pixels := overflow(page)) > 0:
            found.append(f"{window['width']}px: {pixels} pixels too wide")
    return found


@pytest.fixture
def reader(browser_page):
    """The console tells of every page that is not here as of an error: those are no troubles."""
    yield browser_page
    browser_page.troubles[:] = [each for each in browser_page.troubles if "status of 4" not in each]


@pytest.mark.parametrize(
    ("language", "scheme", "window"),
    [pytest.param("en", "light", WIDE, marks=pytest.mark.slow), ("ar", "dark", NARROW)],
    ids=["en", "ar"],
)
def test_axe_finds_nothing_in_either_direction(reader, violations, overflow, language, scheme, window):
    """The pages with most on them; the slow run sees all, in every language and scheme, narrow and wide."""
    reader.emulate_media(color_scheme=scheme)
    found = {
        name: complaints(reader, violations, overflow, [window]) for name in visit_some(reader, language)
    }
    assert not {name: said for name, said in found.items() if said}


@pytest.mark.slow
@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_axe_finds_nothing_and_nothing_is_too_wide(reader, violations, overflow, withdrawn, language, scheme):
    reader.emulate_media(color_scheme=scheme)
    found = {
        name: complaints(reader, violations, overflow) for name in visit_all(reader, language, withdrawn)
    }
    assert not {name: said for name, said in found.items() if said}


def test_axe_and_the_ruler_are_awake(reader, violations, overflow):
    visit(reader, "/en/press/")
    assert not complaints(reader, violations, overflow)
    reader.evaluate(
        """document.querySelector("main").insertAdjacentHTML(
            "beforeend", "<img src='/favicon.svg'><p>faint</p>")"""
    )
    faint = reader.locator("main > p:last-child")
    faint.evaluate("each => { each.style.color = '#ccc'; each.style.inlineSize = '2000px' }")
    said = " ".join(complaints(reader, violations, overflow))
    assert "image-alt" in said
    assert "color-contrast" in said
    assert "pixels too wide" in said


@pytest.mark.slow
@pytest.mark.parametrize("scheme", SCHEMES)
def test_axe_finds_nothing_on_any_page_of_the_sample(reader, violations, overflow, scheme):
    reader.emulate_media(color_scheme=scheme)
    found = {}
    for address in every_page(Client()):
        visit(reader, address)
        if said := complaints(reader, violations, overflow):
            found[address] = said
    assert not found


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_scrolls_sideways_on_any_screen(reader, overflow, withdrawn, language):
    """From the smallest phone on, and at each width where the layout changes. 640 is also 1280 at 200 % zoom."""
    found, pages = [], 0
    for name in visit_all(reader, language, withdrawn):
        pages += 1
        for width in (320, 480, 640, 736, 960, 1200, 1440):
            reader.set_viewport_size({"width": width, "height": 800})
            if (pixels := overflow(reader)) > 0:
                found.append(f"{name} at {width}: {pixels}")
    assert pages > 15
    assert not found


@pytest.mark.slow
def test_a_readers_own_spacing_of_the_text_fits_too(reader, overflow):
    """WCAG 1.4.12, on the smallest screen."""
    reader.set_viewport_size(NARROW)
    spaced = (
        "* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important }"
    )
    for name, address in templates("en").items():
        visit(reader, address)
        reader.evaluate(
            """css => {
                const sheet = new CSSStyleSheet();
                sheet.replaceSync(css);
                document.adoptedStyleSheets = [sheet];
            }""",
            spaced,
        )
        assert overflow(reader) <= 0, name


def test_names_stay_on_one_line_where_they_fit(reader):
    reader.set_viewport_size(NARROW)
    visit(reader, in_language("letter", "en"))
    name = reader.locator("h1 .keep")
    assert name.inner_text() == "Nagorno-Karabakh"
    assert (
        name.evaluate(
            "each => each.getBoundingClientRect().height / parseFloat(getComputedStyle(each).fontSize)"
        )
        < 1.5
    )
    visit(reader, "/en/")
    name = reader.locator(".brand h1 .keep")
    assert name.inner_text() == "Nagorno-Karabakh."  # with its full stop, which would stand alone in a line
    assert name.evaluate("each => each.getBoundingClientRect().height") < 40
    visit(reader, "/en/letters/")
    linked = reader.locator("h3 a .keep").first
    linked.hover()
    line = "each => getComputedStyle(each).textDecorationLine"
    assert linked.evaluate(line) == linked.locator("..").evaluate(line) == "underline"
    # Painted on a ground of its own, a block would hide the feet of the line above.
    reader.emulate_media(forced_colors="active")
    assert linked.evaluate("each => getComputedStyle(each).display") == "inline"


# Keyboard


FOCUSED = """async () => {
    await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
    const focused = document.activeElement;
    const style = getComputedStyle(focused);
    const box = focused.getClientRects()[0] || focused.getBoundingClientRect();
    const [top, bottom] = [Math.max(box.top, 0), Math.min(box.bottom, innerHeight)];
    const on_top = document.elementFromPoint(box.left + box.width / 2, (top + bottom) / 2);
    return {
        name: focused.localName + " " + (focused.name || "") + focused.textContent.trim().slice(0, 40),
        // The calendar's button inside a date field is the browser's own, as is the line around it.
        outline: !focused.matches(":focus-visible") ? 3 : style.outlineStyle === "none" ? 0 : parseFloat(style.outlineWidth),
        seen: box.width > 0 && bottom - top >= Math.min(24, box.height - 1),
        covered: !(on_top && (focused.contains(on_top) || on_top.contains(focused))),
    };
}"""


def test_the_first_key_leads_past_the_navigation(reader):
    visit(reader, "/en/")
    reader.keyboard.press("Tab")
    skip = reader.locator(".skip")
    assert skip.evaluate("link => link === document.activeElement")
    box = skip.bounding_box()
    assert box["width"] > 40
    assert box["height"] >= 24
    assert box["y"] >= 0
    reader.keyboard.press("Enter")
    assert reader.evaluate("document.activeElement.id") == "main"
    reader.keyboard.press("Tab")
    assert reader.evaluate("document.getElementById('main').contains(document.activeElement)")


@pytest.mark.parametrize(
    "name",
    [
        "home",
        *(pytest.param(name, marks=pytest.mark.slow) for name in ("releases", "release", "letter", "press")),
    ],
)
def test_what_has_the_focus_is_seen_and_never_covered(reader, name):
    reader.emulate_media(reduced_motion="reduce")  # the page stands where the key has brought it
    visit(reader, templates("en")[name])
    seen = set()
    for _ in range(60):
        reader.keyboard.press("Tab")
        focused = reader.evaluate(FOCUSED)
        if focused["name"].startswith("body"):
            break
        seen.add(focused["name"])
        assert focused["outline"] >= 2, focused
        assert focused["seen"], focused
        assert not focused["covered"], focused
    assert len(seen) > 15


def test_evidence_and_the_qr_code_open_by_keyboard(reader):
    visit(reader, in_language("letter", "en"))
    for details in (reader.locator(".demand details").first, reader.locator("#share details")):
        assert details.get_attribute("open") is None
        details.locator("summary").focus()
        reader.keyboard.press("Enter")
        assert details.get_attribute("open") is not None
    assert reader.locator(".demand details").first.locator(".ledger li").first.is_visible()
    code = reader.locator("#share img.qr")
    code.scroll_into_view_if_needed()
    assert code.evaluate("image => image.decode().then(() => image.naturalWidth)") > 0


def test_targets_are_large_enough_for_a_thumb(reader):
    """WCAG 2.5.8: buttons and fields are 44 pixels high, links in lists 24."""
    reader.set_viewport_size(NARROW)
    for name in ("home", "releases", "press", "letter"):
        visit(reader, templates("en")[name])
        small = reader.evaluate(
            """() => [...document.querySelectorAll("a.button, button, .field input, .field select, .field textarea")]
                .filter(each => each.offsetParent && each.type !== "hidden" && !each.closest(".vh"))
                .map(each => [each.outerHTML.slice(0, 60), each.getBoundingClientRect().height])
                .filter(([, height]) => height < 44)"""
        )
        assert not small, name


# Paper and forced colours


HIDDEN_ON_PAPER = [".nav", ".langs", ".strip", ".share", ".skip", ".contents"]


def test_a_printed_letter_leaves_out_what_paper_cannot_do_and_shows_all_evidence(reader, tmp_path):
    visit(reader, in_language("letter", "en"))
    evidence = reader.locator(".demand details .ledger li").first
    assert not evidence.is_visible()
    reader.emulate_media(media="print")
    for selector in HIDDEN_ON_PAPER:
        assert reader.locator(selector).first.evaluate("each => getComputedStyle(each).display") == "none", (
            selector
        )
    assert reader.locator("form, .button").evaluate_all("all => all.every(each => !each.offsetParent)")
    assert evidence.evaluate("each => each.getBoundingClientRect().height") > 10
    assert reader.locator("section.brand").evaluate("each => getComputedStyle(each).backgroundColor") in (
        "rgb(255, 255, 255)",
        "rgba(0, 0, 0, 0)",
    )
    bar = reader.locator(".tally-bar").first
    assert bar.evaluate("each => getComputedStyle(each).printColorAdjust") == "exact"
    assert len(reader.screenshot(path=tmp_path / "letter.png", full_page=True)) > 10_000
    assert reader.pdf(path=tmp_path / "letter.pdf", prefer_css_page_size=True).startswith(b"%PDF")


def test_a_printed_release_keeps_its_facts_and_names_its_links(reader, tmp_path):
    visit(reader, templates("en")["release"])
    reader.emulate_media(media="print")
    assert reader.locator(".side").evaluate_all("all => all.every(each => !each.offsetParent)")
    assert reader.locator("dl.facts").is_visible()
    assert reader.locator(".asks .demand").count() == 10
    after = reader.evaluate(
        """() => [...document.querySelectorAll(".text a[href^=http], .ledger a[href^=http]")]
            .map(link => getComputedStyle(link, "::after").content)"""
    )
    assert all("http" in each or "attr" in each for each in after)
    assert reader.pdf(path=tmp_path / "release.pdf").startswith(b"%PDF")


@pytest.mark.parametrize("scheme", ["light", pytest.param("dark", marks=pytest.mark.slow)])
def test_forced_colours_keep_bars_and_words(reader, tmp_path, scheme):
    reader.emulate_media(color_scheme=scheme, forced_colors="active")
    for name in ("home", "letter", "demand"):
        visit(reader, templates("en")[name])
        assert len(reader.screenshot(path=tmp_path / f"{name}.png", full_page=True)) > 10_000
        marks = reader.evaluate(
            """() => [...document.querySelectorAll(".tally-bar, .status")].map(each => {
                const mark = getComputedStyle(each, each.matches(".status") ? "::before" : null);
                const ground = getComputedStyle(document.body).backgroundColor;
                return [mark.forcedColorAdjust, mark.borderTopColor !== ground, each.textContent.trim()];
            })"""
        )
        assert marks
        for adjust, stands_out, words in marks:
            assert adjust == "none", (name, words)
            assert stands_out, (name, words)


def test_more_contrast_and_less_motion_are_heard(reader):
    """A rule takes the strength of an edge; nothing moves by itself."""
    visit(reader, "/en/")
    plain = reader.evaluate("getComputedStyle(document.documentElement).getPropertyValue('--rule')")
    reader.emulate_media(contrast="more", reduced_motion="reduce")
    strong = reader.evaluate("getComputedStyle(document.documentElement).getPropertyValue('--rule')")
    assert strong != plain
    assert reader.evaluate("getComputedStyle(document.documentElement).scrollBehavior") == "auto"
