"""The list of letters, and a letter with its record."""

from collections.abc import Sequence
from datetime import date, datetime

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext

from advocacy.delivery.feed_links import kind_feed_url
from advocacy.delivery.pages import Page, public_page
from advocacy.delivery.structured import article
from advocacy.publishing.lists import QUERY_NAMES, around, listing, once, whole_list
from advocacy.publishing.models import Version
from advocacy.publishing.public import current_of, older_or_404, public_or_404
from advocacy.richtext import blocks
from advocacy.sharing.bar import share_bar
from campaigns.record import DemandRow, Paragraph, counts, demand_rows, standing_today
from campaigns.views.signatories import shown_signatories


@public_page(queries=QUERY_NAMES)
def letter_list(page: Page) -> HttpResponse:
    return page.render(
        "campaigns/letter_list.html",
        {"listing": listing(page, "letter"), "feed_url": kind_feed_url("letter", page.language)},
        title=gettext("Letters"),
        description=gettext("Every open letter, its demands, and what came of them."),
    )


@public_page()
def letter_detail(page: Page, slug: str) -> HttpResponse:
    version = public_or_404("letter", page.language, slug, page.at)
    return render_letter(page, version)


@public_page()
def letter_version(page: Page, slug: str, number: int) -> HttpResponse:
    """An older text of a letter that is public now; what is public today stands at its own address."""
    return render_letter(page, older_or_404("letter", page.language, slug, number, page.at))


def render_letter(page: Page, version: Version) -> HttpResponse:
    found = works_around(version, page.language, page.at)
    siblings = [each for each in found if each.work_id == version.work_id]
    others = [each for each in once(found, page.language, page.at) if each.work_id != version.work_id]
    coverage = [each for each in others if each.kind == "coverage"]
    demands = demand_rows(
        version, version.content.demands, standing_today(version.work_id, version.language, page.at)
    )
    current = current_of(version, siblings)
    return page.render(
        "campaigns/letter_detail.html",
        {
            "version": version,
            "content": version.content,
            "paragraphs": paragraphs(version, current.short_url),
            "demands": demands,
            "counts": counts(demands),
            "last_checked": all_checked(demands),
            "signatories": shown_signatories(current),
            "about": [each for each in others if each.kind != "coverage"],
            "coverage": coverage,
            "all_coverage": whole_list(coverage, page.language),
            "share": share_bar(current),
            "newer": None if current == version else current,
        },
        title=version.title,
        description=version.summary,
        version=version,
        siblings=siblings,
        noindex=current != version,
        canonical=current.url,
        json_ld=article(version, page.organisation),
        feeds=[{"title": gettext("What happens to these demands (RSS)"), "url": feed_url(version)}],
    )


def works_around(version: Version, language: str, at: datetime) -> list[Version]:
    """This letter's public texts in every language, and the newest public texts about it; one query."""
    found = around([version.work_id], about=version.work_id, language=language, at=at)
    return list(found.defer("data").select_related("work__letter_count"))


def all_checked(demands: Sequence[DemandRow]) -> date | None:
    """The day since which nobody looked at some demand; nothing while one was never looked at."""
    days = [row.last_checked for row in demands]
    return min(day for day in days if day) if days and all(days) else None


def paragraphs(version: Version, short_url: str) -> list[Paragraph]:
    """The letter's blocks, numbered, each with the passages taken from it."""
    taken: dict[str, list[dict[str, str]]] = {}
    for passage in version.content.passages:
        taken.setdefault(passage.paragraph, []).append(
            {"words": passage.words, "share_url": f"{short_url}#{passage.paragraph}"}
        )
    return [
        Paragraph(number=number, id=block.id, html=block.html, passages=tuple(taken.get(block.id, ())))
        for number, block in enumerate(blocks(version.content.body), start=1)
    ]


def feed_url(version: Version, form: str = "rss") -> str:
    return reverse(
        "campaigns:demand-feed", kwargs={"language": version.language, "slug": version.slug, "form": form}
    )
