"""Lists of signatories from a file: read, checked row by row, kept until somebody says that they be added.

`read_list` makes a SignatoryImport out of a CSV or XLSX file and adds nobody; `import_list` adds what it
holds. `export_list` writes the same columns again.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.forms import URLField
from django.utils.translation import gettext, ngettext

from advocacy.publishing.models import Work
from advocacy.spreadsheets import Table, day, email, fit, read_table, written
from campaigns.models.signatories import Signatory, SignatoryImport, name_key

AT_ONCE = 2_000  # rows of one transaction: others wait while it writes
TOLD = 200  # rows of each kind that a report tells one by one

# Each column of ours, and the headers under which it is recognised; compared by `heading`.
COLUMNS: dict[str, tuple[str, ...]] = {
    "name": (
        *("name", "full name", "signatory", "organisation", "organization", "organisation name"),
        *("organization name", "name of organisation", "name of organization", "person", "individual"),
        *("nom", "nom complet", "organisme", "имя", "фио", "название", "организация"),
        *("անուն", "անվանում", "կազմակերպություն", "الاسم", "المنظمة", "اسم المنظمة"),
    ),
    "kind": ("kind", "type", "signing as", "signed as", "вид", "тип", "տեսակ", "النوع"),
    "role": (
        *("role", "title", "title or role", "position", "function", "occupation", "fonction", "titre"),
        *("должность", "роль", "պաշտոն", "المنصب", "الصفة"),
    ),
    "country": ("country", "pays", "страна", "երկիր", "البلد", "الدولة"),
    "website": (
        *("website", "web site", "web", "url", "web address", "site", "site web"),
        *("сайт", "կայք", "الموقع"),
    ),
    "email": (
        *("e-mail", "email", "mail", "e-mail address", "email address", "courriel", "adresse e-mail"),
        *("эл. почта", "электронная почта", "էլ. հասցե", "էլ. փոստ", "البريد الإلكتروني"),
    ),
    "shown": (
        *("show name", "shown", "name shown", "show", "public", "nom affiché"),
        *("показать имя", "ցույց տալ", "إظهار الاسم"),
    ),
    "signed_on": (
        *("signed on", "date", "signed", "date signed", "signature date", "date de signature"),
        *("дата", "ամսաթիվ", "التاريخ"),
    ),
    "consent": (
        *("consent", "where the consent came from", "consent from", "consentement"),
        *("согласие", "համաձայնություն", "الموافقة"),
    ),
}
ORGANISATION_WORDS = {
    *("organisation", "organization", "org", "organisations", "ngo", "o", "organisme", "организация"),
    *("կազմակերպություն", "منظمة"),
}
PERSON_WORDS = {
    *(
        "person",
        "individual",
        "people",
        "individuals",
        "p",
        "i",
        "personne",
        "человек",
        "лицо",
        "անձ",
        "անհատ",
        "شخص",
        "فرد",
    ),
}
YES_WORDS = {"yes", "y", "true", "1", "x", "oui", "да", "այո", "نعم"}
NO_WORDS = {"no", "n", "false", "0", "non", "нет", "ոչ", "لا"}
ORGANISATIONS, PEOPLE, EACH_SAYS = "organisations", "people", "each"


@dataclass(frozen=True)
class Choices:
    """What staff say of a whole file; a column of the file says it for each row."""

    work: Work
    language: str
    rows_are: str  # ORGANISATIONS, PEOPLE or EACH_SAYS
    shown: bool
    consent: str


def read_list(upload: UploadedFile, choices: Choices, *, who: Any = None, at: datetime) -> SignatoryImport:
    """Reads and checks a file and keeps what would be added. ValidationError where it is no such file."""
    missing = gettext("No column is headed “Name” or “Organisation”. The first row has to name the columns.")
    table = read_table(upload, COLUMNS, {"name": missing})
    if "kind" not in table.columns and choices.rows_are == EACH_SAYS:
        raise ValidationError(
            gettext(
                "The file has no column “Kind”. Add one, or choose whether it lists organisations or people."
            )
        )
    ready: list[dict[str, Any]] = []
    there: list[dict[str, Any]] = []
    wrong: list[dict[str, Any]] = []
    known = Known(choices.work)
    for number, cells in table.rows:
        row, mistakes = checked(table, cells, choices)
        if mistakes:
            wrong.append({"row": number, "name": row["name"][:60], "mistakes": mistakes})
        elif said := known.says(row, number):
            there.append({"row": number, "name": row["name"], "said": said})
        else:
            known.add(row, number)
            ready.append(row)
    return SignatoryImport.objects.create(
        work=choices.work,
        language=choices.language,
        file_name=fit(upload.name or "")[-200:],
        rows=ready,
        report={
            "encoding": table.encoding,
            "unused": table.unused,
            "there": there[:TOLD],
            "there_count": len(there),
            "wrong": wrong[:TOLD],
            "wrong_count": len(wrong),
        },
        made=at,
        made_by=who,
    )


def import_list(read: SignatoryImport, *, who: Any = None, at: datetime) -> int:
    """Adds the signatories of a list that was read, once; says how many.

    Whoever came onto the letter in the meantime is not added twice. Each block leaves the list with what it
    added, so that a server that stops halfway loses nobody: the button is pressed again.
    """
    added = 0
    while block := import_block(read, who=who, at=at):
        added += block
    return added


def import_block(read: SignatoryImport, *, who: Any, at: datetime) -> int:
    """One block of the list; 0 when none is left."""
    with transaction.atomic():
        read = SignatoryImport.objects.select_for_update().select_related("work").get(pk=read.pk)
        rows, left = new_rows(read)
        if rows:
            add_rows(read, rows, who=who, at=at)
        read.rows, read.added = left, read.added + len(rows)
        if not left:
            read.done = read.done or at
        read.save(update_fields=["rows", "added", "done"])
    return len(rows)


def new_rows(read: SignatoryImport) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The next block of rows that are not on the letter, and the rows behind them."""
    known = Known(read.work)
    fresh = [row for row in read.rows if not known.says(row, 0)]
    return fresh[:AT_ONCE], fresh[AT_ONCE:]


