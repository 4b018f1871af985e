"""The ledger of demands: what happened to each, and how it stood on a day."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import F, OuterRef, Subquery, Value
from django.db.models.functions import Coalesce, Greatest, TruncDate

from advocacy.publishing.models import zone
from campaigns.models.demands import Demand, DemandChange, DemandChangeText, DemandStatus
from campaigns.models.officeholders import OfficeHolderText


@dataclass(frozen=True)
class Entry:
    """One entry, in the language it was asked in where there is one. `language` is the note's own."""

    demand: str
    pk: int
    status: str
    on: date
    known: datetime
    note: str
    language: str
    who_acted: str
    source_url: str
    source_title: str
    sample: bool

    @property
    def status_label(self) -> str:
        return str(DemandStatus(self.status).label)


@dataclass(frozen=True)
class Standing:
    """How one demand stood: the status and the entries that led to it, oldest first."""

    status: str
    changes: tuple[Entry, ...]
    last_checked: date | None = None

    @property
    def label(self) -> str:
        return str(DemandStatus(self.status).label)


NOTHING_HEARD = Standing(DemandStatus.OPEN, ())


@dataclass(frozen=True)
class Heard:
    """A demand with everything that was ever entered about it."""

    uid: str
    last_checked: date | None
    entries: tuple[Entry, ...]


def ledger(works: Iterable[int], language: str) -> list[Heard]:
    """The demands of these letters with their entries, notes in `language` where there are any; one query."""
    texts = DemandChangeText.objects.filter(change=OuterRef("changes__pk"), language=language)
    names = OfficeHolderText.objects.filter(holder=OuterRef("changes__addressee"), language=language)
    rows = (
        Demand.objects.filter(work__in=works)
        .order_by("pk", "changes__on", "changes__known", "changes__pk")
        .annotate(
            change=F("changes__pk"),
            translated=Subquery(texts.values("note")[:1]),
            translated_name=Subquery(names.values("name")[:1]),
        )
        .values(
            *("uid", "last_checked", "change", "translated", "translated_name", "work__sample"),
            *("changes__status", "changes__on", "changes__known", "changes__note", "changes__language"),
            *(
                "changes__who_acted",
                "changes__source_url",
                "changes__source_title",
                "changes__addressee__name",
            ),
        )
    )
    heard: dict[uuid.UUID, list[Entry]] = {}
    checked: dict[uuid.UUID, date | None] = {}
    for row in rows:
        checked[row["uid"]] = row["last_checked"]
        entries = heard.setdefault(row["uid"], [])
        if row["change"] is not None:
            entries.append(entry(row, language))
    return [Heard(str(uid), checked[uid], tuple(entries)) for uid, entries in heard.items()]


def entry(row: dict, language: str) -> Entry:
    return Entry(
        demand=str(row["uid"]),
        pk=row["change"],
        status=row["changes__status"],
        on=row["changes__on"],
        known=row["changes__known"],
        note=row["translated"] or row["changes__note"],
        language=language if row["translated"] else row["changes__language"],
        who_acted=row["changes__who_acted"]
        or row["translated_name"]
        or row["changes__addressee__name"]
        or "",
        source_url=row["changes__source_url"],
        source_title=row["changes__source_title"],
        sample=row["work__sample"],
    )


def standings(heard: Iterable[Heard], *, on: date, known: datetime) -> dict[str, Standing]:
    """Standing by demand uid, of what happened up to the day `on` and was entered up to `known`.

    A document of a date asks for both as of its own date; "today" asks for `on` today and `known` now, a moment in
    the organisation's zone.
    """
    return {demand.uid: standing(demand, on=on, known=known) for demand in heard}


def standing(demand: Heard, *, on: date, known: datetime) -> Standing:
    entries = tuple(entry for entry in demand.entries if entry.on <= on and entry.known <= known)
    status = entries[-1].status if entries else DemandStatus.OPEN
    # Somebody looked before they recorded a change; readers learn of both at once.
    days = [demand.last_checked, *(entry.known.astimezone(known.tzinfo).date() for entry in entries)]
    return Standing(status, entries, max((day for day in days if day and day <= on), default=None))


def last_checked_at(at: datetime) -> Greatest:
    """The day of the last look at each demand of a queryset, as of `at`: the twin of `standing` for the desk."""
    told = DemandChange.objects.filter(demand=OuterRef("pk"), known__lte=at).order_by("-known")
    recorded = Subquery(told.values(day=TruncDate("known", tzinfo=zone()))[:1])
    return Greatest(Coalesce("last_checked", recorded), Coalesce(recorded, "last_checked"))


def status_at(at: datetime) -> Coalesce:
    """The status of each demand of a queryset as of `at`: the twin of `standing` for lists at the desk."""
    today = at.astimezone(zone()).date()
    told = DemandChange.objects.filter(demand=OuterRef("pk"), on__lte=today, known__lte=at)
    newest = told.order_by("-on", "-known", "-pk").values("status")[:1]
    return Coalesce(Subquery(newest), Value(DemandStatus.OPEN.value))
