"""Mail that came back is read from a mailbox: what is recorded, who gets no more, and what is left alone."""

from datetime import timedelta

import pytest
from django.core.exceptions import ImproperlyConfigured

from advocacy.mail import mailbox
from advocacy.mail.mailbox import EVERY, LOOK_BACK, TRIES, read_next
from advocacy.mail.models import Delivery, Mailing, ReadMailbox
from advocacy.mail.server import Mailbox, bounce_mailbox
from advocacy.subscribers.erasing import erase
from advocacy.subscribers.models import Subscriber, Suppression
from advocacy.subscribers.suppression import is_suppressed
from tests.accounts.makers import make_user
from tests.mail.bounces import NAMES, RECIPIENT, bounce
from tests.mail.imap import CERTIFICATE, MailServer
from tests.mail.mailings import AT, delivery_to, made, make_minutes, send, states, subscribe
from tests.mail.makers import queue_delivery
from tests.mail.test_mailings import correct

pytestmark = pytest.mark.django_db
SENT, BOUNCED, COMPLAINED = Delivery.State.SENT, Delivery.State.BOUNCED, Delivery.State.COMPLAINED


@pytest.fixture
def server(monkeypatch, settings):
    """The mailbox that the site reads."""
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
    server = MailServer()
    server.start()
    settings.BOUNCE_MAILBOX = Mailbox("127.0.0.1", server.port, server.user, server.password, server.folder)
    yield server
    server.stop()


def sent_mail(*, to=RECIPIENT, at=AT, state=SENT):
    delivery = queue_delivery(to=[to], at=at)
    assert Delivery.objects.claim_one(at).settle_as(state, at=at)
    delivery.refresh_from_db()
    return delivery


def read(at=AT):
    """All that is due; says how often the mailbox was opened."""
    count = 0
    while read_next(at):
        count += 1
    return count


def state_of(delivery):
    delivery.refresh_from_db()
    return delivery.state


# What is recorded

RECORDED = {  # by mail: the state of ours, and why its recipient gets no more
    "postfix_unknown": (BOUNCED, "bounced"),
    "exim_unknown": (BOUNCED, "bounced"),
    "exchange_unknown": (BOUNCED, "bounced"),
    "international": (BOUNCED, "bounced"),
    "postfix_expired": (BOUNCED, None),  # nobody says that the address does not exist
    "exim_full": (BOUNCED, None),
    "exchange_policy": (BOUNCED, None),
    "no_original": (BOUNCED, None),
    "postfix_delayed": (SENT, None),
    "forwarded_half": (SENT, None),
    "complaint": (COMPLAINED, "complained"),
}


@pytest.mark.parametrize("name", NAMES)
def test_what_a_mail_reports_is_recorded_and_all_others_are_left_unread(server, name):
    delivery = sent_mail()
    mail = server.put(bounce(name, mail_id=delivery.mail_id))
    read()
    state, reason = RECORDED.get(name, (SENT, None))
    assert state_of(delivery) == state
    assert list(Suppression.objects.values_list("reason", flat=True)) == ([reason] if reason else [])
    assert is_suppressed(RECIPIENT) == bool(reason)
    assert mail.flags == ({r"\Seen"} if name in RECORDED else set())
    assert (delivery.settled_at, delivery.due) == (AT, None)
    if name in ("postfix_delayed", "postfix_expired", "exchange_policy"):
        assert delivery.last_error[:5] in ("4.4.1", "550 5")


def test_a_subscriber_whose_address_is_gone_receives_no_more(server, smtp):
    mailing = made(count=3)
    send()
    subscriber = Subscriber.objects.order_by("pk").first()
    delivery = delivery_to(subscriber, mailing)
    server.put(bounce("exchange_unknown", mail_id=delivery.mail_id, recipient=subscriber.email))
    read()
    assert state_of(delivery) == BOUNCED
    assert Subscriber.objects.receiving().count() == 2
    assert is_suppressed(subscriber.email)


@pytest.mark.parametrize("name", ["exchange_unknown", "postfix_delayed", "complaint"])
def test_what_comes_back_after_somebody_was_erased_does_not_bring_their_address_back(server, smtp, name):
    mailing = made(count=1)
    send()
    delivery, subscriber = mailing.deliveries.get(), Subscriber.objects.get()
    erase(subscriber, AT)
    server.put(bounce(name, mail_id=delivery.mail_id, recipient=subscriber.email))
    read()
    assert state_of(delivery) == RECORDED[name][0]
    assert delivery.last_error == ""


