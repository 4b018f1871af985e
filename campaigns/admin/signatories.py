"""Signatories at the desk: a list of their own, import from a file with a dry run, export as CSV."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from advocacy.publishing.models import Publication, Work, zone
from advocacy.site.admin_site import PUBLISH
from campaigns.admin.titles import LetterField, LetterFilter, letter_title
from campaigns.imports import (
    COLUMNS,
    EACH_SAYS,
    ORGANISATIONS,
    PEOPLE,
    TOLD,
    Choices,
    export_list,
    import_list,
    read_list,
    sum_of,
)
from campaigns.models import Signatory, SignatoryImport

SHOW, COUNT = "show", "count"
SHOWN_CHOICES = [(SHOW, _("Show the name")), (COUNT, _("Count without the name"))]


class CountryInput(forms.TextInput):
    """Suggests the countries that are in use, so that each is spelled one way."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> Any:
        names = Signatory.objects.exclude(country="").order_by("country").values_list("country", flat=True)
        return format_html(
            '{}<datalist id="countries">{}</datalist>',
            super().render(
                name, value, {**(attrs or {}), "list": "countries", "class": "vTextField"}, renderer
            ),
            format_html_join("", '<option value="{}">', ((country,) for country in names.distinct()[:300])),
        )


class LetterAndLanguage(forms.Form):
    """A letter, and the language in which it was signed: by default the letter's original."""

    work = LetterField()
    language = forms.ChoiceField(
        label=_("Language signed"),
        required=False,
        help_text=_(
            "The language of the text that was signed. Leave it empty for the letter's original language."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        languages = Publication._meta.get_field("language").choices or ()
        self.fields["language"].choices = [("", "–"), *languages]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        work: Work | None = cleaned.get("work")
        if work:
            cleaned["language"] = cleaned.get("language") or work.original_language
            if not work.publications.filter(language=cleaned["language"]).exists():
                self.add_error("language", _("This letter has no text in this language. Choose another one."))
        return cleaned


class SignatoryForm(LetterAndLanguage, forms.ModelForm):
    is_organisation = forms.TypedChoiceField(
        label=_("Signed as"),
        choices=[("organisation", _("Organisation")), ("person", _("Person"))],
        coerce=lambda value: value == "organisation",
        widget=forms.RadioSelect,
    )
    shown = forms.TypedChoiceField(
        label=_("How the name appears"),
        choices=SHOWN_CHOICES,
        coerce=lambda value: value == SHOW,
        widget=forms.RadioSelect,
    )

    class Meta:
        model = Signatory
        fields = [
            *("work", "is_organisation", "name", "role", "country", "website", "logo", "shown", "email"),
            *("language", "signed_on", "consent", "position"),
        ]
        widgets = {"country": CountryInput}
        error_messages = {
            "name": {"required": _("Write the name as it should appear.")},
            "consent": {"required": _("Write where the consent came from.")},
        }

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["shown"].help_text = Signatory._meta.get_field("shown").help_text
        if self.instance.pk:
            self.initial["is_organisation"] = "organisation" if self.instance.is_organisation else "person"
            self.initial["shown"] = SHOW if self.instance.shown else COUNT
        else:
            self.initial.pop("is_organisation", None)  # nothing is chosen beforehand
            self.initial.pop("shown", None)


class PlaceForm(forms.ModelForm):
    """A row of the list, whose place can be changed."""

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["position"].widget.attrs |= {
            "aria-label": gettext("Place of %(name)s in the list") % {"name": self.instance},
            "class": "place",
        }


class KindFilter(admin.SimpleListFilter):
    title = _("signed as")
    parameter_name = "as"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(ORGANISATIONS, _("Organisations")), (PEOPLE, _("People"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        match self.value():
            case "organisations":
                return queryset.filter(is_organisation=True)
            case "people":
                return queryset.filter(is_organisation=False)
        return queryset


class ImportForm(LetterAndLanguage):
    """A file, and what holds for all its rows unless a column says it for each."""

    rows_are = forms.ChoiceField(
        label=_("The rows are"),
        choices=[
            (ORGANISATIONS, _("Organisations")),
            (PEOPLE, _("People")),
            (EACH_SAYS, _("Both: the column “Kind” says “organisation” or “person”")),
        ],
        widget=forms.RadioSelect,
    )
    shown = forms.TypedChoiceField(
        label=_("Names"),
        choices=[(SHOW, _("Show the names")), (COUNT, _("Count without the names"))],
        coerce=lambda value: value == SHOW,
        widget=forms.RadioSelect,
        help_text=_(
            "Where the file has a column “Show name”, with “yes” or “no”, that is used in its place."
        ),
    )
    consent = forms.CharField(
        label=_("Where the consent came from"),
        max_length=300,
        widget=forms.TextInput(attrs={"class": "vTextField"}),
        help_text=_(
            "In words that a colleague can check, such as: sign-on form of September 2023. "
            "Where the file has a column “Consent”, that is used in its place."
        ),
    )
    file = forms.FileField(
        label=_("File"),
        widget=forms.FileInput(attrs={"accept": ".csv,.tsv,.txt,.xlsx"}),
        help_text=_("CSV or XLSX, at most 5 MB and 10,000 rows. The first row names the columns."),
    )
    field_order = ["work", "language", "rows_are", "shown", "consent", "file"]

    def read(self, who: Any, at: Any) -> SignatoryImport:
        named = self.cleaned_data
        choices = Choices(
            work=named["work"],
            language=named["language"],
            rows_are=named["rows_are"],
            shown=named["shown"],
            consent=" ".join(named["consent"].split()),
        )
        return read_list(named["file"], choices, who=who, at=at)


@admin.register(Signatory)
class SignatoryAdmin(admin.ModelAdmin):
    desk_group = PUBLISH
    desk_order = 24

    form = SignatoryForm
    list_display = ["name_or_count", "signed_as", "detail", "letter", "shown", "position"]
    list_editable = ["position"]
    list_filter = [LetterFilter, KindFilter, "shown", "language", "source"]
    list_per_page = 100
    search_fields = ["name", "role", "country", "email", "consent"]
    search_help_text = _("Search by name, role, country, e-mail address or where the consent came from.")
    ordering = ["-work", "-is_organisation", "position", "pk"]
    autocomplete_fields = ["logo"]
    actions = ["show_names", "count_only", "export"]
    readonly_fields = ["version", "source", "entered", "entered_by"]
    fieldsets = [
        (None, {"fields": ["work", "is_organisation", "name", "role", "country", "website", "logo"]}),
        (
            _("Consent"),
            {
                "fields": ["shown", "consent", "signed_on", "language", "email"],
                "description": _("Nobody is shown who has not agreed to it."),
            },
        ),
        (_("Place in the list"), {"fields": ["position"]}),
    ]
    record_fieldset = (_("How it came here"), {"fields": readonly_fields})

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        return [*self.fieldsets, self.record_fieldset] if obj else self.fieldsets

    def get_queryset(self, request: HttpRequest) -> QuerySet[Signatory]:
        return super().get_queryset(request).annotate(letter_title=letter_title()).select_related("version")

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        given = super().get_changeform_initial_data(request)
        return {"signed_on": timezone.now().astimezone(zone()).date(), **given}

    def get_changelist_form(self, request: HttpRequest, **kwargs: Any) -> Any:
        """The list changes places only; the form's own fields have no business there."""
        return super().get_changelist_form(request, **{"form": PlaceForm, **kwargs})

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What was erased on its date is counted on; nobody gives it a name again."""
        if obj is not None and obj.is_erased:
            return False
        return super().has_change_permission(request, obj)

    def save_model(self, request: HttpRequest, obj: Signatory, form: Any, change: bool) -> None:
        now = timezone.now()
        if not change:
            obj.entered, obj.entered_by_id = now, request.user.pk
        if obj.version is None or {"work", "language"} & set(form.changed_data):
            obj.version = Signatory.version_signed(obj.work, obj.language, now)
        super().save_model(request, obj, form, change)

    @admin.display(description=_("name"), ordering="name")
    def name_or_count(self, signatory: Signatory) -> str:
        return str(signatory)

    @admin.display(description=_("signed as"), ordering="is_organisation")
    def signed_as(self, signatory: Signatory) -> str:
        return gettext("Organisation") if signatory.is_organisation else gettext("Person")

    @admin.display(description=_("role and country"), ordering="country")
    def detail(self, signatory: Signatory) -> str:
        return signatory.detail

    @admin.display(description=_("letter"), ordering="work")
    def letter(self, signatory: Any) -> str:
        return signatory.letter_title

    # -- actions

    @admin.action(description=_("Show the names"), permissions=["change"])
    def show_names(self, request: HttpRequest, queryset: QuerySet[Signatory]) -> None:
        self.set_shown(request, queryset.exclude(name=""), True)

    @admin.action(description=_("Count without the names"), permissions=["change"])
    def count_only(self, request: HttpRequest, queryset: QuerySet[Signatory]) -> None:
        self.set_shown(request, queryset, False)

    def set_shown(self, request: HttpRequest, queryset: QuerySet[Signatory], shown: bool) -> None:
        changed = list(Signatory.objects.filter(pk__in=queryset.values("pk")).exclude(shown=shown))
        Signatory.objects.filter(pk__in=queryset.values("pk")).update(shown=shown)
        for signatory in changed:
            self.log_change(request, signatory, "name shown" if shown else "counted without the name")
        words = (
            ngettext(
                "%(count)d name is shown from now on.", "%(count)d names are shown from now on.", len(changed)
            )
            if shown
            else ngettext(
                "%(count)d signatory is counted without the name from now on.",
                "%(count)d signatories are counted without the name from now on.",
                len(changed),
            )
        )
        self.message_user(request, words % {"count": len(changed)}, messages.SUCCESS)

    @admin.action(description=_("Export as CSV"), permissions=["view"])
    def export(self, request: HttpRequest, queryset: QuerySet[Signatory]) -> HttpResponse:
        # The mark at the beginning tells Excel that this is UTF-8.
        words = "\ufeff" + export_list(
            queryset.select_related("work").order_by("work", "-is_organisation", "position", "pk")
        )
        response = HttpResponse(words, content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = 'attachment; filename="signatories.csv"'
        return response

    # -- import: a file is read, the report shows what would happen, POST adds

    def get_urls(self) -> list[Any]:
        def staff(view: Any) -> Any:
            return self.admin_site.admin_view(view)

        return [
            path("import/", staff(self.import_view), name="campaigns_signatory_import"),
            path("import/<int:pk>/", staff(self.report_view), name="campaigns_signatory_report"),
            *super().get_urls(),
        ]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return super().changelist_view(
            request, {"may_import": self.has_add_permission(request), **(extra_context or {})}
        )

    def import_view(self, request: HttpRequest) -> HttpResponse:
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = ImportForm(
            request.POST or None, request.FILES or None, initial={"work": request.GET.get("letter")}
        )
        if request.method == "POST" and form.is_valid():
            try:
                read = form.read(request.user, timezone.now())
            except ValidationError as refused:
                form.add_error("file", refused.messages)
            else:
                return HttpResponseRedirect(reverse("admin:campaigns_signatory_report", args=[read.pk]))
        return self.page(
            request, "import", title=gettext("Import signatories"), form=form, columns=known_columns()
        )

    def report_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        if not self.has_add_permission(request):
            raise PermissionDenied
        read = get_object_or_404(SignatoryImport.objects.select_related("work"), pk=pk)
        if request.method == "POST":
            return self.act(request, read)
        return self.page(
            request,
            "import_report",
            title=gettext("What the import would do") if not read.done else gettext("This list was imported"),
            read=read,
            sum=sum_of(read),
            first=[Signatory(**{**row, "signed_on": None}) for row in read.rows[:TOLD]],
            further=max(len(read.rows) - TOLD, 0),
            there_further=max(read.report.get("there_count", 0) - TOLD, 0),
            wrong_further=max(read.report.get("wrong_count", 0) - TOLD, 0),
            again=f"{reverse('admin:campaigns_signatory_import')}?letter={read.work_id}",
        )

    def act(self, request: HttpRequest, read: SignatoryImport) -> HttpResponse:
        if read.done:
            messages.warning(
                request, gettext("This list was imported before. Nothing was added a second time.")
            )
            return HttpResponseRedirect(reverse("admin:campaigns_signatory_report", args=[read.pk]))
        try:
            added = import_list(read, who=request.user, at=timezone.now())
        except IntegrityError:
            messages.error(
                request,
                gettext(
                    "Somebody changed the list at the same moment. Nothing was added; press the button again."
                ),
            )
            return HttpResponseRedirect(reverse("admin:campaigns_signatory_report", args=[read.pk]))
        self.log_addition(request, read, f"imported {added}")
        messages.success(
            request,
            ngettext(
                "%(count)d signatory is on the letter now.",
                "%(count)d signatories are on the letter now.",
                added,
            )
            % {"count": added},
        )
        return HttpResponseRedirect(
            f"{reverse('admin:campaigns_signatory_changelist')}?letter={read.work_id}"
        )

    def page(self, request: HttpRequest, name: str, **context: Any) -> HttpResponse:
        return TemplateResponse(
            request,
            f"admin/campaigns/{name}.html",
            {
                **self.admin_site.each_context(request),
                "opts": self.opts,
                "back": reverse("admin:campaigns_signatory_changelist"),
                **context,
            },
        )


def known_columns() -> list[tuple[str, str]]:
    """Each column and the English headers by which it is recognised, for the page of the import."""
    names = {
        "name": gettext("Name"),
        "kind": gettext("Kind"),
        "role": gettext("Role"),
        "country": gettext("Country"),
        "website": gettext("Website"),
        "email": gettext("E-mail"),
        "shown": gettext("Show name"),
        "signed_on": gettext("Signed on"),
        "consent": gettext("Consent"),
    }
    return [(names[column], ", ".join(spellings[1:])) for column, spellings in COLUMNS.items()]
