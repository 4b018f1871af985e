from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from advocacy.fetching.models import LinkCheck
from advocacy.site.admin_site import PUBLISH


@admin.register(LinkCheck)
class LinkCheckAdmin(admin.ModelAdmin):
    """What the worker found at the links of texts, to be read."""

    desk_group = PUBLISH
    desk_order = 90

    list_display = ["address", "state", "status", "checked"]
    list_filter = ["state"]
    search_fields = ["address"]
    search_help_text = _("Search by address.")
    fieldsets = [
        (
            None,
            {
                "fields": ["address", "state", "status", "checked", "asked"],
                "description": _(
                    "The worker opens each link of a text to see whether it answers. A site that turns away "
                    "programs, or takes too long, counts as one that could not be checked: open it yourself."
                ),
            },
        ),
        (_("For technicians"), {"classes": ["collapse"], "fields": ["last_error", "due", "attempts"]}),
    ]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
