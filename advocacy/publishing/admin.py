"""The editor's desk for every kind: status in words, publish and withdraw pages, translations."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Exists, F, OuterRef, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from advocacy.organisation.hours import zone_name
from advocacy.publishing.forms import PublishForm, TranslationForm
from advocacy.publishing.models import Publication, Version, Work, zone
from advocacy.richtext.forms import editor_notes, write_in
from advocacy.site.admin_site import PUBLISH


def in_words(moment: datetime) -> str:
    """Date, time and zone of the organisation, as staff read them."""
    local = moment.astimezone(zone())
    return f"{date_format(local, 'j F Y, H:i')} {zone_name(local)}"


def history_words(version: Version) -> str:
    """What the history says of a version that was just made: published, or only scheduled."""
    if version.starts > version.made:
        told = {"number": version.number, "moment": in_words(version.starts)}
        return gettext("Scheduled version %(number)d for %(moment)s.") % told
    return gettext("Published version %(number)d.") % {"number": version.number}


class StateFilter(admin.SimpleListFilter):
    """What staff ask of a list: what is public, what waits, what was edited since."""

    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("public", _("Public")),
            ("scheduled", _("Scheduled")),
            ("edited", _("Edited since published")),
            ("never", _("Not published")),
            ("withdrawn", _("Withdrawn")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        match self.value():
            case "public":
                return queryset.filter(public_hash__isnull=False)
            case "scheduled":
                return queryset.filter(is_scheduled=True)
            case "edited":
                return queryset.filter(public_hash__isnull=False).exclude(public_hash=F("desk_hash"))
            case "never":
                return queryset.filter(public_hash__isnull=True, was_public=False, is_scheduled=False)
            case "withdrawn":
                return queryset.filter(public_hash__isnull=True, was_public=True)
        return queryset


class PublicationAdmin(admin.ModelAdmin):
    """What the admins of all kinds share. A kind adds its fieldsets and inlines."""

    desk_group: Any = PUBLISH
    change_form_template = "admin/publishing/change_form.html"
    list_display: Any = ("title", "language", "state", "printed_date", "changed", "changed_by")
    list_filter: Any = (StateFilter, "language", "status")
    search_fields: Any = ("title", "summary", "slug")
    date_hierarchy = "dated"
    autocomplete_fields: Any = ("picture",)
    list_select_related: Any = ("changed_by",)
    ordering: Any = ("-changed", "-pk")  # what somebody works on stands first
    address_fields = ("slug", "dated", "summary", "picture")  # what every kind's form asks last

    # -- lists

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        now = timezone.now()
        versions = Version.objects.filter(publication=OuterRef("pk"))
        return (
            super()
            .get_queryset(request)
            .annotate(
                public_hash=Subquery(versions.public(now).values("hash")[:1]),
                public_dated=Subquery(versions.public(now).values("dated")[:1]),
                is_scheduled=Exists(versions.not_voided().filter(starts__gt=now)),
                was_public=Exists(versions.ever_public(now)),
            )
        )

    @admin.display(description=_("state"))
    def state(self, publication: Any) -> str:
        """What readers see of it, in words."""
        if publication.public_hash:
            words = (
                gettext("Public, edited since")
                if publication.public_hash != publication.desk_hash
                else gettext("Public")
            )
        elif publication.was_public:
            words = gettext("Withdrawn")
        else:
            words = str(publication.get_status_display())
        return f"{words}, {gettext('scheduled')}" if publication.is_scheduled else words

    @admin.display(description=_("date"), ordering="dated")
    def printed_date(self, publication: Any) -> Any:
        """The date at the desk, or else the one that readers see."""
        return publication.dated or publication.public_dated

    # -- the form

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        fixed = ("language",) if obj and obj.versions.exists() else ()
        return (*super().get_readonly_fields(request, obj), *fixed)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        obj.changed_by = request.user
        super().save_model(request, obj, form, change)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """The form, whose editors write in the text's own language and direction."""
        form_class = super().get_form(request, obj, change=change, **kwargs)
        language = obj.language if obj else request.user.language

        class InItsLanguage(form_class):  # type: ignore[valid-type]
            def __init__(self, *args: Any, **options: Any) -> None:
                super().__init__(*args, **options)
                chosen = self.data.get("language")
                write_in(self, chosen if chosen in dict(settings.LANGUAGES) else language)

        return InItsLanguage

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        # Read again: rows and computed fields are then what the public would get.
        self.model.objects.get(pk=form.instance.pk).stamp(request.user)
        for note in editor_notes(form):
            messages.info(request, note)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What was public once can't be deleted; withdraw it."""
        if obj is not None and obj.versions.exists():
            return False
        return super().has_delete_permission(request, obj)

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)  # it asks no row whether it was public
        return actions

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        publication = self.get_object(request, object_id)
        context = {
            "standing": self.standing(request, publication) if publication else None,
            **(extra_context or {}),
        }
        return super().change_view(request, object_id, form_url, context)

    def standing(self, request: HttpRequest, publication: Any) -> dict[str, Any]:
        """How the text stands before the public, and what this person may do with it."""
        now = timezone.now()
        public = publication.versions.public(now).defer("data").select_related("work", "who").first()
        ahead = publication.versions.not_voided().filter(starts__gt=now).defer("data").first()
        return {
            "public": public,
            "public_since": in_words(public.starts) if public else "",
            "public_until": in_words(public.ends) if public and public.ends else "",
            "public_url": settings.SITE_URL + public.url if public else "",
            "was_public": publication.versions.ever_public(now).exists(),
            "in_review": publication.status == Publication.Status.REVIEW,
            "edited_since": bool(public and public.hash != publication.desk_hash),
            "scheduled_for": in_words(ahead.starts) if ahead else "",
            "may_publish": self.may_publish(request),
            "verbs": self.verbs(request, publication, public, ahead),
            "translations": self.translations(publication),
        }

    def verbs(self, request: HttpRequest, publication: Any, public: Any, ahead: Any) -> list[dict[str, Any]]:
        def verb(name: str, label: str, plain: bool = True) -> dict[str, Any]:
            return {
                "label": label,
                "url": reverse(self.url_name(name), args=[publication.pk]),
                "plain": plain,
            }

        found = []
        if self.may_publish(request):
            found.append(
                verb("publish", gettext("Publish again") if public else gettext("Publish"), plain=False)
            )
            if ahead or (public and public.ends):
                found.append(verb("unschedule", gettext("Cancel what is scheduled")))
            if public:
                found.append(verb("withdraw", gettext("Withdraw")))
        elif self.has_change_permission(request) and publication.status == Publication.Status.DRAFT:
            found.append(verb("submit", gettext("Submit for review")))
        if self.missing_languages(publication) and self.has_add_permission(request):
            found.append(verb("translate", gettext("Add a translation")))
        return found

    def translations(self, publication: Any) -> list[dict[str, str]]:
        others = (
            self.model.objects.filter(work=publication.work_id)
            .exclude(pk=publication.pk)
            .order_by("language")
        )
        return [
            {
                "title": other.title,
                "language": other.language,
                "name": other.get_language_display(),
                "url": self.url_of(other),
            }
            for other in others
        ]

    def missing_languages(self, publication: Any) -> list[tuple[str, str]]:
        there = set(Publication.objects.filter(work=publication.work_id).values_list("language", flat=True))
        return [(code, name) for code, name in settings.LANGUAGES if code not in there]

    # -- the verbs' pages: GET asks, POST acts

    def get_urls(self) -> list[Any]:
        verbs: list[tuple[str, Callable[..., HttpResponse]]] = [
            ("publish", self.publish_view),
            ("withdraw", self.withdraw_view),
            ("unschedule", self.unschedule_view),
            ("submit", self.submit_view),
            ("translate", self.translate_view),
        ]
        own = [
            path(
                f"<int:pk>/{name}/", self.admin_site.admin_view(view), name=self.url_name(name).split(":")[1]
            )
            for name, view in verbs
        ]
        return own + super().get_urls()

    def url_name(self, verb: str) -> str:
        return f"admin:{self.opts.app_label}_{self.opts.model_name}_{verb}"

    def url_of(self, publication: Any) -> str:
        return reverse(self.url_name("change"), args=[publication.pk])

    def may_publish(self, request: HttpRequest) -> bool:
        return request.user.has_perm("publishing.publish") and self.has_change_permission(request)

    def wanted(self, request: HttpRequest, pk: int, *, publishing: bool) -> Any:
        """The publication, for somebody who may; 403 and 404 otherwise."""
        publication = get_object_or_404(self.model, pk=pk)
        if not self.has_change_permission(request, publication) or (
            publishing and not self.may_publish(request)
        ):
            raise PermissionDenied
        return publication

    def publish_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        publication = self.wanted(request, pk, publishing=True)
        form = PublishForm(request.POST or None, zone=zone())
        problems: list[str] = publication.problems(timezone.now()) if request.method != "POST" else []
        if request.method == "POST" and form.is_valid():
            try:
                version = publication.publish(
                    who=request.user, starts=form.starts, note=form.cleaned_data["note"]
                )
            except ValidationError as refused:
                problems = refused.messages
            else:
                self.log_change(
                    request,
                    publication,
                    history_words(version),
                )
                return self.done(request, publication, self.published_words(version))
        return self.verb_page(request, publication, "publish", form=form, problems=problems)

    def published_words(self, version: Version) -> str:
        if version.starts > timezone.now():
            return gettext("It becomes public on %(moment)s.") % {"moment": in_words(version.starts)}
        link = format_html('<a href="{0}">{0}</a>', settings.SITE_URL + version.url)
        return format_html(gettext("It is public now: {}"), link)

    def withdraw_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        publication = self.wanted(request, pk, publishing=True)
        if request.method != "POST":
            return self.verb_page(request, publication, "withdraw")
        publication.withdraw()
        self.log_change(request, publication, gettext("Withdrawn."))
        return self.done(request, publication, gettext("It is withdrawn. Its address says so to readers."))

    def unschedule_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        publication = self.wanted(request, pk, publishing=True)
        if request.method != "POST":
            return self.verb_page(request, publication, "unschedule")
        publication.unschedule()
        self.log_change(request, publication, gettext("Cancelled what was scheduled."))
        return self.done(request, publication, gettext("What was scheduled is cancelled."))

    def submit_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        publication = self.wanted(request, pk, publishing=False)
        if request.method != "POST":
            return self.verb_page(request, publication, "submit")
        publication.submit()
        self.log_change(request, publication, gettext("Submitted for review."))
        return self.done(request, publication, gettext("It is submitted for review."))

    def translate_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Starts a text in another language under the same work, with this text as the draft to translate."""
        publication = self.wanted(request, pk, publishing=False)
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = TranslationForm(request.POST or None, choices=self.missing_languages(publication))
        if request.method == "POST" and form.is_valid():
            made = publication.translated(form.cleaned_data["language"], who=request.user)
            self.log_addition(request, made, gettext("Started a translation."))
            return self.done(
                request, made, gettext("The translation is started. Nothing of it is public yet.")
            )
        return self.verb_page(request, publication, "translate", form=form)

    def verb_page(self, request: HttpRequest, publication: Any, verb: str, **context: Any) -> HttpResponse:
        return TemplateResponse(
            request,
            f"admin/publishing/{verb}.html",
            {
                **self.admin_site.each_context(request),
                "opts": self.opts,
                "original": publication,
                "standing": self.standing(request, publication),
                "back": self.url_of(publication),
                "title": publication.title,
                **context,
            },
        )

    def done(self, request: HttpRequest, publication: Any, words: str) -> HttpResponse:
        messages.success(request, words)
        return HttpResponseRedirect(self.url_of(publication))


@admin.register(Work)
class WorkAdmin(admin.ModelAdmin):
    """Only there so that other forms can look works up; a work is made by writing its first text."""

    search_fields = ("publications__title", "short_id")
    ordering = ("-pk",)

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).distinct()

    def has_module_permission(self, request: HttpRequest) -> bool:
        return False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.is_staff

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
