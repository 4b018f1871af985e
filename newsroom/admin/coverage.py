"""Coverage at the desk: an article of another outlet, and what of it will be shown."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.db import models
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from advocacy.publishing.admin import PublicationAdmin
from advocacy.site.admin_site import PUBLISH
from advocacy.site.sorted_inlines import SortedInline
from newsroom.models import Coverage, CoverageAbout


class CoverageForm(forms.ModelForm):
    class Meta:
        model = Coverage
        fields: ClassVar = ()  # the admin's fieldsets choose
        labels = {
            "title": _("Headline"),
            "language": _("Language of this entry"),
            "dated": _("Date of the article"),
        }
        help_texts = {
            "title": _("As the outlet printed it, in its own language. It is never translated."),
            "language": _("The site's language in which this entry stands, for the summary and the lists."),
            "dated": _(
                "Leave it empty for the day of publishing here, and untick the next line if it is not known."
            ),
        }


class AboutInline(SortedInline, admin.TabularInline):
    model = CoverageAbout
    autocomplete_fields = ("work",)
    fields = ("position", "work")


@admin.register(Coverage)
class CoverageAdmin(PublicationAdmin):
    desk_group = PUBLISH
    desk_order = 30

    form = CoverageForm
    list_display = ("title", "outlet", "language", "state", "printed_date", "changed", "changed_by")
    list_filter = (*PublicationAdmin.list_filter, "headline_language")
    list_select_related = (*PublicationAdmin.list_select_related, "outlet")
    search_fields = ("title", "outlet__name", "outlet__aliases__name", "author", "excerpt", "address")
    search_help_text = _(
        "Search by headline, any name of the outlet, author, address or words of the excerpt."
    )
    autocomplete_fields = (*PublicationAdmin.autocomplete_fields, "outlet")
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}
    readonly_fields = ("shown",)
    inlines = (AboutInline,)
    fieldsets = (
        (
            None,
            {
                "fields": (
                    "outlet",
                    "title",
                    "headline_language",
                    "author",
                    "dated",
                    "date_is_known",
                    "address",
                    "archive_address",
                )
            },
        ),
        (_("Excerpt"), {"fields": ("excerpt", "excerpt_is_summary", "shown")}),
        (_("On this site"), {"fields": ("language", "slug", "summary", "picture")}),
    )

    @admin.display(description=_("what readers will see"))
    def shown(self, coverage: Coverage) -> Any:
        """The excerpt as it was last saved, with the words that will be cut struck through."""
        if not coverage.pk:
            return _("Save once, and it stands here.")
        kept, rest = coverage.excerpt_parts
        if not kept:
            return _("No excerpt is shown.")
        if not rest:
            return format_html('<span dir="auto">{}</span>', kept)
        left_out = len(rest.split())
        words = ngettext("%(count)d word is left out.", "%(count)d words are left out.", left_out) % {
            "count": left_out
        }
        return format_html(
            '<span dir="auto">{} … <del>{}</del></span><br><strong>{}</strong>', kept, rest.strip(), words
        )
