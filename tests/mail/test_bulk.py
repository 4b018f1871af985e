"""Letters of a mailing as they leave: what each holds, when it may go, and what becomes of it, by a real mail server."""

import itertools
import re
import smtplib
import socket
from dataclasses import replace
from datetime import timedelta
from email import policy
from email.parser import BytesParser

import pytest
from django.core import mail
from django.db import OperationalError
from django.db.models import Count

from advocacy.mail import bulk
from advocacy.mail.bulk import IN_A_ROW, Sender, claim
from advocacy.mail.couriers import NotNow, is_about_a_missing_mailbox
from advocacy.mail.models import Delivery, Mailing
from advocacy.mail.pace import Pace
from advocacy.mail.preparing import keep_words
from advocacy.mail.sending import ATTEMPTS, send_due
from advocacy.subscribers.erasing import erase
from advocacy.subscribers.models import Subscriber
from advocacy.subscribers.suppression import is_suppressed
from advocacy.worker.claims import LEASE
from tests.mail.mailings import AT, HOUR, made, make_mailing, make_minutes, prepare, send, states, subscribe
from tests.mail.makers import queue_delivery
from tests.mail.test_hostile_words import HOSTILE
from tests.minutes.models import Minutes
from tests.organisation.makers import make_organisation
from tests.subscribers.makers import make_subscriber

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)
State = Delivery.State


@pytest.fixture(autouse=True)
def no_hurry(settings):
    """The pace has tests of its own."""
    settings.MAIL_PER_MINUTE = settings.MAIL_PER_DOMAIN = 1_000_000


def received_by(smtp):
    return sorted(received.mail["To"] for received in smtp.received)


# -- the letter


def test_a_letter_is_each_subscribers_own(smtp):
    make_organisation()
    work = make_minutes(languages=("en", "hy"))
    make_subscriber(email="anna@reader.example")
    make_subscriber(email="ani@reader.example", language="hy")
    mailing = make_mailing(work=work)
    prepare()
    send()
    assert [received.recipients for received in smtp.received] == [
        ["anna@reader.example"],
        ["ani@reader.example"],
    ]
    for received in smtp.received:
        subscriber = Subscriber.objects.get(email=received.mail["To"])
        delivery = mailing.deliveries.get(subscriber=subscriber)
        letter = received.mail
        assert letter["Message-ID"] == delivery.mail_id
        assert letter["List-Unsubscribe"] == f"<http://testserver/unsubscribe/{subscriber.token}/>" or (
            subscriber.token in letter["List-Unsubscribe"]
        )
        assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert letter["List-Id"] == "<bulletin.testserver>"
        assert letter["Feedback-ID"] == f"{mailing.pk}:bulletin:{subscriber.language}:testserver"
        assert letter["Content-Language"] == subscriber.language
        assert letter["From"] == "Assembly <website@council.example>"
        assert letter["Date"].datetime == AT
        assert letter.get_content_type() == "multipart/alternative"
        text, html = (letter.get_body((kind,)).get_content() for kind in ("plain", "html"))
        assert "%%" not in text + html
        assert f"/{subscriber.language}/bulletin/" in text
        assert text.count(subscriber.token) == 2
        assert subscriber.token in html
        assert delivery.state == State.SENT
        others = Subscriber.objects.exclude(pk=subscriber.pk).get()
        assert others.token not in received.raw.decode()
        assert others.email not in received.raw.decode()
    english, armenian = (received.mail.get_body(("plain",)).get_content() for received in smtp.received)
    assert "Since 24 March 2026" in english
    assert "Since 24 մարտի 2026" in armenian


def test_a_letter_survives_the_strictest_server(smtp):
    """Seven bits, short lines, CR LF, and no line that a server could take for the end."""
    work = make_minutes()
    make_subscriber()
    make_mailing(work=work)
    prepare()
    long = "ծ" * 3000 + " long " * 500 + "\n.\n..\nFrom here = on \n\ttab \n"
    mailing = Mailing.objects.get()
    mailing.messages.update(text=long, html=f"<p>{long}</p>")
    send()
    [received] = smtp.received
    assert received.raw.isascii()
    assert max(len(line) for line in received.raw.split(b"\r\n")) <= 998
    assert b"\n" not in received.raw.replace(b"\r\n", b"")
    parsed = BytesParser(policy=policy.default).parsebytes(received.raw)
    assert not parsed.defects
    for kind in ("plain", "html"):
        assert long in parsed.get_body((kind,)).get_content().replace("\r\n", "\n")


