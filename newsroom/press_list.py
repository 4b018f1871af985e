"""Press contacts from a file: read, checked row by row, kept until somebody says that they be added; and out again.

`read_list` makes a PressImport out of a CSV or XLSX file and adds nobody; `import_list` adds what it holds.
"""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models.functions import Lower
from django.utils.translation import gettext

from advocacy.organisation.hours import check_zone
from advocacy.people_lists import AT_ONCE, address, languages, sorted_out, text
from advocacy.spreadsheets import Headers, Table, day, fit, read_table, written
from newsroom.models.press import PressContact, PressImport, wrong_day

# Each column of ours, and the headers under which it is recognised. The export writes the first of each.
COLUMNS: Headers = {
    "name": ("name", "full name", "journalist", "contact", "nom", "имя", "фио", "անուն", "الاسم"),
    "outlet": (
        *("outlet", "medium", "media", "newspaper", "organisation", "organization", "média", "издание"),
        *("լրատվամիջոց", "الوسيلة"),
    ),
    "email": (
        *("e-mail", "email", "mail", "e-mail address", "email address", "courriel", "adresse e-mail"),
        *("эл. почта", "электронная почта", "էլ. հասցե", "էլ. փոստ", "البريد الإلكتروني"),
    ),
    "languages": ("languages", "language", "langues", "langue", "языки", "язык", "լեզուներ", "اللغات"),
    "beat": ("beat", "topic", "topics", "subject", "rubrique", "тема", "թեմա", "الموضوع"),
    "time_zone": ("time zone", "timezone", "fuseau horaire", "часовой пояс", "ժամային գոտի"),
    "consent": ("consent", "consent from", "where the consent came from", "consentement", "согласие"),
    "consent_on": ("agreed on", "consent on", "consent date", "date", "дата", "ամսաթիվ", "التاريخ"),
    "active": ("gets mail", "active"),
}
YES_WORDS, NO_WORDS = {"", "yes", "y", "true", "1"}, {"no", "n", "false", "0"}


def read_list(
    upload: UploadedFile, given: dict[str, Any], *, who: Any = None, at: datetime, today: date
) -> PressImport:
    """Reads and checks a file and keeps who would be added. ValidationError where it is no such file.

    `given` holds what staff say of the whole file where a row says nothing: languages, consent, consent_on.
    """
    needed = {
        "name": gettext("No column is headed “Name”. The first row has to name the columns."),
        "email": gettext("No column is headed “E-mail”. The first row has to name the columns."),
    }
    table = read_table(upload, COLUMNS, needed)
    found = sorted_out(
        table, lambda cells: checked(table, cells, given, today), dict.fromkeys(addresses(), "")
    )
    return PressImport.objects.create(
        file_name=fit(upload.name or "")[-200:],
        rows=found.ready,
        report=found.report(table),
        made=at,
        made_by=who,
    )


def addresses() -> set[str]:
    return set(PressContact.objects.values_list(Lower("email"), flat=True))


def import_list(read: PressImport, *, at: datetime) -> int:
    """Adds the contacts of a list that was read, once; says how many.

    Each block leaves the list with what it added: where a server stops halfway, the button is pressed again.
    """
    added = 0
    while block := import_block(read, at=at):
        added += block
    return added


def import_block(read: PressImport, *, at: datetime) -> int:
    """One block of the list; 0 when none is left. Whoever came onto the list meanwhile is not added twice."""
    with transaction.atomic():
        read = PressImport.objects.select_for_update().get(pk=read.pk)
        known = addresses()
        fresh = [row for row in read.rows if row["email"] not in known]
        block, read.rows = fresh[:AT_ONCE], fresh[AT_ONCE:]
        PressContact.objects.bulk_create(
            PressContact(**{**row, "consent_on": date.fromisoformat(row["consent_on"])}) for row in block
        )
        read.added += len(block)
        if not read.rows:
            read.done = read.done or at
        read.save(update_fields=["rows", "added", "done"])
    return len(block)


# -- a row


def checked(
    table: Table, cells: list[Any], given: dict[str, Any], today: date
) -> tuple[dict[str, Any], list[str]]:
    """The row as columns of PressContact, and whole sentences for what is wrong with it."""

    def cell(name: str) -> str:
        return fit(table.cell(cells, name))

    def column(name: str) -> Any:
        return PressContact._meta.get_field(name)

    mistakes: list[str] = []
    row: dict[str, Any] = {
        "name": text(cell("name"), column("name"), mistakes),
        "outlet": text(cell("outlet"), column("outlet"), mistakes),
        "email": address(cell("email"), mistakes),
        "languages": languages(cell("languages"), mistakes) or given["languages"],
        "beat": text(cell("beat"), column("beat"), mistakes),
        "time_zone": zone(cell("time_zone"), mistakes),
        "consent": text(cell("consent"), column("consent"), mistakes) or given["consent"],
        "consent_on": day(table.cell(cells, "consent_on"), mistakes) or given["consent_on"].isoformat(),
        "active": active(cell("active"), mistakes),
    }
    if not row["name"] and not mistakes:
        mistakes.append(gettext("The name is missing."))
    if wrong := wrong_day(date.fromisoformat(row["consent_on"]), today):
        mistakes.append(wrong)
    return row, mistakes


def zone(said: str, mistakes: list[str]) -> str:
    try:
        if said:
            check_zone(said)
    except ValidationError as refused:
        mistakes += refused.messages
    return said


def active(said: str, mistakes: list[str]) -> bool:
    word = said.casefold()
    if word not in YES_WORDS | NO_WORDS:
        mistakes.append(
            gettext("Whether they get mail is “yes” or “no”, not “%(text)s”.") % {"text": said[:40]}
        )
    return word in YES_WORDS


# -- the way out


def export_list(contacts: Iterable[PressContact]) -> str:
    """The list as CSV, under headers that the import knows."""
    headers = [spellings[0].capitalize() for spellings in COLUMNS.values()]
    return written(headers, map(exported, contacts))


def exported(contact: PressContact) -> list[str]:
    return [
        contact.name,
        contact.outlet,
        contact.email,
        ", ".join(contact.languages),
        contact.beat,
        contact.time_zone,
        contact.consent,
        contact.consent_on.isoformat(),
        "yes" if contact.active else "no",
    ]