def add_rows(read: SignatoryImport, rows: list[dict[str, Any]], *, who: Any, at: datetime) -> None:
    version = Signatory.version_signed(read.work, read.language, at)
    Signatory.objects.bulk_create(
        Signatory(
            **{**row, "signed_on": row["signed_on"] and date.fromisoformat(row["signed_on"])},
            work=read.work,
            language=read.language,
            version=version,
            position=position,
            source=Signatory.Source.IMPORTED,
            entered=at,
            entered_by=who,
        )
        for position, row in enumerate(rows, start=Signatory.next_position(read.work_id))
    )


class Known:
    """Who is on the letter already, or stands further up in the file."""

    def __init__(self, work: Work):
        self.seen: dict[tuple[str, ...], int] = {}
        there = Signatory.objects.filter(work=work)
        for is_organisation, name, role, country in there.values_list(
            "is_organisation", "name", "role", "country"
        ):
            self.seen.setdefault(self.key(is_organisation, name, role, country), 0)

    @staticmethod
    def key(is_organisation: bool, name: str, role: str, country: str) -> tuple[str, ...]:
        """An organisation is known by its name, a person by name, role and country: people share names."""
        return (name_key(name),) if is_organisation else (name_key(name), name_key(role), name_key(country))

    def says(self, row: dict[str, Any], number: int) -> str:
        """A sentence where the row is nothing new; an empty text where it is."""
        seen = self.seen.get(self.of(row))
        if seen is None:
            return ""
        if seen:
            return gettext("Row %(number)d names the same.") % {"number": seen}
        return gettext("It is on the letter already.")

    def add(self, row: dict[str, Any], number: int) -> None:
        self.seen[self.of(row)] = number

    def of(self, row: dict[str, Any]) -> tuple[str, ...]:
        return self.key(row["is_organisation"], row["name"], row["role"], row["country"])


# -- a row


