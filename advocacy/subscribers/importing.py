"""Subscribers from a file: read, checked row by row, kept until somebody says that they be added; and out again.

`read_list` makes a SubscriberImport out of a CSV or XLSX file and adds nobody; `import_list` adds what it holds.
"""

from collections.abc import Iterable
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext

from advocacy.people_lists import AT_ONCE, address, languages, sorted_out, text
from advocacy.spreadsheets import Headers, Table, day, fit, read_table, written
from advocacy.subscribers.models import Subscriber, SubscriberImport, Topic
from advocacy.subscribers.models.suppressions import normal
from advocacy.subscribers.suppression import suppressed_among

# Each column of ours, and the headers under which it is recognised. The export writes the first of each.
COLUMNS: Headers = {
    "email": (
        *("e-mail", "email", "mail", "e-mail address", "email address", "courriel", "adresse e-mail"),
        *("эл. почта", "электронная почта", "էլ. հասցե", "էլ. փոստ", "البريد الإلكتروني"),
    ),
    "language": ("language", "languages", "langue", "язык", "լեզու", "اللغة"),
    "topics": ("topics", "topic", "tags", "sujets", "темы", "թեմաներ", "المواضيع"),
    "consent": (
        "consent",
        "consent from",
        "where the consent came from",
        "source",
        "consentement",
        "согласие",
    ),
    "consent_on": (
        *("agreed on", "consent on", "consent date", "date", "confirmed", "confirm_time", "дата"),
        *("ամսաթիվ", "التاريخ"),
    ),
    "state": ("state",),
}


def read_list(
    upload: UploadedFile, given: dict[str, Any], *, who: Any = None, at: datetime, today: date
) -> SubscriberImport:
    """Reads and checks a file and keeps who would be added. ValidationError where it is no such file.

    `given` holds what staff say of the whole file where a row says nothing: language, consent, consent_on.
    """
    needed = {"email": gettext("No column is headed “E-mail”. The first row has to name the columns.")}
    table = read_table(upload, COLUMNS, needed)
    topics = topics_by_name()
    in_file = {normal(address(fit(table.cell(cells, "email")), [])) for _number, cells in table.rows} - {""}
    found = sorted_out(
        table, lambda cells: checked(table, cells, given, topics, today), not_to_be_added(in_file), "email"
    )
    return SubscriberImport.objects.create(
        file_name=fit(upload.name or "")[-200:],
        rows=found.ready,
        report=found.report(table),
        made=at,
        made_by=who,
    )


def not_to_be_added(addresses: Iterable[str]) -> dict[str, str]:
    """Which of the addresses are there already, or must get nothing, each with a sentence where one is due."""
    wanted = list(addresses)
    found: dict[str, str] = {}
    for start in range(0, len(wanted), AT_ONCE):
        there = Subscriber.objects.filter(email__in=wanted[start : start + AT_ONCE])
        found |= dict.fromkeys(there.values_list("email", flat=True), "")
    refused = gettext(
        "This address left, was erased, or takes no mail. Nobody can put it back but its owner."
    )
    return found | dict.fromkeys(suppressed_among(wanted), refused)


def import_list(read: SubscriberImport, zone: ZoneInfo, *, at: datetime) -> int:
    """Adds the subscribers of a list that was read, once; says how many.

    Each block leaves the list with what it added: where a server stops halfway, the button is pressed again.
    """
    added = 0
    while (block := import_block(read, zone, at=at)) is not None:
        added += block
    return added


def import_block(read: SubscriberImport, zone: ZoneInfo, *, at: datetime) -> int | None:
    """One block of the list; None when none is left. Whoever came or left meanwhile is passed over."""
    with transaction.atomic():
        read = SubscriberImport.objects.select_for_update().get(pk=read.pk)
        if not read.rows:
            return None
        block, read.rows = read.rows[:AT_ONCE], read.rows[AT_ONCE:]
        passed = not_to_be_added(row["email"] for row in block)
        fresh = [row for row in block if row["email"] not in passed]
        # Somebody may sign up at this very moment.
        Subscriber.objects.bulk_create([as_subscriber(row, zone, at) for row in fresh], ignore_conflicts=True)
        give_topics(fresh)
        read.added += len(fresh)
        if not read.rows:
            read.done = read.done or at
        read.save(update_fields=["rows", "added", "done"])
    return len(fresh)


