"""The archive: the list of past bulletins, and each as a page that shows what was sent."""

from typing import Any

from django.http import HttpResponse
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext, override

from advocacy.delivery.feed_links import kind_feed_url
from advocacy.delivery.pages import Page, public_page
from advocacy.mail.parts import framed
from advocacy.publishing.lists import QUERY_NAMES, listing
from advocacy.publishing.models import Version
from advocacy.publishing.public import current_of, older_or_404, public_or_404
from advocacy.sharing.bar import share_bar
from newsroom.bulletin_parts import parts_of


@public_page(queries=QUERY_NAMES)
def bulletin_list(page: Page) -> HttpResponse:
    return page.render(
        "newsroom/bulletin_list.html",
        {"listing": listing(page, "bulletin"), "feed_url": kind_feed_url("bulletin", page.language)},
        title=gettext("Bulletins"),
        description=gettext("What was sent to the readers of the bulletin, newest first."),
    )


@public_page()
def bulletin_detail(page: Page, slug: str) -> HttpResponse:
    return render_bulletin(page, public_or_404("bulletin", page.language, slug, page.at))


@public_page()
def bulletin_version(page: Page, slug: str, number: int) -> HttpResponse:
    """What stood here before, while the bulletin is public."""
    return render_bulletin(page, older_or_404("bulletin", page.language, slug, number, page.at))


def render_bulletin(page: Page, version: Version) -> HttpResponse:
    siblings = list(Version.objects.public(page.at).filter(work=version.work_id).defer("data"))
    current = current_of(version, siblings)
    return page.render(
        "newsroom/bulletin_detail.html",
        {
            "version": version,
            "content": version.content,
            "runs": framed(parts_of(version, page.at)),
            "share": share_bar(current),
            "newer": None if current == version else current,
        },
        title=version.title,
        description=version.content.preheader or version.summary,
        version=version,
        siblings=siblings,
        noindex=current != version,
        canonical=current.url,
    )


def full_text(version: Version) -> SafeString:
    """The whole bulletin for feeds."""
    with override(version.language):
        context: dict[str, Any] = {"version": version, "content": version.content}
        parts = parts_of(version, timezone.now())
        return render_to_string("newsroom/_bulletin_feed.html", context | {"parts": parts})
