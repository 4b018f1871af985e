"""Who signed a letter, on the letter itself and page by page. Only names that may be shown ever leave."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext

from advocacy.delivery.pages import Page, public_page
from advocacy.publishing.models import Version
from advocacy.publishing.public import Moved, public_or_404
from campaigns.models.signatories import LetterCount, Signatory, SignatoryQuerySet

SHOWN = 24  # of each group on the letter itself
PER_PAGE = 100
LOGO_WIDTH = 400
QUERY_NAMES = ("before", "after")
NOBODY = LetterCount()


@dataclass(frozen=True)
class Logo:
    url: str
    width: int
    height: int
    name: str


@dataclass(frozen=True)
class Signatories:
    """What the letter's page shows of those who signed. False where nobody did."""

    counters: LetterCount
    logos: tuple[Logo, ...]
    organisations: tuple[Signatory, ...]
    people: tuple[Signatory, ...]
    organisations_url: str
    people_url: str

    def __bool__(self) -> bool:
        return bool(self.counters.organisations or self.counters.people)


def shown_signatories(version: Version) -> Signatories:
    """Counters, logos and the first names; two queries at most: the counters came with the version."""
    counters = counters_of(version)
    signed = signatories_of(version)
    organisations = list(first_organisations(signed)) if counters.shown_organisations else []
    people = list(names(signed.people())[:SHOWN]) if counters.shown_people else []
    return Signatories(
        counters=counters,
        logos=tuple(logo(each) for each in organisations if each.logo)[:SHOWN],
        organisations=tuple(organisations[:SHOWN]),
        people=tuple(people),
        organisations_url=list_url(version, "organisation-list")
        if counters.shown_organisations > SHOWN
        else "",
        people_url=list_url(version, "person-list") if counters.shown_people > SHOWN else "",
    )


def signatories_of(version: Version) -> SignatoryQuerySet:
    return Signatory.objects.filter(work=version.work_id).shown()


def counters_of(version: Version) -> LetterCount:
    """The counters of a version whose query joined them; of one that did not, a query more."""
    return getattr(version.work, "letter_count", NOBODY)


def first_organisations(signed: SignatoryQuerySet) -> SignatoryQuerySet:
    """The first names, and behind them the first with a logo, which may stand further down; one query."""
    organisations = signed.organisations().in_order()
    first = organisations.values("pk")[:SHOWN]
    with_logo = organisations.filter(logo__isnull=False).values("pk")[:SHOWN]
    return names(Signatory.objects.filter(Q(pk__in=first) | Q(pk__in=with_logo))).select_related("logo")


def names(signed: SignatoryQuerySet) -> SignatoryQuerySet:
    """What readers see and nothing else."""
    return signed.in_order().defer("name_key", "website", "email", "consent")


def logo(signatory: Any) -> Logo:
    made = signatory.logo.rendition(LOGO_WIDTH)
    return Logo(signatory.logo.address(made["name"]), made["width"], made["height"], signatory.name)


def list_url(version: Version, name: str) -> str:
    return reverse(f"campaigns:{name}", kwargs={"language": version.language, "slug": version.slug})


def signatory_urls(version: Version) -> list[str]:
    """The addresses of the whole lists, where there is somebody to show."""
    counters = LetterCount.objects.filter(work=version.work_id).first() or NOBODY
    found = []
    if counters.shown_organisations:
        found.append(list_url(version, "organisation-list"))
    if counters.shown_people:
        found.append(list_url(version, "person-list"))
    return found


@public_page(queries=QUERY_NAMES)
def organisation_list(page: Page, slug: str) -> HttpResponse:
    return signatory_list(page, slug, "organisations", "organisation-list")


@public_page(queries=QUERY_NAMES)
def person_list(page: Page, slug: str) -> HttpResponse:
    return signatory_list(page, slug, "people", "person-list")


def signatory_list(page: Page, slug: str, of: str, name: str) -> HttpResponse:
    """All names of one group, a hundred a page, in every language the letter is public in."""
    try:
        letter = public_or_404("letter", page.language, slug, page.at)
    except Moved as moved:
        raise Moved(f"{moved.url}signatories/{of}/") from None
    siblings = list(
        Version.objects.public(page.at)
        .filter(work=letter.work_id)
        .defer("data")
        .select_related("work__letter_count")
    )
    counters = counters_of(siblings[0])
    signed = signatories_of(letter)
    signed = names(signed.organisations() if of == "organisations" else signed.people())
    rows, earlier, further = cut_out(signed, page.query)
    count = counters.shown_organisations if of == "organisations" else counters.shown_people
    everybody = counters.organisations if of == "organisations" else counters.people
    return page.render(
        "campaigns/signatory_list.html",
        {
            "letter": letter,
            "of": of,
            "count": count,
            "unnamed": everybody - count,
            "signatories": rows,
            "newer_url": page_url(page, "before", rows[0]) if rows and earlier else "",
            "older_url": page_url(page, "after", rows[-1]) if rows and further else "",
        },
        title=list_title(of, letter),
        alternates={each.language: list_url(each, name) for each in siblings},
    )


def list_title(of: str, letter: Version) -> str:
    if of == "organisations":
        return gettext("Organisations that signed “%(letter)s”") % {"letter": letter.title}
    return gettext("People who signed “%(letter)s”") % {"letter": letter.title}


def cut_out(signed: SignatoryQuerySet, query: dict[str, str]) -> tuple[list[Signatory], bool, bool]:
    """The rows of one page, and whether there are names before and behind them."""
    after, before = place(query.get("after", "")), place(query.get("before", ""))
    if before and not after:
        upwards = list(signed.before(*before).order_by("-position", "-pk")[: PER_PAGE + 1])
        return upwards[:PER_PAGE][::-1], len(upwards) > PER_PAGE, True
    if after:
        signed = signed.after(*after)
    rows = list(signed[: PER_PAGE + 1])
    return rows[:PER_PAGE], bool(after), len(rows) > PER_PAGE


def place(text: str) -> tuple[int, int] | None:
    """`100.4711` as a place in the list, or None where it is not one."""
    position, _, pk = text.partition(".")
    if all(number.isascii() and number.isdigit() and len(number) <= 18 for number in (position, pk)):
        return int(position), int(pk)
    return None


def page_url(page: Page, name: str, row: Signatory) -> str:
    return f"{page.path}?{name}={row.position}.{row.pk}"
