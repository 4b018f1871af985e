"""What those on the list are told of a change before the public is, and that it was taken back."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext, override

from advocacy.delivery.printed import printing
from advocacy.mail.models import Delivery, Message
from advocacy.mail.outbox import queue, write
from advocacy.organisation.models import Organisation
from advocacy.publishing.models import Version
from campaigns.models.demands import DemandChange
from campaigns.models.proposals import ToldBeforehand
from campaigns.record import demand_title, demand_url


def tell(change: DemandChange, at: datetime) -> None:
    """Queues in the caller's transaction one mail to each on the list, in their language."""
    people: dict[str, list[str]] = {}
    seen: set[str] = set()
    # Whoever stands on the letter's own list and on the list for all is told once.
    for person in ToldBeforehand.objects.of(change.demand.work_id):
        if person.email.lower() not in seen:
            seen.add(person.email.lower())
            people.setdefault(person.language, []).append(person.email)
    if not people:
        raise ValidationError(
            gettext("Nobody is on the list of those who are told beforehand. Enter 0 hours, or add somebody.")
        )
    for language, addresses in people.items():
        letter = public_letter(change, language, at)
        words = words_of(change, letter, language)
        change.told.add(send("told_beforehand", words, addresses, language, at, versions=[letter.pk]))


def tell_of_taking_back(change: DemandChange, at: datetime) -> None:
    """Stops what was not sent yet. Whoever was told of the change is told that it does not become public."""
    for message in change.told.all():
        deliveries = list(message.deliveries.select_for_update().order_by("pk"))
        told = [delivery.recipient for delivery in deliveries if may_have_arrived(delivery)]
        message.deliveries.exclude(state=Delivery.State.SENT).delete()
        if told:
            context = {"until": change.known, "subject": message.subject}
            send("taken_back", context, told, message.language, at)


def may_have_arrived(delivery: Delivery) -> bool:
    """Not what waits for its first attempt. Of an attempt that is under way nobody knows how it ends."""
    return delivery.state == Delivery.State.SENT or delivery.attempts > 0


def people_told(change: DemandChange) -> int:
    """How many are told of it before the public, those included to whom the mail is still on its way."""
    return sum(message.deliveries.count() for message in change.told.all())


def send(
    name: str,
    context: dict[str, Any],
    to: Iterable[str],
    language: str,
    at: datetime,
    *,
    versions: Iterable[int] = (),
) -> Message:
    organisation = Organisation.current()
    text = organisation.text(language) if organisation._state.db else None
    name_of_sender = text.name if text else ""
    own = {"sender_name": name_of_sender, "sample": organisation.sample}
    with printing(organisation.date_order, organisation.zone):
        words = write(f"campaigns/mail/{name}", context | own, language)
    return queue(
        purpose=name.replace("_", "-"),
        to=to,
        language=language,
        at=at,
        sender_name=name_of_sender,
        reply_to=organisation.press_email,
        versions=versions,
        **words,
    )


def words_of(change: DemandChange, letter: Version, language: str) -> dict[str, Any]:
    row = next((row for row in letter.content.demands if row.uid == str(change.demand.uid)), None)
    if row is None:
        raise ValidationError(not_public())
    with override(language):
        demand = demand_title(row)
    return {
        "until": change.known,
        "demand": demand,
        "letter": letter.title,
        "change": change,
        "link": settings.SITE_URL + demand_url(letter, row.number),
    }


def public_letter(change: DemandChange, language: str, at: datetime) -> Version:
    """The letter as readers have it, in `language` or in its original or in any."""
    public = {
        version.language: version
        for version in Version.objects.public(at).filter(work=change.demand.work_id).order_by("-pk")
    }
    original = public.get(change.demand.work.original_language)
    found = public.get(language) or original or next(iter(public.values()), None)
    if found is None:
        raise ValidationError(not_public())
    return found


def not_public() -> str:
    return gettext("The demand stands in no public letter, so nobody is told beforehand. Enter 0 hours.")