def test_a_message_without_html_is_a_plain_text(smtp):
    mailing = made(count=1)
    mailing.messages.update(html="")
    send()
    [received] = smtp.received
    assert received.mail.get_content_type() == "text/plain"
    assert "Since" in received.mail.get_content()


def test_an_edition_is_written_once_and_a_connection_carries_many(smtp, monkeypatch):
    made(count=30)
    calls = []
    for owner, name in ((bulk.Stencil, "__init__"), (smtplib.SMTP, "connect")):
        monkeypatch.setattr(owner, name, counting(calls, name, getattr(owner, name)))
    send()
    assert len(smtp.received) == 30
    assert sorted(calls) == ["__init__", "connect"]


def counting(calls, name, whole):
    def counted(*given):
        calls.append(name)
        return whole(*given)

    return counted


def test_letters_cost_two_statements_each(smtp, django_assert_num_queries):
    mailing = made(count=100)
    sender = Sender(tick=lambda: 0.0)
    sender.send_some(AT)  # the stencil is cut, the organisation read
    # What is being sent, is it all public still, the room in all and by domain, is anything due, the claim of fifty within a savepoint, and
    # whether urgent mail waits.
    with django_assert_num_queries(5 + 4 + 1 + 2 * 50):
        sender.send_some(AT)
    assert states(mailing) == {"sent": 100}


@pytest.mark.parametrize(
    "tried", [HOSTILE[::4], pytest.param(HOSTILE, marks=pytest.mark.slow)], ids=["some", "every"]
)
def test_hostile_words_add_no_header_and_no_recipient(smtp, tried):
    [subscriber] = subscribe(1)
    usual = None
    for number, hostile in enumerate(["words", *tried]):
        mailing = make_mailing(work=make_minutes(word=f"Quiet{number}"))
        [edition] = Minutes.mail_editions(mailing, AT)
        words = {"subject": hostile, "sender_name": hostile or "Council"}
        texts = {"html": f"<p>{hostile}</p>", "text": f"Said: {hostile}"}
        keep_words(mailing, [replace(edition, **words, **texts)], AT)
        prepare()
        send()
        assert len(smtp.received) == 1, hostile
        received = smtp.received.pop()
        usual = usual or received.header_names
        assert received.recipients == [subscriber.email], hostile
        assert received.header_names == usual, hostile
        assert received.mail["To"] == subscriber.email
        assert received.mail["From"].addresses[0].addr_spec == "website@council.example", hostile
        assert b"\0" not in received.raw
        assert "Said:" in received.mail.get_body(("plain",)).get_content()


@pytest.mark.parametrize("field", ["email", "token"])
def test_a_hostile_row_of_a_subscriber_is_given_up_and_stops_nobody(smtp, field):
    """Forms take no such address; a row written past them must do no harm either."""
    for number, hostile in enumerate(HOSTILE):
        value = hostile.replace("\0", "").encode("utf-8", "replace").decode()[:40] + str(number)
        subscribe(1, start=number)
        column = {"email": "email", "token": "token"}[field]
        Subscriber.objects.filter(email=f"reader{number}@reader.example").update(
            **{column: value.lower() if field == "email" else value}
        )
    subscribe(1, domain="good.example")
    make_mailing()
    prepare()
    send()
    assert "reader0@good.example" in received_by(smtp)
    usual = smtp.received[-1].header_names
    for received in smtp.received:
        assert received.header_names == usual
        assert len(received.recipients) == 1
        assert "thief@evil.example" not in received.recipients


# -- who still gets it


def test_who_left_a_second_before_their_turn_gets_nothing(smtp):
    mailing = made(count=3)
    left = Subscriber.objects.get(email="reader1@reader.example")
    left.leave(AT - timedelta(seconds=1))
    send()
    assert received_by(smtp) == ["reader0@reader.example", "reader2@reader.example"]
    assert states(mailing) == {"sent": 2, "left_out": 1}


