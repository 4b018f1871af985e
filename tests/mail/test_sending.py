import socket
from datetime import timedelta

import pytest
from django.core import mail

from advocacy.mail.models import Delivery, Message
from advocacy.mail.sending import ATTEMPTS, rest_after, send_due, send_one
from advocacy.mail.server import mail_server
from advocacy.worker.claims import LEASE
from tests.mail.imap import MailServer
from tests.mail.makers import AT, queue_delivery, queue_mail

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)
State = Delivery.State


def test_a_mail_that_is_due_is_sent_once(smtp):
    delivery = queue_delivery(
        html="<p>An inquiry is waiting.</p>",
        reply_to="answers@council.example",
        sender_name="Ararat «Խորհուրդ», desk",
    )
    assert not send_one(AT - MINUTE)
    assert send_due(AT) == 1
    assert send_due(AT + timedelta(days=1)) == 0
    delivery.refresh_from_db()
    assert (delivery.state, delivery.settled_at, delivery.attempts) == (State.SENT, AT, 1)

    [received] = smtp.received
    assert (received.sender, received.recipients) == ("website@council.example", ["desk@council.example"])
    sent = received.mail
    assert sent["Message-ID"] == delivery.mail_id
    assert sent["Subject"] == "A journalist asks: Լաչին"
    assert sent["From"] == '"Ararat «Խորհուրդ», desk" <website@council.example>'
    assert sent["To"] == "desk@council.example"
    assert sent["Reply-To"] == "answers@council.example"
    assert sent["Date"].datetime == AT
    assert sent["Auto-Submitted"] == "auto-generated"
    assert sent["Content-Language"] == "en"
    assert "Its deadline is at 18:00" in sent.get_body(("plain",)).get_content()
    assert "<p>An inquiry" in sent.get_body(("html",)).get_content()


def test_each_recipient_sees_only_their_own_address(smtp):
    queue_mail(to=["one@council.example", "two@council.example"])
    assert send_due(AT) == 2
    assert sorted(received.mail["To"] for received in smtp.received) == [
        "one@council.example",
        "two@council.example",
    ]
    assert all(len(received.recipients) == 1 for received in smtp.received)


@pytest.mark.parametrize(
    ("command", "answer"),
    [
        ("RCPT", "451 Greylisted"),
        ("RCPT", "421 Busy"),
        ("DATA", "452 No room"),
        ("MAIL", "451 Not now"),
        ("MAIL", "530 Authentication required"),
    ],
)
def test_a_no_for_now_is_tried_again_under_the_same_message_id(smtp, command, answer):
    delivery = queue_delivery()
    smtp.answers[command] = [answer]
    send_due(AT)
    delivery.refresh_from_db()
    assert (delivery.state, delivery.due, delivery.claim) == (State.QUEUED, AT + MINUTE, None)
    assert delivery.last_error == answer

    assert send_due(AT + MINUTE - timedelta(seconds=1)) == 0
    assert send_due(AT + MINUTE) == 1
    before = delivery.mail_id
    delivery.refresh_from_db()
    assert (delivery.state, delivery.attempts, delivery.mail_id, delivery.last_error) == (
        State.SENT,
        2,
        before,
        "",
    )
    assert [received.mail["Message-ID"] for received in smtp.received] == [before]


@pytest.mark.parametrize(
    ("command", "answer"),
    [("RCPT", "550 No such person: desk@council.example"), ("DATA", "554 Looks like spam")],
)
def test_a_lasting_no_is_kept_with_its_reason(smtp, command, answer):
    delivery = queue_delivery()
    smtp.answers[command] = [answer]
    assert send_due(AT) == 1
    assert send_due(AT + timedelta(days=9)) == 0
    delivery.refresh_from_db()
    assert (delivery.state, delivery.settled_at, delivery.last_error) == (State.REFUSED, AT, answer)
    assert not smtp.received


