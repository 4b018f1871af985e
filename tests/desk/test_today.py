"""The first page of the desk: what is due, waiting and new, for the person who looks."""

import sys
import types
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from advocacy.organisation.models import Organisation
from advocacy.publishing.models import Publication
from advocacy.site import desk
from advocacy.site.desk import Cell, Entry, Link, Look, Notice, Part, Row
from tests.accounts.makers import make_user
from tests.minutes.models import Minutes
from tests.newsroom.makers import make_inquiry
from tests.publishing.makers import make_text

pytestmark = pytest.mark.django_db
NOW = datetime(2031, 5, 1, 12, tzinfo=UTC)
YEREVAN = ZoneInfo("Asia/Yerevan")


@pytest.fixture(autouse=True)
def running_worker(monkeypatch):
    """Its own tests see to what the page says of a silent one."""
    monkeypatch.setattr("advocacy.worker.desk.desk_parts", lambda user, at: [])


def shown(user, at=NOW):
    """Part titles with what their rows say."""
    return {part.title: [row.cells[0].text for row in part.rows] for part in desk.parts(user, at)}


def make_minutes(title, *, published=None, starts=None):
    text = make_text(Minutes, word=title, title=title)
    if published:
        text.publish(at=published, starts=starts)
    return text


def test_an_empty_desk_says_so(client):
    client.force_login(make_user())
    assert "Nothing is due and nothing is waiting." in client.get("/admin/").content.decode()


def test_what_waits_for_review():
    make_minutes("Draft")
    make_minutes("Ready").submit()
    assert shown(make_user())["To be reviewed"] == ["Ready"]


def test_what_was_sent_back_waits_for_whoever_submitted_it():
    writer, other = make_user(role="Writer"), make_user(role="Writer", name="other")
    for title in ("Mended", "Changed by its writer", "Back", "In the bin"):
        text = make_minutes(title)
        text.submit(who=writer)
        text.send_back(who=other, reason=f"{title} lacks a date.")
        if title in ("Mended", "Changed by its writer"):
            text.submit(who=writer)
        if title == "Changed by its writer":
            text.summary = "With a date."
            text.save()
            text.stamp(writer)
        if title == "In the bin":
            text.put_into_bin()
    assert shown(writer)["Sent back"] == ["Back"] and "Sent back" not in shown(other)
    [part] = [part for part in desk.parts(writer, NOW) if part.title == "Sent back"]
    assert part.rows[0].cells[1].text == "Back lacks a date."


def strip(user, at=NOW, zone=UTC):
    """The days that have something on them, with what it is."""
    days = desk.week(user, at, zone)
    return {
        day.name: [f"{shown.moment} {shown.entry.text}" for shown in day.entries]
        for day in days
        if day.entries
    }


def test_what_the_next_seven_days_bring():
    published = NOW - timedelta(hours=1)
    make_minutes("Soon", published=published, starts=NOW + timedelta(days=2))
    make_minutes("Last", published=published, starts=NOW + timedelta(days=6, hours=11))
    make_minutes("Far", published=published, starts=NOW + timedelta(days=6, hours=12))
    make_minutes("Public", published=published)
    voided = make_minutes("Voided", published=published, starts=NOW + timedelta(days=3))
    voided.unschedule(at=NOW)
    assert strip(make_user()) == {"Sat 3": ["12:00 Soon, en"], "Wed 7": ["23:00 Last, en"]}
    assert "Sat 3" not in strip(make_user(name="other"), NOW + timedelta(days=2))


def test_the_days_are_those_of_the_organisation():
    make_minutes("Late", published=NOW, starts=NOW + timedelta(hours=9))
    assert strip(make_user()) == {"Thu 1": ["21:00 Late, en"]}
    assert strip(make_user(name="other"), zone=YEREVAN) == {"Fri 2": ["01:00 Late, en"]}
    days = desk.week(make_user(name="third"), NOW, YEREVAN)
    assert [day.name for day in days][::6] == ["Thu 1", "Wed 7"]
    assert [day.is_today for day in days] == [True, *[False] * 6]


