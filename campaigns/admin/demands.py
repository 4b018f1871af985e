"""The record of demands: how each stands, what happened, and the page on which a change is recorded."""

from datetime import date
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from advocacy.publishing.models import zone
from advocacy.site.admin_site import PUBLISH
from campaigns.admin.proposals import (
    ProposalPages,
    entries,
    may_propose,
    may_record,
    proposals,
    records_alone,
    said_who,
    source_link,
    who_acted,
)
from campaigns.admin.titles import LetterFilter, letter_title
from campaigns.ledger import last_checked_at, status_at
from campaigns.models import Demand, DemandChange, DemandChangeText, DemandWording
from campaigns.models.demands import DemandStatus


class StatusFilter(admin.SimpleListFilter):
    title = _("status")
    parameter_name = "status"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return list(DemandStatus.choices)

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        return queryset.filter(status_now=self.value()) if self.value() in DemandStatus.values else queryset


class DemandForm(forms.ModelForm):
    """The one column of a demand that the desk sets here."""

    def clean_last_checked(self) -> date | None:
        day = self.cleaned_data["last_checked"]
        if day and day > timezone.now().astimezone(zone()).date():
            raise ValidationError(_("Enter the day somebody looked. That day has not come yet."))
        return day


@admin.register(Demand)
class DemandAdmin(ProposalPages):
    desk_group = PUBLISH
    desk_order = 22

    form = DemandForm
    list_display = ["number_and_title", "letter", "status", "checked"]
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
                checked_on=last_checked_at(timezone.now()),
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

    @admin.display(description=_("last checked"), ordering="checked_on")
    def checked(self, demand: Any) -> date | None:
        return demand.checked_on

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

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        demand = self.get_object(request, object_id)
        context = {
            "may_propose": may_propose(request),
            "may_take_back": may_record(request),
            "alone": records_alone(request),
            "entries": entries(demand, timezone.now()) if demand else [],
            "proposals": proposals(demand) if demand else [],
            **(extra_context or {}),
        }
        return super().change_view(request, object_id, form_url, context)


class ChangeTextInline(admin.TabularInline):
    model = DemandChangeText
    extra = 0
    can_delete = False


@admin.register(DemandChange)
class DemandChangeAdmin(admin.ModelAdmin):
    """One entry, to be read and translated; it is reached from its demand."""

    inlines = [ChangeTextInline]
    fields = ["demand", "status", "on", "language", "note", "acted", "source", "by", "known"]
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

    @admin.display(description=_("recorded"))
    def by(self, change: DemandChange) -> str:
        return ". ".join(said_who(change))

    @admin.display(description=_("source"))
    def source(self, change: DemandChange) -> str:
        return source_link(change)
