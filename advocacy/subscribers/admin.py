"""Who gets the bulletin, at the desk: filters, import with a dry run, export, people taken off or erased; topics, the
words of the consent, and the marks of addresses that get nothing."""

from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from advocacy.organisation.admin import like
from advocacy.organisation.languages import TextPerLanguageField, language_choices, language_name
from advocacy.people_lists import check_address
from advocacy.publishing.models import zone
from advocacy.site.admin_site import ANSWER, SET_UP
from advocacy.site.list_imports import FileField, ImportsLists
from advocacy.subscribers.erasing import erase
from advocacy.subscribers.importing import COLUMNS, agreed_at, export_list, import_list, read_list
from advocacy.subscribers.models import ConsentText, Subscriber, SubscriberImport, Suppression, Topic
from advocacy.subscribers.suppression import is_suppressed, suppress


def today() -> Any:
    return timezone.now().astimezone(zone()).date()


def own_way(words: str) -> str:
    """Words of any script, each in its own direction."""
    return format_html('<div dir="auto">{}</div>', words)


def day_field(**kwargs: Any) -> forms.DateField:
    return forms.DateField(
        label=_("Agreed on"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **kwargs
    )


class AgreedInThePast:
    """A form with the day on which somebody agreed."""

    cleaned_data: dict[str, Any]

    def clean_consent_on(self) -> Any:
        given = self.cleaned_data["consent_on"]
        if given > today():
            raise ValidationError(_("The day on which they agreed lies ahead."))
        return given


class NewSubscriberForm(AgreedInThePast, forms.ModelForm):
    """Somebody who asked for the bulletin by word of mouth or on paper."""

    consent_words = forms.CharField(
        label=_("Their consent, in words"),
        max_length=300,
        widget=forms.TextInput(attrs={"class": "vTextField"}),
        help_text=_("In words that a colleague can check, such as: sign-up sheet of the vigil on 3 March."),
    )
    consent_on = day_field()

    class Meta:
        model = Subscriber
        fields: ClassVar = ()  # the admin's fieldsets choose

    def clean_email(self) -> str:
        email = str(self.cleaned_data["email"]).lower()
        if is_suppressed(email):
            raise ValidationError(
                _("This address left, was erased, or takes no mail. Nobody can put it back but its owner.")
            )
        return email


class ImportForm(AgreedInThePast, forms.Form):
    """A file, and what holds for all its rows unless a column says it for each."""

    language = forms.ChoiceField(
        label=_("Language"),
        choices=language_choices,
        help_text=_(
            "Where the file has a column “Language”, with a code or a name, that is used in its place."
        ),
    )
    consent = forms.CharField(
        label=_("Where the consent came from"),
        max_length=300,
        widget=forms.TextInput(attrs={"class": "vTextField"}),
        help_text=_(
            "In words that a colleague can check, such as: sign-up sheet of the vigil on 3 March. "
            "Where the file has a column “Consent”, that is used in its place."
        ),
    )
    consent_on = day_field(help_text=_("Where the file has a column “Agreed on”, that is used in its place."))
    file = FileField(
        label=_("File"),
        help_text=_("CSV or XLSX, at most 5 MB and 10,000 rows. The first row names the columns."),
    )

    def clean_consent(self) -> str:
        return " ".join(self.cleaned_data["consent"].split())


class TopicFilter(admin.SimpleListFilter):
    title = _("topic")
    parameter_name = "topic"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("all", _("Chose none: hears of everything")), *((str(t.pk), str(t)) for t in topics())]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        if self.value() == "all":
            return queryset.filter(topics=None)
        known = {str(topic.pk) for topic in topics()}
        return queryset.filter(topics=self.value()) if self.value() in known else queryset


def topics() -> QuerySet[Topic]:
    return Topic.objects.all()


