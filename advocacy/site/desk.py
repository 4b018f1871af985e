"""The first page of the admin: what is new, due and waiting, put together from parts of kinds and apps.

A kind offers `dashboard_part(user, at)`, a class method that returns a Part, several, or None. An app offers
`desk_parts(user, at)` in a module `desk.py` of its own. Both are asked each time the page is opened and show
only what the user may see. What all kinds have (in review, scheduled, edited since published) stands here.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from importlib import import_module
from importlib.util import find_spec
from typing import Any
from zoneinfo import ZoneInfo

from django.apps import apps
from django.conf import settings
from django.contrib import admin
from django.db.models import F, OuterRef, Subquery
from django.urls import NoReverseMatch, reverse
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from advocacy.organisation.hours import zone_name
from advocacy.organisation.models import Organisation
from advocacy.publishing.kinds import kinds
from advocacy.publishing.models import Publication, Version

ROWS = 8  # of each part; its link leads to the rest
AHEAD = timedelta(days=7)
LATELY = timedelta(days=90)  # an edit older than that waits in the list, not on this page


@dataclass(frozen=True)
class Link:
    """Where a part leads: "All inquiries" and its address."""

    text: str
    url: str


@dataclass(frozen=True)
class Cell:
    """A piece of a row: words, where they lead, and a second line in small print."""

    text: str
    url: str = ""
    note: str = ""
    language: str = ""


@dataclass(frozen=True)
class Row:
    """One thing that is new, due or waiting.

    `when` is printed in the organisation's zone. `urgent` marks the row in red; a whole sentence given there
    also stands in the notice above everything else.
    """

    cells: tuple[Cell | str, ...]
    when: datetime | None = None
    urgent: bool | str = False


@dataclass(frozen=True)
class Part:
    """A section of the page. Sections stand in the order of urgency: the lower `order`, the higher up."""

    title: str
    rows: list[Row] = field(default_factory=list)
    order: int = 50
    link: Link | None = None


@dataclass(frozen=True)
class Button:
    """What starts something new: "New release"."""

    text: str
    url: str


def parts(user: Any, at: datetime) -> list[Part]:
    """Every part that has rows for this user, in the order of urgency."""
    offered = [*of_every_kind(user, at), *of_kinds(user, at), *of_apps(user, at)]
    return sorted((part for part in offered if part.rows), key=lambda part: part.order)


def buttons(user: Any) -> list[Button]:
    """One for each kind that names its button and that the user may write; the last is the filled one.

    The filled one is the kind that stands first in the side bar.
    """
    registered = admin.site._registry
    offered = [kind for kind in kinds() if kind.new_label and kind in registered and may(user, kind, "add")]
    first_last = sorted(offered, key=lambda kind: -getattr(registered[kind], "desk_order", 50))
    return [
        Button(str(kind.new_label), reverse(f"admin:{kind._meta.app_label}_{kind._meta.model_name}_add"))
        for kind in first_last
    ]


def of_kinds(user: Any, at: datetime) -> Iterator[Part]:
    for kind in kinds():
        if hasattr(kind, "dashboard_part") and may(user, kind, "view"):
            yield from as_parts(kind.dashboard_part(user, at))


def of_apps(user: Any, at: datetime) -> Iterator[Part]:
    for app in apps.get_app_configs():
        module = f"{app.name}.desk"
        if module != __name__ and find_spec(module):
            offer = getattr(import_module(module), "desk_parts", None)
            if offer:
                yield from as_parts(offer(user, at))


def as_parts(offered: Part | Iterable[Part] | None) -> Iterable[Part]:
    if offered is None:
        return ()
    return (offered,) if isinstance(offered, Part) else offered


# -- what every kind has


def of_every_kind(user: Any, at: datetime) -> list[Part]:
    names = [kind.kind_name() for kind in kinds() if may(user, kind, "view")]
    if not names:
        return []
    return [
        scheduled(names, at),
        in_review(names),
        edited_since_published(names, at),
        newly_published(names, at),
    ]


def scheduled(names: list[str], at: datetime) -> Part:
    versions = (
        Version.objects.not_voided()
        .filter(kind__in=names, starts__gt=at, starts__lte=at + AHEAD)
        .defer("data")
        .order_by("starts")[:ROWS]
    )
    return Part(
        title=_("Next seven days"),
        order=20,
        rows=list(map(version_row, versions)),
    )


def in_review(names: list[str]) -> Part:
    waiting = (
        Publication.objects.filter(kind__in=names, status=Publication.Status.REVIEW)
        .select_related("changed_by")
        .order_by("changed")[:ROWS]
    )
    return Part(title=_("To be reviewed"), order=40, rows=list(map(edited_row, waiting)))


def edited_since_published(names: list[str], at: datetime) -> Part:
    public_hash = Version.objects.public(at).filter(publication=OuterRef("pk")).values("hash")[:1]
    edited = (
        Publication.objects.filter(kind__in=names, changed__gt=at - LATELY)
        .annotate(public_hash=Subquery(public_hash))
        .exclude(public_hash=None)
        .exclude(desk_hash=F("public_hash"))
        .select_related("changed_by")
        .order_by("-changed")[:ROWS]
    )
    return Part(title=_("Edited since published"), order=60, rows=list(map(edited_row, edited)))


def newly_published(names: list[str], at: datetime) -> Part:
    versions = (
        Version.objects.public(at)
        .filter(kind__in=names, starts__gt=at - AHEAD, work__imported=False)
        .defer("data")
        .order_by("-starts")[:ROWS]
    )
    return Part(
        title=_("Published in the last seven days"),
        order=80,
        rows=list(map(version_row, versions)),
    )


def version_row(version: Version) -> Row:
    return Row(when=version.starts, cells=(title_cell(version, version.publication_id),))


def edited_row(publication: Publication) -> Row:
    by = publication.changed_by
    return Row(
        when=publication.changed,
        cells=(title_cell(publication, publication.pk), Cell(by.display_name if by else "")),
    )


def title_cell(item: Publication | Version, publication_id: int) -> Cell:
    """The title, leading to the form of the desk, with kind and language under it."""
    kind = {kind.kind_name(): kind for kind in kinds()}[item.kind]
    return Cell(
        text=item.title,
        url=change_url(kind, publication_id),
        note=f"{capfirst(str(kind._meta.verbose_name))}, {language_name(item.language)}",
        language=item.language,
    )


def change_url(model: Any, pk: Any) -> str:
    """The form of a row at the desk; nothing where the model has none."""
    try:
        return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_change", args=[pk])
    except NoReverseMatch:
        return ""


def language_name(code: str) -> str:
    return dict(settings.LANGUAGES).get(code, code)


def may(user: Any, model: Any, action: str) -> bool:
    return user.has_perm(f"{model._meta.app_label}.{action}_{model._meta.model_name}")


# -- moments, said as people say them


def day_said(day: date, today: date) -> str:
    if day == today:
        return _("Today")
    if day == today + timedelta(days=1):
        return _("Tomorrow")
    if day == today - timedelta(days=1):
        return _("Yesterday")
    return date_format(day, "j F" if day.year == today.year else "j F Y")


def moment_said(when: datetime, at: datetime, zone: ZoneInfo) -> str:
    """Today 18:00; 27 March, 09:00"""
    local = when.astimezone(zone)
    return f"{day_said(local.date(), at.astimezone(zone).date())} {local:%H:%M}"


def distance_said(when: datetime, at: datetime) -> str:
    """in 1 h 20 min; in 3 days; nothing for what lies back longer than a day."""
    minutes = int((when - at).total_seconds() // 60)
    if minutes >= 0:
        return _("in %(time)s") % {"time": duration_said(minutes)}
    if minutes > -24 * 60:
        return _("%(time)s ago") % {"time": duration_said(-minutes)}
    return ""


def duration_said(minutes: int) -> str:
    hours, rest = divmod(minutes, 60)
    if hours >= 48:
        days = hours // 24
        return ngettext("%(days)d day", "%(days)d days", days) % {"days": days}
    if hours >= 10 or (hours and not rest):
        return _("%(hours)d h") % {"hours": hours}
    if hours:
        return _("%(hours)d h %(minutes)d min") % {"hours": hours, "minutes": rest}
    return _("%(minutes)d min") % {"minutes": rest}


@dataclass(frozen=True)
class ShownRow:
    row: Row
    cells: tuple[Cell, ...]
    moment: str
    distance: str

    @property
    def notice(self) -> str:
        return self.row.urgent if isinstance(self.row.urgent, str) else ""


def page(user: Any, at: datetime) -> dict[str, Any]:
    """Everything the first page shows, for the template."""
    zone = Organisation.current().zone
    shown = [(part, [shown_row(row, at, zone) for row in part.rows]) for part in parts(user, at)]
    return {
        "now": f"{date_format(at.astimezone(zone), 'l j F Y')}, {at.astimezone(zone):%H:%M}",
        "zone": zone_name(at.astimezone(zone)),
        "buttons": buttons(user),
        "parts": shown,
        "notices": [row for _part, rows in shown for row in rows if row.notice],
    }


def shown_row(row: Row, at: datetime, zone: ZoneInfo) -> ShownRow:
    return ShownRow(
        row=row,
        cells=tuple(cell if isinstance(cell, Cell) else Cell(str(cell)) for cell in row.cells),
        moment=moment_said(row.when, at, zone) if row.when else "",
        distance=distance_said(row.when, at) if row.when else "",
    )