def test_a_mail_survives_a_server_that_knows_no_eight_bits(smtp):
    """Not every server offers 8BITMIME, and one that doesn't may cut off the eighth (RFC 6152)."""
    text = "Լաչին\n.\nFrom here = on\n"
    queue_mail(text=text, html=f"<p>{text}</p>", sender_name="Խորհուրդ, «Արարատ»")
    send_due(AT)
    [received] = smtp.received
    assert received.raw.isascii()
    assert max(map(len, received.raw.split(b"\r\n"))) <= 78
    assert [part.get_content_type() for part in received.mail.iter_parts()] == ["text/plain", "text/html"]
    assert received.mail.get_body(("plain",)).get_content().replace("\r\n", "\n") == text
    assert received.mail["From"].addresses[0].display_name == "Խորհուրդ, «Արարատ»"
    assert received.mail["Subject"] == "A journalist asks: Լաչին"


def test_a_refused_recipient_does_not_hold_up_the_others(smtp):
    queue_mail(to=["gone@council.example", "desk@council.example"])
    smtp.answers["RCPT"] = ["550 No such person"]
    send_due(AT)
    assert [received.recipients for received in smtp.received] == [["desk@council.example"]]


def test_a_server_that_is_away_is_tried_again(smtp, settings):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        closed_port = taken.getsockname()[1]
    settings.EMAIL_PORT = closed_port
    delivery = queue_delivery()
    send_due(AT)
    delivery.refresh_from_db()
    assert (delivery.state, delivery.due) == (State.QUEUED, AT + MINUTE)
    assert "ConnectionRefusedError" in delivery.last_error

    settings.EMAIL_PORT = smtp.port
    send_due(AT + MINUTE)
    delivery.refresh_from_db()
    assert delivery.state == State.SENT


def test_a_server_whose_certificate_is_bad_just_now_is_tried_again(smtp, settings):
    """Python counts it among errors of values; the mail has none."""
    server = MailServer()  # by TLS, and nobody vouches for it
    server.start()
    settings.EMAIL_PORT, settings.EMAIL_USE_SSL = server.port, True
    delivery = queue_delivery()
    send_due(AT)
    server.stop()
    delivery.refresh_from_db()
    assert (delivery.state, delivery.due) == (State.QUEUED, AT + MINUTE)
    assert "certificate" in delivery.last_error

    settings.EMAIL_PORT, settings.EMAIL_USE_SSL = smtp.port, False
    send_due(AT + MINUTE)
    delivery.refresh_from_db()
    assert delivery.state == State.SENT


@pytest.mark.parametrize("command", ["MAIL", "RCPT"])
def test_a_server_that_wants_us_to_log_in_refuses_no_recipient(smtp, command):
    delivery = queue_delivery()
    smtp.answers[command] = ["530 5.7.0 Authentication required"]
    send_due(AT)
    delivery.refresh_from_db()
    assert (delivery.state, delivery.due) == (State.QUEUED, AT + MINUTE)


def test_a_server_that_hangs_up_after_the_text_gets_the_same_mail_again(smtp):
    delivery = queue_delivery()
    smtp.answers["DATA"] = ["close"]
    send_due(AT)
    delivery.refresh_from_db()
    assert delivery.state == State.QUEUED
    send_due(AT + MINUTE)
    assert [received.mail["Message-ID"] for received in smtp.received] == [delivery.mail_id] * 2
    first, second = smtp.received
    assert first.mail["Date"] == second.mail["Date"]


def test_the_rests_grow_and_after_the_last_attempt_the_mail_is_given_up(smtp):
    delivery = queue_delivery()
    smtp.answers["RCPT"] = ["451 Greylisted"] * ATTEMPTS
    at = AT
    for number in range(1, ATTEMPTS):
        assert send_due(at) == 1
        delivery.refresh_from_db()
        assert (delivery.state, delivery.due) == (State.QUEUED, at + rest_after(number))
        at = delivery.due
    assert send_due(at) == 1
    delivery.refresh_from_db()
    assert (delivery.state, delivery.last_error, delivery.settled_at) == (State.FAILED, "451 Greylisted", at)
    assert at - AT > timedelta(days=1)
    assert send_due(at + timedelta(days=9)) == 0

    assert delivery.send_again(at)
    assert send_due(at) == 1
    delivery.refresh_from_db()
    assert (delivery.state, delivery.attempts) == (State.SENT, 1)
    assert not delivery.send_again(at)


