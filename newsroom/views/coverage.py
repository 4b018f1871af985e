"""The list of coverage, and one article with what it is about."""

from django.http import HttpResponse
from django.utils.translation import gettext

from advocacy.delivery.feed_links import kind_feed_url
from advocacy.delivery.pages import Page, public_page
from advocacy.publishing.lists import QUERY_NAMES, listing, once
from advocacy.publishing.models import Version
from advocacy.publishing.public import current_of, older_or_404, public_or_404
from advocacy.sharing.bar import share_bar


@public_page(queries=QUERY_NAMES)
def coverage_list(page: Page) -> HttpResponse:
    return page.render(
        "newsroom/coverage_list.html",
        {
            "listing": listing(page, "coverage"),
            "feed_url": kind_feed_url("coverage", page.language),
        },
        title=gettext("Coverage"),
        description=gettext("What others reported about our letters and releases."),
    )


@public_page()
def coverage_detail(page: Page, slug: str) -> HttpResponse:
    return render_coverage(page, public_or_404("coverage", page.language, slug, page.at))


@public_page()
def coverage_version(page: Page, slug: str, number: int) -> HttpResponse:
    """What stood here before, while the article is public."""
    return render_coverage(page, older_or_404("coverage", page.language, slug, number, page.at))


def render_coverage(page: Page, version: Version) -> HttpResponse:
    works = {version.work_id, *(row.work_id for row in version.content.about)}
    around = list(Version.objects.public(page.at).filter(work__in=works).defer("data").select_related("work"))
    siblings = [each for each in around if each.work_id == version.work_id]
    current = current_of(version, siblings)
    return page.render(
        "newsroom/coverage_detail.html",
        {
            "version": version,
            "content": version.content,
            "about": [
                each for each in once(around, page.language, page.at) if each.work_id != version.work_id
            ],
            "share": share_bar(current),
            "newer": None if current == version else current,
        },
        title=version.title,
        description=version.content.excerpt,
        version=version,
        siblings=siblings,
        noindex=current != version,
        canonical=current.url,
    )