@admin.register(Subscriber)
class SubscriberAdmin(ImportsLists):
    desk_group = ANSWER
    desk_order = 30

    list_display = ("email", "language", "state", "chosen", "joined")
    list_filter = ("state", "language", TopicFilter, "source", "why_left")
    list_per_page = 100
    search_fields = ("email",)
    search_help_text = _("Search by e-mail address or a part of it.")
    ordering = ("-pk",)
    actions = ("export", "take_off")
    fieldsets = (
        (None, {"fields": ("email", "language", "topics")}),
        (_("How it stands"), {"fields": ("state", "asked", "joined", "ended", "why_left", "expires")}),
        (_("Consent"), {"fields": ("source", "said", "agreed_to")}),
    )
    add_fieldsets = (
        (None, {"fields": ("email", "language", "topics")}),
        (
            _("Consent"),
            {
                "fields": ("consent_words", "consent_on"),
                "description": _(
                    "Nobody gets the bulletin who has not asked for it. Whoever has a mailbox at hand is better served "
                    "by the form on the site, which asks them back."
                ),
            },
        ),
    )

    # -- one person

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.fieldsets if obj else self.add_fieldsets

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        if obj is None:
            kwargs["form"] = NewSubscriberForm
        return super().get_form(request, obj, change, **kwargs)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        told = (
            "email",
            "state",
            "asked",
            "joined",
            "ended",
            "why_left",
            "expires",
            "source",
            "said",
        )
        return (*told, "agreed_to") if obj else ()

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        return super().formfield_for_manytomany(
            db_field, request, widget=forms.CheckboxSelectMultiple(), **kwargs
        )

    def save_model(self, request: HttpRequest, obj: Subscriber, form: Any, change: bool) -> None:
        if not change:
            obj.state, obj.source = Subscriber.State.CONFIRMED, Subscriber.Source.STAFF
            obj.asked = timezone.now()
            obj.joined = agreed_at(form.cleaned_data["consent_on"], zone())
        super().save_model(request, obj, form, change)

    @admin.display(description=_("words agreed to"))
    def agreed_to(self, subscriber: Subscriber) -> str:
        consent = subscriber.consent
        return own_way(f"{consent.words} ({consent})") if consent else "–"

    @admin.display(description=_("their consent, in words"))
    def said(self, subscriber: Subscriber) -> str:
        return own_way(subscriber.consent_words or "–")

    def render_change_form(
        self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Under the address: `str()` names nobody, since the log keeps it."""
        if original := context.get("original"):
            context["subtitle"] = original.email
        return super().render_change_form(request, context, *args, **kwargs)

    def render_delete_form(self, request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
        asked = {"title": gettext("Erase"), "people": [context["object"]]}
        return super().render_delete_form(request, {**context, **asked})

    def delete_model(self, request: HttpRequest, obj: Subscriber) -> None:
        erase(obj, timezone.now())

    # -- the list

    def get_queryset(self, request: HttpRequest) -> QuerySet[Subscriber]:
        return super().get_queryset(request).prefetch_related("topics")

    @admin.display(description=_("topics"))
    def chosen(self, subscriber: Subscriber) -> str:
        return ", ".join(str(topic) for topic in subscriber.topics.all()) or gettext("Everything")

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return super().changelist_view(request, {"by_language": by_language(), **(extra_context or {})})

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        actions = super().get_actions(request)
        if "delete_selected" in actions:
            function, name, _words = actions["delete_selected"]
            actions["delete_selected"] = (function, name, gettext("Erase"))
        return actions

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Subscriber]) -> None:
        for subscriber in queryset:
            erase(subscriber, timezone.now())

    @admin.action(description=_("Take off the bulletin"), permissions=["change"])
    def take_off(self, request: HttpRequest, queryset: QuerySet[Subscriber]) -> None:
        at = timezone.now()
        left = [subscriber for subscriber in queryset if subscriber.leave(at)]
        for subscriber in left:
            self.log_change(request, subscriber, "taken off the bulletin")
        words = ngettext("%(count)d person gets no mail now.", "%(count)d people get no mail now.", len(left))
        self.message_user(request, words % {"count": len(left)}, messages.SUCCESS)

    @admin.action(description=_("Export as CSV"), permissions=["change"])
    def export(self, request: HttpRequest, queryset: QuerySet[Subscriber]) -> HttpResponse:
        # The mark at the beginning tells Excel that this is UTF-8.
        words = "\ufeff" + export_list(queryset.select_related("consent"))
        response = HttpResponse(words, content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = 'attachment; filename="subscribers.csv"'
        return response

    # -- import

    import_form = ImportForm
    import_model = SubscriberImport
    import_columns = COLUMNS
    import_title = _("Import subscribers")

    def read_file(self, request: HttpRequest, given: dict[str, Any]) -> SubscriberImport:
        return read_list(given.pop("file"), given, who=request.user, at=timezone.now(), today=today())

    def add_rows(self, read: SubscriberImport) -> tuple[int, str]:
        added = import_list(read, zone(), at=timezone.now())
        words = ngettext(
            "%(count)d person gets the bulletin now.", "%(count)d people get the bulletin now.", added
        )
        return added, words % {"count": added}

    def row_shown(self, row: dict[str, Any]) -> dict[str, Any]:
        return {**row, "language_name": language_name(row["language"])}


def by_language() -> list[tuple[str, int]]:
    """How many get the bulletin in each language, the most first."""
    counted = Subscriber.objects.receiving().order_by().values_list("language").annotate(count=Count("pk"))
    return [(language_name(code), count) for code, count in sorted(counted, key=lambda pair: -pair[1])]


class TopicForm(forms.ModelForm):
    names = TextPerLanguageField(max_length=60, **like(Topic, "names"))

    class Meta:
        model = Topic
        fields: ClassVar = ("names", "position", "is_offered")


@admin.register(Topic)
class TopicAdmin(admin.ModelAdmin):
    desk_group = SET_UP
    desk_order = 60

    form = TopicForm
    list_display = ("__str__", "position", "is_offered")


@admin.register(ConsentText)
class ConsentTextAdmin(admin.ModelAdmin):
    """A wording is added and never changed: what somebody agreed to stays as it was."""

    desk_group = SET_UP
    desk_order = 61

    list_display = ("version", "wording", "made", "made_by")
    list_filter = ("language",)
    list_select_related = ("made_by",)
    fields = ("language", "words", "number", "made", "made_by")

    @admin.display(description=_("version"))
    def version(self, consent: ConsentText) -> str:
        return str(consent)

    @admin.display(description=_("words"))
    def wording(self, consent: ConsentText) -> str:
        return own_way(consent.words)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.fields if obj else ("language", "words")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.fields if obj else ()

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        shown = ConsentText.shown(settings.LANGUAGE_CODE)
        return {"words": shown.words, **super().get_changeform_initial_data(request)}

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: ConsentText, form: Any, change: bool) -> None:
        written = ConsentText.write(obj.language, obj.words, at=timezone.now(), who=request.user)
        obj.pk, obj.number = written.pk, written.number


class AddressForm(forms.Form):
    address = forms.CharField(
        label=_("E-mail address"),
        max_length=254,
        validators=[check_address],
        widget=forms.TextInput(attrs={"class": "vTextField", "autocomplete": "off", "dir": "ltr"}),
    )


class LiftForm(forms.Form):
    reason = forms.CharField(
        label=_("Why may mail go to this address again?"),
        max_length=300,
        widget=forms.TextInput(attrs={"class": "vTextField"}),
        help_text=_(
            "Such as: wrote to us on 3 March and wants the bulletin. Do not write the address: this stays in the log."
        ),
    )


@admin.register(Suppression)
class SuppressionAdmin(admin.ModelAdmin):
    """Marks from which nobody reads an address: only whoever knows one can ask whether it is among them."""

    desk_group = ANSWER
    desk_order = 31

    list_display = ("at", "reason")
    list_display_links = None
    list_filter = ("reason",)
    fields = ("reason", "at")
    readonly_fields = ("reason", "at")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_urls(self) -> list[Any]:
        def staff(view: Any) -> Any:
            return self.admin_site.admin_view(view)

        return [
            path("ask/", staff(self.ask_view), name="subscribers_suppression_ask"),
            path("<int:pk>/lift/", staff(self.lift_view), name="subscribers_suppression_lift"),
            *super().get_urls(),
        ]

    def ask_view(self, request: HttpRequest) -> HttpResponse:
        """Is this address suppressed, and shall it be? By POST, so that no log of addresses holds the question."""
        may_suppress = request.user.has_perm("subscribers.add_suppression")
        wants_it = "suppress" in request.POST
        if not self.has_view_permission(request) or (wants_it and not may_suppress):
            raise PermissionDenied
        form = AddressForm(request.POST or None)
        asked = request.method == "POST" and form.is_valid()
        address = form.cleaned_data["address"] if asked else ""
        if asked and wants_it and not Suppression.objects.of(address).binding().exists():
            suppress(address, Suppression.Reason.TOLD_US, timezone.now())
            self.log_addition(request, Suppression.objects.of(address).get(), "suppressed by hand")
            messages.success(request, gettext("No bulletin goes to this address from now on."))
        found = Suppression.objects.of(address).first() if asked else None
        return self.page(
            request,
            "ask",
            title=gettext("Is this address suppressed?"),
            form=form,
            asked=asked,
            found=found,
            may_lift=self.has_change_permission(request),
            may_suppress=may_suppress and asked and (not found or found.reason == found.Reason.LEFT),
        )

    def lift_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        if not self.has_change_permission(request):
            raise PermissionDenied
        found = get_object_or_404(Suppression, pk=pk)
        form = LiftForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            with transaction.atomic():
                self.log_change(request, found, f"lifted: {form.cleaned_data['reason']}")
                found.delete()
            messages.success(
                request, gettext("Lifted. The owner of the address can ask for the bulletin again.")
            )
            return HttpResponseRedirect(reverse("admin:subscribers_suppression_changelist"))
        return self.page(request, "lift", title=gettext("Lift a suppression"), form=form, found=found)

    def page(self, request: HttpRequest, name: str, **context: Any) -> HttpResponse:
        back = reverse("admin:subscribers_suppression_changelist")
        shared = {"opts": self.opts, "back": back, "heading": capfirst(self.opts.verbose_name_plural)}
        return TemplateResponse(
            request,
            f"admin/subscribers/suppression/{name}.html",
            {**self.admin_site.each_context(request), **shared, **context},
        )
