"""What the first page of the admin says of campaigns: demands to look at, what was recorded, lists read."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import F, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from advocacy.organisation.models import Organisation
from advocacy.publishing.models import Version, zone
from advocacy.site.desk import AHEAD, ROWS, Cell, Link, Part, Row, may
from campaigns.admin.titles import letter_title
from campaigns.ledger import last_checked_at, status_at
from campaigns.models import Demand, DemandChange, DemandProposal, Signatory, SignatoryImport
from campaigns.models.demands import DemandStatus

CHECK_EVERY = timedelta(days=30)


def desk_parts(user: Any, at: datetime) -> list[Part]:
    parts = [own_proposals(user), *waiting_proposals(user)]
    if may(user, Demand, "change"):
        parts.append(unchecked_demands(at))
    if may(user, Demand, "view"):
        parts.append(recorded_changes(at))
        parts.append(changes_ahead(at))
    if may(user, Signatory, "add"):
        parts.append(lists_read(user, at))
    return parts


def waiting_proposals(user: Any) -> list[Part]:
    """What others proposed, for a second person; and where one may decide, what this person proposed."""
    if not may(user, DemandChange, "add"):
        return []
    waiting = DemandProposal.objects.waiting()
    if Organisation.current().two_people:
        waiting = waiting.exclude(proposed_by=user)
    return [
        Part(
            title=_("Demand changes for a second person"),
            order=30,
            rows=[proposal_row(proposal) for proposal in with_names(waiting)],
        )
    ]


def own_proposals(user: Any) -> Part:
    """What this person proposed and nobody decided on, what was sent back first, with the reason."""
    own = DemandProposal.objects.undecided().filter(proposed_by=user)
    return Part(
        title=_("Your proposed changes of demands"),
        order=35,
        rows=[proposal_row(proposal, str(proposal.state)) for proposal in with_names(own)],
    )


def with_names(rows: QuerySet) -> QuerySet:
    first = F("sent_back").asc(nulls_last=True)
    return (
        rows.select_related("demand", "proposed_by")
        .prefetch_related("demand__wordings__demand")
        .order_by(first, "proposed", "pk")[:ROWS]
    )


def proposal_row(proposal: DemandProposal, state: str = "") -> Row:
    address = reverse("admin:campaigns_demand_proposal", args=[proposal.pk])
    said = Cell(state, note=proposal.reason) if state else Cell(proposal.proposed_by.display_name)
    return Row(
        when=proposal.proposed,
        cells=(Cell(demand_name(proposal.demand), address, proposal.get_status_display()), said),
    )


def changes_ahead(at: datetime) -> Part:
    """Approved changes that the list was told of and readers do not have yet."""
    return Part(
        title=_("Demand changes that are not public yet"),
        order=25,
        rows=[change_row(change) for change in with_wordings(known__gt=at).order_by("known", "pk")[:ROWS]],
    )


def with_wordings(**filters: Any) -> QuerySet:
    changes = DemandChange.objects.filter(**filters).select_related("demand", "who")
    return changes.prefetch_related("demand__wordings__demand")


def change_row(change: DemandChange) -> Row:
    address = reverse("admin:campaigns_demand_change", args=[change.demand_id])
    return Row(
        when=change.known,
        cells=(
            Cell(demand_name(change.demand), address, change.get_status_display()),
            change.who.display_name if change.who else "",
        ),
    )


def unchecked_demands(at: datetime) -> Part:
    """Demands of public letters that nobody has looked at for a month, the longest unseen first."""
    day = (at - CHECK_EVERY).astimezone(zone()).date()
    public = Version.objects.public(at).filter(kind="letter").values("work")
    waiting = (
        Demand.objects.filter(work__in=public)
        .annotate(letter_title=letter_title(), status_now=status_at(at), checked=last_checked_at(at))
        .filter(Q(checked__isnull=True) | Q(checked__lte=day))
        .filter(status_now__in=[DemandStatus.OPEN, DemandStatus.PARTLY])
        .exclude(changes__known__gt=at)  # somebody looked, and readers are told later
        .order_by(F("checked").asc(nulls_first=True), "-work", "number")
        .prefetch_related("wordings__demand")[:ROWS]
    )
    return Part(
        title=_("Demands to look at"),
        order=45,
        link=Link(_("All demands"), reverse("admin:campaigns_demand_changelist")),
        rows=[
            Row(
                cells=(
                    Cell(
                        demand_name(demand),
                        reverse("admin:campaigns_demand_change", args=[demand.pk]),
                        demand.letter_title,
                    ),
                    last_checked(demand),
                )
            )
            for demand in waiting
        ],
    )


def demand_name(demand: Demand) -> str:
    wordings = list(demand.wordings.all())
    return f"{demand.number}. {wordings[0].title}" if wordings else str(demand.number)


def last_checked(demand: Any) -> str:
    from django.utils.formats import date_format

    if demand.checked is None:
        return _("Never checked")
    return _("Last checked %(day)s") % {"day": date_format(demand.checked, "j F Y")}


def recorded_changes(at: datetime) -> Part:
    """What was entered into the ledgers in the last seven days, and by whom."""
    changes = with_wordings(known__gt=at - AHEAD, known__lte=at).order_by("-known", "-pk")[:ROWS]
    return Part(
        title=_("Changes of demands in the last seven days"),
        order=70,
        rows=[change_row(change) for change in changes],
    )


def lists_read(user: Any, at: datetime) -> Part:
    """Lists that this person read and did not import."""
    waiting = (
        SignatoryImport.objects.filter(made_by=user, done__isnull=True, made__gt=at - AHEAD)
        .exclude(rows=[])
        .annotate(letter_title=letter_title())
        .defer("rows", "report")
        .order_by("-made")[:ROWS]
    )
    return Part(
        title=_("Lists of signatories to import"),
        order=50,
        rows=[
            Row(
                when=read.made,
                cells=(
                    Cell(
                        read.file_name or _("A list"),
                        reverse("admin:campaigns_signatory_report", args=[read.pk]),
                        read.letter_title,
                    ),
                ),
            )
            for read in waiting
        ],
    )
