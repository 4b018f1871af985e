from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from advocacy.organisation import colours
from advocacy.organisation.hours import zone_choices
from advocacy.organisation.languages import (
    OrderedChoicesField,
    TextPerLanguageField,
    all_languages,
    language_choices,
    spoken_choices,
)
from advocacy.organisation.models import OnCall, Organisation, OrganisationText, Person, PersonText, Term
from advocacy.site.admin_site import ANSWER


def like(model: type, name: str) -> dict[str, Any]:
    """Label and help of a model's column, for the form field that stands in its place."""
    column = model._meta.get_field(name)  # type: ignore[attr-defined]
    return {
        "label": capfirst(column.verbose_name),
        "help_text": column.help_text,
        "required": not column.blank,
    }


class OrganisationForm(forms.ModelForm):
    languages = OrderedChoicesField(
        choices=language_choices(), places=len(all_languages()), **like(Organisation, "languages")
    )
    time_zone = forms.ChoiceField(choices=zone_choices, **like(Organisation, "time_zone"))
    desk_zone = forms.ChoiceField(
        choices=lambda: [("", "—"), *zone_choices()], **like(Organisation, "desk_zone")
    )
    further_zones = OrderedChoicesField(
        choices=zone_choices(), places=4, **like(Organisation, "further_zones")
    )

    class Meta:
        model = Organisation
        fields = [
            "brand_typed",
            "lamp_typed",
            "logo",
            "phone",
            "duty_phone",
            "press_email",
            "secure_contact",
            "calls_logged",
            "country",
            "desk_opens",
            "desk_closes",
            "desk_zone",
            "further_zones",
            "default_language",
            "languages",
            "time_zone",
            "date_order",
            "two_people",
            "inquiry_days",
            "excerpt_words",
            "sample",
        ]


class TextForm(forms.ModelForm):
    class Meta:
        widgets = {"at_risk_note": forms.Textarea({"rows": 3}), "address": forms.Textarea({"rows": 4})}


