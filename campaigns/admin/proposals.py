"""How a change of a demand comes into its record: proposed, looked at by a second person, approved or sent back."""

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from advocacy.organisation.models import Organisation
from advocacy.publishing.models import zone
from advocacy.site.admin_site import SET_UP
from campaigns.admin.titles import LetterField, letter_title
from campaigns.mail import people_told
from campaigns.models import (
    Demand,
    DemandChange,
    DemandProposal,
    LetterAddressee,
    OfficeHolder,
    ToldBeforehand,
)
from campaigns.models.proposals import LONGEST_WAIT, take_back

ALL, ELSE = "all", "else"


class ChangeForm(forms.ModelForm):
    """What happened to a demand. Who acted is chosen, so that an addressee is named in one spelling."""

    actor = forms.ChoiceField(
        label=_("Who acted"),
        widget=forms.RadioSelect,
        help_text=_("Say so if it was somebody else: readers see whether those who were asked have acted."),
    )

    class Meta:
        model = DemandProposal
        fields = ["status", "on", "note", "language", "actor", "who_acted", "source_url", "source_title"]
        widgets = {
            "on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "note": forms.Textarea(attrs={"rows": 4}),
            "source_url": forms.URLInput(attrs={"class": "vTextField"}),
            "source_title": forms.TextInput(attrs={"class": "vTextField"}),
            "who_acted": forms.TextInput(attrs={"class": "vTextField"}),
        }
        labels = {"who_acted": _("Name of somebody else who acted")}
        help_texts = {
            "who_acted": _("As readers should see it. Leave it empty where an addressee acted."),
            "status": _("How the demand stands since then. “Overtaken” needs the reason in the note."),
        }
        error_messages = {
            "note": {"required": _("Say in one or two sentences what happened.")},
            "source_url": {"required": _("Give the address of a source where a reader can check it.")},
            "on": {"required": _("Enter the day it happened.")},
        }

    def __init__(self, *args: Any, instance: DemandProposal, at: datetime, **kwargs: Any):
        super().__init__(*args, instance=instance, **kwargs)
        self.at = instance.proposed = at
        self.holders = {str(holder.pk): holder for holder in addressees_of(instance.demand)}
        self.fields["actor"].choices = [
            *((pk, str(holder)) for pk, holder in self.holders.items()),
            (ALL, _("All addressees")),
            (ELSE, _("Somebody else")),
        ]
        if instance.pk:
            self.fields["actor"].initial = str(instance.addressee_id or (ELSE if instance.who_acted else ALL))
        else:
            self.fields["language"].initial = instance.demand.work.original_language
        self.fields["on"].widget.attrs["max"] = at.astimezone(zone()).date().isoformat()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        actor = cleaned.get("actor")
        if actor == ELSE and not cleaned.get("who_acted") and "who_acted" not in self.errors:
            self.add_error("who_acted", _("Write who acted."))
        if actor and actor != ELSE and cleaned.get("who_acted"):
            self.add_error(
                "who_acted", _("Either an addressee acted or somebody else. Choose one of the two.")
            )
        self.instance.addressee = None if self.errors else self.holders.get(actor or "")
        return cleaned


class HoursForm(forms.Form):
    """How long before the public those on the list are told."""

    hours = forms.IntegerField(
        label=_("Hours that those on the list are told before the public"),
        min_value=0,
        max_value=LONGEST_WAIT,
        initial=0,
        error_messages={"required": _("Enter a number of hours; 0 makes it public at once.")},
    )

    def __init__(self, *args: Any, demand: Demand, **kwargs: Any):
        super().__init__(*args, **kwargs)
        count = len({person.email.lower() for person in ToldBeforehand.objects.of(demand.work_id)})
        self.fields["hours"].help_text = "{} {}".format(
            gettext(
                "With 0 the change is public at once. Otherwise the list gets a mail now, and readers have it later."
            ),
            ngettext("%(count)d person is on the list.", "%(count)d people are on the list.", count)
            % {"count": count},
        )


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=_("Why you send it back"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Who proposed it reads this."),
        error_messages={"required": _("Say what has to be mended.")},
    )


def addressees_of(demand: Demand) -> QuerySet[OfficeHolder]:
    """The addressees of the demand's letter, in any of its languages."""
    chosen = LetterAddressee.objects.filter(letter__work=demand.work_id).values("holder")
    return OfficeHolder.objects.filter(pk__in=chosen)


def who_acted(change: DemandChange | DemandProposal) -> str:
    return change.who_acted or (str(change.addressee) if change.addressee else gettext("All addressees"))


def source_link(change: DemandChange | DemandProposal) -> str:
    words = change.source_title or change.source_url
    return format_html('<a href="{}" rel="noopener noreferrer">{}</a>', change.source_url, words)


def entries(demand: Demand, at: datetime) -> list[dict[str, Any]]:
    """The ledger as the page of the demand shows it, newest entry last as readers have it."""
    changes = demand.changes.select_related("addressee", "who", "proposed_by").prefetch_related(
        "texts", "told__deliveries"
    )
    return [
        {
            "change": change,
            "acted": who_acted(change),
            "source": source_link(change),
            "by": said_who(change),
            "ahead": change.known > at,
            "told": people_told(change),
            "url": reverse("admin:campaigns_demandchange_change", args=[change.pk]),
        }
        for change in changes
    ]


