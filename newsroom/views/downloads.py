"""What a reader takes away of a release: its plain text, its quotations to copy, its press kit."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import FileResponse, Http404, HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext

from advocacy.delivery.pages import Page, public_page
from advocacy.delivery.plain_text import written
from advocacy.delivery.printed import printing
from advocacy.pictures.cards import addresses_of_cards
from advocacy.publishing.models import Version
from advocacy.publishing.public import Moved, current_of, older_or_404, public_or_404
from advocacy.richtext import plain
from newsroom.downloads import kit, plain_segments
from newsroom.models.releases import card_of_quote
from newsroom.views.releases import carried_letter, segments, works_around


@public_page()
def release_text(page: Page, slug: str, number: int | None = None) -> HttpResponse:
    version = version_or_404(page, slug, number, "text.txt")
    text, _letter = plain_text(page, version)
    return to_take_away(HttpResponse(text, content_type="text/plain; charset=utf-8"), f"{version.slug}.txt")


@public_page()
def release_quotes(page: Page, slug: str, number: int | None = None) -> HttpResponse:
    version = version_or_404(page, slug, number, "quotes/")
    if not version.content.quotes:
        raise Http404
    return page.render(
        "newsroom/release_quotes.html",
        {
            "version": version,
            "quotes": with_pictures(version, page.at),
            "back": address_of(version, number),
        },
        title=gettext("Quotations: %(title)s") % {"title": version.title},
        noindex=True,
        canonical=version.url,
        alternates={version.language: page.path},
    )


@public_page()
def release_kit(page: Page, slug: str, number: int | None = None) -> Any:
    version = version_or_404(page, slug, number, "press-kit.zip")
    text, letter = plain_text(page, version)
    with printing(page.organisation.date_order, page.organisation.zone):
        packed = kit(version, letter, text, page.at)
    return to_take_away(FileResponse(packed, content_type="application/zip"), f"{version.slug}.zip")


def with_pictures(version: Version, at: datetime) -> list[dict[str, Any]]:
    """The quotations, each with its share card; an older text has no cards that still have an address."""
    cards = addresses_of_cards(version) if version.is_public(at) else {}
    return [
        {"said": quote, "picture": cards.get(card_of_quote(number, quote).part)}
        for number, quote in enumerate(version.content.quotes, start=1)
    ]


def version_or_404(page: Page, slug: str, number: int | None, tail: str) -> Version:
    """The release that is public under this address, or an older text of it; a moved one leads to its new place."""
    try:
        if number is None:
            return public_or_404("release", page.language, slug, page.at)
        return older_or_404("release", page.language, slug, number, page.at)
    except Moved as moved:
        older = "" if number is None else f"versions/{number}/"
        raise Moved(f"{moved.url}{older}{tail}") from None


def address_of(version: Version, number: int | None) -> str:
    return version.url if number is None else f"{version.url}versions/{number}/"


def plain_text(page: Page, version: Version) -> tuple[str, Any]:
    """The words of the page, and the letter it carries."""
    found = works_around(version, page.language, page.at)
    siblings = [each for each in found if each.work_id == version.work_id and each.is_public(page.at)]
    current = current_of(version, siblings)
    letter = carried_letter(version, found, page.language, page.at)
    with printing(page.organisation.date_order, page.organisation.zone):
        context = {
            "version": version,
            "content": version.content,
            "segments": plain_segments(segments(version)),
            "notes": plain(version.content.notes, addresses=True),
            "boilerplate": plain(version.content.boilerplate, addresses=True),
            "letter": letter,
            "organisation": page.organisation,
            "published": None if version.work.imported else version.first_public,
            "newer": None if current == version else current,
            "short_url": current.short_url,
            "site_url": settings.SITE_URL,
        }
        return written("newsroom/release_text.txt", context), letter


def to_take_away(response: Any, name: str) -> Any:
    response["Content-Disposition"] = content_disposition_header(True, name)
    response["Cache-Control"] = "public, max-age=0, must-revalidate"
    response["X-Robots-Tag"] = "noindex"  # the page itself is what search engines should show
    return response
