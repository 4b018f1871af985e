"""The record of demands: how each stands, what happened, and the page on which a change is recorded."""

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from advocacy.publishing.models import zone
from advocacy.site.admin_site import PUBLISH
from campaigns.admin.titles import LetterFilter, letter_title
from campaigns.ledger import status_at
from campaigns.models import Demand, DemandChange, DemandChangeText, DemandWording, OfficeHolder
from campaigns.models.demands import DemandStatus

ALL, ELSE = "all", "else"


class StatusFilter(admin.SimpleListFilter):
    title = _("status")
    parameter_name = "status"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return list(DemandStatus.choices)

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        return queryset.filter(status_now=self.value()) if self.value() in DemandStatus.values else queryset


class ChangeForm(forms.ModelForm):
    """What happened to a demand. Who acted is chosen, so that an addressee is named in one spelling."""

    actor = forms.ChoiceField(
        label=_("Who acted"),
        widget=forms.RadioSelect,
        help_text=_("Say so if it was somebody else: readers see whether those who were asked have acted."),
    )

    class Meta:
        model = DemandChange
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

    def __init__(self, *args: Any, demand: Demand, at: datetime, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.instance.demand, self.instance.known = demand, at
        self.holders = {str(holder.pk): holder for holder in addressees_of(demand)}
        self.fields["actor"].choices = [
            *((pk, str(holder)) for pk, holder in self.holders.items()),
            (ALL, _("All addressees")),
            (ELSE, _("Somebody else")),
        ]
        self.fields["language"].initial = demand.work.original_language
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
        return cleaned

    def recorded(self, who: Any) -> DemandChange:
        """Enters the change into the ledger of its demand."""
        named = dict(self.cleaned_data)
        addressee = self.holders.get(named.pop("actor"))
        return self.instance.demand.record(**named, addressee=addressee, who=who, at=self.instance.known)


def addressees_of(demand: Demand) -> QuerySet[OfficeHolder]:
    """The addressees of the demand's letter, in any of its languages."""
    from campaigns.models import LetterAddressee

    chosen = LetterAddressee.objects.filter(letter__work=demand.work_id).values("holder")
    return OfficeHolder.objects.filter(pk__in=chosen)


def entries(demand: Demand) -> list[dict[str, Any]]:
    """The ledger as the page of the demand shows it, newest entry last as readers have it."""
    return [
        {
            "change": change,
            "acted": who_acted(change),
            "source": source_link(change),
            "who": change.who.display_name if change.who else "",
            "url": reverse("admin:campaigns_demandchange_change", args=[change.pk]),
        }
        for change in demand.changes.select_related("addressee", "who").prefetch_related("texts")
    ]


def who_acted(change: DemandChange) -> str:
    return change.who_acted or (str(change.addressee) if change.addressee else gettext("All addressees"))


def source_link(change: DemandChange) -> str:
    words = change.source_title or change.source_url
    return format_html('<a href="{}" rel="noopener noreferrer">{}</a>', change.source_url, words)


@admin.register(Demand)
class DemandAdmin(admin.ModelAdmin):
    desk_group = PUBLISH
    desk_order = 22

    list_display = ["number_and_title", "letter", "status", "last_checked"]
    list_filter = [StatusFilter, LetterFilter]
    search_fields = ["wordings__title", "wordings__label", "wordings__wording", "work__publications__title"]
    search_help_text = _("Search by the demand's words or the letter's title.")
    ordering = ["-work", "number"]
    actions = ["check_today"]
    readonly_fields = ["letter", "number", "words", "status"]
    fieldsets = [
        (
            None,
            {
                "fields": ["letter", "number", "words", "status", "last_checked"],
                "description": _(
                    "The words of a demand are changed in its letter. What happened to it is recorded here."
                ),
            },
        ),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Demand]:
        wordings = DemandWording.objects.filter(demand=OuterRef("pk")).order_by("letter")
        original = wordings.filter(letter__language=OuterRef("work__original_language"))
        return (
            super()
            .get_queryset(request)
            .annotate(
                title=Coalesce(
                    Subquery(original.values("title")[:1]), Subquery(wordings.values("title")[:1])
                ),
                letter_title=letter_title(),
                status_now=status_at(timezone.now()),
            )
            .prefetch_related("wordings")
        )

    @admin.display(description=_("demand"), ordering="number")
    def number_and_title(self, demand: Any) -> str:
        return f"{demand.number}. {demand.title or gettext('not in any text')}"

    @admin.display(description=_("letter"))
    def letter(self, demand: Any) -> str:
        return demand.letter_title

    @admin.display(description=_("status"), ordering="status_now")
    def status(self, demand: Any) -> str:
        return str(DemandStatus(demand.status_now).label)

    @admin.display(description=_("in the letter"))
    def words(self, demand: Demand) -> str:
        rows = demand.wordings.select_related("letter").order_by("letter__language")
        return format_html_join(
            "",
            '<p lang="{0}" dir="auto"><a href="{1}">{2}</a>: {3}</p>',
            (
                (
                    row.letter.language,
                    reverse("admin:campaigns_letter_change", args=[row.letter_id]),
                    row.letter.get_language_display(),
                    row.title,
                )
                for row in rows
            ),
        )

    def has_add_permission(self, request: HttpRequest) -> bool:
        """A demand is made by writing it into its letter."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.action(description=_("Last checked today"), permissions=["change"])
    def check_today(self, request: HttpRequest, queryset: QuerySet[Demand]) -> None:
        now = timezone.now()
        demands = list(queryset)
        for demand in demands:
            demand.mark_checked(now)
            self.log_change(request, demand, "checked")
        self.message_user(
            request,
            ngettext(
                "%(count)d demand was last checked today.",
                "%(count)d demands were last checked today.",
                len(demands),
            )
            % {"count": len(demands)},
            messages.SUCCESS,
        )

    # -- the page of a change

    def get_urls(self) -> list[Any]:
        record = path(
            "<int:pk>/record/", self.admin_site.admin_view(self.record_view), name="campaigns_demand_record"
        )
        return [record, *super().get_urls()]

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        demand = self.get_object(request, object_id)
        context = {
            "may_record": may_record(request),
            "entries": entries(demand) if demand else [],
            **(extra_context or {}),
        }
        return super().change_view(request, object_id, form_url, context)

    def record_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """GET asks what happened; POST enters it into the ledger under the name of who recorded it."""
        if not may_record(request):
            raise PermissionDenied
        demand = get_object_or_404(Demand.objects.select_related("work"), pk=pk)
        form = ChangeForm(request.POST or None, demand=demand, at=timezone.now())
        if request.method == "POST" and form.is_valid():
            try:
                change = form.recorded(request.user)
            except ValidationError as refused:
                form.add_error(None, refused.messages)
            else:
                self.log_change(request, demand, f"recorded: {change}")
                messages.success(
                    request, gettext("The change is recorded. Readers see it where the letter is public.")
                )
                return HttpResponseRedirect(reverse("admin:campaigns_demand_change", args=[demand.pk]))
        return TemplateResponse(
            request,
            "admin/campaigns/record_change.html",
            {
                **self.admin_site.each_context(request),
                "opts": self.opts,
                "title": gettext("Record a change"),
                "original": demand,
                "form": form,
                "back": reverse("admin:campaigns_demand_change", args=[demand.pk]),
            },
        )


def may_record(request: HttpRequest) -> bool:
    return request.user.has_perm("campaigns.add_demandchange")


class ChangeTextInline(admin.TabularInline):
    model = DemandChangeText
    extra = 0
    can_delete = False


@admin.register(DemandChange)
class DemandChangeAdmin(admin.ModelAdmin):
    """One entry, to be read and translated; it is reached from its demand."""

    inlines = [ChangeTextInline]
    fields = ["demand", "status", "on", "language", "note", "acted", "source", "who", "known"]
    readonly_fields: Any = fields

    def has_module_permission(self, request: HttpRequest) -> bool:
        return False

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Changes are recorded on the page of their demand."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """The entry itself is read-only; who may translate notes may save the form."""
        return request.user.has_perm("campaigns.add_demandchangetext")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Nothing of the entry is written: it was inserted once."""

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        return HttpResponseRedirect(reverse("admin:campaigns_demand_changelist"))

    @admin.display(description=_("who acted"))
    def acted(self, change: DemandChange) -> str:
        return who_acted(change)

    @admin.display(description=_("source"))
    def source(self, change: DemandChange) -> str:
        return source_link(change)