def said_who(change: DemandChange) -> list[str]:
    """Proposed by whom and approved by whom, or by one person alone; nothing for what was imported."""
    if change.who is None:
        return []
    if change.by_one_person:
        return [change.who.display_name, gettext("Recorded by one person")]
    return [
        gettext("Proposed by %(name)s") % {"name": change.proposed_by.display_name},
        gettext("Approved by %(name)s") % {"name": change.who.display_name},
    ]


def proposals(demand: Demand) -> list[dict[str, Any]]:
    """What nobody has decided on yet, the oldest first."""
    return [
        {
            "proposal": proposal,
            "acted": who_acted(proposal),
            "source": source_link(proposal),
            "url": reverse("admin:campaigns_demand_proposal", args=[proposal.pk]),
        }
        for proposal in demand.proposals.undecided().select_related(
            "addressee", "proposed_by", "sent_back_by"
        )
    ]


# -- who may


def may_record(request: HttpRequest) -> bool:
    return request.user.has_perm("campaigns.add_demandchange")


def may_propose(request: HttpRequest) -> bool:
    return request.user.has_perm("campaigns.add_demandproposal")


def records_alone(request: HttpRequest) -> bool:
    """Whether what this person proposes enters the ledger without a second one."""
    return may_record(request) and not Organisation.current().two_people


def may_mend(request: HttpRequest, proposal: DemandProposal) -> bool:
    is_own = proposal.proposed_by_id == request.user.pk
    return is_own and request.user.has_perm("campaigns.change_demandproposal")


def may_withdraw(request: HttpRequest, proposal: DemandProposal) -> bool:
    return may_mend(request, proposal) or request.user.has_perm("campaigns.delete_demandproposal")