def test_languages_that_appear_together_are_one_entry():
    starts = NOW + timedelta(days=1)
    original = make_minutes("Archive", published=NOW, starts=starts)
    translate(original, "hy").publish(at=NOW, starts=starts)
    translate(original, "fr").publish(at=NOW, starts=starts + timedelta(hours=1))
    assert strip(make_user()) == {"Fri 2": ["12:00 Archive, en hy", "13:00 Archive, fr"]}


def test_a_kind_and_an_app_say_for_themselves_what_the_strip_shows(client, monkeypatch, time_machine):
    def embargoed(cls, user, at, until):
        when = at + timedelta(days=1)
        return [Entry(when, "Families: 12 outlets have the link", "/admin/x/", look=Look.EMBARGOED)]

    module = types.ModuleType("tests.minutes.desk")
    module.__spec__ = types.SimpleNamespace(name="tests.minutes.desk")
    module.week_entries = lambda user, at, until: [Entry(at, "To all readers", look=Look.BULLETIN)]
    monkeypatch.setattr(Minutes, "week_entries", classmethod(embargoed), raising=False)
    monkeypatch.setitem(sys.modules, "tests.minutes.desk", module)
    make_minutes("Held back", published=NOW, starts=NOW + timedelta(days=1))
    user = make_user()
    assert strip(user) == {
        "Thu 1": ["12:00 To all readers"],
        "Fri 2": ["Until 12:00 Families: 12 outlets have the link"],
    }
    time_machine.move_to(NOW, tick=False)
    client.force_login(user)
    page = client.get("/admin/").content.decode()
    assert [look for look, _label in client.get("/admin/").context["desk"]["key"]] == [
        "embargoed",
        "bulletin",
    ]
    assert '<li class="entry embargoed">' in page and "Times in UTC." in page


def translate(original, language):
    made = original.translated(language)
    made.title = original.title
    made.save()
    return made


def translations(user, at=NOW):
    part = {part.title: part for part in desk.parts(user, at)}.get("Translations")
    return {row.cells[0].text: row.cells[0].note for row in part.rows} if part else {}


def test_which_languages_a_work_lacks_and_which_are_older():
    Organisation.objects.create(languages=["en", "hy", "ru", "fr", "ar"])
    original = make_minutes("March review", published=NOW - timedelta(days=3))
    translate(original, "hy").publish(at=NOW - timedelta(days=2))
    translate(original, "fr").submit()
    user = make_user()
    assert translations(user) == {"March review": "en, hy ready. fr in review. ru, ar missing."}
    original.publish(at=NOW - timedelta(days=1))
    words = "en ready. hy older than the original. fr in review. ru, ar missing."
    assert translations(user) == {"March review": words}


def test_what_is_complete_old_or_not_public_lacks_nothing():
    Organisation.objects.create(languages=["en", "hy"])
    complete = make_minutes("Complete", published=NOW - timedelta(days=3))
    translate(complete, "hy").publish(at=NOW - timedelta(days=3))
    make_minutes("Old", published=NOW - timedelta(days=91))
    make_minutes("Draft")
    make_minutes("Withdrawn", published=NOW - timedelta(days=2)).withdraw(at=NOW - timedelta(days=1))
    assert translations(make_user()) == {}


def test_what_was_edited_since_it_was_published():
    text = make_minutes("Same", published=NOW - timedelta(days=1))
    other = make_minutes("Changed", published=NOW - timedelta(days=1))
    other.room = "Room 5"
    other.save()
    other.stamp()
    Publication.objects.update(changed=NOW)
    user = make_user()
    assert shown(user)["Edited since published"] == ["Changed"]
    other.publish(at=NOW)
    text.withdraw(at=NOW)
    assert "Edited since published" not in shown(user, NOW + timedelta(seconds=1))


def test_what_was_published_lately():
    make_minutes("New", published=NOW - timedelta(days=2))
    make_minutes("Old", published=NOW - timedelta(days=9))
    make_minutes("Ended", published=NOW - timedelta(days=3)).withdraw(at=NOW - timedelta(days=1))
    assert shown(make_user())["Published in the last seven days"] == ["New"]


def test_only_what_a_person_may_see():
    make_minutes("Ready").submit()
    nobody = make_user()
    nobody.groups.clear()
    assert shown(nobody) == {}