class TextInline(admin.StackedInline):
    model = OrganisationText
    form = TextForm
    extra = 0

    def get_min_num(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> int:
        return 0 if obj and obj.texts.exists() else 1

    def get_max_num(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> int:
        return len(all_languages())


class PersonInline(admin.TabularInline):
    """The people at a glance; each is written on a page of their own, with a name in every language."""

    model = Person
    extra = 0
    fields = ["position", "phone", "email", "is_press_contact", "is_shown"]
    show_change_link = True
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class OnCallInline(admin.TabularInline):
    model = OnCall
    extra = 0
    fields = ["user", "email", "starts", "ends", "is_active"]


@admin.register(Organisation)
class OrganisationAdmin(admin.ModelAdmin):
    form = OrganisationForm
    inlines = [TextInline, PersonInline, OnCallInline]
    autocomplete_fields = ["logo"]
    readonly_fields = ["shown_colours"]
    fieldsets = [
        (
            _("Languages and time"),
            {"fields": ["languages", "default_language", "time_zone", "date_order"]},
        ),
        (
            _("How the press reaches you"),
            {
                "fields": ["phone", "duty_phone", "press_email", "secure_contact", "calls_logged", "country"],
                "description": _("Shown on the press contact page, in releases and at the foot of pages."),
            },
        ),
        (
            _("Desk hours"),
            {"fields": ["desk_opens", "desk_closes", "desk_zone", "further_zones"]},
        ),
        (
            _("Colours and logo"),
            {"fields": ["brand_typed", "lamp_typed", "shown_colours", "logo"]},
        ),
        (
            _("Rules"),
            {
                "fields": ["two_people", "inquiry_days", "excerpt_words", "sample"],
                "description": _(
                    "Not tracked, and there is no switch for it: who reads a page, who opens a bulletin, and which "
                    "links are followed."
                ),
            },
        ),
    ]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return super().has_add_permission(request) and not Organisation.objects.exists()

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """There is one row, so the list leads straight to it."""
        response = super().changelist_view(request, extra_context)  # refuses whoever may not see it
        there = Organisation.objects.exists()
        if response.status_code != 200 or not (there or self.has_add_permission(request)):
            return response
        name = "change" if there else "add"
        return HttpResponseRedirect(
            reverse(f"{self.admin_site.name}:organisation_organisation_{name}", args=[1] if there else [])
        )

    @admin.display(description=_("What the site shows"))
    def shown_colours(self, organisation: Organisation) -> SafeString:
        try:
            palette = colours.derive(organisation.brand_typed, organisation.lamp_typed)
        except ValidationError:
            return format_html("{}", gettext("The colours are shown here once they are written in digits."))
        typed = colours.parse(organisation.brand_typed)
        on_typed = colours.WHITE if colours.contrast(colours.WHITE, typed) >= 4.5 else colours.INK
        swatches = [
            (gettext("Typed"), typed, on_typed),
            (gettext("Brand"), palette.brand, colours.WHITE),
            (gettext("Brand, dark mode"), palette.brand_dark, colours.WHITE),
            (gettext("Links, dark mode"), palette.link_dark, colours.INK),
            (gettext("Lamp"), palette.lamp, colours.INK),
        ]
        return format_html(
            "<div>{}</div>{}",
            format_html_join(
                "",
                '<span style="display:inline-block;padding:8px 12px;margin:0 8px 8px 0;'
                'background:{};color:{}">{} {}</span>',
                ((ground, text, label, ground) for label, ground, text in swatches),
            ),
            format_html_join("", "<p>{}</p>", ((sentence,) for sentence in changes(organisation, palette))),
        )


def changes(organisation: Organisation, palette: colours.Palette) -> list[str]:
    """What was changed of the typed colours, and why, in sentences."""
    said = []
    if palette.brand != colours.parse(organisation.brand_typed):
        said.append(gettext("We darkened your colour so that white text is readable on it."))
    lamp = colours.parse(organisation.lamp_typed) if organisation.lamp_typed else colours.DEFAULT_LAMP
    if palette.lamp != lamp:
        said.append(gettext("We made the lamp colour from your brand colour so that it stands out on it."))
    return said


class PersonForm(forms.ModelForm):
    spoken = OrderedChoicesField(choices=spoken_choices(), places=5, **like(Person, "spoken"))

    class Meta:
        model = Person
        fields = ["position", "spoken", "phone", "email", "is_press_contact", "is_shown"]


class PersonTextInline(admin.TabularInline):
    model = PersonText
    extra = 0
    min_num = 1

    def get_max_num(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> int:
        return len(all_languages())

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        return super().get_formset(request, obj, validate_min=True, **kwargs)


@admin.register(Person)
class PersonAdmin(admin.ModelAdmin):
    form = PersonForm
    inlines = [PersonTextInline]
    list_display = ["__str__", "position", "phone", "email", "is_press_contact", "is_shown"]
    list_filter = ["is_press_contact", "is_shown"]
    search_fields = ["texts__name", "texts__role", "email"]

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).prefetch_related("texts")

    def save_model(self, request: HttpRequest, obj: Person, form: Any, change: bool) -> None:
        if not Organisation.objects.exists():
            Organisation().save()  # the people may be entered first
        super().save_model(request, obj, form, change)


class TermForm(forms.ModelForm):
    texts = TextPerLanguageField(max_length=120, **like(Term, "texts"))

    class Meta:
        model = Term
        fields = ["texts", "keep_together", "note"]


@admin.register(Term)
class TermAdmin(admin.ModelAdmin):
    form = TermForm
    list_display = ["__str__", "in_other_languages", "keep_together", "note"]
    list_filter = ["keep_together"]

    @admin.display(description=_("In other languages"))
    def in_other_languages(self, term: Term) -> str:
        return " · ".join(text for text in term.texts.values() if text != str(term))


@admin.register(OnCall)
class OnCallAdmin(admin.ModelAdmin):
    """Who is told of urgent inquiries; whoever keeps the list need not open the organisation's settings."""

    desk_group = ANSWER
    list_display = ["address", "starts", "ends", "is_active"]
    list_filter = ["is_active"]
    list_select_related = ["user"]
    fields = ["user", "email", "starts", "ends", "is_active"]

    @admin.display(description=_("address"))
    def address(self, entry: OnCall) -> str:
        return entry.address

    def save_model(self, request: HttpRequest, obj: OnCall, form: Any, change: bool) -> None:
        if not Organisation.objects.exists():
            Organisation().save()  # the list may be kept first
        super().save_model(request, obj, form, change)