def test_a_mailing_of_which_too_much_comes_back_stops(server, smtp):
    mailing = made(count=20)
    Mailing.objects.filter(pk=mailing.pk).update(state=Mailing.State.SENDING)
    for number, delivery in enumerate(mailing.deliveries.all()):
        late = AT + timedelta(minutes=1)
        if number < 15:
            Delivery.objects.filter(pk=delivery.pk).update(state=SENT, due=None, settled_at=late)
        if number < 12:
            server.put(bounce("exchange_policy", mail_id=delivery.mail_id))
    read(AT + timedelta(hours=1))
    mailing.refresh_from_db()
    assert mailing.state == Mailing.State.PAUSED
    assert "came back" in mailing.reason


def test_a_mail_that_came_back_is_not_sent_once_more(server):
    """The worker was stopped before it wrote that it had sent it, and the bounce is quicker than the lease."""
    delivery = queue_delivery(to=[RECIPIENT], at=AT)
    slow = Delivery.objects.claim_one(AT)
    server.put(bounce("postfix_unknown", mail_id=delivery.mail_id))
    read()
    assert state_of(delivery) == BOUNCED
    assert Delivery.objects.claim_one(AT + timedelta(hours=1)) is None
    assert not slow.settle_as(SENT, at=AT)
    assert state_of(delivery) == BOUNCED


def test_a_bounce_after_a_complaint_changes_nothing(server):
    delivery = sent_mail()
    server.put(bounce("complaint", mail_id=delivery.mail_id))
    server.put(bounce("exim_unknown", mail_id=delivery.mail_id))
    read()
    assert state_of(delivery) == COMPLAINED


@pytest.fixture
def sent_twice(smtp):
    """A mail that went to one reader, and then once more; gives its row and the Message-IDs of both."""
    mailing = made(count=1)
    send()
    mailing.refresh_from_db()
    first = mailing.deliveries.get().mail_id
    assert mailing.send_to("reader0@reader.example", AT)
    send()
    delivery = mailing.deliveries.get()
    assert delivery.state == SENT and delivery.mail_id != first
    return delivery, first, delivery.mail_id


def test_a_complaint_of_the_first_of_two_mails_is_heard(server, sent_twice):
    delivery, first, _second = sent_twice
    mail = server.put(bounce("complaint", mail_id=first))
    read()
    assert state_of(delivery) == COMPLAINED
    assert not Subscriber.objects.receiving().exists()
    assert mail.flags


@pytest.mark.parametrize(("name", "gone"), [("postfix_unknown", True), ("exim_full", False)])
def test_that_the_first_of_two_mails_came_back_says_nothing_of_the_second(server, sent_twice, name, gone):
    delivery, first, second = sent_twice
    mail = server.put(bounce(name, mail_id=first))
    read()
    assert state_of(delivery) == SENT
    assert not delivery.last_error
    assert Subscriber.objects.receiving().exists() != gone
    assert mail.flags
    server.put(bounce(name, mail_id=second))
    read(AT + EVERY)
    assert state_of(delivery) == BOUNCED


def test_a_name_that_only_begins_like_that_of_a_mail_is_none_of_ours(server, sent_twice):
    delivery, first, _second = sent_twice
    for forged in (first.replace(".", "%", 1), f"{first[:9]}@council.example>", "<@council.example>"):
        server.put(bounce("complaint", mail_id=forged))
    server.put(bounce("complaint", mail_id=f"<{delivery.mailing_id}.@council.example>"))
    read()
    assert state_of(delivery) == SENT


# Who may be silenced


def test_nobody_is_silenced_by_a_mail_that_knows_only_an_address(server):
    """Whoever wants a reader not to hear from the organisation knows their address, and can write such a mail."""
    sent_mail()
    subscribe(1, domain="people.example")
    for name in NAMES:
        server.put(bounce(name, mail_id="<0000@elsewhere.example>"))
        server.put(bounce(name, mail_id="<0000@elsewhere.example>", recipient="reader0@people.example"))
    read()
    assert Subscriber.objects.receiving().count() == 1
    assert not Suppression.objects.exists()


def test_the_recipient_tells_the_mail_only_where_there_is_a_single_one(server):
    first = sent_mail()
    mail = server.put(bounce("no_original", recipient=RECIPIENT.upper()))
    read()
    assert state_of(first) == BOUNCED
    assert mail.flags

    second, third = sent_mail(), sent_mail()
    mail = server.put(bounce("no_original"))
    read(AT + EVERY)
    assert (state_of(second), state_of(third)) == (SENT, SENT)
    assert not mail.flags


def test_whoever_invents_a_report_stops_no_mailing_and_keeps_no_correction_from_anybody(server, smtp):
    work = make_minutes()
    mailing = made(work=work, count=12)
    Delivery.objects.update(state="sent", due=None, settled_at=AT)
    for number in range(12):
        server.put(bounce("no_original", recipient=f"reader{number}@reader.example"))
    read()
    mailing.refresh_from_db()
    assert mailing.state == Mailing.State.SENDING and states(mailing) == {"uncertain": 12}
    assert correct(work).deliveries.count() == 12


