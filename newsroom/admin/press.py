"""The press list at the desk: filters, import from a file with a dry run, export as CSV, one person erased."""

from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from advocacy.organisation.hours import zone_choices
from advocacy.publishing.models import zone
from advocacy.site.admin_site import ANSWER
from advocacy.site.list_imports import FileField, ImportsLists
from newsroom.models import PressContact, PressImport
from newsroom.models.press import wrong_day
from newsroom.press_list import COLUMNS, export_list, import_list, read_list


def beats() -> list[str]:
    """Those in use, each once."""
    found = PressContact.objects.exclude(beat="").order_by("beat")
    return list(found.values_list("beat", flat=True).distinct()[:300])


class BeatInput(forms.TextInput):
    """Suggests the beats that are in use, so that each is spelled one way."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> Any:
        own = {**(attrs or {}), "list": "beats", "class": "vTextField"}
        return format_html(
            '{}<datalist id="beats">{}</datalist>',
            super().render(name, value, own, renderer),
            format_html_join("", '<option value="{}">', ((beat,) for beat in beats())),
        )


class LanguagesField(forms.MultipleChoiceField):
    widget = forms.CheckboxSelectMultiple

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(choices=settings.LANGUAGES, **kwargs)


class PressContactForm(forms.ModelForm):
    languages = LanguagesField(
        label=_("Languages"),
        help_text=_("In which of the site's languages they like to get releases."),
        error_messages={"required": _("Choose at least one language of this site.")},
    )

    class Meta:
        model = PressContact
        fields: ClassVar = ()  # the admin's fieldsets choose
        widgets: ClassVar = {"beat": BeatInput}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "time_zone" in self.fields:
            self.fields["time_zone"].widget = forms.Select(choices=[("", "–"), *zone_choices()])


class ImportForm(forms.Form):
    """A file, and what holds for all its rows unless a column says it for each."""

    languages = LanguagesField(
        label=_("Languages"),
        help_text=_(
            "Where the file has a column “Languages”, with codes or names such as “en, hy”, that is used in its place."
        ),
    )
    consent = forms.CharField(
        label=_("Where the consent came from"),
        max_length=300,
        widget=forms.TextInput(attrs={"class": "vTextField"}),
        help_text=_(
            "In words that a colleague can check, such as: sign-up sheet of the press conference. "
            "Where the file has a column “Consent”, that is used in its place."
        ),
    )
    consent_on = forms.DateField(
        label=_("Agreed on"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Where the file has a column “Agreed on”, that is used in its place."),
    )
    file = FileField(
        label=_("File"),
        help_text=_("CSV or XLSX, at most 5 MB and 10,000 rows. The first row names the columns."),
    )

    def clean_consent(self) -> str:
        return " ".join(self.cleaned_data["consent"].split())

    def clean_consent_on(self) -> Any:
        given = self.cleaned_data["consent_on"]
        if wrong := wrong_day(given, today()):
            raise ValidationError(wrong)
        return given


def today() -> Any:
    return timezone.now().astimezone(zone()).date()


class LanguageFilter(admin.SimpleListFilter):
    title = _("language")
    parameter_name = "language"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return list(settings.LANGUAGES)

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        chosen = self.value()
        return queryset.reading(chosen) if chosen in dict(settings.LANGUAGES) else queryset


class BeatFilter(admin.SimpleListFilter):
    title = _("beat")
    parameter_name = "beat"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(beat, beat) for beat in beats()]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        return queryset.filter(beat=self.value()) if self.value() in beats() else queryset


@admin.register(PressContact)
class PressContactAdmin(ImportsLists):
    desk_group = ANSWER
    desk_order = 20

    form = PressContactForm
    list_display = ("name", "outlet", "email", "reads", "beat", "active")
    list_filter = (LanguageFilter, "active", BeatFilter)
    list_per_page = 100
    search_fields = ("name", "outlet", "email", "beat", "consent")
    search_help_text = _("Search by name, outlet, e-mail address, beat or where the consent came from.")
    ordering = ("name", "pk")
    actions = ("export",)
    fieldsets = (
        (None, {"fields": ("name", "outlet", "email", "languages", "beat", "time_zone", "active")}),
        (
            _("Consent"),
            {
                "fields": ("consent", "consent_on"),
                "description": _("Nobody gets mail who has not agreed to it."),
            },
        ),
    )

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)  # people are erased one by one
        return actions

    def delete_model(self, request: HttpRequest, obj: PressContact) -> None:
        obj.erase()

    @admin.display(description=_("languages"))
    def reads(self, contact: PressContact) -> str:
        return contact.language_names

    @admin.action(description=_("Export as CSV"), permissions=["change"])
    def export(self, request: HttpRequest, queryset: QuerySet[PressContact]) -> HttpResponse:
        # The mark at the beginning tells Excel that this is UTF-8.
        words = "\ufeff" + export_list(queryset)
        response = HttpResponse(words, content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = 'attachment; filename="press-list.csv"'
        return response

    # -- import: a file is read, the report shows what would happen, POST adds

    import_form = ImportForm
    import_model = PressImport
    import_columns = COLUMNS
    import_title = _("Import press contacts")

    def read_file(self, request: HttpRequest, given: dict[str, Any]) -> PressImport:
        return read_list(given.pop("file"), given, who=request.user, at=timezone.now(), today=today())

    def add_rows(self, read: PressImport) -> tuple[int, str]:
        added = import_list(read, at=timezone.now())
        words = ngettext(
            "%(count)d person was added to the press list.",
            "%(count)d people were added to the press list.",
            added,
        )
        return added, words % {"count": added}

    def row_shown(self, row: dict[str, Any]) -> PressContact:
        return PressContact(**{**row, "consent_on": None})
