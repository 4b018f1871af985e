"""Outlets: one record for each, whatever name an editor types."""

from typing import Any

from django.contrib import admin
from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from advocacy.site.admin_site import PUBLISH
from newsroom.models import Outlet, OutletAlias


class AliasInline(admin.TabularInline):
    model = OutletAlias
    extra = 1
    verbose_name_plural = _("other names, by which it is found too")


class PermissionFilter(admin.SimpleListFilter):
    title = _("longer excerpts")
    parameter_name = "permission"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", _("Permitted")), ("no", _("Not permitted"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        if self.value() in ("yes", "no"):
            return queryset.filter(permitted_words__isnull=self.value() == "no")
        return queryset


@admin.register(Outlet)
class OutletAdmin(admin.ModelAdmin):
    desk_group = PUBLISH
    desk_order = 40

    list_display = ("name", "other_names", "website", "permitted_words")
    list_filter = (PermissionFilter,)
    search_fields = ("name", "aliases__name")
    search_help_text = _("Search by any of its names.")
    ordering = ("name",)
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}
    inlines = (AliasInline,)
    fieldsets = (
        (
            None,
            {"fields": ("name", "website"), "description": _("The name is printed as you write it here.")},
        ),
        (
            _("Permission for longer excerpts"),
            {
                "fields": ("permitted_words", "permission"),
                "description": _("Without a permission the organisation's usual limit holds."),
            },
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Outlet]:
        return super().get_queryset(request).prefetch_related("aliases")

    @admin.display(description=_("other names"))
    def other_names(self, outlet: Outlet) -> str:
        return ", ".join(alias.name for alias in outlet.aliases.all())
