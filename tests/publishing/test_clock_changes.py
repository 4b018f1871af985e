"""Hours that the clocks skip and hours that they show twice: refused in words on every form that takes a moment."""

from datetime import UTC, datetime, timedelta
from html import unescape
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse
from django.utils import timezone

from advocacy.delivery.stamps import stamp
from advocacy.publishing.models import Version
from campaigns.models.letters import end_of
from newsroom.models import Inquiry
from tests.accounts.makers import make_user
from tests.campaigns.forms import errors_of, fields_of
from tests.newsroom.makers import make_release, posted
from tests.organisation.makers import make_organisation

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
PRESS = "/en/press/"
SKIPPED = "The clocks skip this time on that day. Choose another time."
TWICE = "The clocks show this time twice on that day. Choose another time."
YEARS = [("Europe/Brussels", 2027), ("America/New_York", 2027), ("Asia/Beirut", 2027), ("Asia/Yerevan", 2011)]


def clock_changes(zone, year):
    """(the first local time that is refused, the first that is right again, the sentence) for each in a year."""
    moment, found = datetime(year, 1, 1, tzinfo=UTC), []
    while moment.year == year:
        before, after = ((moment + add).astimezone(zone).utcoffset() for add in (timedelta(0), MINUTE * 30))
        moment += MINUTE * 30
        if before != after:
            local = moment.replace(tzinfo=None)
            first, last = sorted((local + before, local + after))
            found.append((first, last, SKIPPED if after > before else TWICE))
    return found


CHANGES = [
    pytest.param(ZoneInfo(key), *change, id=f"{key}-{change[0]:%Y-%m-%dT%H:%M}")
    for key, year in YEARS
    for change in clock_changes(ZoneInfo(key), year)
]


def test_each_zone_changes_its_clocks_twice_in_these_years():
    assert len(CHANGES) == 2 * len(YEARS)
    assert [str(case.id) for case in CHANGES[4:]] == [
        *("Asia/Beirut-2027-03-28T00:00", "Asia/Beirut-2027-10-30T23:00"),
        *("Asia/Yerevan-2011-03-27T02:00", "Asia/Yerevan-2011-10-30T02:00"),
    ]


@pytest.fixture
def editor(client, time_machine):
    """Signs in two days before a clock time."""

    def at(local):
        time_machine.move_to(local.replace(tzinfo=UTC) - timedelta(days=2), tick=False)
        client.force_login(make_user())
        return client

    return at


def schedule(editor, text, local, **fields):
    path = reverse("admin:newsroom_release_publish", args=[text.pk])
    form = fields_of(editor.get(path)) | {"when": "later", "note": "Zqnote", **fields}
    return editor.post(path, form | {"moment_0": f"{local:%Y-%m-%d}", "moment_1": f"{local:%H:%M}"})


# A hole and an hour that comes twice; the others in the slow run.
TWO_OF_THEM = [
    case
    if case in (CHANGES[0], CHANGES[-1])
    else pytest.param(*case.values, id=case.id, marks=pytest.mark.slow)
    for case in CHANGES
]


@pytest.mark.parametrize("zone, first, after, sentence", TWO_OF_THEM)
def test_a_moment_is_refused_with_what_to_do_and_all_that_was_typed(editor, zone, first, after, sentence):
    make_organisation(time_zone=zone.key)
    person, text = editor(first), make_release()
    for local in (first, first + (after - first) / 2, after - MINUTE):
        for embargo in ({}, {"embargo": "on"}):
            answer = schedule(person, text, local, **embargo)
            assert answer.status_code == 200 and errors_of(answer) == [sentence], local
            kept = fields_of(answer)
            assert (kept["moment_0"], kept["moment_1"]) == (f"{local:%Y-%m-%d}", f"{local:%H:%M}")
            assert (kept["note"], kept["when"], "embargo" in kept) == ("Zqnote", "later", bool(embargo))
    assert not Version.objects.exists()
    for local in (first - MINUTE, after):
        assert schedule(person, text, local, embargo="on").status_code == 302
        version = Version.objects.latest("number")
        assert version.embargoed and version.starts.astimezone(zone).replace(tzinfo=None) == local


@pytest.mark.parametrize("zone, first, after, sentence", CHANGES)
def test_a_deadline_is_refused_with_what_to_do_and_all_that_was_typed(
    client, time_machine, zone, first, after, sentence
):
    make_organisation(further_zones=[zone.key])
    time_machine.move_to(first.replace(tzinfo=UTC) - timedelta(days=2), tick=False)

    def ask(local):
        fields = {"deadline_date": f"{local:%Y-%m-%d}", "deadline_time": f"{local:%H:%M}"}
        sent = posted(**fields, deadline_zone=zone.key, stamp=stamp("inquiry", PRESS, timezone.now()))
        return fields, client.post(PRESS, sent)

    for local in (first, first + (after - first) / 2, after - MINUTE):
        fields, answer = ask(local)
        assert answer.status_code == 400 and sentence in unescape(answer.content.decode()), local
        assert fields_of(answer).items() >= {**fields, "deadline_zone": zone.key}.items()
        assert "Could a spokesperson comment on demand 9?" in unescape(answer.content.decode())
    assert not Inquiry.objects.exists()
    for local in (first - MINUTE, after):
        assert ask(local)[1].status_code == 303
        inquiry = Inquiry.objects.latest("pk")
        assert inquiry.deadline.astimezone(zone).replace(tzinfo=None) == local


@pytest.mark.parametrize("zone, first, after, sentence", CHANGES)
def test_a_day_ends_when_the_next_one_begins(zone, first, after, sentence):
    for day in (first.date(), after.date()):
        last = end_of(day, zone) + timedelta(microseconds=1)
        assert last.astimezone(zone).date() == day + timedelta(days=1)
        assert (end_of(day, zone).astimezone(UTC) + timedelta(microseconds=1)).astimezone(zone).date() > day