def test_who_leaves_between_claim_and_letter_gets_nothing(smtp, monkeypatch):
    mailing = made(count=3)
    hand_over = bulk.Batch.letter

    def leaving(batch, delivery):
        Subscriber.objects.exclude(pk=delivery.subscriber_id).update(
            state="left", ended=AT, expires=AT + HOUR
        )
        return hand_over(batch, delivery)

    monkeypatch.setattr(bulk.Batch, "letter", leaving)
    send()
    assert received_by(smtp) == ["reader0@reader.example"]
    assert states(mailing) == {"sent": 1, "left_out": 2}


def test_who_is_erased_before_their_turn_gets_nothing(smtp):
    mailing = made(count=2)
    Subscriber.objects.get(email="reader0@reader.example").delete()
    send()
    assert received_by(smtp) == ["reader1@reader.example"]
    assert states(mailing) == {"sent": 1, "left_out": 1}


# -- two workers, a late worker


@pytest.mark.parametrize(
    "answer", ["451 reader0@reader.example is busy", "552 reader0@reader.example is full"]
)
def test_what_a_server_answers_while_somebody_is_erased_is_not_kept(smtp, monkeypatch, answer):
    mailing = made(count=1)
    whole = bulk.Batch.letter

    def erasing(batch, delivery):
        erase(Subscriber.objects.get(), AT)
        return whole(batch, delivery)

    monkeypatch.setattr(bulk.Batch, "letter", erasing)
    smtp.answers["RCPT"] = [answer]
    send()
    assert mailing.deliveries.get().last_error == ""


def test_a_worker_that_came_too_late_sends_nothing(smtp):
    mailing = made(count=4)
    late = bulk.Batch(Sender(tick=lambda: 0.0), mailing, claim(mailing, AT), AT)
    smtp.answers["RCPT"] = ["451 Later"]
    send(AT + LEASE)
    assert len(smtp.received) == 3
    late.send()
    assert len(smtp.received) == 3
    assert states(mailing) == {"sent": 3, "queued": 1}


def test_what_one_worker_holds_no_other_takes(smtp):
    mailing = made(count=3)
    assert len(claim(mailing, AT)) == 3
    assert claim(mailing, AT + LEASE - timedelta(seconds=1)) == []
    send()
    assert not smtp.received


def test_a_letter_has_a_whole_lease_from_its_own_beginning(smtp, monkeypatch):
    """The last of a slow batch is not taken up by another worker while it is on its way."""
    made(count=2)
    seconds = iter([0.0] + [0.9] * 100)
    seen = []
    whole = bulk.Batch.letter
    monkeypatch.setattr(
        bulk.Batch,
        "letter",
        lambda batch, delivery: (
            seen.append(Delivery.objects.get(pk=delivery.pk).due),
            whole(batch, delivery),
        )[1],
    )
    Sender(tick=lambda: next(seconds)).send_some(AT)
    assert seen == [AT + timedelta(seconds=0.9) + LEASE] * 2


def test_a_batch_ends_when_its_time_is_up_and_frees_what_is_left(smtp):
    mailing = made(count=5)
    clock = itertools.count(step=0.3)
    assert Sender(tick=lambda: next(clock)).send_some(AT)
    sent = mailing.deliveries.filter(state=State.SENT).count()
    assert 0 < sent < 5
    left = mailing.deliveries.queued()
    assert set(left.values_list("claim", "attempts")) == {(None, 0)}
    assert all(due < AT + MINUTE for due in left.values_list("due", flat=True))


def test_a_batch_is_short_while_urgent_mail_waits(smtp):
    made(count=20)
    queue_delivery(to=["desk@council.example"], at=AT)
    clock = itertools.count(step=0.03)
    Sender(tick=lambda: next(clock)).send_some(AT)
    assert 0 < len(smtp.received) < 4


def test_urgent_mail_does_not_wait_behind_a_mailing(smtp):
    made(count=50)
    urgent = queue_delivery(to=["desk@council.example"], at=AT + HOUR)
    assert send_due(AT + HOUR) == 1
    assert received_by(smtp) == ["desk@council.example"]
    urgent.refresh_from_db()
    assert urgent.state == State.SENT