def test_buttons_are_those_of_kinds_a_person_may_write():
    writer = [button.text for button in desk.buttons(make_user(role="Writer"))]
    assert "New minutes" in writer
    assert writer[-1] == "New release"  # the filled one
    assert "New release" not in [button.text for button in desk.buttons(make_user(role="Press desk"))]


def test_a_kind_s_own_part_stands_in_the_order_of_urgency(client, monkeypatch):
    def part(cls, user, at):
        row = Row(
            when=at + timedelta(minutes=80),
            urgent=True,
            cells=(Cell("Jonas Weber", url="/admin/x/", note="Freelance, Berlin"), "Status of demand 9"),
        )
        return Part(
            "Inquiries waiting",
            [row],
            order=5,
            link=Link("All inquiries", "/admin/all/"),
            notice=Notice("One inquiry is due and nobody has taken it.", Link("Open it", "/admin/x/")),
        )

    monkeypatch.setattr(Minutes, "dashboard_part", classmethod(part), raising=False)
    make_minutes("Ready").submit()
    user = make_user()
    assert next(iter(shown(user))) == "Inquiries waiting"
    client.force_login(user)
    page = client.get("/admin/").content.decode()
    assert "One inquiry is due and nobody has taken it." in page
    assert "Freelance, Berlin" in page
    assert "All inquiries" in page
    assert "in 1 h 20 min" in page or "in 1 h 19 min" in page


def test_an_empty_part_is_left_out(monkeypatch):
    monkeypatch.setattr(Minutes, "dashboard_part", classmethod(lambda *_: Part("Nothing")), raising=False)
    assert "Nothing" not in shown(make_user())


def test_every_app_with_a_desk_module_is_asked(monkeypatch):
    module = types.ModuleType("tests.minutes.desk")
    module.__spec__ = types.SimpleNamespace(name="tests.minutes.desk")
    module.desk_parts = lambda user, at: [Part("Of the app", [Row(cells=(Cell("One"),))])]
    monkeypatch.setitem(sys.modules, "tests.minutes.desk", module)
    assert shown(make_user())["Of the app"] == ["One"]


def test_times_are_the_organisation_s_and_say_so(client):
    Organisation.objects.create(time_zone="Asia/Yerevan")
    client.force_login(make_user())
    assert "Yerevan (UTC+4)" in client.get("/admin/").content.decode()


@pytest.mark.slow
def test_the_cost_does_not_grow_with_what_is_waiting(client):
    user = make_user(role="Administrator")
    client.force_login(user)
    now = timezone.now()

    def cost():
        with CaptureQueriesContext(connection) as queries:
            client.get("/admin/")
        return len(queries)

    def add(number):
        make_minutes(f"Waiting{number}").submit()
        make_minutes(f"Public{number}", published=now)
        make_minutes(f"Ahead{number}", published=now, starts=now + timedelta(days=1))
        make_inquiry(at=now, deadline=now + timedelta(minutes=number))
        make_inquiry(at=now, deadline=now + timedelta(minutes=number), taken_by=user)

    add(1)
    client.get("/admin/")
    few = cost()
    for number in range(2, 14):
        add(number)
    assert cost() == few


@pytest.mark.parametrize(
    ("when", "words"),
    [
        (NOW + timedelta(hours=1), "Today 17:00"),
        (NOW + timedelta(hours=9), "Tomorrow 01:00"),  # past midnight in Yerevan, not in UTC
        (NOW - timedelta(hours=17), "Yesterday 23:00"),
        (NOW + timedelta(days=3), "4 May 16:00"),
        (NOW + timedelta(days=300), "25 February 2032 16:00"),
    ],
)
def test_moments_as_people_say_them(when, words):
    assert desk.moment_said(when, NOW, YEREVAN) == words


@pytest.mark.parametrize(
    ("minutes", "words"),
    [
        (0, "in 0 min"),
        (80, "in 1 h 20 min"),
        (120, "in 2 h"),
        (16 * 60 + 5, "in 16 h"),
        (3 * 24 * 60, "in 3 days"),
        (-5, "5 min ago"),
        (-2 * 24 * 60, ""),
    ],
)
def test_distances_as_people_say_them(minutes, words):
    assert desk.distance_said(NOW + timedelta(minutes=minutes), NOW) == words
