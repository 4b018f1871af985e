"""Releases at the desk, in the order in which an editor writes one."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from advocacy.publishing.admin import PublicationAdmin
from advocacy.publishing.carrying import newest_version
from advocacy.publishing.models import Work
from advocacy.site.admin_site import PUBLISH
from advocacy.site.sorted_inlines import SortedInline
from newsroom.admin.sending import SendPages
from newsroom.models import (
    Release,
    ReleaseAttachment,
    ReleaseContact,
    ReleasePicture,
    ReleaseQuote,
    ReleaseRelated,
)


class ReleaseForm(forms.ModelForm):
    """The passages are ticked among the letter's own paragraphs: words of the letter are never typed here."""

    passages = forms.MultipleChoiceField(
        label=_("Passages of the letter"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_(
            "Tick the paragraphs to quote. They stand here once the letter is published or scheduled and the "
            "release was saved with it."
        ),
    )

    class Meta:
        model = Release
        fields: ClassVar = ()  # the admin's fieldsets choose

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "passages" in self.fields:
            self.fields["passages"].choices = self.paragraphs()

    def paragraphs(self) -> list[tuple[str, str]]:
        """The paragraphs of the letter, and what was ticked and stands there no more."""
        letter = self.instance.carried_work if self.instance.carried_work_id else None
        known = choices_in(letter, self.instance.language)
        ticked = self.instance.passages or ()
        gone = gettext("This paragraph no longer stands in the letter. Untick it.")
        return known + [(each, gone) for each in ticked if each not in dict(known)]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        letter = cleaned.get("carried_work")
        language = cleaned.get("language") or self.instance.language
        ticked = cleaned.get("passages") or []
        if self.instance.pk and letter != Release.objects.get(pk=self.instance.pk).carried_work:
            cleaned["passages"] = []  # what was ticked stood in another letter
        elif letter and set(ticked) - set(dict(choices_in(letter, language))):
            raise ValidationError(
                {"passages": _("A chosen passage no longer stands in the letter. Untick it.")}
            )
        return cleaned


def choices_in(letter: Work | None, language: str) -> list[tuple[str, str]]:
    version = newest_version(letter, language) if letter else None
    return version.kind_class.passage_choices(version) if version else []


class QuoteInline(SortedInline, admin.StackedInline):
    model = ReleaseQuote
    fields = (
        *("position", "words", "speaker", "office", "after_paragraph"),
        *("cited_work", "cited_paragraph"),
    )
    autocomplete_fields = ("cited_work",)


class ContactInline(SortedInline, admin.TabularInline):
    model = ReleaseContact
    fields = ("position", "person")
    autocomplete_fields = ("person",)


class AttachmentInline(SortedInline, admin.TabularInline):
    model = ReleaseAttachment
    fields = ("position", "document")
    autocomplete_fields = ("document",)


class PictureInline(SortedInline, admin.TabularInline):
    model = ReleasePicture
    fields = ("position", "picture")
    autocomplete_fields = ("picture",)


class RelatedInline(SortedInline, admin.TabularInline):
    model = ReleaseRelated
    fields = ("position", "work")
    autocomplete_fields = ("work",)


@admin.register(Release)
class ReleaseAdmin(SendPages, PublicationAdmin):
    desk_group = PUBLISH
    desk_order = 10

    form = ReleaseForm
    list_display = ("title", "form", "language", "state", "printed_date", "changed", "changed_by")
    list_filter = (*PublicationAdmin.list_filter, "form")
    search_fields = ("title", "subheadline", "summary", "slug", "body", "place")
    search_help_text = _("Search by title, subheadline, place or words of the text.")
    autocomplete_fields = (*PublicationAdmin.autocomplete_fields, "carried_work")
    inlines = (QuoteInline, ContactInline, AttachmentInline, PictureInline, RelatedInline)
    fieldsets = (
        (None, {"fields": ("title", "subheadline", "form", "language", "place", "dated")}),
        (_("Text"), {"fields": ("body",)}),
        (
            _("The letter it carries"),
            {
                "fields": ("carried_work", "passages"),
                "description": _(
                    "Addressees, demands and passages come from the letter and are never typed again."
                ),
            },
        ),
        (_("After the text"), {"fields": ("notes", "own_boilerplate")}),
        (_("In lists and links"), {"fields": ("summary", "picture", "slug")}),
    )
