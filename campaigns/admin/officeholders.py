"""Office-holders: who held which office from when to when, with their names in other languages."""

from datetime import date
from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from advocacy.publishing.models import zone
from advocacy.site.admin_site import SET_UP
from campaigns.models import OfficeHolder, OfficeHolderText


class InOfficeFilter(admin.SimpleListFilter):
    title = _("in office")
    parameter_name = "in_office"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("today", _("In office today")), ("former", _("No longer in office"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        today = timezone.now().astimezone(zone()).date()
        match self.value():
            case "today":
                return queryset.filter(in_office_on(today))
            case "former":
                return queryset.filter(held_to__lt=today)
        return queryset


def in_office_on(day: date) -> Q:
    """The twin of `OfficeHolder.held_on` for lists."""
    begun = Q(held_from__isnull=True) | Q(held_from__lte=day)
    return begun & (Q(held_to__isnull=True) | Q(held_to__gte=day))


class OfficeHolderTextInline(admin.TabularInline):
    model = OfficeHolderText
    extra = 0
    verbose_name = _("name in another language")
    verbose_name_plural = _("names in other languages")


@admin.register(OfficeHolder)
class OfficeHolderAdmin(admin.ModelAdmin):
    desk_group = SET_UP
    desk_order = 30

    list_display = ["name", "office", "institution", "held_from", "held_to"]
    list_filter = [InOfficeFilter]
    search_fields = ["name", "office", "institution", "texts__name", "texts__office"]
    search_help_text = _("Search by name, office or institution, in any language.")
    inlines = [OfficeHolderTextInline]
    fieldsets = [
        (
            None,
            {
                "fields": ["name", "office", "institution", "held_from", "held_to"],
                "description": _(
                    "One record is one person in one office. When somebody takes another office, end this "
                    "record and add a new one: a letter shows the office that was held on its date."
                ),
            },
        ),
    ]
