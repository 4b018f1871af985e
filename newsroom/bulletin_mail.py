"""A bulletin as it goes out: one HTML and one text for each language, the same for everybody but in three places."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import css_inline
from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import get_language_bidi, gettext, override

from advocacy.delivery.plain_text import written
from advocacy.delivery.printed import printing
from advocacy.mail.editions import (
    JOINED,
    PREFERENCES_URL,
    UNSUBSCRIBE_URL,
    Edition,
    Guarded,
    NotReady,
)
from advocacy.mail.parts import Prose
from advocacy.mail.words import one_line
from advocacy.organisation import chrome
from advocacy.organisation.models import Organisation
from advocacy.publishing.models import Version, Work
from advocacy.sharing.networks import NETWORKS, outward_address
from newsroom.bulletin_parts import button_of, changed_items, joined, missing_items, pieces_of

LARGEST = 90_000  # bytes of HTML; at about 102 kilobytes mail programs cut a message off
EMPTY_LINES = re.compile(r"\n\s*\n+")


@dataclass(frozen=True)
class Places:
    """What stands in the three places that are each recipient's own: placeholders, or what a service puts there."""

    unsubscribe_url: str = UNSUBSCRIBE_URL
    preferences_url: str = PREFERENCES_URL
    joined: str = JOINED


FOR_EACH = Places()


def editions(work: Work, at: datetime) -> list[Edition]:
    """The mails of a bulletin, one for each text of it that is public at `at`; NotReady where it can't go out."""
    public = Version.objects.public(at).filter(work=work).select_related("work")
    versions = list(public.order_by("-is_original", "language"))
    if not versions:
        raise NotReady(gettext("The bulletin is not public. Publish it again, or cancel the sending."))
    for version in versions:
        if missing := missing_items(version, at):
            told = {"title": version.title, "items": ", ".join(missing)}
            raise NotReady(
                gettext(
                    "“%(title)s” shows what is not public any more: %(items)s. Take it out, publish the bulletin "
                    "again, and resume."
                )
                % told
            )
        if changed := told_of_changes(version, at):
            raise NotReady(" ".join(changed))
    return [edition(version, versions, at) for version in versions]


def told_of_changes(version: Version, at: datetime) -> list[str]:
    """A sentence on each text that the mail would show as it was before."""
    words = gettext(
        "“%(title)s” has changed since this bulletin became public, and the mail would show the text before. "
        "Copy the bulletin, and send the copy."
    )
    return [words % {"title": title} for title in changed_items(version, at)]


def edition(version: Version, siblings: list[Version], at: datetime, places: Places = FOR_EACH) -> Edition:
    """The mail of a version, published or not; `siblings` are the bulletin's texts in other languages."""
    with override(version.language):
        guarded = Guarded()
        own = {name: guarded.hidden(place) for name, place in vars(places).items()}
        context = context_of(version, siblings, at) | own
        organisation = context["organisation"]
        with printing(organisation.date_order, organisation.zone):
            return Edition(
                language=version.language,
                subject=context["subject"],
                html=guarded.html(as_html(context)),
                text=guarded.text(written("newsroom/mail/bulletin_text.txt", context)),
                sender_name=organisation.name,
                reply_to=organisation.press_email,
                preheader=context["preheader"],
                links=tuple(dict.fromkeys(context["links"])),
                versions=tuple(dict.fromkeys(pk for pk in (version.pk, *context["versions"]) if pk)),
            )


def edition_of(version: Version, places: Places = FOR_EACH) -> Edition:
    """The mail of a version that may not be public yet: the date stands for the short address to come."""
    now = timezone.now()
    version.work.short_id = version.work.short_id or version.dated.isoformat()
    siblings = list(Version.objects.public(max(now, version.starts)).filter(work=version.work_id or 0))
    return edition(version, siblings, now, places)


def as_html(context: dict[str, Any]) -> str:
    """The page with every style on its element, as mail programs need it; rules with conditions stay in the head."""
    page = render_to_string("newsroom/mail/bulletin_html.html", context)
    inlined = css_inline.inline(
        page, load_remote_stylesheets=False, keep_at_rules=True, keep_style_tags=False
    )
    return EMPTY_LINES.sub("\n", inlined)


def context_of(version: Version, siblings: list[Version], at: datetime) -> dict[str, Any]:
    organisation = chrome.load(version.language, at)
    colours = Organisation.current()
    with printing(organisation.date_order, organisation.zone):
        pieces = pieces_of(version, at)
    shown = [piece.text for piece in pieces if piece.text]
    parts = joined(pieces, version)
    content = version.content
    introduction = Prose(html=content.introduction) if content.introduction else None
    return {
        "version": version,
        "content": content,
        "organisation": organisation,
        "colours": {
            "brand": colours.brand,
            "brand_dark": colours.brand_dark,
            "lamp": colours.lamp,
            "link": colours.brand,
            "link_dark": colours.link_dark,
        },
        "language": version.language,
        "direction": "rtl" if get_language_bidi() else "ltr",
        "subject": subject_of(version),
        "preheader": preheader_of(version, shown),
        "url": settings.SITE_URL + version.url,
        "site_url": settings.SITE_URL,
        "short_url": settings.SITE_URL + version.short_url,
        "others": others(version, siblings),
        "head": button_of(pieces),
        "introduction": introduction.outward if introduction else "",
        "introduction_text": introduction.text if introduction else "",
        "parts": parts,
        "versions": [text.pk for text in shown] + [part.version for part in parts],
        "links": [
            link for part in [*([introduction] if introduction else []), *parts] for link in part.links
        ],
        "share": [
            {"label": str(network.label), "url": outward_address(network, version.title, version.url)}
            for network in NETWORKS.values()
        ],
    }


def subject_of(version: Version) -> str:
    return one_line(version.content.subject or version.title)


def preheader_of(version: Version, shown: list[Version]) -> str:
    """What an inbox shows behind the subject: the editor's words, or else the first text's subheadline or summary."""
    summaries = [part.text for text in shown[:1] for part in text.kind_class.mail_summary(text)]
    return one_line(version.content.preheader or version.summary or "".join(summaries))


def others(version: Version, siblings: list[Version]) -> list[dict[str, str]]:
    names = dict(settings.LANGUAGES)
    return [
        {"language": each.language, "name": names[each.language], "url": settings.SITE_URL + each.url}
        for each in sorted(siblings, key=lambda each: list(names).index(each.language))
        if each.language != version.language
    ]
