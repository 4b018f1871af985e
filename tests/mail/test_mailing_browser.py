"""The page of a mailing in a real browser: by keyboard, without scripts, and with the one that keeps it fresh."""

import pytest
from django.utils import timezone

from advocacy.mail.models import Delivery, Mailing
from tests.accounts.makers import make_user
from tests.browser.looking import overflow, violations
from tests.desk.test_browser import log_in
from tests.mail.mailings import made, make_minutes

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def mailing():
    make_user(name="anna", role="Editor")
    now = timezone.now()
    return made(count=4, work=make_minutes(at=now), at=now)


def settle(mailing, count, state="sent"):
    for row in mailing.deliveries.queued()[:count]:
        words = "550 5.7.1 " + "Blocked " * 20 if state == "refused" else ""
        Delivery.objects.filter(pk=row.pk).update(
            state=state, due=None, settled_at=timezone.now(), last_error=words
        )


def address(mailing):
    return f"/admin/mail/mailing/{mailing.pk}/change/"


@pytest.mark.slow
def test_without_scripts_it_is_held_and_ended_by_keyboard(browser_context, mailing):
    page = browser_context(java_script_enabled=False, viewport={"width": 320, "height": 800}).new_page()
    log_in(page, "anna")
    for name, state in (("Pause", "paused"), ("Resume", "sending")):
        page.goto(address(mailing))
        page.get_by_role("button", name=name).press("Enter")
        page.wait_for_selector(".messagelist")
        mailing.refresh_from_db()
        assert mailing.state == state
    page.get_by_role("link", name="Cancel").press("Enter")
    page.get_by_role("button", name="Cancel the mailing").press("Enter")
    page.wait_for_selector(".messagelist")
    mailing.refresh_from_db()
    assert mailing.state == Mailing.State.CANCELLED


def test_the_progress_is_kept_fresh(browser_page, mailing):
    page = browser_page
    log_in(page, "anna")
    page.clock.install()
    page.goto(address(mailing))
    assert "0 of 4 mails (0 %)" in page.locator("#progress").inner_text()
    settle(mailing, 3)
    page.clock.fast_forward(6000)
    page.get_by_text("3 of 4 mails (75 %)").wait_for()
    settle(mailing, 1)
    mailing.finish(timezone.now())
    page.clock.fast_forward(6000)
    page.get_by_role("heading", name="The sending over time").wait_for()


@pytest.mark.slow
def test_the_report_is_read_by_everybody(browser_context, mailing):
    settle(mailing, 2)
    settle(mailing, 1, "refused")
    settle(mailing, 1, "uncertain")
    mailing.finish(timezone.now())
    for width, scheme in ((1280, "light"), (320, "dark")):
        page = browser_context(viewport={"width": width, "height": 900}, color_scheme=scheme).new_page()
        log_in(page, "anna")
        page.goto(address(mailing))
        assert not violations(page)
        assert not overflow(page)
        page.get_by_text("The numbers", exact=True).click()
        assert page.get_by_role("img", name="Mails sent from").is_visible()