class ProposalPages(admin.ModelAdmin):
    """The pages of a change, for the admin of demands."""

    def get_urls(self) -> list[Any]:
        def page(route: str, view: Any, name: str) -> Any:
            return path(route, self.admin_site.admin_view(view), name=f"campaigns_demand_{name}")

        return [
            page("<int:pk>/record/", self.record_view, "record"),
            page("proposals/<int:pk>/", self.proposal_view, "proposal"),
            page("proposals/<int:pk>/mend/", self.mend_view, "mend"),
            page("changes/<int:pk>/take-back/", self.take_back_view, "take_back"),
            *super().get_urls(),
        ]

    def record_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """GET asks what happened; POST proposes it or, where one person may, enters it into the ledger."""
        if not may_propose(request):
            raise PermissionDenied
        at = timezone.now()
        demand = get_object_or_404(Demand.objects.select_related("work"), pk=pk)
        alone = records_alone(request)
        proposal = DemandProposal(demand=demand, proposed_by=request.user)
        form = ChangeForm(request.POST or None, instance=proposal, at=at)
        hours = HoursForm(request.POST or None, demand=demand) if alone else None
        if request.method == "POST" and form.is_valid() and (hours is None or hours.is_valid()):
            try:
                with transaction.atomic():
                    proposal.propose(at=at)
                    if hours is not None:
                        wait = hours.cleaned_data["hours"]
                        proposal.approve(who=request.user, at=at, hours=wait)
            except ValidationError as refused:
                form.add_error(None, refused.messages)
            else:
                said = approved_words(wait) if hours is not None else gettext("The change is proposed.")
                return self.done(request, demand, f"proposed: {proposal}", said)
        title = gettext("Record a change") if alone else gettext("Propose a change")
        return self.form_page(request, demand, form, title, alone=alone, hours=hours)

    def mend_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Who proposed a change rewrites it; it waits for a second person again."""
        at, proposal = timezone.now(), proposal_or_404(pk)
        if not may_mend(request, proposal):
            raise PermissionDenied
        form = ChangeForm(request.POST or None, instance=proposal, at=at)
        if request.method == "POST" and form.is_valid():
            try:
                proposal.propose(at=at)
            except ValidationError as refused:
                form.add_error(None, refused.messages)
            else:
                said = gettext("The proposal is changed. A second person looks at it.")
                return self.done(request, proposal.demand, f"proposal changed: {proposal}", said)
        return self.form_page(
            request, proposal.demand, form, gettext("Change the proposal"), alone=False, hours=None
        )

    def proposal_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """A proposal beside the demand's record; POST approves it, sends it back or withdraws it."""
        if not request.user.has_perm("campaigns.view_demandproposal"):
            raise PermissionDenied
        at, proposal = timezone.now(), proposal_or_404(pk)
        demand, deed = proposal.demand, request.POST.get("deed", "")
        may_decide = may_record(request) and proposal.may_be_decided_by(request.user)
        hours = HoursForm(request.POST if deed == "approve" else None, demand=demand)
        reason = ReasonForm(request.POST if deed == "send_back" else None)
        allowed = {
            "approve": may_decide,
            "send_back": may_decide,
            "withdraw": may_withdraw(request, proposal),
        }
        if request.method == "POST" and not allowed.get(deed):
            raise PermissionDenied
        problems: list[str] = []
        try:
            if deed == "approve" and hours.is_valid():
                wait = hours.cleaned_data["hours"]
                proposal.approve(who=request.user, at=at, hours=wait, edition=edition_read(request))
                return self.done(request, demand, f"approved: {proposal}", approved_words(wait))
            if deed == "send_back" and reason.is_valid():
                proposal.send_back(who=request.user, reason=reason.cleaned_data["reason"], at=at)
                return self.done(
                    request, demand, f"sent back: {proposal}", gettext("The proposal is sent back.")
                )
            if deed == "withdraw":
                proposal.withdraw()
                return self.done(
                    request, demand, f"withdrawn: {proposal}", gettext("The proposal is withdrawn.")
                )
        except ValidationError as refused:
            problems = refused.messages
            proposal = DemandProposal.objects.filter(pk=pk, change__isnull=True).first() or proposal
        context = {
            "proposal": proposal,
            "acted": who_acted(proposal),
            "source": source_link(proposal),
            "entries": entries(demand, at),
            "problems": problems,
            "hours": hours,
            "reason": reason,
            "may_decide": may_decide and not proposal.sent_back,
            "may_mend": may_mend(request, proposal),
            "may_withdraw": may_withdraw(request, proposal),
        }
        return self.page(
            request,
            demand,
            "admin/campaigns/proposal.html",
            context | {"title": gettext("Proposed change")},
        )

    def take_back_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """GET asks; POST takes an approved change back that readers do not have yet."""
        if not may_record(request):
            raise PermissionDenied
        at = timezone.now()
        change = get_object_or_404(DemandChange.objects.select_related("demand__work"), pk=pk)
        problems: list[str] = []
        if request.method == "POST":
            try:
                take_back(change, at=at)
            except ValidationError as refused:
                problems = refused.messages
            else:
                said = gettext("The change is taken back and its proposal waits again.")
                return self.done(request, change.demand, f"taken back: {change}", said)
        context = {"change": change, "told": people_told(change), "problems": problems}
        title = gettext("Take the change back")
        return self.page(request, change.demand, "admin/campaigns/take_back.html", context | {"title": title})

    def form_page(
        self,
        request: HttpRequest,
        demand: Demand,
        form: ChangeForm,
        title: str,
        *,
        alone: bool,
        hours: HoursForm | None,
    ) -> HttpResponse:
        context = {"title": title, "form": form, "alone": alone, "hours": hours}
        return self.page(request, demand, "admin/campaigns/record_change.html", context)

    def page(
        self, request: HttpRequest, demand: Demand, template: str, context: dict[str, Any]
    ) -> HttpResponse:
        back = reverse("admin:campaigns_demand_change", args=[demand.pk])
        common = {**self.admin_site.each_context(request), "opts": self.opts, "original": demand}
        return TemplateResponse(request, template, common | {"back": back} | context)

    def done(self, request: HttpRequest, demand: Demand, logged: str, said: str) -> HttpResponse:
        self.log_change(request, demand, logged)
        messages.success(request, said)
        return HttpResponseRedirect(reverse("admin:campaigns_demand_change", args=[demand.pk]))


def proposal_or_404(pk: int) -> DemandProposal:
    """A proposal that nobody decided on yet."""
    open_ones = DemandProposal.objects.undecided().select_related("demand__work", "proposed_by")
    return get_object_or_404(open_ones, pk=pk)


def edition_read(request: HttpRequest) -> int:
    """Which edition of the proposal stood on the page; none where the form does not say."""
    said = request.POST.get("edition", "")
    return int(said) if said.isascii() and said.isdigit() and len(said) < 10 else 0


def approved_words(hours: int) -> str:
    if not hours:
        return gettext("The change is recorded. Readers see it where the letter is public.")
    return ngettext(
        "The list is told now. Readers see the change in %(count)d hour; until then it can be taken back.",
        "The list is told now. Readers see the change in %(count)d hours; until then it can be taken back.",
        hours,
    ) % {"count": hours}


class ToldBeforehandForm(forms.ModelForm):
    work = LetterField(
        required=False,
        empty_label=_("All letters"),
        help_text=_("Whose demands the person is told of."),
    )

    class Meta:
        model = ToldBeforehand
        fields = ["name", "email", "language", "work", "consent", "agreed"]


@admin.register(ToldBeforehand)
class ToldBeforehandAdmin(admin.ModelAdmin):
    desk_group = SET_UP
    desk_order = 32

    form = ToldBeforehandForm
    list_display = ["name", "email", "language", "letter", "agreed"]
    search_fields = ["name", "email"]
    search_help_text = _("Search by name or e-mail address.")

    def get_queryset(self, request: HttpRequest) -> QuerySet[ToldBeforehand]:
        return super().get_queryset(request).annotate(letter_title=letter_title())

    @admin.display(description=_("letter"))
    def letter(self, person: Any) -> str:
        return person.letter_title or gettext("All letters")
