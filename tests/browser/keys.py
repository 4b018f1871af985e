"""The hands of somebody who has no mouse: nothing here but keys."""

LONGEST = 250  # keys until we say that something is not reached

# Everything on the page that can be acted upon. Of radio buttons a key reaches one in each group; the editor's own
# bars are reached by Alt+F10 from its text.
MARK = """() => {
    const seen = each => each.checkVisibility({visibilityProperty: true}) && each.getClientRects().length > 0;
    const wanted = "a[href], button, input:not([type=hidden]), select, textarea, summary, iframe, [tabindex='0']";
    const groups = new Set();
    let count = 0;
    for (const each of document.querySelectorAll(wanted)) {
        if (each.disabled || each.tabIndex < 0 || !seen(each)) continue;
        if (each.closest(".cke") && each.localName !== "iframe") continue;
        if (each.type === "radio") {
            const group = each.form ? [...document.forms].indexOf(each.form) + each.name : each.name;
            if (groups.has(group)) continue;
            groups.add(group);
            each.dataset.group = group;
        }
        each.dataset.wanted = "";
        count += 1;
    }
    return count;
}"""

FOCUSED = """async () => {
    await new Promise(done => requestAnimationFrame(done));
    const focused = document.activeElement;
    const group = focused.type === "radio" &&
        document.querySelector(`[data-group="${(focused.form ? [...document.forms].indexOf(focused.form) : "") + focused.name}"]`);
    const found = group || focused;
    const again = "reached" in found.dataset;
    found.dataset.reached = "";
    document.querySelector("[data-first]") || (found.dataset.first = "");
    const style = getComputedStyle(focused.closest(".select2-selection") || focused);
    const box = focused.getClientRects()[0] || focused.getBoundingClientRect();
    const [top, bottom] = [Math.max(box.top, 0), Math.min(box.bottom, innerHeight)];
    const on_top = document.elementFromPoint(box.left + box.width / 2, (top + bottom) / 2);
    return {
        end: focused === document.body || (again && "first" in found.dataset),
        is_frame: focused.localName === "iframe",
        again,
        name: `${focused.localName} ${focused.name || focused.id} ${focused.textContent.trim().slice(0, 40)}`,
        // The editor draws its own line; the browser draws those of the parts inside a field for dates and of media.
        line: focused.localName === "iframe" || !focused.matches(":focus-visible") || style.outlineStyle !== "none"
            && parseFloat(style.outlineWidth) >= 2 || style.boxShadow !== "none",
        seen: box.width > 0 && bottom - top >= Math.min(8, box.height - 1),
        covered: !(on_top && (focused.contains(on_top) || on_top.contains(focused) ||
            [...(focused.labels || [])].some(label => label.contains(on_top)))),
    };
}"""

MISSED = """() => [...document.querySelectorAll("[data-wanted]:not([data-reached])")].map(each => each.outerHTML.slice(0, 120))"""


def walk(page):
    """Presses Tab from the top of the page to its end; says what is wrong, in one line for each element."""
    wanted = page.evaluate(MARK)
    found, still = [], 0
    for _key in range(3 * wanted + LONGEST):
        page.keyboard.press("Tab")
        here = page.evaluate(FOCUSED)
        if here["end"]:
            break
        still = still + 1 if here["again"] and not here["is_frame"] else 0
        if still > 8:  # a field for a date has several stops of its own, never so many
            return [*found, f"no way out of {here['name']}"]
        for fault in ("line", "seen", "covered"):
            if here[fault] is (fault == "covered"):
                found.append(f"{fault}: {here['name']}")
    return [*found, *(f"never reached: {each}" for each in page.evaluate(MISSED))]


def tab_to(page, selector, backwards=False):
    """Presses Tab until that element has the focus."""
    for _key in range(LONGEST):
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
        page.keyboard.press("Shift+Tab" if backwards else "Tab")
    raise AssertionError(f"no key leads to {selector} on {page.url}")


def tab_to_words(page, words, tags="a, button, input"):
    """Presses Tab until what has the focus is a link or a button with these words."""
    reached = """([words, tags]) => {
        const here = document.activeElement;
        const said = [here.textContent, here.value, here.getAttribute("aria-label")];
        return here.matches(tags) && said.some(each => each && each.trim() === words);
    }"""
    for _key in range(LONGEST):
        if page.evaluate(reached, [words, tags]):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"no key leads to “{words}” on {page.url}")


def press(page, words):
    """Goes to the link or the button with these words, and presses it."""
    tab_to_words(page, words)
    page.keyboard.press("Enter")


def fill(page, selector, words):
    tab_to(page, selector)
    page.keyboard.press("Control+A")
    page.keyboard.type(words)
