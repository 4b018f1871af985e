"""The editor's desk for every kind: status in words, publish and withdraw pages, translations."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Exists, F, OuterRef, Prefetch, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from advocacy.organisation.hours import zone_name
from advocacy.organisation.models import Organisation
from advocacy.publishing.beside import TranslationPages
from advocacy.publishing.correction_mail import CorrectionMailPage
from advocacy.publishing.differences import differences, named
from advocacy.publishing.forms import PublishForm, TranslationForm
from advocacy.publishing.history import HistoryPages, last_sent_back, second_of
from advocacy.publishing.models import Publication, Step, Version, Work, zone
from advocacy.publishing.pass_desk import PassPages
from advocacy.publishing.preview import PreviewPage
from advocacy.publishing.together import TogetherPages
from advocacy.publishing.verbs import READ, VerbPages
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
            ("bin", _("In the bin")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        queryset = queryset.filter(binned__isnull=self.value() != "bin")
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


class PublicationAdmin(
    VerbPages,
    HistoryPages,
    PreviewPage,
    TogetherPages,
    PassPages,
    TranslationPages,
    CorrectionMailPage,
    admin.ModelAdmin,
):
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
        fixed = ("language",) if obj and obj.is_kept else ()
        return (*super().get_readonly_fields(request, obj), *fixed)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if form.has_changed() or not change:  # pressing "Save" alone makes nobody the writer
            obj.changed_by = request.user
        super().save_model(request, obj, form, change)
        self.keep_original(obj, form)

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
        """What was public once is kept; a draft is deleted out of the bin."""
        if obj is not None and (obj.is_kept or not obj.binned):
            return False
        return super().has_delete_permission(request, obj)

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)  # it asks no row whether it was public
        return actions

    def standing(self, request: HttpRequest, publication: Any) -> dict[str, Any]:
        """How the text stands before the public, and what this person may do with it."""
        now = timezone.now()
        public = publication.versions.public(now).select_related("work", "who", "second").first()
        ahead = publication.versions.not_voided().filter(starts__gt=now).defer("data").first()
        edited = bool(public and public.hash != publication.desk_hash)
        found = {
            "status": publication.status,
            "is_unchanged": bool(public and not edited),
            "public": public,
            "public_since": in_words(public.starts) if public else "",
            "public_until": in_words(public.ends) if public and public.ends else "",
            "public_url": settings.SITE_URL + public.url if public else "",
            "second": second_of(public) if public else "",
            "was_public": publication.versions.ever_public(now).exists(),
            "kept": publication.is_kept,
            "binned": in_words(publication.binned) if publication.binned else "",
            "in_review": publication.status == Publication.Status.REVIEW,
            "is_approved": publication.status == Publication.Status.APPROVED and (edited or not public),
            "approved_by": publication.approved_by,
            "asked": publication.steps.filter(verb=Step.Verb.SUBMITTED).last(),
            "sent_back": last_sent_back(publication),
            "edited_since": named(differences(public.content, publication.content(), self.model))
            if edited
            else "",
            "scheduled_for": in_words(ahead.starts) if ahead else "",
            "embargoed": bool(ahead and ahead.embargoed),
            "needs_somebody_else": publication.needs_somebody_else(request.user),
            "two_people": Organisation.current().two_people,
            "may_publish": self.may_publish(request),
            "may_add": self.has_add_permission(request),
            "translations": self.translations(publication),
        }
        return {**found, "verbs": self.verbs(request, publication, found)}

    def verbs(self, request: HttpRequest, publication: Any, standing: dict[str, Any]) -> list[dict[str, Any]]:
        """The buttons over the form, the filled one first."""

        def button(name: str, label: Any, *, plain: bool = True) -> dict[str, Any]:
            return {"label": label, "url": self.url_of(publication, name), "plain": plain}

        found = []
        if standing["may_publish"] and not standing["binned"]:
            label = gettext("Publish again") if standing["public"] else gettext("Publish")
            found.append(button("publish", label, plain=False))
        if self.has_change_permission(request, publication):
            verbs = self.offered(request, standing)
            found += [button(verb.name, verb.label, plain=not verb.filled) for verb in verbs]
        if self.missing_languages(publication) and self.has_add_permission(request):
            found.append(button("translate", gettext("Add a translation")))
        if standing["may_publish"] and not standing["binned"]:
            found.append(button("passes", gettext("Passes")))
        if any(other["language"] == publication.work.original_language for other in standing["translations"]):
            found.append(button("beside", gettext("Beside the original")))
        found.append(button("versions", gettext("Versions")))
        return [*found, *self.correction_verbs(request, publication)]

    def translations(self, publication: Any) -> list[dict[str, str]]:
        others = (
            self.model.objects.filter(work=publication.work_id)
            .exclude(pk=publication.pk)
            .order_by("language")
        )
        return [
            {
                "pk": other.pk,
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

    # -- pages below one text

    def get_urls(self) -> list[Any]:
        own = [
            self.page("publish", self.publish_view),
            self.page("translate", self.translate_view),
            self.page("tell", self.tell_view),
        ]
        pages = [
            *self.verb_urls(),
            *self.history_urls(),
            *self.preview_urls(),
            *self.together_urls(),
            *self.pass_urls(),
            *self.translation_urls(),
        ]
        return [*own, *pages, *super().get_urls()]

    def publish_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        publication = self.wanted(request, pk, publishing=True)
        now = timezone.now()
        public = publication.versions.public(now).first()
        soonest = publication.soonest(now)
        form = PublishForm(
            request.POST or None,
            zone=zone(),
            replaces=public is not None,
            initial={"when": PublishForm.LATER, "moment": soonest} if soonest > now else None,
        )
        problems: list[str] = [] if request.method == "POST" else publication.problems(soonest)
        if request.method == "POST" and form.is_valid():
            try:
                version = publication.publish(who=request.user, read=request.POST.get(READ), **form.options)
            except ValidationError as refused:
                problems = refused.messages
                publication.refresh_from_db()  # what is shown beside the problem is what stands now
            else:
                self.log_change(request, publication, history_words(version))
                return self.done(request, publication, self.published_words(version))
        return self.verb_page(
            request,
            publication,
            "publish",
            form=form,
            problems=problems,
            warnings=[*publication.warnings(now), *self.parity_warnings(publication)],
            differences=differences(public.content, publication.content(), self.model) if public else [],
            one_person=publication.changed_by == request.user and not publication.others_than(request.user),
        )

    def published_words(self, version: Version) -> str:
        if version.starts > timezone.now():
            return gettext("It becomes public on %(moment)s.") % {"moment": in_words(version.starts)}
        link = format_html('<a href="{0}">{0}</a>', settings.SITE_URL + version.url)
        return format_html(gettext("It is public now: {}"), link)

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


@admin.register(Work)
class WorkAdmin(admin.ModelAdmin):
    """Only there so that other forms can look works up; a work is made by writing its first text."""

    search_fields = ("publications__title", "short_id")
    ordering = ("-pk",)

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        versions = Version.objects.not_voided().filter(is_original=True)
        later = versions.filter(work=OuterRef("work"), number__gt=OuterRef("number"))
        works = super().get_queryset(request).filter(publications__binned__isnull=True).distinct()
        return works.prefetch_related(
            Prefetch("publications", Publication.objects.order_by("pk"), to_attr="texts"),
            Prefetch("versions", versions.filter(~Exists(later)), to_attr="newest"),
        )

    def choice_words(self, work: Work) -> str:
        """Press release, 28 September 2023: its title. Many works have titles that are much alike."""
        kind, newest = work.kind_class, next(iter(work.newest), None)
        kicker = (newest and kind.card_kicker(newest)) or capfirst(kind._meta.verbose_name)
        return f"{kicker}: {newest.title if newest else work.texts[0].title}"

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
