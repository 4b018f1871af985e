"""RSS and Atom with full text: everything, each kind, and whatever a kind hangs on its own feed."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import feedgenerator
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext

from advocacy.delivery.feed_links import feed_kinds
from advocacy.delivery.pages import Page, public_page
from advocacy.delivery.printed import moment
from advocacy.pictures.parts import with_files_at
from advocacy.publishing.kinds import kinds
from advocacy.publishing.models import Version

NEWEST = 20
# XML 1.0 has no way to write these (section 2.2, Char); one of them in a title would take the whole feed away.
NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True)
class Entry:
    """One item of a feed. `url` is a path; `html` the full text."""

    title: str
    url: str
    html: str
    language: str
    published: datetime
    updated: datetime
    sample: bool = False
    key: str = ""


class FullTextRss(feedgenerator.Rss201rev2Feed):
    """RSS 2.0 with the whole text in content:encoded (RDF Site Summary 1.0 content module)."""

    def rss_attributes(self) -> dict[str, str]:
        return {**super().rss_attributes(), "xmlns:content": "http://purl.org/rss/1.0/modules/content/"}

    def add_item_elements(self, handler: Any, item: Any) -> None:
        super().add_item_elements(handler, item)
        handler.addQuickElement("content:encoded", item["full_text"])


class FullTextAtom(feedgenerator.Atom1Feed):
    def add_item_elements(self, handler: Any, item: Any) -> None:
        super().add_item_elements(handler, item)
        handler.addQuickElement("content", item["full_text"], {"type": "html"})


FORMATS = {"rss": FullTextRss, "atom": FullTextAtom}


@public_page()
def feed(page: Page, form: str) -> HttpResponse:
    """Everything that is public in the page's language, or else in its original."""
    left_out = [kind.kind_name() for kind in kinds() if not kind.in_feeds]
    # To leave kinds out costs nothing on the way down the index by date; to name them would sort them all.
    versions = Version.objects.exclude(kind__in=left_out)
    return respond(page, form, page.organisation.name, f"/{page.language}/", entries(page, versions))


@public_page()
def feed_of_kind(page: Page, kind: str, form: str) -> HttpResponse:
    chosen = next((each for each in feed_kinds() if each.kind_name() == kind), None)
    if chosen is None or chosen.nav is None:
        raise Http404
    title = f"{page.organisation.name}: {chosen.nav.label}"
    link = reverse(chosen.nav.url_name, kwargs={"language": page.language})
    return respond(page, form, title, link, entries(page, Version.objects.filter(kind=kind)))


def entries(page: Page, versions: Any) -> list[Entry]:
    """The newest of these texts that are public. What was imported from earlier times is no news and stands in no feed."""
    public = versions.public(page.at).once_per_work(page.language, page.at).newest_first()
    newest = public.filter(work__imported=False).select_related("work")[:NEWEST]
    return [
        Entry(
            title=version.title,
            url=version.url,
            html=with_corrections(version),
            language=version.language,
            published=version.first_public,
            updated=version.starts,
            sample=version.work.sample,
        )
        for version in newest
    ]


def with_corrections(version: Version) -> str:
    """The full text, after what was corrected in it."""
    notes = format_html_join(
        "",
        "<p><strong>{}</strong> {}</p>",
        (
            (gettext("Corrected on %(moment)s") % {"moment": moment(told["at"])}, told["note"])
            for told in version.correction_notes
        ),
    )
    return format_html("{}{}", notes, version.kind_class.feed_html(version))


def respond(page: Page, form: str, title: str, link: str, items: Iterable[Entry]) -> HttpResponse:
    """The feed as a response. What a sample site says is marked as a sample in each item."""
    if form not in FORMATS:
        raise Http404
    title = for_xml(title)
    made = FORMATS[form](
        title=title,
        link=settings.SITE_URL + link,
        description=title,
        language=page.language,
        feed_url=settings.SITE_URL + page.path,
    )
    for item in items:
        html = item.html
        if item.sample:
            html = format_html("<p><strong>{}</strong></p>{}", gettext("Sample entry, not a fact"), html)
        html = with_files_at(for_xml(html), f"{settings.SITE_URL}/files/")
        made.add_item(
            title=for_xml(item.title),
            link=settings.SITE_URL + item.url,
            description=html if form == "rss" else "",
            full_text=html,
            pubdate=item.published,
            updateddate=item.updated,
            unique_id=settings.SITE_URL + item.url + item.key,
            unique_id_is_permalink=not item.key,
            categories=[gettext("Sample")] if item.sample else [],
        )
    response = HttpResponse(made.writeString("utf-8"), content_type=made.content_type)
    response["Cache-Control"] = "public, max-age=0, must-revalidate"
    return response


def for_xml(text: str) -> str:
    return NOT_IN_XML.sub("", str(text))
