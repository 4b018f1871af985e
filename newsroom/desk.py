"""What the first page of the admin says of inquiries: those that wait, by deadline, and those kept aside."""

from datetime import datetime, time, timedelta
from typing import Any

from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from advocacy.publishing.models import zone
from advocacy.site.desk import ROWS, Cell, Entry, Link, Look, Notice, Part, Row, may
from newsroom.models.inquiries import PRESSING, Inquiry

ASKED = 80  # signs of a question that the first page shows


def desk_parts(user: Any, at: datetime) -> list[Part]:
    if not may(user, Inquiry, "view"):
        return []
    return [waiting(user, at), doubtful()]


def week_entries(user: Any, at: datetime, until: datetime) -> list[Entry]:
    """Deadlines of today that wait for an answer, those that have passed among them."""
    if not may(user, Inquiry, "view"):
        return []
    midnight = datetime.combine(at.astimezone(zone()).date(), time(0), zone())
    today = Inquiry.objects.waiting().filter(
        deadline__gte=midnight, deadline__lt=midnight + timedelta(days=1)
    )
    return [
        Entry(
            when=inquiry.deadline,
            text=_("Inquiry due, %(name)s") % {"name": inquiry.name},
            url=address(inquiry),
            look=Look.DEADLINE,
            urgent=is_pressing(inquiry, at),
        )
        for inquiry in today.select_related("taken_by").by_deadline()[:ROWS]
        if inquiry.deadline
    ]


def waiting(user: Any, at: datetime) -> Part:
    inquiries = Inquiry.objects.waiting().select_related("taken_by").by_deadline()[:ROWS]
    return Part(
        title=_("Inquiries by deadline"),
        order=10,
        link=Link(_("All inquiries"), list_url()),
        heads=(_("Deadline"), _("From"), _("Asks for"), _("Taken by")),
        rows=[waiting_row(user, inquiry, at) for inquiry in inquiries],
        notice=notice(at),
    )


def waiting_row(user: Any, inquiry: Inquiry, at: datetime) -> Row:
    undated = () if inquiry.deadline else (Cell(_("No deadline")),)
    asked = Cell(
        Truncator(inquiry.message).chars(ASKED),
        language=inquiry.language,
        note=", ".join(filter(None, [inquiry.get_topic_display(), inquiry.get_language_display()])),
    )
    return Row(
        when=inquiry.deadline,
        cells=(*undated, who_asks(inquiry), asked, who_answers(user, inquiry)),
        urgent=is_pressing(inquiry, at),
    )


def is_pressing(inquiry: Inquiry, at: datetime) -> bool:
    """Red: due within two hours or past, and nobody has taken it."""
    return inquiry.taker is None and inquiry.is_due_within(PRESSING, at)


def notice(at: datetime) -> Notice | None:
    """One sentence over everything else, for all that are due within two hours, or else past, and not taken."""
    untaken = Inquiry.objects.waiting().untaken().by_deadline()
    due = untaken.due_between(at, at + PRESSING)
    first = due.first()
    if first is not None and first.deadline is not None:
        count = due.count()
        sentence = ngettext(
            "One inquiry is due at %(time)s and nobody has taken it.",
            "%(count)d inquiries are due within two hours, the first at %(time)s. Nobody has taken them.",
            count,
        )
        text = sentence % {"count": count, "time": f"{first.deadline.astimezone(zone()):%H:%M}"}
        return Notice(text, opening(first))
    missed = untaken.filter(deadline__lte=at).last()
    if missed is not None:
        return Notice(_("The deadline of an inquiry has passed and nobody has taken it."), opening(missed))
    return None


def opening(inquiry: Inquiry) -> Link:
    return Link(_("Open the inquiry of %(name)s") % {"name": inquiry.name}, address(inquiry))


def who_asks(inquiry: Inquiry) -> Cell:
    return Cell(inquiry.name, url=address(inquiry), note=inquiry.outlet)


def who_answers(user: Any, inquiry: Inquiry) -> Cell:
    if inquiry.taker:
        return Cell(inquiry.taker.display_name)
    if not may(user, Inquiry, "change"):
        return Cell(_("Nobody"))
    return Cell(
        _("Take it"),
        post=reverse("admin:newsroom_inquiry_take", args=[inquiry.pk]),
        note=_("the inquiry of %(name)s") % {"name": inquiry.name},
    )


def doubtful() -> Part:
    rows = Inquiry.objects.doubtful().order_by("-received")[:ROWS]
    return Part(
        title=_("Inquiries kept aside"),
        order=70,
        link=Link(_("All that are kept aside"), list_url(state="doubtful")),
        rows=[
            Row(when=inquiry.received, cells=(who_asks(inquiry), str(inquiry.get_doubt_display())))
            for inquiry in rows
        ],
    )


def address(inquiry: Inquiry) -> str:
    return reverse("admin:newsroom_inquiry_change", args=[inquiry.pk])


def list_url(**query: str) -> str:
    return reverse("admin:newsroom_inquiry_changelist", query=query)
