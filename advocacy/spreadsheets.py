"""Lists that staff bring as CSV or XLSX and take away as CSV: cells under our own names of the columns.

`read_table` reads a file that may come from any program; `written` makes one that is safe in any program.
"""

import csv
import io
import re
import unicodedata
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.core.validators import MaxLengthValidator, validate_email
from django.utils.translation import gettext
from tablib import Dataset

LARGEST = 5_000_000  # bytes of a file
LARGEST_UNPACKED = 60_000_000  # bytes of what an XLSX file unpacks to
MOST_ROWS = 10_000
MOST_COLUMNS = 50
LONGEST_CELL = 10_000

Headers = dict[str, tuple[str, ...]]

# What may not stand in a name: control characters, marks that turn a line around, halves of characters.
UNFIT = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]"
)
FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass
class Table:
    """A file as cells, under our names of the columns, each row with its number in the file."""

    encoding: str
    columns: dict[str, int]
    unused: list[str]
    rows: list[tuple[int, list[Any]]] = field(default_factory=list)

    def cell(self, cells: list[Any], name: str) -> Any:
        """What a row holds under our name of a column; an empty text where the file has no such column."""
        index = self.columns.get(name)
        return cells[index] if index is not None and index < len(cells) else ""


def read_table(upload: UploadedFile, headers: Headers, needed: dict[str, str]) -> Table:
    """The cells of a CSV or XLSX file. ValidationError in a sentence where it can't be read.

    `headers` names each column and the headers under which it is recognised; `needed` the columns without
    which nothing can be read, each with the sentence that says so.
    """
    if (upload.size or 0) > LARGEST:
        raise ValidationError(
            gettext("The file has more than %(most)d MB. Divide it into several.")
            % {"most": LARGEST // 1_000_000}
        )
    data = upload.read(LARGEST + 1)
    if data[:4] == b"PK\x03\x04":
        encoding, lines = "XLSX", sheet_rows(data)
    elif data[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        raise ValidationError(
            gettext("This is an old or a locked Excel file. Save it as .xlsx without a password, or as CSV.")
        )
    elif (upload.name or "").lower().endswith(".xlsx"):
        raise ValidationError(
            gettext("This is no XLSX file, although its name says so. Save it anew, or as CSV.")
        )
    else:
        encoding, words = decoded(data)
        lines = csv_rows(words)
    return as_table(encoding, lines, headers, needed)


def decoded(data: bytes) -> tuple[str, str]:
    """The text of a CSV file and what it was read as. Excel writes UTF-16 or the code page of its country."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "UTF-16", data.decode("utf-16", "replace")
    start = data[:400]
    if start.count(0) > len(start) / 4:
        return "UTF-16", data.decode("utf-16-le" if start[1:2] == b"\0" else "utf-16-be", "replace")
    try:
        return "UTF-8", data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return "Windows-1252", data.decode("cp1252", "replace")


def csv_rows(words: str) -> Iterator[list[Any]]:
    words = words.replace("\0", "")
    first = words.lstrip("\ufeff\r\n ").split("\n", 1)[0]
    delimiter = max(",;\t", key=first.count)
    try:
        # csv.reader takes line ends inside quotation marks as they are.
        yield from csv.reader(io.StringIO(words, newline=""), delimiter=delimiter)
    except csv.Error as error:
        raise ValidationError(
            gettext(
                "The file can't be read as CSV. A quotation mark may be missing, or a cell is far too long."
            )
        ) from error


def sheet_rows(data: bytes) -> Iterator[list[Any]]:
    """The rows of the first sheet; formulas give the value that was last shown for them."""
    from openpyxl import load_workbook

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            if sum(entry.file_size for entry in packed.infolist()) > LARGEST_UNPACKED:
                raise ValidationError(gettext("The table is far too large for a list."))
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        sheet = book.active
        # What a file says of its own size is not believed: a cell far down would make a million empty rows.
        for number, row in enumerate(sheet.iter_rows(max_col=MOST_COLUMNS, values_only=True)):
            if number > 3 * MOST_ROWS:
                raise too_many_rows()
            yield list(row)
    except ValidationError:
        raise
    except Exception as error:  # openpyxl raises whatever a broken part leads it to
        raise ValidationError(
            gettext("The file can't be read as an Excel table. Save it anew, or as CSV.")
        ) from error


def too_many_rows() -> ValidationError:
    return ValidationError(
        gettext("The file has more than %(most)d rows. Divide it into several.") % {"most": MOST_ROWS}
    )


def as_table(encoding: str, lines: Iterable[list[Any]], headers: Headers, needed: dict[str, str]) -> Table:
    numbered = enumerate(lines, start=1)
    first: list[Any] = []
    for _number, first in numbered:
        if any(fit(cell) for cell in first):
            break
    columns, unused = recognised(first[:MOST_COLUMNS], headers)
    for name, sentence in needed.items():
        if name not in columns:
            raise ValidationError(sentence)
    table = Table(encoding, columns, unused)
    for number, cells in numbered:
        if not any(fit(cell) for cell in cells[:MOST_COLUMNS]):
            continue
        if len(table.rows) == MOST_ROWS:
            raise too_many_rows()
        table.rows.append((number, cells[:MOST_COLUMNS]))
    if not table.rows:
        raise ValidationError(gettext("The file has no row below its headers."))
    return table


def recognised(first: list[Any], headers: Headers) -> tuple[dict[str, int], list[str]]:
    """Where each of our columns stands, and the headers that are none of ours."""
    columns: dict[str, int] = {}
    unused = []
    for index, header in enumerate(first):
        said = heading(header)
        name = next((name for name, spellings in headers.items() if said in spellings), "")
        if name and name not in columns:
            columns[name] = index
        elif said:
            unused.append(fit(header)[:60])
    return columns, unused


def heading(header: Any) -> str:
    """A header as it is compared: without case, underscores, colons and what stands in brackets."""
    said = re.sub(r"\([^)]*\)", " ", fit(header).casefold()).replace("_", " ")
    return " ".join(said.strip(" :*").split())


# -- a cell


def fit(value: Any) -> str:
    """A cell as one line of text without signs that nobody sees."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    line = UNFIT.sub("", "" if value is None else str(value)[: LONGEST_CELL + 1])
    return " ".join(unicodedata.normalize("NFC", line).split())


def email(said: str, mistakes: list[str]) -> str:
    if not said:
        return ""
    try:
        validate_email(said)
        MaxLengthValidator(254)(said)
    except ValidationError:
        mistakes.append(gettext("“%(text)s” is no e-mail address.") % {"text": said[:60]})
        return ""
    return said


def day(value: Any, mistakes: list[str]) -> str | None:
    """The day as 2023-09-28. A date with slashes means another day to each reader and is not guessed."""
    if isinstance(value, datetime | date):
        return value.isoformat()[:10]
    said = fit(value)
    if not said:
        return None
    if found := re.fullmatch(r"([0-9]{1,2})\.([0-9]{1,2})\.([0-9]{4})", said):
        said = f"{found[3]}-{found[2]:0>2}-{found[1]:0>2}"
    try:
        return date.fromisoformat(
            said[:10] if re.fullmatch(r"[0-9-]{10}[ T][0-9:.]+", said) else said
        ).isoformat()
    except ValueError:
        mistakes.append(gettext("“%(text)s” is no date. Write it as 2023-09-28.") % {"text": said[:40]})
        return None


# -- the way out


def written(headers: list[str], rows: Iterable[list[str]]) -> str:
    """The rows as CSV. No cell can act as a formula in a spreadsheet."""
    made = Dataset(headers=headers)
    for row in rows:
        made.append([harmless(value) for value in row])
    return str(made.export("csv"))


def harmless(value: str) -> str:
    return f"'{value}" if value.startswith(FORMULA) else value
