"""What a browser asks for on the first view of a page: the page, its style sheet, the letters of its script."""

import pytest

from tests.site.pages import one_quickly, templates

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("transactional_db")]

# Apart from these: a photograph is content, logos and the QR code wait until they are scrolled to, and no
# page waits for its icon.
APART = ("/files/", "/qr/", "favicon")


def asked_for(page, address):
    """The requests of a first view. (A browser whose requests are routed, as here, keeps nothing for the next page.)"""
    requests = []
    page.route("**/*", lambda route: route.continue_())

    def note(request):
        requests.append(request)

    page.on("request", note)
    page.goto(address)
    page.evaluate("document.fonts.ready.then(() => true)")
    page.remove_listener("request", note)
    page.unroute("**/*")
    return requests


@pytest.mark.parametrize("language", one_quickly("hy"))
def test_three_requests_and_none_to_another_host(browser_page, live_site, language):
    """Arabic is set in the reader's own face, so that two do."""
    most = 2 if language == "ar" else 3
    for name, address in templates(language).items():
        requests = asked_for(browser_page, address)
        own = [request for request in requests if not any(part in request.url for part in APART)]
        kinds = sorted(request.resource_type for request in own)
        shown = address.split("/")[1]  # what has no text in a language is shown in its original
        assert len(own) <= (most if shown == language else 3), (name, [request.url for request in own])
        assert set(kinds) <= {"document", "stylesheet", "font"}, (name, kinds)
        assert kinds.count("font") <= 1, name
        assert kinds.count("stylesheet") == 1, name
        assert all(request.url.startswith(live_site.url) for request in requests), name
    browser_page.troubles[:] = [each for each in browser_page.troubles if "status of 404" not in each]


def test_lazy_pictures_wait_until_they_are_scrolled_to(browser_page):
    requests = asked_for(browser_page, templates("en")["letter"])
    assert not [request.url for request in requests if "/qr/" in request.url]


def test_a_page_reads_the_same_without_scripts(browser_context):
    """Its data for search engines is data: nothing runs, and nothing is missing where scripts are switched off."""
    address = templates("en")["letter"]
    words = []
    for scripts in (True, False):
        page = browser_context(
            java_script_enabled=scripts, viewport={"width": 1280, "height": 800}
        ).new_page()
        ran = []
        page.on(
            "request",
            lambda request, ran=ran: (
                request.resource_type in ("script", "xhr", "fetch") and ran.append(request)
            ),
        )
        page.goto(address)
        words.append(page.locator("body").inner_text())
        assert page.locator("script").evaluate_all("all => all.map(each => each.type)") == [
            "application/ld+json"
        ]
        assert not ran
    assert words[0] == words[1]


def test_a_script_that_finds_its_way_into_a_page_is_not_run(browser_context):
    page = browser_context().new_page()
    blocked = []
    page.on("console", lambda message: blocked.append(message.text))
    page.goto("/en/")
    page.evaluate(
        """() => {
            const script = document.createElement("script");
            script.textContent = "window.ran = true";
            document.body.append(script);
            document.body.insertAdjacentHTML("beforeend", "<img src='https://elsewhere.example/x.png' onerror='window.ran = true'>");
        }"""
    )
    page.wait_for_timeout(100)
    assert page.evaluate("window.ran") is None
    assert any("Content Security Policy" in text for text in blocked)
