"""A release goes to the press list: who gets which version, once each, and the mail that carries it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.db.models import Max, QuerySet
from django.utils.translation import override

from advocacy.delivery.pages import Page
from advocacy.delivery.printed import moment, printing
from advocacy.mail.outbox import queue, write
from advocacy.mail.words import one_line
from advocacy.organisation.models import Organisation
from advocacy.publishing.models import Pass, Publication, Version
from advocacy.publishing.pass_desk import pass_link
from newsroom.models import PressContact, PressSending
from newsroom.views.downloads import plain_text

AT_ONCE = 50  # people told in one transaction: others wait while it writes
PASS_HOLDS = timedelta(days=7)  # after the embargo ends, when it leads to the public text


def version_to_send(publication: Publication, at: datetime) -> Version | None:
    """The version under embargo, or else the one that is public; None where nothing is to be sent."""
    versions = publication.versions.select_related("work")
    ahead = versions.not_voided().filter(starts__gt=at, embargoed=True).first()
    return ahead or versions.public(at).first()


def last_round(version: Version) -> int:
    """How many times this version went out at most to one person."""
    return PressSending.objects.filter(version=version).aggregate(last=Max("round"))["last"] or 0


@dataclass(frozen=True)
class Sending:
    """What somebody decided: which version goes to whom, with which words before it.

    `again` is 0 where only those get it who never did; else the round that was the last when they decided, so
    that two who decide it at once, or one who presses twice, send once.
    """

    version: Version
    to: QuerySet[PressContact]
    introduction: str = ""
    again: int = 0

    @property
    def round(self) -> int:
        return self.again + 1

    def waiting(self) -> QuerySet[PressContact]:
        """Those who still get it."""
        if not self.again:
            return self.to.not_sent(self.version)
        done = PressSending.objects.filter(version=self.version, round__gte=self.round, contact__isnull=False)
        return self.to.exclude(pk__in=done.values("contact"))

    def send(self, *, who: Any, at: datetime) -> int:
        """Queues the mails, a block at a time; says to how many people."""
        return sum(self.blocks(who, at))

    def blocks(self, who: Any, at: datetime) -> Iterator[int]:
        while block := self.send_block(who, at):
            yield block

    def send_block(self, who: Any, at: datetime) -> int:
        """One block; 0 when nobody is left, or when the version is not the one to be sent any more."""
        with transaction.atomic():
            publication = Publication.objects.select_for_update().get(pk=self.version.publication_id)
            if version_to_send(publication, at) != self.version:
                return 0
            contacts = list(self.waiting().order_by("pk")[:AT_ONCE])
            PressSending.objects.bulk_create(
                PressSending(version=self.version, contact=contact, round=self.round, at=at, who=who)
                for contact in contacts
            )
            if contacts:
                queue_mails(self, contacts, who, at)
        return len(contacts)


# -- the mail


def queue_mails(sending: Sending, contacts: list[PressContact], who: Any, at: datetime) -> None:
    """In the caller's transaction: the text itself, or under embargo a pass of their own for each."""
    version = sending.version
    if version.is_public(at):
        text, shown = text_of(version, at)
        context = {"text": text, "link": settings.SITE_URL + version.url}
        queue_mail(
            "press_release", sending, [contact.email for contact in contacts], context, at, shown=shown
        )
        return
    for contact in contacts:
        given, token = Pass.give(
            version,
            at=at,
            expires=version.starts + PASS_HOLDS,
            made_by=who,
            **{name: getattr(contact, name) for name in ("name", "outlet", "email", "time_zone")},
        )
        context = {"name": one_line(given.name), "link": pass_link(version.language, token)}
        queue_mail("press_embargo", sending, [contact.email], context, at, zone=contact.time_zone)


def text_of(version: Version, at: datetime) -> tuple[str, list[int]]:
    """The release as plain text, as readers take it away from its page, and the id of the letter's text in it."""
    with override(version.language):
        text, letter = plain_text(Page(path=version.url, language=version.language, at=at), version)
    return text, [version.content.carries.version_id] if letter else []


def queue_mail(
    name: str,
    sending: Sending,
    to: list[str],
    context: dict[str, Any],
    at: datetime,
    *,
    zone: str = "",
    shown: Iterable[int] = (),
) -> None:
    organisation, version = Organisation.current(), sending.version
    text = organisation.text(version.language)
    sender_name = text.name if text else ""
    with override(version.language):
        until = moment_in(version.starts, organisation, organisation.zone)
        there = moment_in(version.starts, organisation, ZoneInfo(zone)) if zone else until
    context |= {
        "title": version.title,
        "introduction": sending.introduction,
        "until": until,
        "until_there": "" if there == until else there,
        "press_email": organisation.press_email,
        "sender_name": sender_name,
        "sample": organisation.sample,
    }
    queue(
        purpose=name.replace("_", "-"),
        to=to,
        language=version.language,
        at=at,
        sender_name=sender_name,
        reply_to=organisation.press_email,
        private=name == "press_embargo",
        versions=[version.pk, *shown],
        **write(f"newsroom/mail/{name}", context, version.language),
    )


def moment_in(value: datetime, organisation: Organisation, zone: ZoneInfo) -> str:
    with printing(organisation.date_order, zone):
        return moment(value)
