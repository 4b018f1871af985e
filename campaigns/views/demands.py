"""A demand's own page, and the feed of what happened to a letter's demands."""

from django.http import Http404, HttpResponse
from django.utils.html import format_html
from django.utils.translation import gettext

from advocacy.delivery import feeds
from advocacy.delivery.pages import Page, public_page
from advocacy.organisation.digits import digits
from advocacy.publishing.models import Version
from advocacy.publishing.public import Moved, public_or_404
from advocacy.sharing.bar import share_bar
from campaigns.ledger import Entry
from campaigns.record import demand_rows, demand_title, demand_url, standing_today


@public_page()
def demand_detail(page: Page, slug: str, number: int) -> HttpResponse:
    try:
        letter = public_or_404("letter", page.language, slug, page.at, part=f"d{number}")
    except Moved as moved:
        raise Moved(f"{moved.url}demands/{number}/") from None
    demands = demand_rows(
        letter, letter.content.demands, standing_today(letter.work_id, letter.language, page.at)
    )
    demand = next((row for row in demands if row.number == number), None)
    if demand is None:
        raise Http404
    siblings = Version.objects.public(page.at).filter(work=letter.work_id).defer("data")
    return page.render(
        "campaigns/demand_detail.html",
        {
            "letter": letter,
            "demand": demand,
            "demands": demands,
            "addressees": letter.content.addressees,
            "share": share_bar(letter, part=f"d{number}"),
        },
        title=demand_title(demand),
        description=demand.wording,
        canonical=demand.url,
        card=letter,
        alternates={each.language: demand_url(each, number) for each in siblings if has_demand(each, number)},
    )


def has_demand(version: Version, number: int) -> bool:
    return number in version.card["demands"].values()


@public_page()
def demand_feed(page: Page, slug: str, form: str) -> HttpResponse:
    """Every entry of the ledger of this letter, newest first."""
    letter = public_or_404("letter", page.language, slug, page.at)
    numbers = {row.uid: row.number for row in letter.content.demands}
    told = [
        entry
        for standing in standing_today(letter.work_id, letter.language, page.at).values()
        for entry in standing.changes
        if entry.demand in numbers
    ]
    told.sort(key=lambda entry: (entry.on, entry.known, entry.pk), reverse=True)
    title = gettext("What happens to the demands of “%(letter)s”") % {"letter": letter.title}
    items = [feed_entry(letter, entry, numbers[entry.demand]) for entry in told[: feeds.NEWEST]]
    return feeds.respond(page, form, title, letter.url, items)


def feed_entry(letter: Version, entry: Entry, number: int) -> feeds.Entry:
    source = format_html('<p><a href="{0}">{0}</a></p>', entry.source_url) if entry.source_url else ""
    return feeds.Entry(
        title=gettext("Demand %(number)s: %(status)s")
        % {"number": digits(number), "status": entry.status_label},
        url=demand_url(letter, number),
        html=format_html('<p lang="{}">{}</p>{}', entry.language, entry.note, source),
        language=letter.language,
        published=entry.known,
        updated=entry.known,
        sample=entry.sample,
        key=f"#{entry.pk}",
    )
