"""Passkeys, codes and recovery codes in a real browser, whose device is Chromium's virtual one."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone

from advocacy.accounts import second_factor
from tests.accounts.makers import PASSWORD, app_code, give_app, make_user

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

ENROLMENT = "/admin/account/second-factor/"


def plug_in(page):
    """A device that confirms whatever it is asked; gives what unplugs it again."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    device = session.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )

    def unplug():
        session.send("WebAuthn.removeVirtualAuthenticator", {"authenticatorId": device["authenticatorId"]})

    return unplug


def first_step(page, name="anna"):
    page.goto("/admin/login/")
    page.fill("#id_username", name)
    page.fill("#id_password", PASSWORD)
    page.click("input[type=submit]")
    page.wait_for_url(lambda url: not url.endswith("/admin/login/"))
    page.wait_for_load_state()


def log_out(page):
    page.click("#logout-form button")
    page.wait_for_selector("text=You are logged out")


def heading(page):
    return page.locator("h1").inner_text()


def add_passkey(page, name="My phone"):
    page.click("text=Add a passkey")
    page.fill("#id_name", name)
    page.fill("#id_password", PASSWORD)
    page.click("input[type=submit]")


def test_an_editor_is_led_to_add_a_passkey_and_logs_in_with_it(browser_page, settings):
    settings.CMS_TWO_FACTOR = True
    anna = make_user(name="anna")
    page = browser_page
    plug_in(page)
    first_step(page)
    assert page.url.endswith(ENROLMENT)
    add_passkey(page)
    page.wait_for_selector(".codes")
    assert page.locator(".codes li").count() == 10
    page.click("text=I have kept them")
    assert heading(page) == "Your account"
    assert "My phone" in page.locator("main").inner_text()

    log_out(page)
    first_step(page)
    assert heading(page) == "One step more"
    page.click("text=Use your passkey")
    page.wait_for_selector(".desk")
    assert heading(page) == "Today"
    assert second_factor.factors(anna).get().last_used_at


@pytest.mark.slow
def test_a_code_of_the_app_and_then_a_recovery_code(browser_page):
    [recovery, *_rest] = give_app(make_user(name="anna"))
    page = browser_page
    first_step(page)
    assert page.locator("text=Use your passkey").count() == 0
    page.fill("#id_code", app_code(timezone.now()))
    page.keyboard.press("Enter")
    page.wait_for_selector(".desk")

    log_out(page)
    first_step(page)
    page.fill("#id_code", "nonsense")
    page.keyboard.press("Enter")
    page.wait_for_selector(".errornote")
    assert page.title().startswith("Error:")
    page.fill("#id_code", f"{recovery[:4]} {recovery[4:]}")
    page.keyboard.press("Enter")
    page.wait_for_selector(".desk")
    page.troubles.clear()  # the browser's word for the page that said what was wrong, which came as 422


@pytest.mark.slow
def test_without_the_device_the_page_says_so_and_a_code_still_opens(browser_page):
    [recovery, *_rest] = give_app(make_user(name="anna"))
    page = browser_page
    unplug = plug_in(page)
    first_step(page)
    page.fill("#id_code", app_code(timezone.now()))
    page.keyboard.press("Enter")
    page.wait_for_selector(".desk")
    page.goto(ENROLMENT)
    add_passkey(page)
    page.wait_for_selector("text=was added")
    log_out(page)
    unplug()
    plug_in(page)  # another device, which does not know the passkey
    first_step(page)
    page.click("text=Use your passkey")
    page.wait_for_selector("[data-passkey-error]:not([hidden])")
    assert "No passkey came" in page.locator("[data-passkey-error]").inner_text()
    page.fill("#id_code", recovery)
    page.keyboard.press("Enter")
    page.wait_for_selector(".desk")


