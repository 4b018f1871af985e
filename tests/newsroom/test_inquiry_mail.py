"""What the worker tells of inquiries: the morning's mail, and the alert that repeats until somebody takes it."""

from datetime import UTC, date, datetime, time, timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection

from advocacy.mail.models import Delivery, Message
from advocacy.organisation.models import OnCall, Organisation
from newsroom.jobs import alert_one, tell_the_desk
from newsroom.models import Digest, Inquiry
from tests.accounts.makers import make_user
from tests.newsroom.makers import AT, make_inquiry
from tests.organisation.makers import make_organisation

pytestmark = pytest.mark.django_db

OPENS = datetime(2026, 3, 25, 4, tzinfo=UTC)  # eight in Yerevan, when the desk opens
PERSONAL = ("Jonas", "Weber", "Freelance", "outlet.example", "demand 9", "Aram")


@pytest.fixture(autouse=True)
def organisation():
    return make_organisation()


def digests():
    return Message.objects.filter(purpose="inquiry-digest")


def alerts():
    return Message.objects.filter(purpose="inquiry-untaken")


# The morning's mail


def test_the_morning_s_mail_has_deadlines_links_and_counts_and_no_word_of_anybody(organisation):
    OnCall.objects.create(organisation=organisation, email="night@carm.example")
    aram = make_user(role="Press desk", name="aram")
    undated = make_inquiry(at=OPENS - timedelta(days=3))
    later = make_inquiry(at=OPENS - timedelta(days=2), deadline=OPENS + timedelta(days=1), taken_by=aram)
    sooner = make_inquiry(at=OPENS - timedelta(hours=2), deadline=OPENS + timedelta(hours=6))
    make_inquiry(state="answered")
    make_inquiry(state="doubtful", doubt="links")
    assert not tell_the_desk(OPENS - timedelta(seconds=1))
    assert tell_the_desk(OPENS)
    mail = digests().get()
    assert mail.subject == "3 press inquiries are open"
    assert "Came in the last 24 hours: 1" in mail.text and "Taken by nobody: 2" in mail.text
    places = [mail.text.index(f"/inquiry/{inquiry.pk}/change/") for inquiry in (sooner, later, undated)]
    assert places == sorted(places)
    assert "Deadline: 25 March 2026, 14:00 Yerevan (UTC+4)" in mail.text
    assert mail.text.count("Somebody has taken it.") == 1
    assert not [word for word in PERSONAL if word in mail.subject + mail.text]
    to = set(mail.deliveries.values_list("recipient", flat=True))
    assert to == {"press@carm.example", "night@carm.example"}


def test_it_goes_out_once_a_day():
    make_inquiry()
    assert tell_the_desk(OPENS)
    assert not tell_the_desk(OPENS + timedelta(hours=3))
    assert not tell_the_desk(OPENS + timedelta(hours=20))  # the desk is closed
    assert tell_the_desk(OPENS + timedelta(days=1))
    assert digests().count() == 2


def test_nothing_is_sent_when_nothing_is_open():
    make_inquiry(state="answered")
    assert tell_the_desk(OPENS)
    make_inquiry(at=OPENS + timedelta(hours=1))
    assert not tell_the_desk(OPENS + timedelta(hours=1))
    assert not digests().exists()


def test_a_desk_that_is_open_over_midnight_has_one_day(organisation):
    Organisation.objects.update(desk_opens=time(20), desk_closes=time(4))
    make_inquiry()
    assert tell_the_desk(datetime(2026, 3, 24, 21, tzinfo=UTC))  # one in the morning of the 25th
    assert Digest.objects.get().day == date(2026, 3, 24)
    assert not tell_the_desk(datetime(2026, 3, 24, 23, tzinfo=UTC))


def test_without_desk_hours_it_goes_out_at_eight(organisation):
    Organisation.objects.update(desk_opens=None, desk_closes=None)
    make_inquiry()
    assert not tell_the_desk(OPENS - timedelta(seconds=1))
    assert tell_the_desk(OPENS)


def test_each_reads_it_in_their_own_language(organisation):
    user = make_user(role="Press desk", language="fr")
    OnCall.objects.create(organisation=organisation, user=user)
    make_inquiry()
    tell_the_desk(OPENS)
    told = Delivery.objects.values_list("recipient", "message__language")
    assert set(told) == {("press@carm.example", "en"), (user.email, "fr")}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("job", [tell_the_desk, alert_one])
def test_two_workers_send_one_mail(job):
    make_inquiry(deadline=OPENS + timedelta(hours=1))
    start, done = Barrier(2), []

    def work():
        start.wait()
        try:
            done.append(job(OPENS))
        finally:
            connection.close()

    workers = [Thread(target=work) for _number in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(done) == [False, True]
    assert Message.objects.count() == 1


# The alert


def test_an_urgent_inquiry_alerts_every_half_hour_until_it_is_due(organisation):
    OnCall.objects.create(organisation=organisation, email="night@carm.example")
    inquiry = make_inquiry(deadline=AT + timedelta(minutes=75), alerted_at=AT)
    assert not alert_one(AT + timedelta(minutes=29))
    assert alert_one(AT + timedelta(minutes=30))
    assert not alert_one(AT + timedelta(minutes=30))
    assert alert_one(AT + timedelta(minutes=61))
    assert not alert_one(AT + timedelta(minutes=75 + 16))
    assert alerts().count() == 2
    mail = alerts().first()
    assert mail.subject == "Nobody has taken it: press inquiry, due 24 March 2026, 20:55 Yerevan (UTC+4)"
    assert f"/inquiry/{inquiry.pk}/change/" in mail.text
    assert not [word for word in PERSONAL if word in mail.subject + mail.text]
    assert mail.deliveries.get().recipient == "night@carm.example"


@pytest.mark.parametrize(
    "columns",
    [
        {"state": "answered"},
        {"state": "closed", "outcome": "declined"},
        {"state": "doubtful", "doubt": "links"},
        {"deadline": AT + timedelta(hours=3, seconds=1)},
        {"deadline": AT},
        {"deadline": None},
    ],
)
def test_nobody_is_alerted_of_what_can_wait_or_is_done(columns):
    make_inquiry(**{"deadline": AT + timedelta(hours=1), **columns})
    assert not alert_one(AT)
    assert not Message.objects.exists()


def test_taking_it_ends_the_alert_and_giving_it_back_begins_it_again():
    aram = make_user(role="Press desk", name="aram")
    inquiry = make_inquiry(deadline=AT + timedelta(hours=2), taken_by=aram)
    assert not alert_one(AT)
    inquiry.assign(None)
    assert alert_one(AT)
    assert Inquiry.objects.get().alerted_at == AT


def test_what_becomes_urgent_while_it_waits_alerts_too():
    make_inquiry(deadline=AT + timedelta(hours=6))
    assert not alert_one(AT)
    assert alert_one(AT + timedelta(hours=3))
