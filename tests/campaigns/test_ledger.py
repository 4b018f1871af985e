"""The record of a demand: what happened on which day, and what was known of it here on which day."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction

from campaigns.ledger import ledger, standings, status_at
from campaigns.models import Demand, DemandChange, DemandChangeText, DemandWording
from campaigns.models.letters import end_of
from campaigns.record import counts, letter_record, sum_in_words
from tests.accounts.makers import make_user
from tests.campaigns.makers import AT, DAY, make_holder, make_letter, record
from tests.organisation.makers import make_organisation

pytestmark = pytest.mark.django_db
A_DAY = timedelta(days=1)


def statuses(letter, *, on, known):
    """Status by number, of what happened up to `on` and was known at `known`."""
    numbers = {str(demand.uid): demand.number for demand in letter.work.demands.all()}
    stand = standings(ledger([letter.work_id], letter.language), on=on, known=known)
    return {numbers[uid]: standing.status for uid, standing in stand.items()}


def test_a_demand_is_open_until_something_is_recorded():
    letter = make_letter()
    assert statuses(letter, on=DAY, known=AT) == {1: "open", 2: "open", 3: "open"}
    record(letter=letter, number=2, status="partly")
    assert statuses(letter, on=DAY, known=AT) == {1: "open", 2: "partly", 3: "open"}


def test_what_happened_today_is_not_in_a_document_of_yesterday():
    letter = make_letter()
    record(letter=letter, status="met", on=DAY)
    assert statuses(letter, on=DAY - A_DAY, known=AT)[1] == "open"


def test_what_was_entered_later_is_not_in_a_document_of_its_day():
    """It happened on the first and was known here on the third: a release of the first said "open"."""
    letter = make_letter()
    record(letter=letter, status="met", on=DAY, at=AT + 2 * A_DAY)
    assert statuses(letter, on=DAY, known=end_of(DAY))[1] == "open"
    assert statuses(letter, on=DAY + 2 * A_DAY, known=AT + 2 * A_DAY)[1] == "met"
    # Today one knows what happened then.
    assert statuses(letter, on=DAY, known=AT + 2 * A_DAY)[1] == "met"


def test_the_newest_event_counts_whatever_was_entered_last():
    letter = make_letter()
    record(letter=letter, status="refused", on=DAY + A_DAY, at=AT + A_DAY)
    record(letter=letter, status="partly", on=DAY, at=AT + 2 * A_DAY)
    assert statuses(letter, on=DAY + 2 * A_DAY, known=AT + 2 * A_DAY)[1] == "refused"


def test_the_list_of_the_desk_and_the_page_agree():
    make_organisation(time_zone="Asia/Yerevan")
    letter = make_letter()
    late = datetime.combine(DAY, AT.time(), tzinfo=AT.tzinfo) + timedelta(hours=10)  # the next day in Yerevan
    record(letter=letter, number=1, status="partly", on=DAY, at=AT)
    record(letter=letter, number=1, status="met", on=DAY + A_DAY, at=late)
    record(letter=letter, number=2, status="refused", on=DAY, at=AT + A_DAY)
    for at in (AT - A_DAY, AT, late, AT + A_DAY, AT + 5 * A_DAY):
        from campaigns.record import standing_today

        shown = {uid: standing.status for uid, standing in standing_today(letter.work_id, "en", at).items()}
        listed = {str(demand.uid): demand.now for demand in Demand.objects.annotate(now=status_at(at))}
        assert shown == listed, at


def test_a_release_keeps_the_statuses_of_its_day_and_shows_todays_beside_them():
    letter = make_letter()
    version = letter.versions.get()
    record(letter=letter, number=3, status="met", on=DAY + 30 * A_DAY, at=AT + 30 * A_DAY)
    shown = letter_record(
        version, current=version, chosen=(), on=DAY + A_DAY, at=AT + 31 * A_DAY, language="en"
    )
    assert [row.status for row in shown.demands] == ["open", "open", "open"]
    assert [row.last_checked for row in shown.demands] == [None, None, None]
    assert [row.status for row in shown.demands_today] == ["open", "open", "met"]
    assert shown.demands_today[2].last_checked == DAY + 30 * A_DAY


def test_sums_are_computed():
    letter = make_letter()
    version = letter.versions.get()
    rows = letter_record(version, current=version, chosen=(), on=DAY, at=AT, language="en").demands
    assert sum_in_words(counts(rows)) == "None met in full."
    for number in (1, 2):
        record(letter=letter, number=number)
    rows = letter_record(version, current=version, chosen=(), on=DAY, at=AT, language="en").demands
    assert counts(rows) == {"open": 1, "partly": 0, "met": 2, "refused": 0, "overtaken": 0}
    assert sum_in_words(counts(rows)) == "2 met in full."


def test_notes_come_in_the_readers_language_where_there_is_one():
    letter = make_letter(addressees=[make_holder()])
    change = record(letter=letter)
    DemandChangeText.objects.create(change=change, language="hy", note="Շարասյունն անցավ։")
    [entry] = ledger([letter.work_id], "hy")[0].entries
    assert (entry.note, entry.language) == ("Շարասյունն անցավ։", "hy")
    [entry] = ledger([letter.work_id], "ru")[0].entries
    assert (entry.note, entry.language) == ("The convoy passed.", "en")


@pytest.mark.parametrize(
    "named, field",
    [
        ({"on": DAY + A_DAY}, "on"),  # has not come yet
        ({"status": "overtaken", "note": "  "}, "note"),
        ({"source_url": ""}, "source_url"),
        ({"source_url": "javascript:alert(1)"}, "source_url"),
        ({"status": "won"}, "status"),
    ],
)
def test_an_entry_needs_a_day_a_reason_and_a_source(named, field):
    letter = make_letter()
    with pytest.raises(ValidationError) as refused:
        record(letter=letter, **named)
    assert field in refused.value.message_dict
    assert not DemandChange.objects.exists()


def test_today_is_the_organisations_today():
    make_organisation(time_zone="Asia/Yerevan")
    evening = AT.replace(hour=21)  # the second of May in Yerevan
    assert record(letter=make_letter(), on=DAY + A_DAY, at=evening)


def test_recording_is_looking():
    letter = make_letter()
    record(letter=letter, on=DAY - 3 * A_DAY)
    demand = Demand.objects.get(work=letter.work, number=1)
    assert demand.last_checked == DAY
    record(letter=letter, on=DAY - 20 * A_DAY, at=AT - 10 * A_DAY)
    demand.refresh_from_db()
    assert demand.last_checked == DAY, "an older look takes nothing back"


def test_an_entry_stays_as_it_is():
    letter = make_letter()
    past = datetime(2023, 9, 28, 12, tzinfo=UTC)
    change = record(letter=letter, on=past.date(), at=past)
    somebody = make_user()
    for column in ({"note": "Something else."}, {"known": AT}, {"proposed_by": somebody}):
        with pytest.raises(DatabaseError), transaction.atomic():
            DemandChange.objects.filter(pk=change.pk).update(**column)
    with pytest.raises(DatabaseError), transaction.atomic():
        DemandChange.objects.filter(pk=change.pk).delete()


def test_an_entry_that_readers_do_not_have_yet_can_be_taken_out_and_not_changed():
    change = record(letter=make_letter())  # known in 2031, by the clock of the database
    for column in ({"note": "Something else."}, {"known": AT - A_DAY}):
        with pytest.raises(DatabaseError), transaction.atomic():
            DemandChange.objects.filter(pk=change.pk).update(**column)
    assert DemandChange.objects.filter(pk=change.pk).delete()[0] == 1


def test_what_is_told_later_has_to_have_happened_by_now():
    letter = make_letter()
    with pytest.raises(ValidationError):
        record(letter=letter, on=DAY + A_DAY, known=AT + 3 * A_DAY)


def test_a_document_of_today_knows_nothing_that_readers_are_told_later_today():
    letter = make_letter()
    version = letter.versions.get()
    record(letter=letter, status="met", known=AT + timedelta(hours=2))

    def shown(at):
        return letter_record(version, current=version, chosen=(), on=DAY, at=at, language="en").demands[0]

    assert shown(AT + timedelta(hours=1)).status == "open"
    assert shown(AT + timedelta(hours=2)).status == "met"


def test_restoring_an_old_version_finds_the_demand_and_its_ledger():
    letter = make_letter(demands=["Recognition", "Aid", "Release"])
    first = letter.versions.get()
    record(letter=letter, number=2, status="refused")
    uid = Demand.objects.get(work=letter.work, number=2).uid
    letter.demands.get(demand__number=2).delete()
    letter.demands.filter(demand__number=1).update(title="Recognise the republic")
    letter.stamp()
    letter.publish(at=AT + A_DAY)
    letter.restore(first)
    wording = DemandWording.objects.get(letter=letter, demand__number=2)
    assert (wording.uid, wording.label, wording.title) == (uid, "Aid", "Aid, in one line")
    assert wording.demand.changes.get().status == "refused"
    assert letter.demands.get(demand__number=1).title == "Recognition, in one line"
    public = letter.versions.public(AT + A_DAY).get()
    assert len(public.content.demands) == 2, "restoring changes the desk, never what is public"


def test_an_office_holder_of_another_time_stops_publishing():
    former = make_holder(name="Ban Ki-moon", held_from=date(2007, 1, 1), held_to=date(2016, 12, 31))
    letter = make_letter(addressees=[former], published=False, dated=date(2016, 12, 31))
    assert letter.problems(AT) == []
    letter.dated = date(2017, 1, 1)
    letter.save()
    assert letter.problems(AT) == [
        "Ban Ki-moon, Secretary-General did not hold this office on the letter's date."
    ]
    with pytest.raises(ValidationError):
        letter.publish(at=AT)
    assert not letter.versions.exists()


def test_a_passage_that_no_longer_stands_in_its_paragraph_stops_publishing():
    letter = make_letter(passage="nobody was held to account", published=False)
    assert letter.problems(AT) == []
    letter.body = letter.body.replace("was held", "is held")
    letter.save()
    assert letter.problems(AT) == [
        "A passage no longer stands in its paragraph: “nobody was held to account”"
    ]


def test_a_number_that_was_public_in_any_language_stops_publishing_under_another():
    letter = make_letter()
    other = make_letter(work=letter.work, language="hy", title="Տասը պահանջ", published=False)
    Demand.objects.filter(work=letter.work, number=3).update(number=4)
    assert other.problems(AT) == [
        "The number of a demand can't change once it was public: 4. Release, in one line"
    ]