def test_an_outcome_is_written_once_more_where_the_database_was_not_free(smtp, monkeypatch):
    mailing = made(count=1)
    whole, failures = Delivery.settle, [1, 2]

    def settle(delivery, **outcome):
        if failures:
            failures.pop()
            raise OperationalError("database is locked")
        return whole(delivery, **outcome)

    monkeypatch.setattr(Delivery, "settle", settle)
    send()
    assert states(mailing) == {"sent": 1}
    assert len(smtp.received) == 1


# -- what servers answer


def test_a_no_for_now_is_tried_again_later_under_the_same_message_id(smtp):
    mailing = made(count=2)
    smtp.answers["RCPT"] = ["451 Greylisted"]
    send()
    assert states(mailing) == {"queued": 1, "sent": 1}
    waiting = mailing.deliveries.queued().get()
    assert (waiting.due, waiting.attempts, waiting.last_error) == (AT + MINUTE, 1, "451 Greylisted")
    send(AT + MINUTE)
    assert states(mailing) == {"sent": 2}
    mailing.refresh_from_db()
    assert (mailing.state, mailing.finished) == (Mailing.State.DONE, AT + MINUTE)


def test_after_the_last_attempt_a_letter_is_given_up(smtp):
    mailing = made(count=1)
    smtp.answers["DATA"] = ["451 No"] * ATTEMPTS
    at = AT
    for _ in range(ATTEMPTS):
        send(at)
        at += 6 * HOUR
    assert states(mailing) == {"failed": 1}


@pytest.mark.parametrize(
    ("answer", "gone"),
    [
        ("550 5.1.1 No such user here", True),
        ("550 5.1.10 Null MX", True),
        ("553 5.1.2 Unknown host", True),
        ("550 5.2.1 The mailbox is disabled", True),
        ("550 No such user", True),
        ("550 User unknown", True),
        ("551 This user does not exist", True),
        ("550 5.1.8 Bad sender's system", False),
        ("550 Sender domain does not exist", False),
        ("550 Sender verify failed: website@council.example: user unknown", False),
        ("553 The domain in your envelope does not exist", False),
        ("550 5.7.1 Unknown user? Blocked by policy", False),
        ("552 5.2.2 Mailbox full", False),
        ("554 5.7.1 Your address is on a list: no such user may send", False),
        ("550 Rejected", False),
        ("554 User unknown to our reputation service", False),
        ("550 5.2.1 The user is receiving mail at a rate that prevents additional messages", False),
        ("550 5.2.1 The user is receiving mail too quickly", False),
        ("550 Blocked: 5.1.1.20 is on a list", False),
        ("554 Refused. 185.5.1.1 has a bad name", False),
        ("550 5.7.1 Client host [5.1.2.33] blocked", False),
        ("550 5.1.1. No such user", True),
        ("550 5.7.26 This mail has been blocked because the sender is unauthenticated", False),
    ],
)
def test_only_an_address_that_does_not_exist_is_suppressed(smtp, answer, gone):
    mailing = made(count=1)
    smtp.answers["RCPT"] = [answer]
    send()
    assert states(mailing) == {"refused": 1}
    assert mailing.deliveries.get().last_error == answer
    assert is_suppressed("reader0@reader.example") == gone
    assert Subscriber.objects.receiving().exists() != gone
    assert is_about_a_missing_mailbox(answer) == gone


def test_a_refusal_after_the_text_is_kept_and_the_connection_goes_on(smtp):
    mailing = made(count=3)
    smtp.answers["DATA"] = ["250 OK", "554 5.7.1 Looks like spam"]
    send()
    assert states(mailing) == {"sent": 2, "refused": 1}
    assert not is_suppressed("reader1@reader.example")


