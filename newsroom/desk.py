"""What the first page of the admin says of inquiries: those that wait, by deadline, and those kept aside."""

from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from advocacy.site.desk import ROWS, Cell, Link, Part, Row, may
from newsroom.models.inquiries import PRESSING, Inquiry


def desk_parts(user: Any, at: datetime) -> list[Part]:
    if not may(user, Inquiry, "view"):
        return []
    return [waiting(at), doubtful()]


def waiting(at: datetime) -> Part:
    rows = Inquiry.objects.waiting().by_deadline()[:ROWS]
    return Part(
        title=_("Inquiries by deadline"),
        order=10,
        link=Link(_("All inquiries"), list_url()),
        rows=[waiting_row(inquiry, at) for inquiry in rows],
    )


def waiting_row(inquiry: Inquiry, at: datetime) -> Row:
    undated = () if inquiry.deadline else (Cell(_("No deadline")),)
    return Row(when=inquiry.deadline, cells=(*undated, *cells(inquiry)), urgent=urgency(inquiry, at))


def urgency(inquiry: Inquiry, at: datetime) -> bool | str:
    """Red where it is due within two hours; whole sentences stand above everything else."""
    if not inquiry.is_due_within(PRESSING, at):
        return False
    if inquiry.deadline is not None and inquiry.deadline < at:
        return _("The deadline of an inquiry has passed and nobody has answered it.")
    return _("An inquiry is due within two hours and nobody has answered it.")


def doubtful() -> Part:
    rows = Inquiry.objects.doubtful().order_by("-received")[:ROWS]
    return Part(
        title=_("Inquiries kept aside"),
        order=70,
        link=Link(_("All that are kept aside"), list_url(state="doubtful")),
        rows=[
            Row(when=inquiry.received, cells=(*cells(inquiry), str(inquiry.get_doubt_display())))
            for inquiry in rows
        ],
    )


def cells(inquiry: Inquiry) -> tuple[Cell, ...]:
    language = str(inquiry.get_language_display())
    about = Cell(str(inquiry.get_topic_display()), note=language) if inquiry.topic else Cell(language)
    address = reverse("admin:newsroom_inquiry_change", args=[inquiry.pk])
    return (Cell(inquiry.outlet, url=address, note=inquiry.name), about)


def list_url(**query: str) -> str:
    return reverse("admin:newsroom_inquiry_changelist", query=query)