def test_a_complaint_has_to_name_the_mail(server):
    delivery = sent_mail()
    raw = bounce("complaint").replace(b"redacted@people.example", RECIPIENT.encode())
    mail = server.put(raw.replace(b"Message-ID:", b"X-Other:"))
    read()
    assert state_of(delivery) == SENT
    assert not mail.flags


def test_an_old_mail_is_not_told_by_its_recipient(server):
    delivery = sent_mail(at=AT - timedelta(days=6))
    server.put(bounce("no_original"))
    read()
    assert state_of(delivery) == SENT


def test_a_report_on_a_mail_of_somebody_else_is_left_alone(server):
    delivery = sent_mail()
    mail = server.put(bounce("postfix_unknown"))
    read()
    assert state_of(delivery) == SENT
    assert not mail.flags


# Reading


def test_each_mail_is_read_once_whatever_becomes_of_it(server, monkeypatch):
    read_mails = []
    monkeypatch.setattr(mailbox, "read_report", lambda raw: read_mails.append(raw))
    server.put(b"one")
    server.put(b"two")
    read()
    server.put(b"three")
    assert read(AT + EVERY / 2) == 0
    assert read(AT + EVERY) == 1
    assert read_mails == [b"one", b"two", b"three"]


def test_mails_are_read_in_goes(server, monkeypatch):
    monkeypatch.setattr(mailbox, "MOST", 2)
    delivery = sent_mail()
    for _each in range(4):
        server.put(b"words")
    server.put(bounce("postfix_unknown", mail_id=delivery.mail_id))
    assert read() == 3
    assert state_of(delivery) == BOUNCED


def test_a_server_that_numbers_its_mails_anew_is_read_from_the_start(server):
    server.put(b"words", uid=500)
    read()
    delivery = sent_mail()
    server.mails, server.validity = [], 8
    server.put(bounce("postfix_unknown", mail_id=delivery.mail_id), uid=1)
    read(AT + EVERY)
    assert state_of(delivery) == BOUNCED


def test_what_was_read_before_a_line_broke_is_not_read_again(server):
    delivery = sent_mail()
    server.put(b"words")
    server.put(bounce("postfix_unknown", mail_id=delivery.mail_id))
    server.says["UID STORE"] = b"* BYE\r\n"
    read()
    row = ReadMailbox.objects.get()
    assert row.last_uid == 1
    assert row.last_error
    del server.says["UID STORE"]
    read(AT + EVERY)
    row.refresh_from_db()
    assert (row.last_uid, row.last_error, row.read) == (2, "", AT + EVERY)
    assert state_of(delivery) == BOUNCED


def test_a_mailbox_that_cannot_be_opened_rests_longer_and_longer(server, settings):
    settings.BOUNCE_MAILBOX = settings.BOUNCE_MAILBOX._replace(password="wrong")
    at, rests = AT, []
    for _attempt in range(6):
        assert read(at) == 1
        row = ReadMailbox.objects.get()
        assert "wrong" not in row.last_error
        rests.append(row.due - at)
        at = row.due
    assert rests == sorted(rests)
    assert rests[0] == EVERY
    assert rests[-1] == timedelta(hours=1)


def test_administrators_see_that_it_cannot_be_opened(server, client):
    words = "The mailbox for mail that comes back can&#x27;t be read"
    server.says["SELECT"] = b"TAG NO gone\r\n"
    read()
    administrator = make_user(role="Administrator")
    for user, sees in [(administrator, True), (make_user(role="Writer"), False)]:
        client.force_login(user)
        assert (words in client.get("/admin/").content.decode()) == sees
    del server.says["SELECT"]
    read(AT + EVERY)
    client.force_login(administrator)
    assert words not in client.get("/admin/").content.decode()


def test_without_a_mailbox_nothing_is_read(settings):
    settings.BOUNCE_MAILBOX = None
    assert read() == 0
    assert not ReadMailbox.objects.exists()


def test_two_workers_do_not_read_at_once(server):
    read()
    assert ReadMailbox.objects.claim_one(AT + EVERY)
    assert read(AT + EVERY) == 0


HOSTILE = [
    b"",
    b"\0" * 5000,
    b"Content-Type: multipart/report; boundary=x\n\n"
    + b"--x\nContent-Type: multipart/report; boundary=x\n\n" * 3000,
    bounce("postfix_unknown", mail_id="<\0@x>", recipient="a\0b@people.example"),
    bounce("no_original", recipient="a\0b\x1b@people.example"),
    bounce("no_original", recipient="%@people.example"),
    bounce("no_original", recipient="' OR 1=1 --@people.example"),
    bounce("postfix_unknown", mail_id="<" + "a" * 5000 + ">"),
    bounce("international", mail_id="<ն@x>", recipient="ն@people.example"),
    bounce("complaint").replace(b"abuse", b"\xff\xfe"),
]