def test_a_connection_cut_after_the_text_gets_one_more_try_then_it_is_uncertain(smtp):
    mailing = made(count=2)
    smtp.answers["DATA"] = ["close", "250 OK", "close"]
    send()
    assert states(mailing) == {"queued": 1, "sent": 1}
    row = mailing.deliveries.queued().get()
    assert (row.cuts, row.due) == (1, AT + MINUTE)
    send(AT + MINUTE)
    send(AT + HOUR)
    assert states(mailing) == {"sent": 1, "uncertain": 1}
    row.refresh_from_db()
    assert [received.mail["Message-ID"] for received in smtp.received].count(row.mail_id) == 2


def test_a_retry_after_a_cut_that_is_taken_is_sent(smtp):
    mailing = made(count=1)
    smtp.answers["DATA"] = ["close"]
    send()
    send(AT + MINUTE)
    assert states(mailing) == {"sent": 1}


def test_after_a_cut_a_refusal_is_not_the_whole_truth(smtp):
    mailing = made(count=1)
    smtp.answers["DATA"] = ["close", "554 5.6.0 I have this already"]
    send()
    send(AT + MINUTE)
    assert states(mailing) == {"uncertain": 1}


def test_a_server_that_is_away_costs_no_letter_an_attempt(smtp, settings):
    mailing = made(count=2)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        settings.EMAIL_PORT = taken.getsockname()[1]
    with pytest.raises(NotNow):
        send()
    mailing.refresh_from_db()
    assert mailing.state == Mailing.State.SENDING
    assert "tried again" in mailing.reason
    assert set(mailing.deliveries.values_list("state", "attempts", "claim")) == {("queued", 0, None)}
    settings.EMAIL_PORT = smtp.port
    send(AT + MINUTE)
    mailing.refresh_from_db()
    assert states(mailing) == {"sent": 2}
    assert mailing.reason == ""


@pytest.mark.parametrize("answer", ["421 Closing", "451 Not now"])
def test_a_server_that_takes_nothing_just_now_stops_the_batch(smtp, answer):
    mailing = made(count=3)
    smtp.answers["MAIL"] = [answer]
    with pytest.raises(NotNow):
        send()
    assert set(mailing.deliveries.values_list("state", "attempts")) == {("queued", 0)}
    send(AT + MINUTE)
    assert states(mailing) == {"sent": 3}


def test_a_server_that_puts_off_everybody_is_given_a_rest(smtp):
    mailing = made(count=IN_A_ROW + 5)
    smtp.answers["RCPT"] = ["450 Too many"] * (IN_A_ROW + 5)
    with pytest.raises(NotNow):
        send()
    assert mailing.deliveries.filter(attempts=0).count() == 5


def test_a_server_that_refuses_the_sender_pauses_and_blames_no_recipient(smtp):
    mailing = made(count=3)
    smtp.answers["MAIL"] = ["553 5.1.8 Sender address rejected"]
    send()
    mailing.refresh_from_db()
    assert mailing.state == Mailing.State.PAUSED
    assert "553 5.1.8 Sender address rejected" in mailing.reason
    assert set(mailing.deliveries.values_list("state", "attempts")) == {("queued", 0)}
    assert Subscriber.objects.receiving().count() == 3
    assert mailing.resume(AT)
    send(AT + MINUTE)
    assert states(mailing) == {"sent": 3}


def test_a_server_that_wants_us_to_log_in_pauses_and_blames_no_recipient(smtp):
    mailing = made(count=3)
    smtp.answers["RCPT"] = ["530 5.7.0 Authentication required"]
    send()
    mailing.refresh_from_db()
    assert mailing.state == Mailing.State.PAUSED and "530 5.7.0" in mailing.reason
    assert set(mailing.deliveries.values_list("state", "attempts")) == {("queued", 0)}


def test_a_server_that_takes_only_so_many_on_one_connection_is_greeted_anew(smtp):
    mailing = made(count=3)
    smtp.answers["MAIL"] = ["", "421 4.7.0 Too many mails on this connection"]
    send()
    mailing.refresh_from_db()
    assert states(mailing) == {"sent": 3}
    assert mailing.reason == ""


def test_a_connection_that_was_closed_while_idle_is_opened_anew(smtp):
    made(count=1)
    sender = Sender(tick=lambda: 0.0)
    sender.send_some(AT)
    sender.courier.backend.connection.sock.close()
    sender.courier.backend.connection.sock = None
    subscribe(1, start=5)
    make_mailing(work=make_minutes(word="Other"))
    prepare()
    send(sender=sender)
    assert len(smtp.received) == 3


