"""What the desk is told of inquiries: links, deadlines and their zones, no word of the senders."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext, override

from advocacy.accounts.models import User
from advocacy.accounts.roles import ADMINISTRATOR, PRESS_DESK
from advocacy.delivery.printed import day, printing
from advocacy.mail.outbox import queue, write
from advocacy.mail.words import one_line
from advocacy.organisation.models import Organisation
from newsroom.models.inquiries import URGENT, Inquiry

MOST = 50  # inquiries named in the morning's mail; the link leads to all
NEW = timedelta(days=1)  # what came within it, the morning's mail counts as new


def tell(inquiry: Inquiry, at: datetime) -> None:
    """Queues in the caller's transaction what the desk is told: a notice, and an alert if time is short."""
    organisation = Organisation.current()
    desk = desk_addresses(organisation)
    alerted: list[str] = []
    if inquiry.is_due_within(URGENT, at):
        alerted = on_call(organisation, at) or desk
        tell_of("inquiry_alert", inquiry, organisation, alerted, at)
        inquiry.alerted_at = at
        inquiry.save(update_fields=["alerted_at"])
    # Whoever was alerted need not be told a second time.
    if not desk or set(desk) - set(alerted):
        others = [address for address in desk if address not in alerted]
        tell_of("inquiry", inquiry, organisation, others, at)


def alert_again(inquiry: Inquiry, at: datetime) -> None:
    """Queues the alert for the people on call once more: nobody has taken the inquiry."""
    organisation = Organisation.current()
    to = on_call(organisation, at) or desk_addresses(organisation)
    tell_of("inquiry_untaken", inquiry, organisation, to, at)


def send_digest(at: datetime) -> None:
    """Queues the morning's mail to the desk and the people on call; nothing where nothing is open."""
    organisation = Organisation.current()
    waiting = Inquiry.objects.waiting()
    inquiries = list(waiting.select_related("taken_by").by_deadline()[:MOST])
    if not inquiries:
        return
    counts = {
        "open": waiting.count(),
        "new": waiting.filter(received__gt=at - NEW).count(),
        "untaken": waiting.untaken().count(),
    }

    def words() -> dict[str, Any]:
        order, here = organisation.date_order, organisation.zone
        lines = [
            {
                "deadline": inquiry.deadline_said(here, order),
                "is_taken": inquiry.taker is not None,
                "link": link(inquiry),
            }
            for inquiry in inquiries
        ]
        everything = settings.SITE_URL + reverse("admin:newsroom_inquiry_changelist")
        return {**counts, "inquiries": lines, "all": everything}

    to = {address.lower(): address for address in [*desk_addresses(organisation), *on_call(organisation, at)]}
    send("inquiry_digest", organisation, to.values(), at, words)


def on_call(organisation: Organisation, at: datetime) -> list[str]:
    return organisation.on_call(at) if organisation._state.db else []


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


def tell_of(name: str, inquiry: Inquiry, organisation: Organisation, to: Iterable[str], at: datetime) -> None:
    send(name, organisation, to, at, lambda: words_of(inquiry, organisation))


def send(
    name: str,
    organisation: Organisation,
    to: Iterable[str],
    at: datetime,
    words: Callable[[], dict[str, Any]],
) -> None:
    """One message for each language that the recipients read; without an account, the organisation's own."""
    for language, recipients in by_language(to, organisation.default_language).items():
        text = organisation.text(language) if organisation._state.db else None
        sender_name = text.name if text else ""
        with override(language):
            context = {**words(), "sender_name": sender_name, "sample": organisation.sample}
        queue(
            purpose=name.replace("_", "-"),
            to=recipients,
            language=language,
            at=at,
            sender_name=sender_name,
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


def words_of(inquiry: Inquiry, organisation: Organisation) -> dict[str, Any]:
    order, here = organisation.date_order, organisation.zone
    deadline = inquiry.deadline_said(inquiry.sender_zone or here, order)
    deadline_here = inquiry.deadline_said(here, order)
    return {
        "deadline": deadline,
        "deadline_here": "" if deadline_here == deadline else deadline_here,
        "link": link(inquiry),
    }


def link(inquiry: Inquiry) -> str:
    return settings.SITE_URL + reverse("admin:newsroom_inquiry_change", args=[inquiry.pk])


# -- the answer, which staff write in their own mail program


def answer_address(inquiry: Inquiry) -> str:
    """A mailto: link with subject and greeting, in the language in which the journalist wrote."""
    organisation = Organisation.current()
    with override(inquiry.language), printing(organisation.date_order, organisation.zone):
        told = {
            "topic": inquiry.get_topic_display() or gettext("Your question"),
            "day": day(inquiry.received),
        }
        subject = gettext("Re: %(topic)s (your inquiry of %(day)s)") % told
        greeting = gettext("Dear %(name)s,") % {"name": one_line(inquiry.name)}
    subject, text = quote(one_line(subject), safe=""), quote(f"{greeting}\r\n\r\n", safe="")
    return f"mailto:{quote(inquiry.email, safe='@')}?subject={subject}&body={text}"
