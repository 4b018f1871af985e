"""Press contacts from a file: read, checked row by row, kept until somebody says that they be added; and out again.

`read_list` makes a PressImport out of a CSV or XLSX file and adds nobody; `import_list` adds what it holds.
"""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models.functions import Lower
from django.utils.translation import get_language_info, gettext

from advocacy.organisation.hours import check_zone
from advocacy.spreadsheets import Headers, Table, day, email, fit, read_table, written
from newsroom.models.press import PressContact, PressImport, check_address, wrong_day

AT_ONCE = 500  # rows of one transaction: others wait while it writes
TOLD = 200  # rows of each kind that a report tells one by one

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
    ready: list[dict[str, Any]] = []
    there: list[dict[str, Any]] = []
    wrong: list[dict[str, Any]] = []
    known = addresses()
    for number, cells in table.rows:
        row, mistakes = checked(table, cells, given, today)
        if mistakes:
            wrong.append({"row": number, "mistakes": mistakes})
        elif row["email"] in known:
            there.append({"row": number, "name": row["name"]})
        else:
            known.add(row["email"])
            ready.append(row)
    return PressImport.objects.create(
        file_name=fit(upload.name or "")[-200:],
        rows=ready,
        report={
            "encoding": table.encoding,
            "unused": table.unused,
            "there": there[:TOLD],
            "there_further": max(len(there) - TOLD, 0),
            "wrong": wrong[:TOLD],
            "wrong_further": max(len(wrong) - TOLD, 0),
        },
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

    mistakes: list[str] = []
    row: dict[str, Any] = {
        "name": text(cell("name"), "name", mistakes),
        "outlet": text(cell("outlet"), "outlet", mistakes),
        "email": address(cell("email"), mistakes),
        "languages": languages(cell("languages"), mistakes) or given["languages"],
        "beat": text(cell("beat"), "beat", mistakes),
        "time_zone": zone(cell("time_zone"), mistakes),
        "consent": text(cell("consent"), "consent", mistakes) or given["consent"],
        "consent_on": day(table.cell(cells, "consent_on"), mistakes) or given["consent_on"].isoformat(),
        "active": active(cell("active"), mistakes),
    }
    if not row["name"] and not mistakes:
        mistakes.append(gettext("The name is missing."))
    if wrong := wrong_day(date.fromisoformat(row["consent_on"]), today):
        mistakes.append(wrong)
    return row, mistakes


def text(line: str, column: str, mistakes: list[str]) -> str:
    """The cell, which may come from our own export: the apostrophe before a formula is taken off."""
    if line[:1] == "'" and line[1:2] in tuple("=+-@"):
        line = line[1:]
    field = PressContact._meta.get_field(column)
    if len(line) > (field.max_length or 0):
        told = {"column": str(field.verbose_name), "most": field.max_length, "text": line[:40]}
        mistakes.append(gettext("“%(column)s” has more than %(most)d characters: “%(text)s…”.") % told)
    elif "\ufffd" in line:
        told = {"column": str(field.verbose_name), "text": line[:40]}
        mistakes.append(gettext("“%(column)s” holds a sign that could not be read: “%(text)s”.") % told)
    return line


def address(said: str, mistakes: list[str]) -> str:
    if not said:
        mistakes.append(gettext("The e-mail address is missing."))
        return ""
    found = email(said.lower(), mistakes)
    try:
        if found:
            check_address(found)
    except ValidationError as refused:
        mistakes += refused.messages
    return found


def languages(said: str, mistakes: list[str]) -> list[str]:
    """Codes or names, in English or their own: "en, hy" or "English; Armenian", between commas or semicolons."""
    known = language_words()
    words = [word for word in said.casefold().replace(";", ",").replace("/", ",").split(",") if word.strip()]
    for word in words:
        if word.strip() not in known:
            mistakes.append(gettext("“%(text)s” is no language of this site.") % {"text": word.strip()[:40]})
    return list(dict.fromkeys(known[word.strip()] for word in words if word.strip() in known))


def language_words() -> dict[str, str]:
    found: dict[str, str] = {}
    for code, _name in settings.LANGUAGES:
        info = get_language_info(code)
        found |= dict.fromkeys((code, info["name"].casefold(), info["name_local"].casefold()), code)
    return found


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