def test_too_many_refusals_pause_the_mailing_with_a_sentence(smtp):
    mailing = made(count=60)
    smtp.answers["RCPT"] = ["550 5.7.1 Blocked"] * 12
    send()
    mailing.refresh_from_db()
    assert mailing.state == Mailing.State.PAUSED
    assert "were refused or came back" in mailing.reason
    assert mailing.resume(AT + HOUR)
    send(AT + HOUR)
    mailing.refresh_from_db()
    assert states(mailing) == {"refused": 12, "sent": 48}
    assert mailing.state == Mailing.State.DONE


def test_a_few_refusals_pause_nothing(smtp):
    mailing = made(count=300)
    smtp.answers["RCPT"] = (["250 OK"] * 24 + ["550 5.1.1 No such user"]) * 12
    smtp.answers["RCPT"] = [each if each != "250 OK" else "" for each in smtp.answers["RCPT"]]
    send()
    mailing.refresh_from_db()
    assert states(mailing) == {"sent": 288, "refused": 12}
    assert mailing.state == Mailing.State.DONE


# -- pause, resume, cancel, once more


def test_a_paused_mailing_stands_still_at_once_and_goes_on_where_it_stood(smtp, monkeypatch):
    mailing = made(count=5)
    whole = bulk.Batch.letter

    def pausing(batch, delivery):
        if len(smtp.received) == 1:
            Mailing.objects.get().pause()
        return whole(batch, delivery)

    monkeypatch.setattr(bulk.Batch, "letter", pausing)
    send()
    assert len(smtp.received) == 2  # the one in hand went out
    monkeypatch.undo()
    mailing.refresh_from_db()
    assert mailing.resume(AT)
    send()
    assert len(received_by(smtp)) == len(set(received_by(smtp))) == 5


def test_a_cancelled_mailing_sends_nothing_more_and_says_so(smtp):
    mailing = made(count=3)
    smtp.answers["DATA"] = ["", "close", "451 Later"]
    send()
    assert mailing.cancel()
    prepare(AT + HOUR)
    send(AT + HOUR)
    assert states(mailing) == {"sent": 1, "uncertain": 1, "cancelled": 1}
    mailing.refresh_from_db()
    assert mailing.finished == AT + HOUR
    assert not mailing.resume(AT + HOUR)


def test_cancelling_leaves_the_letter_in_hand_to_its_worker(smtp):
    mailing = made(count=2)
    batch = bulk.Batch(Sender(tick=lambda: 0.0), mailing, claim(mailing, AT), AT)
    [held, _other] = batch.waiting
    assert batch.begin(held)
    mailing.cancel()
    prepare()
    assert states(mailing) == {"queued": 2}
    batch.attempt(held)
    assert states(mailing) == {"queued": 1, "sent": 1}
    prepare(AT + LEASE)
    assert states(mailing) == {"cancelled": 1, "sent": 1}


def test_cancelling_does_not_say_of_a_letter_that_a_killed_worker_had_begun_that_it_never_went(smtp):
    mailing = made(count=2)
    batch = bulk.Batch(Sender(tick=lambda: 0.0), mailing, claim(mailing, AT), AT)
    assert batch.begin(batch.waiting[0]), "and here the worker is killed"
    mailing.cancel()
    prepare(AT + LEASE)
    assert states(mailing) == {"uncertain": 1, "cancelled": 1}


def test_cancelling_what_is_sent_once_more_leaves_no_mail_waiting_for_ever(smtp):
    mailing = made(count=2)
    send()
    mailing.refresh_from_db()
    mailing.send_to("reader0@reader.example", AT + HOUR)
    assert mailing.cancel()
    prepare(AT + HOUR)
    mailing.refresh_from_db()
    assert states(mailing) == {"sent": 1, "uncertain": 1} and mailing.finished == AT + HOUR


@pytest.mark.parametrize("verb", ["pause", "cancel"])
def test_what_is_done_stays_done(smtp, verb):
    mailing = made(count=1)
    send()
    mailing.refresh_from_db()
    assert not getattr(mailing, verb)()
    assert mailing.state == Mailing.State.DONE


