"""A mail service posts what became of the mails that it sent for the site."""

import base64
import json
from datetime import timedelta
from types import ModuleType, SimpleNamespace

import pytest
from django.core.mail import EmailMessage
from django.utils import timezone

from advocacy.mail import webhooks
from advocacy.mail.models import Delivery
from advocacy.mail.sending import send_due
from advocacy.subscribers.models import Subscriber, Suppression
from tests.mail.mailings import AT, made, send, subscribe
from tests.mail.makers import queue_delivery

pytestmark = pytest.mark.django_db
SENT, BOUNCED, COMPLAINED = Delivery.State.SENT, Delivery.State.BOUNCED, Delivery.State.COMPLAINED
SECRET = "council:a-long-secret"
RECIPIENT = "reader0@people.example"
ADDRESS = "/anymail/postmark/tracking/"


@pytest.fixture
def service(settings):
    """The site sends by Postmark, and its urls are made anew with these settings."""

    def service(name="postmark", secret=SECRET):
        settings.EMAIL_BACKEND = f"anymail.backends.{name}.EmailBackend"
        settings.ANYMAIL = {"WEBHOOK_SECRET": secret} if secret else {}
        urls = ModuleType("urls_for_this_test")
        urls.urlpatterns = webhooks.addresses()
        urls.handler400 = "advocacy.delivery.pages.bad_request"
        settings.ROOT_URLCONF = urls
        return urls.urlpatterns

    return service


@pytest.fixture
def delivery():
    at = timezone.now() - timedelta(hours=1)
    subscribe(1, domain="people.example")
    delivery = queue_delivery(to=[RECIPIENT], at=at)
    Delivery.objects.claim_one(at).settle_as(SENT, at=at)
    return delivery


def post(client, event, *, secret=SECRET, to=ADDRESS, **more):
    headers = {"Authorization": "Basic " + base64.b64encode(secret.encode()).decode()} if secret else {}
    body = event if isinstance(event, bytes) else json.dumps(event).encode()
    return client.post(to, body, content_type="application/json", headers=headers, **more)


def event(delivery=None, **more):
    """What Postmark posts of a mail that came back for good."""
    kept = {"mail": delivery.mail_id[1:].partition("@")[0]} if delivery else {}
    return {
        "RecordType": "Bounce",
        "Type": "HardBounce",
        "ID": 4323372036854775807,
        "MessageID": "883953f4-6105-42a2-a16a-77a8eac79483",
        "Metadata": kept,
        "Description": "The server was unable to deliver your message.",
        "Details": "smtp;550 5.1.1 The email account that you tried to reach does not exist",
        "Email": RECIPIENT,
        "BouncedAt": "2026-03-24T16:41:12.0000000Z",
    } | more


def outcome(delivery):
    delivery.refresh_from_db()
    reason = Suppression.objects.values_list("reason", flat=True).first()
    return delivery.state, reason, Subscriber.objects.receiving().count()


COMPLAINT = {"RecordType": "SpamComplaint", "Type": "SpamComplaint"}
LEFT = {"RecordType": "SubscriptionChange", "SuppressSending": True, "SuppressionReason": "ManualSuppression"}


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({}, (BOUNCED, "bounced", 0)),
        ({"Details": ""}, (BOUNCED, "bounced", 0)),
        ({"Details": "smtp;550 5.7.1 Message rejected due to local policy"}, (BOUNCED, None, 1)),
        ({"Type": "SoftBounce", "Details": "smtp;452 4.2.2 Mailbox full"}, (BOUNCED, None, 1)),
        ({"Type": "Transient"}, (SENT, None, 1)),
        ({"Type": "BadEmailAddress", "Details": ""}, (BOUNCED, "bounced", 0)),
        ({"Type": "Blocked", "Details": ""}, (BOUNCED, None, 1)),
        (COMPLAINT, (COMPLAINED, "complained", 0)),
        (LEFT, (SENT, "left", 0)),
        ({"RecordType": "Delivery"}, (SENT, None, 1)),
        ({"RecordType": "Open"}, (SENT, None, 1)),
        ({"RecordType": "Click"}, (SENT, None, 1)),
    ],
)
def test_what_the_service_tells_is_recorded(client, service, delivery, more, expected):
    service()
    assert post(client, event(delivery, **more)).status_code == 200
    assert outcome(delivery) == expected


@pytest.mark.parametrize("form", ["{}", "<{}>"])
def test_a_mail_is_found_by_its_message_id_too(client, service, delivery, form):
    service()
    other = queue_delivery(to=[RECIPIENT], at=timezone.now())
    post(client, event(MessageID=form.format(delivery.mail_id.strip("<>")), Email="someone@else.example"))
    assert outcome(delivery)[0] == BOUNCED
    other.refresh_from_db()
    assert other.state == Delivery.State.QUEUED


