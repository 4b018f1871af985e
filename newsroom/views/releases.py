"""The list of releases, and a release with what it carries."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db.models import Case, F, When
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, override

from advocacy.delivery.feed_links import kind_feed_url
from advocacy.delivery.pages import Page, public_page
from advocacy.delivery.printed import day
from advocacy.delivery.structured import article
from advocacy.mail.parts import MailPart, Prose, Saying, Showing
from advocacy.publishing.carrying import carried_part
from advocacy.publishing.lists import QUERY_NAMES, around, listing, once, whole_list
from advocacy.publishing.models import Version, listed_words
from advocacy.publishing.public import current_of, older_or_404, public_or_404
from advocacy.richtext import Block, RichText, blocks
from advocacy.sharing.bar import share_bar
from newsroom.models.releases import ReleaseContent


@public_page(queries=QUERY_NAMES)
def release_list(page: Page) -> HttpResponse:
    return page.render(
        "newsroom/release_list.html",
        {"listing": listing(page, "release"), "feed_url": kind_feed_url("release", page.language)},
        title=gettext("Releases"),
        description=gettext("Press releases and statements, newest first."),
    )


@public_page()
def release_detail(page: Page, slug: str) -> HttpResponse:
    return render_release(page, public_or_404("release", page.language, slug, page.at))


@public_page()
def release_version(page: Page, slug: str, number: int) -> HttpResponse:
    """An older text of a release that is public now."""
    return render_release(page, older_or_404("release", page.language, slug, number, page.at))


def render_release(page: Page, version: Version) -> HttpResponse:
    content: ReleaseContent = version.content
    found = works_around(version, page.language, page.at)
    siblings = [each for each in found if each.work_id == version.work_id and each.is_public(page.at)]
    current = current_of(version, siblings)
    others = once(found, page.language, page.at)
    coverage = [each for each in others if each.kind == "coverage"]
    return page.render(
        "newsroom/release_detail.html",
        {
            "version": version,
            "content": content,
            "segments": segments(version),
            "letter": carried_letter(version, found, page.language, page.at),
            "about": [each for each in others if each.work_id in related_ids(content)],
            "coverage": coverage,
            "all_coverage": whole_list(coverage, page.language),
            "published": None if version.work.imported else version.first_public,
            "share": share_bar(current),
            "downloads": downloads(version, None if current == version else version.number),
            "newer": None if current == version else current,
        },
        title=version.title,
        description=content.subheadline or version.summary,
        version=version,
        siblings=siblings,
        noindex=current != version,
        canonical=current.url,
        json_ld=article(version, page.organisation),
    )


def downloads(version: Version, number: int | None) -> dict[str, str]:
    """The addresses of what can be taken away: of what is public now, or of the older text `number`."""
    of_version = {} if number is None else {"number": number}
    name = "newsroom:release-{}" if number is None else "newsroom:release-version-{}"
    parts = {"language": version.language, "slug": version.slug, **of_version}
    given = {what: reverse(name.format(what), kwargs=parts) for what in ("text", "quotes", "kit")}
    return given if version.content.quotes else given | {"quotes": ""}


def related_ids(content: ReleaseContent) -> set[int]:
    return {row.work_id for row in content.related if row.work_id}


def works_around(version: Version, language: str, at: datetime) -> list[Version]:
    """Public texts of this work, of the letter it carries, of related works and of works about it; one query.

    The version of the letter that was kept comes along even where the letter has a newer one. It alone is shown
    at length, so the content of the others is not loaded.
    """
    content: ReleaseContent = version.content
    works = {version.work_id, *related_ids(content)}
    kept = content.carries.version_id if content.carries else None
    if content.carries:
        works.add(content.carries.work_id)
    found = around(works, about=version.work_id, language=language, at=at, also=kept)
    rows: list[Any] = list(
        found.defer("data")
        .select_related("work")
        .annotate(kept_data=Case(When(pk=kept or 0, then=F("data"))))
    )
    for each in rows:
        if each.pk == kept:
            each.data = each.kept_data
    return rows


def carried_letter(version: Version, found: list[Version], language: str, at: datetime) -> Any:
    carries = version.content.carries
    if not carries:
        return None
    return carried_part(carries, found, on=version.dated, at=at, language=language, starts=version.starts)


def segments(version: Version) -> list[dict[str, Any]]:
    """The body in its order: blocks, with the dateline run into the first paragraph and quotes at their places."""
    content: ReleaseContent = version.content
    out: list[dict[str, Any]] = [{"quote": quote} for quote in content.quotes if quote.after_paragraph == 0]
    body = blocks(content.body)
    first = next((number for number, block in enumerate(body, start=1) if block.tag != "figure"), 1)
    for number, block in enumerate(body, start=1):
        out.append({"html": run_in(block, dateline(version)) if number == first else block.html})
        out += [{"quote": quote} for quote in content.quotes if quote.after_paragraph == number]
    out += [{"quote": quote} for quote in content.quotes if quote.after_paragraph > len(body)]
    return out


def run_in(block: Block, words: str) -> SafeString:
    """The block with bold words set before its first one; before a block that is no paragraph, on their own line."""
    if block.tag != "p":
        return format_html("<p><b>{}.</b></p>{}", words, block.html)
    opening, rest = block.html.split(">", 1)
    return format_html("{}<b>{}.</b> {}", RichText.stored(opening + ">"), words, RichText.stored(rest))


def dateline(version: Version) -> str:
    """Geneva and Yerevan, 28 September 2023."""
    place = version.content.place
    told = {"place": place, "day": day(version.dated)}
    return gettext("%(place)s, %(day)s") % told if place else told["day"]


def release_in_mail(version: Version, showing: Showing) -> list[MailPart]:
    """The release whole, with what it shows of its letter, or else a link to it; notes to editors stay on its page."""
    parts = [in_mail(segment, version) for segment in segments(version)]
    foreign = showing.foreign(version.language)
    letter = letter_in_mail(version, showing) or [version.kind_class.mail_link(version)]
    return [*(replace(part, language=foreign) for part in parts), *letter]


def letter_in_mail(version: Version, showing: Showing) -> list[MailPart]:
    carries = version.content.carries
    if not carries:
        return []
    still_public = Version.objects.public(max(showing.at, showing.seen))
    if not still_public.filter(publication__versions=carries.version_id).exists():
        return []
    found = works_around(version, showing.language, showing.at)
    letter = carried_part(carries, found, showing.on, showing.known, showing.language, version.starts)
    parts = letter.mail_parts() if letter else []
    return [replace(part, version=carries.version_id) for part in parts]


def in_mail(segment: dict[str, Any], version: Version) -> MailPart:
    if "quote" not in segment:
        return Prose(html=segment["html"])
    quote = segment["quote"]
    by = listed_words(quote.speaker, quote.office)
    if version.work.sample:
        by = f"{by} {gettext('(sample quotation)')}"
    return Saying(words=quote.words, by=by)


def full_text(version: Version) -> SafeString:
    """The whole release for feeds."""
    at, language = timezone.now(), version.language
    found = works_around(version, language, at) if version.content.carries else []
    with override(language):
        context = {
            "version": version,
            "content": version.content,
            "segments": segments(version),
            "letter": carried_letter(version, found, language, at),
        }
        return render_to_string("newsroom/_release_feed.html", context)