def test_it_is_sent_once_more_to_one_address_with_an_id_of_its_own(smtp):
    mailing = made(count=2)
    send()
    mailing.refresh_from_db()
    assert mailing.send_to(" Reader1@reader.example ", AT + HOUR)
    assert mailing.state == Mailing.State.SENDING
    assert not mailing.send_to("reader1@reader.example", AT + HOUR), "one waits already"
    send(AT + HOUR)
    again = [received for received in smtp.received if received.mail["To"] == "reader1@reader.example"]
    assert len(smtp.received) == 3
    assert len({received.mail["Message-ID"] for received in again}) == 2
    mailing.refresh_from_db()
    assert mailing.state == Mailing.State.DONE
    assert (mailing.recipients, states(mailing)) == (2, {"sent": 2})


@pytest.mark.parametrize("again", ["one", "the refused"])
def test_what_is_sent_once_more_while_the_worker_ends_the_mailing_is_not_lost(smtp, again):
    mailing = made(count=1)
    smtp.answers["RCPT"] = ["552 5.2.2 Full"]
    Sender(tick=lambda: 0.0).send_some(AT)
    worker = Mailing.objects.sending().get()
    assert not worker.deliveries.queued().exists(), "the worker has looked, and is about to end it"
    mailing.refresh_from_db()
    if again == "one":
        assert mailing.send_to("reader0@reader.example", AT + HOUR)
    else:
        assert mailing.send_to_the_refused(AT + HOUR) == 1
    assert not worker.finish(AT + HOUR)
    send(AT + HOUR)
    assert received_by(smtp) == ["reader0@reader.example"]


def test_a_second_mail_that_is_refused_does_not_hide_the_first(smtp):
    mailing = made(count=1)
    send()
    mailing.send_to("reader0@reader.example", AT + HOUR)
    smtp.answers["RCPT"] = ["552 5.2.2 Full"]
    send(AT + HOUR)
    assert states(mailing) == {"uncertain": 1}


def test_it_is_sent_to_somebody_who_joined_later(smtp):
    mailing = made(count=1)
    send()
    make_subscriber(email="late@reader.example")
    assert mailing.send_to("late@reader.example", AT + HOUR)
    send(AT + HOUR)
    mailing.refresh_from_db()
    assert received_by(smtp) == ["late@reader.example", "reader0@reader.example"]
    assert mailing.recipients == 2


@pytest.mark.parametrize("state", ["pending", "left", "suppressed", None])
def test_it_is_sent_to_nobody_who_does_not_receive(smtp, state):
    mailing = made(count=1)
    send()
    if state:
        make_subscriber(email="other@reader.example", state=state)
    assert not mailing.send_to("other@reader.example", AT + HOUR)
    send(AT + HOUR)
    assert len(smtp.received) == 1


def test_those_refused_for_other_reasons_are_tried_again_and_the_suppressed_are_not(smtp):
    mailing = made(count=3)
    smtp.answers["RCPT"] = ["550 5.1.1 No such user", "550 5.7.1 Blocked"]
    send()
    mailing.refresh_from_db()
    assert mailing.send_to_the_refused(AT + HOUR) == 1
    send(AT + HOUR)
    assert states(mailing) == {"sent": 2, "refused": 1}


@pytest.fixture
def text_gone():
    """Makes what the mailing shows something that readers may not have."""

    def withdraw(mailing):
        Minutes.objects.get(work=mailing.work).withdraw(at=AT + MINUTE)

    def bar(mailing):
        text = Minutes.objects.get(work=mailing.work)
        text.title = "Without the name"
        text.save()
        text.publish(at=AT + MINUTE)
        text.bar(text.versions.get(number=1), at=AT + MINUTE)

    return {"withdrawn": withdraw, "barred": bar}


