"""Publish, withdraw, schedule and undo: what the public reads at each moment."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from advocacy.publishing.models import Version
from tests.minutes.models import Minutes
from tests.publishing.makers import START, make_text, open_versions

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def read_at(text, at):
    """What readers of its address get at `at`: the room, or None."""
    version = Version.objects.public(at).filter(publication=text).first()
    assert [v.pk for v in Version.objects.filter(publication=text) if v.is_public(at)] == (
        [version.pk] if version else []
    )
    return version.content.room if version else None


def edit(text, room):
    text.room = room
    text.save()
    text.stamp()


def test_a_draft_is_nothing_to_the_public():
    text = make_text(Minutes, word="Draft")
    assert read_at(text, START) is None


def test_a_text_is_public_from_the_very_moment_and_not_before():
    text = make_text(Minutes, word="Hall", room="Hall")
    text.publish(at=START, starts=START + HOUR)
    assert read_at(text, START + HOUR - timedelta(microseconds=1)) is None
    assert read_at(text, START + HOUR) == "Hall"


def test_an_edit_waits_at_the_desk():
    text = make_text(Minutes, word="Hall", room="Hall")
    text.publish(at=START)
    edit(text, "Cellar")
    assert read_at(text, START + HOUR) == "Hall"
    text.publish(at=START + 2 * HOUR)
    assert read_at(text, START + HOUR) == "Hall", "the past is the same answer for ever"
    assert read_at(text, START + 2 * HOUR) == "Cellar"


def test_readers_have_the_old_text_until_an_amendment_starts():
    text = make_text(Minutes, word="Hall", room="Hall")
    text.publish(at=START)
    edit(text, "Cellar")
    text.publish(at=START + HOUR, starts=START + 5 * HOUR)
    assert read_at(text, START + 5 * HOUR - timedelta(microseconds=1)) == "Hall"
    assert read_at(text, START + 5 * HOUR) == "Cellar"
    text.unschedule(at=START + 2 * HOUR)
    assert read_at(text, START + 5 * HOUR) == "Hall"
    assert open_versions(text) == 1


def test_publishing_again_voids_what_was_scheduled():
    text = make_text(Minutes, word="Hall", room="Hall")
    text.publish(at=START, starts=START + 5 * HOUR)
    edit(text, "Cellar")
    text.publish(at=START + HOUR, starts=START + 2 * HOUR)
    assert read_at(text, START + 2 * HOUR) == "Cellar"
    assert read_at(text, START + 6 * HOUR) == "Cellar"


def test_withdrawing_takes_it_away_and_publishing_again_undoes_it():
    text = make_text(Minutes, word="Hall", room="Hall")
    text.publish(at=START)
    text.withdraw(at=START + HOUR)
    assert read_at(text, START + HOUR) is None
    assert read_at(text, START) == "Hall"
    text.publish(at=START + 2 * HOUR)
    assert read_at(text, START + 3 * HOUR) == "Hall"
    assert read_at(text, START + HOUR) is None


def test_a_moment_in_the_past_is_refused_in_words():
    text = make_text(Minutes, word="Hall")
    with pytest.raises(ValidationError, match="still ahead"):
        text.publish(at=START, starts=START - HOUR)
    with pytest.raises(ValidationError, match="still ahead"):
        text.withdraw(at=START, moment=START - HOUR)


def test_dated_defaults_to_the_day_of_starts_in_the_organisations_zone():
    from tests.organisation.makers import make_organisation

    make_organisation(time_zone="Asia/Yerevan")
    text = make_text(Minutes, word="Hall")
    version = text.publish(at=START, starts=START.replace(hour=21))
    assert version.dated.isoformat() == "2031-05-02"


def test_what_is_moved_to_another_day_before_readers_had_it_is_dated_by_that_day():
    text = make_text(Minutes, word="Hall")
    text.publish(at=START, starts=START + 24 * HOUR)
    moved = text.publish(at=START, starts=START + 72 * HOUR)
    assert moved.dated == moved.starts.date() and moved.first_public == moved.starts
    corrected = text.publish(at=START + 96 * HOUR)
    assert corrected.dated == moved.dated and corrected.first_public == moved.starts


def test_short_addresses_are_unique_across_kinds_and_count_up():
    from advocacy.site.models import Page

    texts = [make_text(kind, word=f"W{n}") for n, kind in enumerate([Minutes, Page, Minutes])]
    for text in texts:
        text.publish(at=START)
    assert [text.work.short_id for text in texts] == ["2031-05-01", "2031-05-01-2", "2031-05-01-3"]


def test_an_import_is_known_by_its_date():
    text = make_text(Minutes, word="Old", dated="2019-02-03")
    text.publish(at=START)
    text.work.refresh_from_db()
    assert text.work.imported
    assert text.work.short_id == "2019-02-03"


def test_an_address_once_public_is_never_given_to_another():
    first = make_text(Minutes, word="Hall", slug="hall")
    first.publish(at=START)
    first.slug = "cellar"
    first.save()
    first.publish(at=START + HOUR)
    second = Minutes(title="Another", language="en", slug="hall")
    with pytest.raises(ValidationError, match="stays with it"):
        second.full_clean(exclude=["work"])
    second.save()
    assert second.free_slug("hall") == "hall-2"
    with pytest.raises(ValidationError, match="stays with it"):
        second.publish(at=START + 2 * HOUR)


def test_a_double_address_is_an_error_on_the_form_and_no_fault():
    make_text(Minutes, word="Hall", slug="hall")
    second = Minutes(title="Another", language="en", slug="hall")
    with pytest.raises(ValidationError, match="Another item has this address"):
        second.full_clean(exclude=["kind", "work", "language"])


def test_restoring_puts_an_old_text_on_the_desk_and_changes_nothing_public():
    text = make_text(Minutes, word="Hall", room="Hall")
    first = text.publish(at=START)
    edit(text, "Cellar")
    text.publish(at=START + HOUR)
    text.restore(first)
    text = Minutes.objects.get(pk=text.pk)
    assert text.room == "Hall"
    assert text.content().hash() == first.hash
    assert read_at(text, START + 2 * HOUR) == "Cellar"


def test_a_missing_field_takes_its_default_and_an_unknown_one_is_left_out():
    text = make_text(Minutes, word="Hall", room="Hall")
    version = text.publish(at=START)
    version = Version.objects.get(pk=version.pk)
    version.data = {"schema": 1, "title": "Hall", "gone": "x"}
    assert version.content.room == ""
    assert version.content.title == "Hall"
    with pytest.raises(AttributeError):
        version.content.title = "Other"


def test_the_database_keeps_versions_as_they_were():
    text = make_text(Minutes, word="Hall")
    version = text.publish(at=START)
    versions = Version.objects.filter(pk=version.pk)
    for change in (
        {"title": "Other"},
        {"data": {}},
        {"hash": "0"},
        {"starts": START - HOUR},
        {"language": "fr"},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            versions.update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        versions.delete()
    versions.update(barred=True)


def test_the_database_lets_no_past_end_move():
    text = make_text(Minutes, word="Hall")
    long_ago = START.replace(year=2020)
    version = text.publish(at=long_ago)
    text.withdraw(at=long_ago + HOUR)
    for ends in (None, long_ago + 2 * HOUR, START):
        with pytest.raises(IntegrityError), transaction.atomic():
            Version.objects.filter(pk=version.pk).update(ends=ends)


def test_what_a_sample_showed_can_be_taken_out():
    text = make_text(Minutes, word="Hall")
    text.publish(at=START)
    type(text.work).objects.filter(pk=text.work.pk).update(sample=True)
    text.work.delete()
    assert not Version.objects.exists()


def test_every_guard_stands_after_all_migrations():
    """A migration that remakes a table on SQLite drops its triggers without a word."""
    query = (
        "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        if connection.vendor == "sqlite"
        else "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"
    )
    with connection.cursor() as cursor:
        cursor.execute(query)
        there = {name for (name,) in cursor.fetchall()}
    guarded = ["publishing_version", "publishing_reference", "campaigns_demandchange"]
    assert {f"{table}_{deed}" for table in guarded for deed in ("stays", "kept")} <= there
