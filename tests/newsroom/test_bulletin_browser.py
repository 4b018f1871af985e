"""A bulletin in a real browser, from the sample site into the catcher: composed, looked at, sent, read, left, corrected."""

import re

import pytest
from django.utils import timezone

from advocacy.mail.models import CaughtMail, Mailing
from advocacy.mail.sending import send_due
from advocacy.site import demo
from advocacy.subscribers.models import Subscriber
from newsroom.models import Bulletin, Release
from tests.accounts.makers import make_user
from tests.desk.test_browser import log_in
from tests.mail.mailings import prepare, send
from tests.mail.processes import Process

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

PREFERENCES = re.compile(r"https?://\S+/preferences/\S+")
UNSUBSCRIBE = re.compile(r"https?://\S+/unsubscribe/\S+")


@pytest.fixture
def catcher(settings, transactional_db):
    """The site's mail goes to the catcher, whose mail the admin shows."""
    process = Process("catch_mail", "--port", "0", mail_port=0)
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST = "127.0.0.1"
    settings.MAIL_PER_MINUTE = settings.MAIL_PER_DOMAIN = 10_000  # the clock of the test stands still
    settings.EMAIL_PORT = int(process.hear(r"^Mail to 127\.0\.0\.1:(\d+) is caught\.$")[1])
    yield
    process.end()


def work_off():
    at = timezone.now()
    send_due(at)
    prepare(at)
    send(at)


def button(page, words):
    page.locator(f'input[type=submit][value="{words}"]').first.click()


def verb(page, words):
    page.locator("a.verb", has_text=re.compile(f"^{re.escape(words)}$")).click()


def test_from_the_sample_to_the_reader_and_back(browser_page, browser_context, live_site, catcher):
    demo.load(timezone.now())
    assert Subscriber.objects.receiving().count() == 50
    make_user(name="anna", role=None)
    page = browser_page
    log_in(page, "anna")

    # Composed: the last bulletin's headings, the release of the letter, a word of one's own.
    page.goto("/admin/")
    page.get_by_role("link", name="New bulletin").click()
    page.get_by_label("From the last days").fill("366")
    button(page, "Show these")
    for box in page.locator("[name=works]").all():
        box.uncheck()
    page.get_by_label("Thirty months on").check()
    button(page, "Begin the bulletin")
    bulletin = Bulletin.objects.latest("pk")
    assert bulletin.title.startswith("Thirty months on")

    # Previewed before it is saved.
    page.fill("#id_subject", "Thirty months, ten demands")
    with page.expect_popup() as opened:
        page.get_by_role("button", name="Preview").click()
    preview = opened.value
    preview.wait_for_load_state()
    assert "Thirty months, ten demands" in preview.inner_text("dl.shared")
    assert "Differs from the saved text in: Subject." in preview.inner_text(".preview-words")
    mail = preview.frame_locator("iframe.in-light")
    assert mail.get_by_role("heading", level=1).inner_text().startswith("Thirty months on")
    preview.get_by_label("Dark").check()
    preview.locator("iframe.in-dark").wait_for(state="visible")
    preview.close()
    page.locator("[name=_continue]").last.click()

    # A test, caught.
    verb(page, "Send a test")
    button(page, "Send the test")
    work_off()
    assert CaughtMail.objects.get().subject == "Test: Thirty months, ten demands"

    # Sent to fifty, and read in the catcher.
    verb(page, "Send")
    assert "30 subscribers" in page.inner_text("#content-main") or "50 subscribers" in page.inner_text(
        "#content-main"
    )
    button(page, "Send the bulletin")
    assert "The bulletin is on its way." in page.inner_text(".messagelist")
    work_off()
    page.reload()
    assert "50 of 50 mails" in page.inner_text("#content")
    assert CaughtMail.objects.filter(subject="Thirty months, ten demands").count() == 50
    caught = CaughtMail.objects.filter(subject="Thirty months, ten demands").order_by("pk").first()
    page.goto(f"/admin/mail/caughtmail/{caught.pk}/html/")
    assert page.get_by_role("link", name="Unsubscribe in one step").is_visible()

    # A reader leaves by the page; a mail program leaves by itself.
    others = CaughtMail.objects.filter(subject="Thirty months, ten demands").order_by("pk")
    reader = browser_context(java_script_enabled=False).new_page()
    reader.goto(UNSUBSCRIBE.search(caught.text)[0])
    assert Subscriber.objects.receiving().count() == 50, "opening the link changes nothing"
    reader.get_by_role("button", name="Leave the bulletin").click()
    assert Subscriber.objects.receiving().count() == 49
    [one_click] = re.findall(r"List-Unsubscribe: <([^>]*)>", others[1].headers)
    answer = reader.request.post(one_click, form={"List-Unsubscribe": "One-Click"})
    assert answer.ok and Subscriber.objects.receiving().count() == 48

    # A correction goes to those who had the text and still receive.
    release = Release.objects.get(title__startswith="Thirty months on")
    release.subheadline = "A number was mended."
    release.save()
    Release.objects.get(pk=release.pk).stamp()
    release.publish(correction="The number of demands partly met was wrong.")
    page.goto(f"/admin/newsroom/release/{release.pk}/change/")
    verb(page, "Tell of the correction by mail")
    assert "48 subscribers were sent the earlier text" in page.inner_text("#content-main")
    button(page, "Send this mail")
    work_off()
    assert Mailing.objects.get(purpose="correction").state == Mailing.State.DONE
    corrections = CaughtMail.objects.filter(subject__startswith="Correction: Thirty months on")
    assert corrections.count() == 48
    assert "The number of demands partly met was wrong." in corrections.first().text
