"""The list of coverage, and one article with what it is about."""

from django.http import HttpResponse
from django.utils.translation import gettext

from advocacy.delivery.feeds import kind_feed_url
from advocacy.delivery.pages import Page, public_page
from advocacy.publishing.lists import QUERY_NAMES, listing, once
from advocacy.publishing.models import Version
from advocacy.publishing.public import public_or_404
from advocacy.sharing.bar import share_bar


@public_page(queries=QUERY_NAMES)
def coverage_list(page: Page) -> HttpResponse:
    return page.render(
        "newsroom/coverage_list.html",
        {"listing": listing(page, "coverage", words_in=("title", "card__outlet")), "feed_url": kind_feed_url("coverage", page.language)},
        title=gettext("Coverage"),
        description=gettext("What others reported about our letters and releases."),
    )


@public_page()
def coverage_detail(page: Page, slug: str) -> HttpResponse:
    version = public_or_404("coverage", page.language, slug, page.at)
    works = {version.work_id, *(row.work_id for row in version.content.about)}
    around = list(Version.objects.public(page.at).filter(work__in=works).defer("data").select_related("work"))
    return page.render(
        "newsroom/coverage_detail.html",
        {
            "version": version,
            "content": version.content,
            "about": [each for each in once(around, page.language, page.at) if each.work_id != version.work_id],
            "share": share_bar(version),
        },
        title=version.title,
        description=version.content.excerpt,
        version=version,
        siblings=[each for each in around if each.work_id == version.work_id],
    )
