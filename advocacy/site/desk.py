"""The first page of the admin: what is new, due and waiting, put together from parts of kinds and apps.

A kind offers `dashboard_part(user, at)`, a class method that returns a Part, several, or None. An app offers
`desk_parts(user, at)` in a module `desk.py` of its own. Both are asked each time the page is opened and show
only what the user may see. What all kinds have (sent back, in review, translations, edited since published) stands here.

The strip of the next seven days is put together alike, from what `week_entries(user, at, until)` of kinds and
apps returns. A kind that has no such method shows what is scheduled of it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib import admin
from django.db.models import F, OuterRef, Subquery
from django.urls import NoReverseMatch, reverse
from django.utils.formats import date_format
from django.utils.text import Truncator, capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from advocacy.organisation.hours import zone_name
from advocacy.organisation.models import Organisation
from advocacy.publishing.kinds import kinds
from advocacy.publishing.models import Publication, Step, Version
from advocacy.site.offers import offers_of_apps

ROWS = 8  # of each part; its link leads to the rest
AHEAD = timedelta(days=7)
REASON = 120  # signs of a reason that the page shows
DAYS = 7  # of the strip, today among them
MOST_AHEAD = 50  # scheduled texts that the strip asks for
MOST_WORKS = 50  # whose translations are looked at, the newest ones
LATELY = timedelta(days=90)  # an edit older than that waits in the list, not on this page


@dataclass(frozen=True)
class Link:
    """Where a part leads: "All inquiries" and its address."""

    text: str
    url: str


@dataclass(frozen=True)
class Cell:
    """A piece of a row: words, where they lead, and a second line in small print.

    With `post` it is a button that acts at once and comes back to this page; its `note` is only read out.
    """

    text: str
    url: str = ""
    note: str = ""
    language: str = ""
    post: str = ""


@dataclass(frozen=True)
class Row:
    """One thing that is new, due or waiting.

    `when` is printed in the organisation's zone. `urgent` marks the row in red.
    """

    cells: tuple[Cell | str, ...]
    when: datetime | None = None
    urgent: bool = False


@dataclass(frozen=True)
class Notice:
    """What cannot wait: a whole sentence in red above everything else, and where it leads."""

    text: str
    link: Link | None = None


@dataclass(frozen=True)
class Part:
    """A section of the page. Sections stand in the order of urgency: the lower `order`, the higher up.

    Inquiries stand at 10, changes for a second person at 30, what was sent back at 35, texts to be reviewed at 40, translations at 50.
    With `heads`, one for each column, the rows are a table in the wide column.
    """

    title: str
    rows: list[Row] = field(default_factory=list)
    order: int = 50
    link: Link | None = None
    heads: tuple[str, ...] = ()
    notice: Notice | None = None


class Look(StrEnum):
    """How an entry is drawn in the strip: outlined, hatched, filled with the lamp, with a bar."""

    SCHEDULED = "scheduled"
    EMBARGOED = "embargoed"  # until its moment
    BULLETIN = "bulletin"
    DEADLINE = "deadline"


KEY = {
    Look.SCHEDULED: gettext_lazy("Scheduled"),
    Look.EMBARGOED: gettext_lazy("Embargoed"),
    Look.BULLETIN: gettext_lazy("Bulletin"),
}


@dataclass(frozen=True)
class Entry:
    """Something that happens, or has to be done, at a moment of the next seven days."""

    when: datetime
    text: str
    url: str = ""
    look: Look = Look.SCHEDULED
    language: str = ""
    urgent: bool = False


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
    for offer in offers_of_apps("desk", "desk_parts"):
        yield from as_parts(offer(user, at))


def as_parts(offered: Part | Iterable[Part] | None) -> Iterable[Part]:
    if offered is None:
        return ()
    return (offered,) if isinstance(offered, Part) else offered


# -- the strip of the next seven days


def entries(user: Any, at: datetime, until: datetime) -> list[Entry]:
    """What kinds and apps offer for the strip, by moment."""
    found: list[Entry] = []
    unasked = []
    for kind in kinds():
        if not may(user, kind, "view"):
            continue
        if hasattr(kind, "week_entries"):
            found += kind.week_entries(user, at, until)
        else:
            unasked.append(kind.kind_name())
    found += scheduled(unasked, at, until)
    for offer in offers_of_apps("desk", "week_entries"):
        found += offer(user, at, until)
    return sorted(found, key=lambda entry: entry.when)


def scheduled(names: list[str], at: datetime, until: datetime) -> list[Entry]:
    """Texts that become public by themselves; languages of one work that do so together are one entry."""
    versions = (
        Version.objects.not_voided()
        .filter(kind__in=names, starts__gt=at, starts__lt=until)
        .defer("data")
        .order_by("starts", "-is_original", "pk")[:MOST_AHEAD]
    )
    together: dict[tuple[int, datetime], list[Version]] = {}
    for version in versions:
        together.setdefault((version.work_id, version.starts), []).append(version)
    return [scheduled_entry(group) for group in together.values()]


def scheduled_entry(versions: list[Version]) -> Entry:
    first = versions[0]
    languages = " ".join(version.language for version in versions)
    return Entry(
        when=first.starts,
        text=f"{first.title}, {languages}",
        url=change_url(first.kind_class, first.publication_id),
        language=first.language,
        look=Look.EMBARGOED if first.embargoed else Look(first.kind_class.week_look),
    )


# -- what every kind has


def of_every_kind(user: Any, at: datetime) -> list[Part]:
    seen = [kind for kind in kinds() if may(user, kind, "view")]
    if not seen:
        return []
    names = [kind.kind_name() for kind in seen]
    return [
        sent_back(names, user),
        in_review(names),
        translations([kind.kind_name() for kind in seen if kind.is_translated], at),
        edited_since_published(names, at),
        newly_published(names, at),
    ]


def sent_back(names: list[str], user: Any) -> Part:
    """What this person submitted and an editor sent back, until it is submitted anew."""
    asked = Step.objects.filter(verb=Step.Verb.SUBMITTED, who=user)
    decided = Step.objects.filter(
        publication=OuterRef("pk"), verb__in=[Step.Verb.SUBMITTED, Step.Verb.SENT_BACK]
    ).order_by("-at", "-pk")
    returned = (
        Publication.objects.filter(kind__in=names, status=Publication.Status.DRAFT, binned__isnull=True)
        .filter(pk__in=asked.values("publication"))
        .annotate(decision=Subquery(decided.values("verb")[:1]), decided=Subquery(decided.values("at")[:1]))
        .annotate(reason=Subquery(decided.values("words")[:1]))
        .filter(decision=Step.Verb.SENT_BACK)
        .order_by("-decided")[:ROWS]
    )
    return Part(
        title=_("Sent back"),
        order=35,
        rows=[
            Row(
                when=text.decided,
                cells=(title_cell(text, text.pk), Cell(Truncator(text.reason).chars(REASON))),
            )
            for text in returned
        ],
    )


def in_review(names: list[str]) -> Part:
    waiting = (
        Publication.objects.filter(kind__in=names, status=Publication.Status.REVIEW)
        .select_related("changed_by")
        .order_by("changed")[:ROWS]
    )
    return Part(title=_("To be reviewed"), order=40, rows=list(map(edited_row, waiting)))


def translations(names: list[str], at: datetime) -> Part:
    """What was published lately and lacks a language of the site, or has a translation older than itself."""
    wanted = Organisation.current().languages
    originals = list(
        Version.objects.public(at)
        .filter(kind__in=names, is_original=True, starts__gt=at - LATELY, work__imported=False)
        .defer("data")
        .order_by("-starts")[:MOST_WORKS]
    )
    works = [original.work_id for original in originals]
    public: dict[int, dict[str, datetime]] = {work: {} for work in works}
    for work, language, starts in (
        Version.objects.public(at).filter(work__in=works).values_list("work", "language", "starts")
    ):
        public[work][language] = starts
    drafts: dict[int, dict[str, str]] = {work: {} for work in works}
    for work, language, status in Publication.objects.filter(work__in=works).values_list(
        "work", "language", "status"
    ):
        drafts[work][language] = status
    said = [
        (original, languages_said(original, wanted, public[original.work_id], drafts[original.work_id]))
        for original in originals
    ]
    return Part(
        title=_("Translations"),
        order=50,
        rows=[
            Row(cells=(replace(title_cell(original, original.publication_id), note=words),))
            for original, words in said
            if words
        ][:ROWS],
    )


def languages_said(
    original: Version, wanted: list[str], public: dict[str, datetime], drafts: dict[str, str]
) -> str:
    """en, hy ready. fr older than the original. ru in review. ar missing. Nothing where all are ready."""
    groups: dict[str, list[str]] = {}
    for language in wanted:
        groups.setdefault(standing(original, language, public, drafts), []).append(language)
    sentences = {
        "ready": _("%(languages)s ready."),
        "older": _("%(languages)s older than the original."),
        Publication.Status.DRAFT: _("%(languages)s in draft."),
        Publication.Status.REVIEW: _("%(languages)s in review."),
        Publication.Status.APPROVED: _("%(languages)s approved, not public."),
        "missing": _("%(languages)s missing."),
    }
    if groups.keys() <= {"ready"}:
        return ""
    return " ".join(
        sentence % {"languages": ", ".join(groups[group])}
        for group, sentence in sentences.items()
        if group in groups
    )


def standing(original: Version, language: str, public: dict[str, datetime], drafts: dict[str, str]) -> str:
    if language in public:
        return "older" if public[language] < original.starts else "ready"
    return drafts.get(language, "missing")


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


@dataclass(frozen=True)
class ShownEntry:
    entry: Entry
    moment: str
    kind: str  # what the key calls it


@dataclass(frozen=True)
class ShownDay:
    """A day of the strip: Tue 24."""

    name: str
    is_today: bool
    entries: list[ShownEntry]


def page(user: Any, at: datetime) -> dict[str, Any]:
    """Everything the first page shows, for the template."""
    zone = Organisation.current().zone
    local = at.astimezone(zone)
    shown = [(part, [shown_row(row, at, zone) for row in part.rows]) for part in parts(user, at)]
    days = week(user, at, zone)
    looks = {shown.entry.look for day in days for shown in day.entries}
    return {
        "now": f"{date_format(local, 'l j F Y')}, {local:%H:%M}",
        "zone": zone_name(local),
        "buttons": buttons(user),
        "days": days,
        "key": [(look, label) for look, label in KEY.items() if look in looks],
        "parts": shown,
        "notices": [part.notice for part, _rows in shown if part.notice],
        "is_empty": not shown and not any(day.entries for day in days),
    }


def week(user: Any, at: datetime, zone: ZoneInfo) -> list[ShownDay]:
    """The next seven days in the organisation's zone; none for a person who may see nothing."""
    today = at.astimezone(zone).date()
    dates = [today + timedelta(days=number) for number in range(DAYS)]
    until = datetime.combine(today + timedelta(days=DAYS), time(0), zone)
    by_day: dict[date, list[ShownEntry]] = {day: [] for day in dates}
    for entry in entries(user, at, until):
        day = entry.when.astimezone(zone).date()
        if day in by_day:
            by_day[day].append(shown_entry(entry, zone))
    if not any(by_day.values()) and not any(may(user, kind, "view") for kind in kinds()):
        return []
    return [ShownDay(date_format(day, "D j"), day == today, found) for day, found in by_day.items()]


def shown_entry(entry: Entry, zone: ZoneInfo) -> ShownEntry:
    clock = f"{entry.when.astimezone(zone):%H:%M}"
    is_held = entry.look == Look.EMBARGOED
    return ShownEntry(
        entry=entry,
        moment=_("Until %(time)s") % {"time": clock} if is_held else clock,
        kind=str(KEY.get(entry.look, "")),
    )


def shown_row(row: Row, at: datetime, zone: ZoneInfo) -> ShownRow:
    return ShownRow(
        row=row,
        cells=tuple(cell if isinstance(cell, Cell) else Cell(str(cell)) for cell in row.cells),
        moment=moment_said(row.when, at, zone) if row.when else "",
        distance=distance_said(row.when, at) if row.when else "",
    )
