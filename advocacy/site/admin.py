from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from advocacy.publishing.admin import PublicationAdmin
from advocacy.site.models import Page


@admin.register(Page)
class PageAdmin(PublicationAdmin):
    """Pages of the site's own, in menu and footer."""

    desk_order = 60
    list_display = ("title", "language", "place", "position", "state", "changed", "changed_by")
    list_filter = (*PublicationAdmin.list_filter, "place")
    search_fields = ("title", "summary", "slug", "body")
    fieldsets = (
        (None, {"fields": ("title", "language", "body")}),
        (_("Where it stands"), {"fields": ("place", "position", "is_method", "lists_rules")}),
        (_("In lists and links"), {"fields": PublicationAdmin.address_fields}),
    )
