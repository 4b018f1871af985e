"""Lists of people that staff bring as a file: each row checked, and told of in a report before anybody is added.

`sorted_out` divides the rows of a table; the functions below it read a cell each and write mistakes as whole sentences.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import Field
from django.utils.translation import get_language_info, gettext

from advocacy.mail.words import plain_address
from advocacy.spreadsheets import Table, email

AT_ONCE = 500  # rows of one transaction: others wait while it writes
TOLD = 200  # rows of each kind that a report tells one by one

Row = dict[str, Any]


@dataclass
class SortedOut:
    """The rows of a file: those that are ready, those that are on the list already, those that are wrong."""

    ready: list[Row] = field(default_factory=list)
    there: list[Row] = field(default_factory=list)
    wrong: list[Row] = field(default_factory=list)

    def report(self, table: Table) -> dict[str, Any]:
        """What templates/admin/import_report.html shows."""
        return {
            "encoding": table.encoding,
            "unused": table.unused,
            "there": self.there[:TOLD],
            "there_further": max(len(self.there) - TOLD, 0),
            "wrong": self.wrong[:TOLD],
            "wrong_further": max(len(self.wrong) - TOLD, 0),
        }


def sorted_out(
    table: Table,
    checked: Callable[[list[Any]], tuple[Row, list[str]]],
    known: dict[str, str],
    named: str = "name",
) -> SortedOut:
    """Each row by what is to be done with it. `checked` gives a row, its "email" in small letters, and its mistakes;
    `known` holds the addresses that are not to be added, each with a sentence to say why, or none; `named` is what the
    report calls a row by."""
    found, known = SortedOut(), dict(known)
    for number, cells in table.rows:
        row, mistakes = checked(cells)
        if mistakes:
            found.wrong.append({"row": number, "mistakes": mistakes})
        elif row["email"] in known:
            found.there.append({"row": number, "name": row[named], "said": known[row["email"]]})
        else:
            twice = gettext("It stands twice in the file: row %(number)d is taken.")
            known[row["email"]] = twice % {"number": number}
            found.ready.append(row)
    return found


# -- a cell


def text(line: str, column: Field, mistakes: list[str]) -> str:
    line = as_it_was(line)
    if len(line) > (column.max_length or 0):
        told = {"column": str(column.verbose_name), "most": column.max_length, "text": line[:40]}
        mistakes.append(gettext("“%(column)s” has more than %(most)d characters: “%(text)s…”.") % told)
    elif "\ufffd" in line:
        told = {"column": str(column.verbose_name), "text": line[:40]}
        mistakes.append(gettext("“%(column)s” holds a sign that could not be read: “%(text)s”.") % told)
    return line


def as_it_was(line: str) -> str:
    """The cell, which may come from our own export: the apostrophe before a formula is taken off."""
    return line[1:] if line[:1] == "'" and line[1:2] in tuple("=+-@") else line


def address(said: str, mistakes: list[str]) -> str:
    """One plain address in small letters."""
    if not said:
        mistakes.append(gettext("The e-mail address is missing."))
        return ""
    found = email(as_it_was(said).lower(), mistakes)
    try:
        if found:
            check_address(found)
    except ValidationError as refused:
        mistakes += refused.messages
    return found


def check_address(address: str) -> None:
    try:
        plain_address(address)
    except ValueError:
        raise ValidationError(gettext("Write one plain e-mail address, such as name@example.org.")) from None


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
