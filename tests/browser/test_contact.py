"""A journalist writes in with JavaScript off, and the desk finds it."""

import re

import pytest

from advocacy.mail.models import Message
from newsroom.models import Inquiry
from tests.accounts.makers import PASSWORD, make_user

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("transactional_db")]


@pytest.fixture
def journalist(browser_context):
    """A phone without JavaScript."""
    return browser_context(java_script_enabled=False, viewport={"width": 390, "height": 800}).new_page()


def log_in(page, name):
    page.goto("/admin/login/")
    page.fill("#id_username", name)
    page.fill("#id_password", PASSWORD)
    page.click("input[type=submit]")


def test_an_inquiry_is_sent_without_scripts_and_found_in_the_admin(journalist, browser_page):
    page = journalist
    page.goto("/en/")
    page.get_by_role("link", name="Press", exact=True).click()
    page.get_by_label("Your name").fill("Jonas Weber")
    page.get_by_label("Outlet").fill("Freelance")
    page.get_by_label("E-mail address").fill("jonas.weber@outlet.example")
    page.get_by_label("Within").select_option("3")
    page.get_by_label("Your question").fill("Could a spokesperson comment on demand 9 today?")
    page.get_by_role("button", name="Send inquiry").click()
    assert page.url.endswith("/en/press/sent/")
    assert page.locator("h1").inner_text() == "Inquiry sent"
    assert page.title().startswith("Inquiry sent")
    assert not page.context.cookies()

    inquiry = Inquiry.objects.get(email="jonas.weber@outlet.example")
    told = Message.objects.latest("pk")
    assert "Jonas" not in told.text + told.subject
    assert f"/admin/newsroom/inquiry/{inquiry.pk}/" in told.text

    make_user(name="press", role="Press desk")
    desk = browser_page
    log_in(desk, "press")
    desk.get_by_role("link", name="Jonas Weber").first.click()
    desk.wait_for_url("**/change/")
    said = desk.locator("body").inner_text()
    assert "Jonas Weber" in said
    assert "Could a spokesperson comment on demand 9 today?" in said


@pytest.mark.slow
def test_what_is_wrong_is_listed_first_and_what_was_typed_is_kept(journalist):
    page = journalist
    page.goto("/en/press/")
    page.get_by_label("Your name").fill("Jonas Weber")
    page.get_by_label("E-mail address").fill("jonas.weber")
    page.get_by_label("Your question").fill("Is there a photograph?")
    page.get_by_role("button", name="Send inquiry").click()
    assert page.title().startswith("Error:")
    summary = page.locator(".fix")
    assert summary.locator("h2").inner_text() == "Two things to fix"
    assert page.get_by_label("Your question").input_value() == "Is there a photograph?"
    assert page.get_by_label("E-mail address").input_value() == "jonas.weber"
    field = page.get_by_label("E-mail address")
    assert field.get_attribute("aria-invalid") == "true"
    error = page.locator(f"#{field.get_attribute('aria-describedby').split()[-1]}")
    assert error.inner_text() == "Enter an e-mail address we can reply to, such as name@outlet.com"
    summary.get_by_role("link", name=re.compile("e-mail")).click()
    assert page.evaluate("document.activeElement.name") == "email"
    assert not Inquiry.objects.filter(message="Is there a photograph?").exists()


def test_a_filter_works_without_scripts_too(journalist):
    page = journalist
    page.goto("/en/releases/")
    page.get_by_label("Word").fill("Geneva")
    page.get_by_label("Year").select_option("2023")
    page.get_by_role("button", name="Show").click()
    assert "word=Geneva" in page.url
    assert page.get_by_label("Word").input_value() == "Geneva"
    assert page.get_by_label("Year").input_value() == "2023"


def test_a_release_is_shared_with_a_network_from_our_own_address(journalist, live_site):
    page = journalist
    page.goto("/en/releases/groups-ask-the-un-to-act/")
    link = page.locator("#share").get_by_role("link", name="Bluesky")
    assert link.get_attribute("href").startswith("/share/bluesky/en/")
    assert set(link.get_attribute("rel").split()) >= {"noopener", "noreferrer"}
    answer = page.request.get(live_site.url + link.get_attribute("href"), max_redirects=0)
    assert answer.status == 302
    assert answer.headers["location"].startswith("https://bsky.app/intent/compose?")