def test_hostile_mails_never_stop_the_reader(server):
    delivery = sent_mail()
    mails = [server.put(raw) for raw in HOSTILE]
    server.put(bounce("postfix_unknown", mail_id=delivery.mail_id))
    assert read() == 1
    assert state_of(delivery) == BOUNCED
    assert not any(mail.flags for mail in mails)
    assert not ReadMailbox.objects.get().last_error


def test_a_mail_that_the_parser_cannot_bear_is_passed_over(server, monkeypatch):
    def fail(raw):
        raise RecursionError

    monkeypatch.setattr(mailbox, "read_report", fail)
    mail = server.put(b"words")
    assert read() == 1
    assert (ReadMailbox.objects.get().last_uid, mail.flags) == (1, set())


@pytest.mark.parametrize(
    "said", ["TAG NO [SERVERBUG] Internal error", "* BYE", "* 1 FETCH (UID 1 BODY[]<0> {9999999}"]
)
def test_a_mail_that_the_server_never_gives_holds_up_the_others_for_some_tries(server, said):
    delivery = sent_mail()
    broken = server.put(b"words")
    server.put(bounce("postfix_unknown", mail_id=delivery.mail_id))
    server.broken[broken.uid] = said
    at = AT
    for _try in range(TRIES):
        assert state_of(delivery) == SENT
        assert read(at) == 1
        assert ReadMailbox.objects.get().last_error
        at = ReadMailbox.objects.get().due
    read(at)
    assert state_of(delivery) == BOUNCED
    assert not ReadMailbox.objects.get().last_error
    assert not broken.flags
    assert at - AT < timedelta(hours=2)


def test_a_mail_is_passed_over_only_where_nothing_else_is_wrong(server):
    """The line broke some mails further on each time: that is the server's trouble, not the mail's."""
    deliveries = [sent_mail() for _each in range(2 * TRIES)]
    for delivery in deliveries:
        server.put(b"words")
        server.put(bounce("postfix_unknown", mail_id=delivery.mail_id))
    at = AT
    for number in range(2 * TRIES):
        server.broken = {2 * number + 2: "* BYE"}
        read(at)
        at = ReadMailbox.objects.get().due
    server.broken = {}
    read(at)
    assert {state_of(delivery) for delivery in deliveries} == {BOUNCED}


def test_words_of_strangers_are_kept_short_and_on_one_line(server):
    delivery = sent_mail()
    words = "550 5.1.1 " + "\x1b[31m\u2028" + "x" * 10_000
    raw = bounce("exchange_unknown", mail_id=delivery.mail_id).replace(b"smtp;550 5.1.10", words.encode())
    server.put(raw)
    read()
    assert state_of(delivery) == BOUNCED
    assert delivery.last_error.isprintable()
    assert len(delivery.last_error) < 600


def test_mails_from_long_ago_are_not_asked_for(server, monkeypatch):
    days = []
    monkeypatch.setattr(mailbox.Opened, "after", lambda self, uid, since: days.append(since) or [])
    read()
    assert days == [(AT - LOOK_BACK).date()]


# Its address


@pytest.mark.parametrize(
    ("url", "box"),
    [
        ("", None),
        ("imaps://u:pass@mail.example", Mailbox("mail.example", 993, "u", "pass", "INBOX")),
        (
            "imaps://b%40council.example:p%2Fa%3As@mail.example:1993/Bounced%20mail/",
            Mailbox("mail.example", 1993, "b@council.example", "p/a:s", "Bounced mail"),
        ),
        (
            "imaps://u:pass@mail.example/INBOX/Bounces",
            Mailbox("mail.example", 993, "u", "pass", "INBOX/Bounces"),
        ),
    ],
)
def test_the_address_of_the_mailbox_is_read(url, box):
    assert bounce_mailbox(url) == box
    assert box is None or box.password not in box.name


@pytest.mark.parametrize(
    "url",
    [
        "mail.example",
        "imap://u:hidden@mail.example",
        "https://u:hidden@mail.example",
        "imaps://mail.example",
        "imaps://u@mail.example",
        "imaps://:hidden@mail.example",
        "imaps://u:hidden@",
        "imaps://u:hid/den@mail.example",
        "imaps://u:hid#den@mail.example",
        "imaps://u:hidden@mail.example/INBOX?x",
        "imaps://u:hidden@mail.example:many",
        "imaps://u:hidden@mail.example/Մուտք",
        "imaps://u:hidden@mail.example/a%0D%0Ab",
    ],
)
def test_an_address_that_cannot_be_meant_is_refused_without_the_password(url):
    with pytest.raises(ImproperlyConfigured) as refusal:
        bounce_mailbox(url)
    assert "CMS_BOUNCE_URL" in str(refusal.value)
    assert "hid" not in str(refusal.value)