def test_a_mail_is_found_by_its_recipient_where_there_is_a_single_one(client, service, delivery):
    service()
    post(client, event(Email=RECIPIENT.upper()))
    assert outcome(delivery) == (BOUNCED, "bounced", 0)


def test_an_address_that_takes_no_mail_is_suppressed_without_the_mail(client, service):
    """The service may tell of a mail that is deleted here by now; that it is the service was checked."""
    service()
    subscribe(1, domain="people.example")
    post(client, event())
    assert not Subscriber.objects.receiving().exists()


def test_who_has_not_the_secret_is_refused(client, service, delivery):
    service()
    for secret in ("", "council:", ":", "council:wrong", SECRET + "x", "\0"):
        assert post(client, event(delivery), secret=secret).status_code == 400
        assert post(client, b"\xff{", secret=secret).status_code == 400
    assert outcome(delivery) == (SENT, None, 1)


def test_neither_a_look_nor_a_cookie_is_needed_and_none_is_given(client, service, delivery):
    service()
    client.handler.enforce_csrf_checks = True
    answer = post(client, event(delivery))
    assert answer.status_code == 200
    assert not answer.cookies
    assert client.get(ADDRESS).status_code == 405


@pytest.mark.parametrize("name", ["postmark", "mailgun", "brevo", "sendgrid", "mandrill", "amazon_ses"])
def test_only_the_service_that_is_used_has_an_address(client, service, name):
    found = [str(each.pattern) for pattern in service(name) for each in pattern.url_patterns]
    assert found
    assert all(path.startswith(f"{name}/") and "inbound" not in path for path in found)


def test_without_a_secret_or_a_service_there_is_no_address(service, settings):
    assert service(secret="") == []
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.ANYMAIL = {"WEBHOOK_SECRET": SECRET}
    assert webhooks.addresses() == []


def test_without_the_extra_there_is_no_address(service, monkeypatch):
    monkeypatch.setattr(webhooks, "find_spec", lambda name: None)
    assert service() == []
    webhooks.listen()


@pytest.mark.parametrize(
    "more",
    [
        {"Email": None, "Metadata": {}, "MessageID": None},
        {"Email": "a\0b@people.example", "Metadata": {"mail": "\0"}, "MessageID": "\0"},
        {"Email": "", "Metadata": {"mail": ["x"]}, "MessageID": 5, "Details": "5.1.1 " * 10_000},
        {"Email": "%", "Metadata": {"mail": "%" * 32}, "Details": "\0\x1b\u2028"},
        {"Email": "x" * 5000 + "@people.example", "MessageID": "<" * 5000},
    ],
)
def test_nonsense_from_the_service_changes_no_mail(client, service, delivery, more):
    service()
    assert post(client, event(**({"Details": ""} | more))).status_code == 200
    assert outcome(delivery)[0] == SENT


@pytest.fixture
def handed_over(settings, monkeypatch):
    """What anymail would give to the service, in place of giving it."""
    from anymail.backends.test import EmailBackend

    given = []
    settings.EMAIL_BACKEND = "anymail.backends.test.EmailBackend"
    posted = EmailBackend.post_to_esp
    monkeypatch.setattr(
        EmailBackend,
        "post_to_esp",
        lambda self, payload, mail: given.append(mail) or posted(self, payload, mail),
    )
    return given


def kept_with(mail):
    return mail.anymail_test_params.get("metadata", {}).get("mail")


def test_the_service_keeps_our_name_for_a_mail_and_it_is_found_by_that(handed_over):
    delivery = queue_delivery(at=AT)
    send_due(AT)
    assert webhooks.delivery_of(SimpleNamespace(metadata={"mail": kept_with(handed_over[0])}), AT) == delivery


def test_the_service_keeps_our_names_for_the_mails_of_a_mailing(handed_over, client, service):
    mailing = made(count=3)
    send()
    assert len(handed_over) == 3
    names = [kept_with(mail) for mail in handed_over]
    assert all(names)
    assert len(set(names)) == 3
    service()
    for name in names:
        post(client, event(Metadata={"mail": name}, Email="someone@else.example"))
    assert set(mailing.deliveries.values_list("state", flat=True)) == {BOUNCED}
    assert not Subscriber.objects.receiving().exists()


def test_a_mail_without_a_name_of_ours_is_handed_over_as_it_is(handed_over):
    mail = EmailMessage("Subject", "words", "w@council.example", [RECIPIENT])
    mail.send()
    assert kept_with(mail) is None


@pytest.mark.parametrize(
    ("service_name", "kept"), [("Postmark", True), ("MailerSend", False), ("Postal", False)]
)
def test_a_service_that_keeps_nothing_is_given_nothing(service_name, kept):
    """It would refuse the mail: there its own Message-ID or the recipient has to tell."""
    mail = EmailMessage("Subject", "words", headers={"Message-ID": f"<{'0a' * 16}@council.example>"})
    webhooks.name_mail(None, message=mail, esp_name=service_name)
    assert bool(getattr(mail, "metadata", None)) == kept