def as_subscriber(row: dict[str, Any], zone: ZoneInfo, at: datetime) -> Subscriber:
    return Subscriber.of(
        row["email"],
        language=row["language"],
        state=Subscriber.State.CONFIRMED,
        asked=at,
        joined=agreed_at(date.fromisoformat(row["consent_on"]), zone),
        source=Subscriber.Source.IMPORT,
        consent_words=row["consent"],
    )


def agreed_at(day: date, zone: ZoneInfo) -> datetime:
    """Noon of the day on which somebody agreed elsewhere: mail and pages print the day alone."""
    return datetime.combine(day, time(12), zone)


def give_topics(rows: list[dict[str, Any]]) -> None:
    wanted = {row["email"]: row["topics"] for row in rows if row["topics"]}
    there = set(Topic.objects.values_list("pk", flat=True))
    people = Subscriber.objects.filter(email__in=wanted).values_list("email", "pk")
    through = Subscriber.topics.through
    chosen = [
        through(subscriber_id=pk, topic_id=topic)
        for email, pk in people
        for topic in wanted[email]
        if topic in there
    ]
    through.objects.bulk_create(chosen, ignore_conflicts=True)


# -- a row


def checked(
    table: Table, cells: list[Any], given: dict[str, Any], topics: dict[str, int], today: date
) -> tuple[dict[str, Any], list[str]]:
    """The row as columns of Subscriber, and whole sentences for what is wrong with it."""
    mistakes: list[str] = []
    column: Any = Subscriber._meta.get_field("consent_words")
    codes = languages(fit(table.cell(cells, "language")), mistakes)
    row: dict[str, Any] = {
        "email": normal(address(fit(table.cell(cells, "email")), mistakes)),
        "language": codes[0] if codes else given["language"],
        "topics": chosen(fit(table.cell(cells, "topics")), topics, mistakes),
        "consent": text(fit(table.cell(cells, "consent")), column, mistakes) or given["consent"],
        "consent_on": day(table.cell(cells, "consent_on"), mistakes) or given["consent_on"].isoformat(),
    }
    mistakes += does_not_receive(fit(table.cell(cells, "state")))
    if date.fromisoformat(row["consent_on"]) > today:
        mistakes.append(gettext("The day on which they agreed lies ahead."))
    return row, mistakes


def does_not_receive(said: str) -> list[str]:
    """Who had not confirmed, or had left, in a list that was exported here or on another site like this one."""
    others = {
        state.value: str(state.label) for state in Subscriber.State if state != Subscriber.State.CONFIRMED
    }
    return [others[said]] if said in others else []


def topics_by_name() -> dict[str, int]:
    """Each topic by its name in every language, in small letters."""
    return {name.casefold(): topic.pk for topic in Topic.objects.all() for name in topic.names.values()}


def chosen(said: str, topics: dict[str, int], mistakes: list[str]) -> list[int]:
    """The topics named in a cell, between commas or semicolons."""
    names = [name.strip() for name in said.replace(";", ",").split(",") if name.strip()]
    for name in names:
        if name.casefold() not in topics:
            mistakes.append(gettext("“%(text)s” is no topic of the bulletin.") % {"text": name[:40]})
    return list(dict.fromkeys(topics[name.casefold()] for name in names if name.casefold() in topics))


# -- the way out


def export_list(subscribers: Iterable[Subscriber]) -> str:
    """The list as CSV, under headers that the import knows."""
    headers = [spellings[0].capitalize() for spellings in COLUMNS.values()]
    return written(headers, map(exported, subscribers))


def exported(subscriber: Subscriber) -> list[str]:
    consent = subscriber.consent
    words = f"{consent.language} {consent.number}: {consent.words}" if consent else ""
    return [
        subscriber.email,
        subscriber.language,
        ", ".join(str(topic) for topic in subscriber.topics.all()),
        (subscriber.consent_words or words)[:300],
        (subscriber.joined or subscriber.asked).date().isoformat(),
        subscriber.state,
    ]