@pytest.mark.slow
def test_the_same_answer_of_a_device_opens_nothing_twice(browser_page, client):
    anna = make_user(name="anna")
    page = browser_page
    plug_in(page)
    first_step(page)
    page.goto(ENROLMENT)
    add_passkey(page)
    page.wait_for_selector(".codes")
    page.click("text=I have kept them")
    log_out(page)
    first_step(page)
    with page.expect_request(lambda request: request.method == "POST") as sent:
        page.click("text=Use your passkey")
    page.wait_for_selector(".desk")
    heard = sent.value.post_data_json["credential"]

    client.post("/admin/login/", {"username": "anna", "password": PASSWORD})
    assert client.post("/admin/login/second-step/", {"credential": heard}).status_code == 422
    client.get("/admin/login/second-step/")  # which asks with other words
    assert client.post("/admin/login/second-step/", {"credential": heard}).status_code == 422
    assert client.get("/admin/").status_code == 302
    assert second_factor.has_one(anna)


@pytest.mark.slow
def test_a_forged_answer_is_refused(browser_page):
    make_user(name="anna")
    page = browser_page
    plug_in(page)
    first_step(page)
    page.goto(ENROLMENT)
    add_passkey(page)
    page.wait_for_selector(".codes")
    page.click("text=I have kept them")
    log_out(page)
    first_step(page)
    # The signature of the device, with one letter changed on its way.
    page.evaluate("""() => {
        const get = webauthnJSON.get;
        Object.defineProperty(window, "webauthnJSON", {value: {get: async (options) => {
            const answer = await get(options);
            const signature = answer.response.signature;
            const other = signature[20] === "A" ? "B" : "A";
            answer.response.signature = signature.slice(0, 20) + other + signature.slice(21);
            return answer;
        }}});
    }""")
    page.click("text=Use your passkey")
    page.wait_for_selector(".errornote:not([hidden])")
    assert "did not fit" in page.locator(".errornote:not([hidden])").inner_text()
    page.goto("/admin/")
    assert "/admin/login/" in page.url
    page.troubles.clear()


@pytest.mark.slow
@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (320, "dark")])
def test_axe_finds_nothing_and_nothing_overflows(browser_page, settings, width, scheme):
    settings.CMS_TWO_FACTOR = True
    page = browser_page
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=scheme)
    found = {}

    def look(name):
        page.wait_for_load_state("networkidle")
        overflow = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        said = [
            (violation["id"], node["target"])
            for violation in Axe().run(page).response["violations"]
            for node in violation["nodes"]
        ]
        if overflow > 0 or said:
            found[name] = (overflow, said)

    anna = make_user(name="anna", role="Administrator")
    other = make_user(name="boris")
    give_app(other)
    plug_in(page)
    first_step(page)
    look("enrolment")
    for way in ("app", "passkey"):
        page.goto(f"{ENROLMENT}{way}/")
        look(way)
    page.goto(ENROLMENT)
    add_passkey(page, "My telephone with a rather long name")
    page.wait_for_selector(".codes")
    look("recovery codes")
    factor = second_factor.factors(anna).get()
    for address in [
        "/admin/account/",
        ENROLMENT,
        f"{ENROLMENT}{factor.pk}/remove/",
        f"{ENROLMENT}codes/",
        f"/admin/accounts/user/{other.pk}/change/",
        f"/admin/accounts/user/{other.pk}/reset-second-factor/",
        "/admin/accounts/staffaction/",
    ]:
        page.goto(address)
        look(address)
    page.goto("/admin/account/")
    if not page.locator("#logout-form button").is_visible():
        page.click(".menu-button")
    log_out(page)
    first_step(page)
    look("second step")
    page.troubles.clear()  # axe asks for style sheets by itself, past the policy
    assert not found


def test_the_app_page_shows_a_picture_and_the_letters(browser_page):
    make_user(name="anna")
    page = browser_page
    first_step(page)
    page.goto(f"{ENROLMENT}app/")
    assert page.evaluate("document.querySelector('.app-code').naturalWidth") > 100
    secret = re.sub(r"\s", "", page.locator(".secret").inner_text())
    page.fill("#id_code", app_code(timezone.now(), secret))
    page.fill("#id_password", PASSWORD)
    page.click("input[type=submit]")
    page.wait_for_selector(".codes")
