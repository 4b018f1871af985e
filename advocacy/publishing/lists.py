"""Lists of published works: filters by word, year and language, twenty a page, keyset instead of page numbers."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet, Subquery
from django.urls import reverse

from advocacy.delivery.pages import Page
from advocacy.publishing.kinds import kinds
from advocacy.publishing.models import Version

PER_PAGE = 20
QUERY_NAMES = ("word", "year", "language", "before", "after")
LONGEST_WORD = 100
SHOWN_AROUND = 12  # of each kind, beside the text they are about


@dataclass(frozen=True)
class Filters:
    """What the reader chose, cleaned: a value that makes no sense counts as not chosen."""

    word: str
    year: int | None
    language: str

    def __bool__(self) -> bool:
        return bool(self.word or self.year or self.language)


@dataclass(frozen=True)
class Listing:
    """One page of a list. `groups` holds the versions by year, newest first."""

    filters: Filters
    groups: list[dict[str, Any]]
    years: list[int]
    older_url: str
    newer_url: str

    def __bool__(self) -> bool:
        return bool(self.groups)


def filters_of(page: Page) -> Filters:
    year = page.query.get("year", "")
    language = page.query.get("language", "")
    return Filters(
        word=page.query.get("word", "").strip()[:LONGEST_WORD],
        year=int(year) if year.isascii() and year.isdigit() and 1900 <= int(year[:5]) <= 2999 else None,
        language=language if language in page.organisation.languages else "",
    )


def listing(page: Page, kind: str) -> Listing:
    """The page of the list of `kind` that `page.query` asks for; one query."""
    filters = filters_of(page)
    versions = Version.objects.listed(kind, filters.language or page.language, page.at)
    if filters.language:
        versions = versions.filter(language=filters.language)
    if filters.year:
        versions = versions.filter(dated__gte=date(filters.year, 1, 1), dated__lte=date(filters.year, 12, 31))
    if filters.word:
        versions = versions.holding(filters.word)
    oldest = Version.objects.public(page.at).filter(kind=kind).order_by("dated", "publication_id")
    versions = versions.annotate(oldest=Subquery(oldest.values("dated")[:1]))
    rows, has_older, has_newer = cut_out(versions, page.query)
    return Listing(
        filters=filters,
        groups=by_year(rows),
        years=years_of(rows, page, filters),
        older_url=page_url(page, before=rows[-1]) if rows and has_older else "",
        newer_url=page_url(page, after=rows[0]) if rows and has_newer else "",
    )


def cut_out(versions: Any, query: dict[str, str]) -> tuple[list[Version], bool, bool]:
    """The rows of one page, and whether there are older and newer ones."""
    before, after = keyset(query.get("before", "")), keyset(query.get("after", ""))
    if after and not before:
        upwards = list(versions.newer_than(*after).order_by("dated", "publication_id")[: PER_PAGE + 1])
        rows = upwards[:PER_PAGE][::-1]
        return rows, True, len(upwards) > PER_PAGE
    if before:
        versions = versions.older_than(*before)
    rows = list(versions[: PER_PAGE + 1])
    return rows[:PER_PAGE], len(rows) > PER_PAGE, bool(before)


def keyset(text: str) -> tuple[date, int] | None:
    """`2023-09-28.17` as a place in the list, or None where it is not one."""
    day, _, number = text.partition(".")
    if not (number.isascii() and number.isdigit() and len(number) < 18):
        return None
    try:
        return date.fromisoformat(day), int(number)
    except ValueError:
        return None


def page_url(page: Page, **place: Version) -> str:
    kept = {name: page.query[name] for name in ("word", "year", "language") if page.query.get(name)}
    places = {
        name: f"{version.dated.isoformat()}.{version.publication_id}" for name, version in place.items()
    }
    return f"{page.path}?{urlencode(kept | places)}"


def by_year(rows: list[Version]) -> list[dict[str, Any]]:
    return [
        {"year": year, "versions": list(group)}
        for year, group in groupby(rows, key=lambda row: row.dated.year)
    ]


def years_of(rows: list[Any], page: Page, filters: Filters) -> list[int]:
    """Every year from now back to the oldest item of the kind."""
    newest = max([page.at.year, *[row.dated.year for row in rows]])
    oldest = rows[0].oldest.year if rows else filters.year or newest
    return list(range(newest, oldest - 1, -1))


def around(
    works: Iterable[int], *, about: int, language: str, at: datetime, also: int | None = None
) -> QuerySet[Version]:
    """What a page about one work needs of others, in one query: the public texts of `works` in every language, and
    of each kind the newest texts that are about the work `about`. The version `also` comes along, public or not.

    Each part finds its rows through an index. References joined under an OR would read every version there is.
    """
    kept = [] if also is None else [also]
    chosen = Version.objects.filter(work__in=works).values("pk")
    telling = (
        Version.objects.public(at).filter(references__work=about).once_per_work(language, at).newest_first()
    )
    parts = [telling.filter(kind=kind.kind_name()).values("pk")[:SHOWN_AROUND] for kind in kinds()]
    # SQLite knows no limit inside a union, so each part is wrapped once.
    chosen = chosen.union(*[Version.objects.filter(pk__in=part).values("pk") for part in [*parts, kept]])
    public = Version.objects.public(at) | Version.objects.filter(pk__in=kept)
    return public.filter(pk__in=chosen).newest_first()


def whole_list(shown: Sequence[Version], language: str) -> str:
    """The address of the list of these texts' kind where more may stand there than is shown here."""
    nav = shown[0].kind_class.nav if len(shown) >= SHOWN_AROUND else None
    return reverse(nav.url_name, kwargs={"language": language}) if nav else ""


def once(versions: Iterable[Version], language: str, at: datetime) -> list[Version]:
    """Of versions in hand, each public work once, in `language` or else in its original, newest first."""
    chosen: dict[int, Version] = {}
    for version in versions:
        is_wanted = version.language == language
        if version.is_public(at) and (is_wanted or (version.is_original and version.work_id not in chosen)):
            chosen[version.work_id] = version
    return sorted(chosen.values(), key=lambda each: (each.dated, each.publication_id), reverse=True)
