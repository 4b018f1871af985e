"""What is looked at before a bulletin goes out, in sentences: what stands in the way, and what staff should know."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import F
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext

from advocacy.fetching import links
from advocacy.mail.editions import UNSUBSCRIBE_URL, Edition
from advocacy.organisation import chrome
from advocacy.publishing.models import Version
from newsroom.bulletin_mail import LARGEST, edition_of, told_of_changes
from newsroom.bulletin_parts import missing_items
from newsroom.models import Bulletin


def checks(texts: Iterable[Any], starts: datetime, at: datetime) -> tuple[list[str], list[str]]:
    """(what stands in the way, warnings) for the texts of one bulletin that is to go out at `starts`.

    Has links that were not checked lately checked by the worker: asked again later, it knows more.
    """
    problems, warnings = sender_problems(), []
    for text in texts:
        version = text.going_out(starts, at)
        made = edition_of(version)
        found = [*text.problems(version.starts), *outdated(version, starts), *mail_problems(made)]
        name = text.get_language_display()
        problems += [
            gettext("%(language)s: %(sentence)s") % {"language": name, "sentence": each} for each in found
        ]
        warnings += text.warnings(starts)
        links.ask(made.links, at)
        dead, doubtful = links.sentences(made.links, max(starts, at))
        problems, warnings = problems + dead, warnings + doubtful
    return list(dict.fromkeys(problems)), list(dict.fromkeys(warnings))


def mail_problems(made: Edition) -> list[str]:
    found = []
    size = len(made.html.encode())
    if size > LARGEST:
        told = {"size": filesizeformat(size), "most": filesizeformat(LARGEST)}
        found.append(
            gettext("The mail has %(size)s. Above %(most)s mail programs cut it off: show items in short.")
            % told
        )
    if not can_be_left(made):
        found.append(gettext("The mail has no link to unsubscribe."))
    if not chrome.load(made.language).address.strip():
        found.append(
            gettext(
                "The organisation has no postal address in this language. The law asks for one in such mail."
            )
        )
    return found


def unschedule_incomplete(who: Any, at: datetime) -> None:
    """A bulletin that would become public without one of its items does not: its title may be that item's."""
    ahead = Version.objects.filter(kind=Bulletin.kind_name(), starts__gt=at, first_public=F("starts"))
    for version in ahead.not_voided().select_related("work"):
        if missing := missing_items(version, version.starts):
            told = {"titles": ", ".join(missing)}
            reason = gettext("Not public at that moment any more: %(titles)s.") % told
            Bulletin.objects.get(pk=version.publication_id).unschedule(who=who, at=at, reason=reason)
            for mailing in version.work.mailings.filter(state="waiting"):
                mailing.pause(f"{reason} {gettext('Cancel this mailing, and send the bulletin anew.')}")


def outdated(version: Version, starts: datetime) -> list[str]:
    """A bulletin that stood on the site before it is sent shows the texts of its first day there."""
    gone = [
        gettext("An item is not public at that moment: “%s”") % title
        for title in missing_items(version, starts)
    ]
    return gone + told_of_changes(version, starts)


def can_be_left(made: Edition) -> bool:
    return UNSUBSCRIBE_URL in made.html and UNSUBSCRIBE_URL in made.text


def sender_problems() -> list[str]:
    """Mail from an address whose mail server nobody has set is refused or taken for spam."""
    found = []
    if not settings.MAIL_IS_SET:
        found.append(gettext("No mail server is set. Whoever runs the site sets CMS_EMAIL_URL."))
    if not settings.SENDER_IS_SET:
        domain = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].strip(">")
        found.append(
            gettext("No sender is set for the domain %(domain)s. Whoever runs the site sets CMS_EMAIL_FROM.")
            % {"domain": domain}
        )
    return found