def test_rests_are_never_absurd():
    assert [rest_after(number) / MINUTE for number in (1, 2, 3, 4, 5, 6, 500)] == [
        1,
        4,
        16,
        64,
        256,
        360,
        360,
    ]


def test_a_mail_on_which_the_worker_ends_each_time_is_given_up(smtp):
    delivery = queue_delivery()
    Delivery.objects.update(attempts=ATTEMPTS)
    send_due(AT)
    delivery.refresh_from_db()
    assert delivery.state == State.FAILED
    assert "stopped in the middle" in delivery.last_error
    assert not smtp.received


def test_an_outcome_is_written_only_while_the_claim_is_held(smtp):
    queue_mail()
    slow = Delivery.objects.claim_one(AT)
    assert Delivery.objects.claim_one(AT + LEASE - MINUTE) is None
    quick = Delivery.objects.claim_one(AT + LEASE)
    assert quick.pk == slow.pk
    assert not slow.settle_as(State.FAILED, at=AT + LEASE, error="too late")
    assert not slow.put_off(until=AT, error="too late")
    assert quick.settle_as(State.SENT, at=AT + LEASE)
    slow.refresh_from_db()
    assert (slow.state, slow.last_error) == (State.SENT, "")


def test_a_row_read_before_another_worker_took_it_is_not_taken(smtp):
    queue_mail()
    read = Delivery.objects.due(AT).get()
    assert Delivery.objects.claim_one(AT)
    assert not read.take(AT)


def test_the_lease_outlasts_the_slowest_server_and_the_lock(settings):
    assert timedelta(seconds=3 * 20) <= LEASE
    steps = ["connect", "again", "greeting", "EHLO", "STARTTLS", "TLS", "EHLO", "AUTH", "user", "password"]
    steps += ["MAIL", "RCPT", "DATA", "text", "answer"]
    assert timedelta(seconds=settings.EMAIL_TIMEOUT) * len(steps) < LEASE


def test_a_server_asks_for_the_password_of_the_address(smtp, settings):
    smtp.user = ("desk@council.example", "p/a:s#s")
    delivery = queue_delivery()
    server = mail_server(f"smtp://desk%40council.example:wrong@127.0.0.1:{smtp.port}")
    settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = server.user, server.password
    send_due(AT)
    delivery.refresh_from_db()
    assert delivery.state == State.QUEUED
    assert delivery.last_error.startswith("535")

    server = mail_server(f"smtp://desk%40council.example:p%2Fa%3As%23s@127.0.0.1:{smtp.port}")
    settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = server.user, server.password
    send_due(AT + MINUTE)
    delivery.refresh_from_db()
    assert delivery.state == State.SENT


def test_a_private_text_is_erased_once_it_is_sent_to_all(smtp):
    message = queue_mail(to=["one@council.example", "two@council.example"], private=True)
    assert send_one(AT)
    message.refresh_from_db()
    assert message.text
    assert send_one(AT)
    message.refresh_from_db()
    assert (message.text, message.html) == ("", "")
    assert all("An inquiry is waiting." in received.mail.get_content() for received in smtp.received)


def test_a_private_text_that_could_not_be_sent_is_still_there_to_send(smtp):
    delivery = queue_delivery(private=True)
    smtp.answers["RCPT"] = ["550 Not yet"]
    send_due(AT)
    assert delivery.send_again(AT)
    send_due(AT)
    [received] = smtp.received
    assert "An inquiry is waiting." in received.mail.get_content()


def test_a_mail_service_takes_the_place_of_smtp(settings):
    settings.EMAIL_BACKEND = "anymail.backends.test.EmailBackend"
    delivery = queue_delivery()
    send_due(AT)
    delivery.refresh_from_db()
    assert delivery.state == State.SENT
    [sent] = mail.outbox
    assert sent.extra_headers["Message-ID"] == delivery.mail_id


def test_a_mail_that_cannot_be_written_is_given_up_at_once(smtp):
    delivery = queue_delivery()
    Message.objects.update(headers={"Bcc": "thief@evil.example"})
    send_due(AT)
    delivery.refresh_from_db()
    assert delivery.state == State.FAILED
    assert not smtp.received
