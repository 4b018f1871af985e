"""What the desk is told of an inquiry: a link, the deadline and its zone, no word of the sender."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import override

from advocacy.accounts.models import User
from advocacy.accounts.roles import ADMINISTRATOR, PRESS_DESK
from advocacy.mail.outbox import queue, write
from advocacy.organisation.models import Organisation
from newsroom.models.inquiries import URGENT, Inquiry


def tell(inquiry: Inquiry, at: datetime) -> None:
    """Queues in the caller's transaction what the desk is told: a notice, and an alert if time is short."""
    organisation = Organisation.current()
    desk = desk_addresses(organisation)
    alerted: list[str] = []
    if inquiry.is_due_within(URGENT, at):
        alerted = (organisation.on_call(at) if organisation._state.db else []) or desk
        send("inquiry_alert", inquiry, organisation, alerted, at)
        inquiry.alerted_at = at
        inquiry.save(update_fields=["alerted_at"])
    # Whoever was alerted need not be told a second time.
    if not desk or set(desk) - set(alerted):
        send("inquiry", inquiry, organisation, [address for address in desk if address not in alerted], at)


def desk_addresses(organisation: Organisation) -> list[str]:
    """The press desk's own address, or its staff, or the administrators: an inquiry reaches somebody."""
    if organisation.press_email:
        return [organisation.press_email]
    return addresses(members(PRESS_DESK)) or addresses(members(ADMINISTRATOR) | superusers())


def members(role: str) -> QuerySet[User]:
    return User.objects.active().filter(groups__name=role)


def superusers() -> QuerySet[User]:
    return User.objects.active().filter(is_superuser=True)


def addresses(people: QuerySet[User]) -> list[str]:
    return list(people.order_by("pk").values_list("email", flat=True).distinct())


def send(name: str, inquiry: Inquiry, organisation: Organisation, to: Iterable[str], at: datetime) -> None:
    """One message for each language that the recipients read; without an account, the organisation's own."""
    for language, recipients in by_language(to, organisation.default_language).items():
        with override(language):
            context = words_of(inquiry, organisation, language)
        queue(
            purpose=name.replace("_", "-"),
            to=recipients,
            language=language,
            at=at,
            sender_name=context["sender_name"],
            **write(f"newsroom/mail/{name}", context, language),
        )


def by_language(to: Iterable[str], default: str) -> dict[str, list[str]]:
    """The addresses by the language of their accounts. Nobody at all still makes one message: it is kept."""
    own = {
        email.lower(): language for email, language in User.objects.active().values_list("email", "language")
    }
    found: dict[str, list[str]] = {}
    for address in to:
        found.setdefault(own.get(address.lower(), default), []).append(address)
    return found or {default: []}


def words_of(inquiry: Inquiry, organisation: Organisation, language: str) -> dict[str, Any]:
    text = organisation.text(language) if organisation._state.db else None
    order, here = organisation.date_order, organisation.zone
    deadline = inquiry.deadline_said(inquiry.sender_zone or here, order)
    deadline_here = inquiry.deadline_said(here, order)
    return {
        "deadline": deadline,
        "deadline_here": "" if deadline_here == deadline else deadline_here,
        "link": settings.SITE_URL + reverse("admin:newsroom_inquiry_change", args=[inquiry.pk]),
        "sender_name": text.name if text else "",
        "sample": organisation.sample,
    }