@pytest.mark.parametrize("how", ["withdrawn", "barred"])
def test_what_is_withdrawn_or_barred_while_it_is_sent_goes_to_nobody_else(smtp, text_gone, how):
    mailing = made(count=3)
    Delivery.objects.filter(pk__gt=Delivery.objects.earliest("pk").pk).update(due=AT + HOUR)
    send()
    assert len(smtp.received) == 1
    text_gone[how](mailing)
    send(AT + HOUR)
    mailing.refresh_from_db()
    assert len(smtp.received) == 1
    assert mailing.state == Mailing.State.PAUSED and "Assembly title" in mailing.reason
    mailing.resume(AT + HOUR)
    send(AT + HOUR)
    assert len(smtp.received) == 1 and mailing.cancel()


@pytest.mark.parametrize("how", ["withdrawn", "barred"])
def test_what_is_withdrawn_or_barred_is_sent_to_nobody_once_more(smtp, text_gone, how):
    mailing = made(count=2)
    smtp.answers["RCPT"] = ["552 5.2.2 Full"]
    send()
    mailing.refresh_from_db()
    text_gone[how](mailing)
    assert not mailing.send_to("reader1@reader.example", AT + HOUR)
    assert mailing.send_to_the_refused(AT + HOUR) == 0
    assert mailing.state == Mailing.State.DONE


# -- the pace


def test_a_minute_has_no_more_mails_than_it_may_have(smtp, settings):
    settings.MAIL_PER_MINUTE, settings.MAIL_PER_DOMAIN = 60, 1000
    made(count=100)
    at, counts = AT, []
    for _ in range(20):
        send(at)
        counts.append(len(smtp.received))
        at += timedelta(seconds=6)
    assert counts[:3] == [6, 12, 18]
    assert counts[9] == 60
    assert counts[-1] == 100


def test_a_domain_that_had_its_share_holds_up_no_other(smtp, settings):
    settings.MAIL_PER_MINUTE, settings.MAIL_PER_DOMAIN = 1000, 20
    subscribe(30, domain="large.example")
    subscribe(5, domain="small.example", start=100)
    mailing = make_mailing()
    prepare()
    send()
    assert dict(sent_by_domain(mailing)) == {"large.example": 2, "small.example": 2}
    send(AT + timedelta(seconds=6))
    assert dict(sent_by_domain(mailing)) == {"large.example": 4, "small.example": 4}


def sent_by_domain(mailing):
    return mailing.deliveries.filter(state="sent").order_by().values_list("domain").annotate(Count("pk"))


def test_two_mailings_share_the_pace(smtp, settings):
    settings.MAIL_PER_MINUTE, settings.MAIL_PER_DOMAIN = 60, 1000
    made(count=20)
    make_mailing(work=make_minutes(word="Other"))
    prepare()
    send()
    assert len(smtp.received) == 6


@pytest.mark.parametrize(("count", "allowed", "seconds"), [(600, 60, 6), (10, 1, 6), (1, 1, 60), (5, 1, 12)])
def test_small_numbers_are_kept_too(count, allowed, seconds):
    assert Pace.a_minute(count) == Pace(allowed, timedelta(seconds=seconds))


# -- other ways to send


def test_a_mail_service_takes_the_place_of_smtp(settings):
    settings.EMAIL_BACKEND = "anymail.backends.test.EmailBackend"
    mailing = made(count=2)
    send()
    assert states(mailing) == {"sent": 2}
    first = mail.outbox[0]
    assert first.extra_headers["Message-ID"] == mailing.deliveries.order_by("pk").first().mail_id
    assert first.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert re.search(r"/bulletin/\S+", first.body)
    assert "%%" not in first.body + first.alternatives[0][0]


def test_a_mail_service_that_knows_no_such_address_is_believed(settings, monkeypatch):
    from anymail.backends.test import EmailBackend
    from anymail.exceptions import AnymailRecipientsRefused
    from anymail.message import AnymailStatus

    def refuse(backend, message):
        message.anymail_status = AnymailStatus()
        message.anymail_status.status = {"invalid"}
        raise AnymailRecipientsRefused

    settings.EMAIL_BACKEND = "anymail.backends.test.EmailBackend"
    monkeypatch.setattr(EmailBackend, "_send", refuse)
    mailing = made(count=1)
    send()
    assert states(mailing) == {"refused": 1}
    assert is_suppressed("reader0@reader.example")