def checked(table: Table, cells: list[Any], choices: Choices) -> tuple[dict[str, Any], list[str]]:
    """The row as columns of Signatory, and whole sentences for what is wrong with it."""

    def cell(name: str) -> Any:
        return table.cell(cells, name)

    mistakes: list[str] = []
    is_organisation = kind_of(fit(cell("kind")), choices, mistakes)
    row = {
        "is_organisation": is_organisation,
        "name": text(cell("name"), "name", mistakes),
        "role": "" if is_organisation else text(cell("role"), "role", mistakes),
        "country": text(cell("country"), "country", mistakes),
        "website": website(fit(cell("website")), mistakes) if is_organisation else "",
        "email": email(fit(cell("email")), mistakes),
        "shown": shown(fit(cell("shown")), choices, mistakes),
        "signed_on": day(cell("signed_on"), mistakes),
        "consent": text(cell("consent"), "consent", mistakes) or choices.consent,
    }
    if not row["name"] and not mistakes:
        mistakes.append(gettext("The name is missing."))
    return row, mistakes


def text(value: Any, column: str, mistakes: list[str]) -> str:
    line = fit(value)
    longest = Signatory._meta.get_field(column).max_length or 0
    named = {
        "column": str(Signatory._meta.get_field(column).verbose_name),
        "most": longest,
        "text": line[:40],
    }
    if len(line) > longest:
        mistakes.append(gettext("“%(column)s” has more than %(most)d characters: “%(text)s…”.") % named)
    elif line.startswith(("=", "@")):
        mistakes.append(gettext("“%(column)s” begins as a formula does: “%(text)s”.") % named)
    elif "\ufffd" in line:
        mistakes.append(gettext("“%(column)s” holds a sign that could not be read: “%(text)s”.") % named)
    return line[:longest]


def kind_of(said: str, choices: Choices, mistakes: list[str]) -> bool:
    """True for an organisation."""
    if not said and choices.rows_are != EACH_SAYS:
        return choices.rows_are == ORGANISATIONS
    word = said.casefold()
    if word not in ORGANISATION_WORDS and word not in PERSON_WORDS:
        mistakes.append(
            gettext("“%(text)s” is neither “organisation” nor “person”.") % {"text": said[:40]}
            if said
            else gettext("The row does not say whether this is an organisation or a person.")
        )
    return word in ORGANISATION_WORDS


def shown(said: str, choices: Choices, mistakes: list[str]) -> bool:
    """Whether the name is shown. Only a plain yes shows a name where the file has something to say of it."""
    if not said:
        return choices.shown
    word = said.casefold()
    if word not in YES_WORDS and word not in NO_WORDS:
        mistakes.append(
            gettext("Whether the name is shown is “yes” or “no”, not “%(text)s”.") % {"text": said[:40]}
        )
    return word in YES_WORDS


def website(said: str, mistakes: list[str]) -> str:
    if not said:
        return ""
    try:
        return str(URLField(max_length=300, assume_scheme="https").clean(said))
    except ValidationError:
        mistakes.append(
            gettext("“%(text)s” is no web address, such as https://hrh.example.") % {"text": said[:60]}
        )
        return ""


# -- the way out


def export_list(signatories: Iterable[Signatory]) -> str:
    """The list as CSV for staff, e-mail addresses included. No cell can act as a formula in a spreadsheet."""
    headers = [
        *("Letter", "Kind", "Name", "Role", "Country", "Website", "E-mail", "Shown", "Signed on", "Language"),
        *("Consent", "Entered"),
    ]
    rows: list[list[str]] = []
    titles: dict[int, str] = {}
    for each in signatories:
        if each.work_id not in titles:
            titles[each.work_id] = str(each.work)
        rows.append([titles[each.work_id], *exported(each)])
    return written(headers, rows)


def exported(each: Signatory) -> list[str]:
    return [
        "organisation" if each.is_organisation else "person",
        each.name,
        each.role,
        each.country,
        each.website,
        each.email,
        "yes" if each.shown else "no",
        each.signed_on.isoformat() if each.signed_on else "",
        each.language,
        each.consent,
        each.entered.date().isoformat(),
    ]


def sum_of(read: SignatoryImport) -> str:
    """What would be added, in words: "12 organisations and 40 people"."""
    organisations = sum(row["is_organisation"] for row in read.rows)
    people = len(read.rows) - organisations
    parts = [
        ngettext("%(count)d organisation", "%(count)d organisations", organisations)
        % {"count": organisations},
        ngettext("%(count)d person", "%(count)d people", people) % {"count": people},
    ]
    return gettext(" and ").join(
        part for part, count in zip(parts, (organisations, people), strict=True) if count
    )
