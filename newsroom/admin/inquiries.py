"""Inquiries at the desk: read in the order of their deadlines, taken, answered, closed, or freed of a doubt."""

from collections.abc import Callable
from copy import copy
from datetime import datetime
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.defaultfilters import linebreaksbr
from django.urls import path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from advocacy.organisation.hours import zone_name
from advocacy.site.admin_site import ANSWER
from advocacy.site.desk import change_url, distance_said
from newsroom.admin.inquiry_forms import AssignForm, CloseForm, NoteForm
from newsroom.mail import answer_address
from newsroom.models import Coverage
from newsroom.models.inquiries import Inquiry

State, Outcome = Inquiry.State, Inquiry.Outcome
# What may be done with an inquiry in each state by a button, the likeliest first.
DEEDS = {
    State.NEW: ("take", "answer", "give_back"),
    State.ANSWERED: ("reopen",),
    State.CLOSED: ("reopen",),
    State.DOUBTFUL: ("believe", "spam"),
}
LABELS = {
    "take": gettext_lazy("Take it"),
    "give_back": gettext_lazy("Give it back"),
    "answer": gettext_lazy("I have answered"),
    "reopen": gettext_lazy("Back to the waiting ones"),
    "believe": gettext_lazy("Not spam"),
    "spam": gettext_lazy("Close as spam"),
}
# And by a small form under its text.
FORMS = {"assign": AssignForm, "note": NoteForm, "close": CloseForm}
FORMS_OF = {
    State.NEW: ("assign", "note", "close"),
    State.ANSWERED: ("note", "close", "assign"),
    State.CLOSED: ("close", "note"),
    State.DOUBTFUL: ("note",),
}
LAST = F("deadline").asc(nulls_last=True)


def by_own_clock(moment: datetime | None) -> str:
    """24 March 2026, 18:00 Yerevan (UTC+4): in the zone of the person who reads it."""
    if moment is None:
        return ""
    local = timezone.localtime(moment)
    return f"{date_format(local, 'j F Y, H:i')} {zone_name(local)}"


class StateFilter(admin.SimpleListFilter):
    """The list opens with what waits for an answer; what is kept aside has a place of its own."""

    title = gettext_lazy("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [*((state.value, state.label) for state in State if state != State.NEW), ("all", _("All"))]

    def choices(self, changelist: Any) -> Any:
        chosen = self.value()
        for value, label in [(None, State.NEW.label), *self.lookup_choices]:
            query = changelist.get_query_string(
                {self.parameter_name: value} if value else {}, [] if value else [self.parameter_name]
            )
            yield {"selected": chosen == value, "query_string": query, "display": label}

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        if self.value() == "all":
            return queryset
        return queryset.filter(state=self.value() if self.value() in State.values else State.NEW)


@admin.register(Inquiry)
class InquiryAdmin(admin.ModelAdmin):
    desk_group = ANSWER
    desk_order = 10

    list_display = ("due", "outlet", "name", "topic", "language", "state", "taken_by")
    list_select_related = ("taken_by",)
    list_display_links = ("due", "outlet")
    list_filter = (
        StateFilter,
        ("taken_by", admin.RelatedOnlyFieldListFilter),
        "outcome",
        "doubt",
        "topic",
        "language",
    )
    search_fields = ("name", "outlet", "email", "phone", "message")
    search_help_text = gettext_lazy("Search by name, outlet, address, phone or words of the question.")
    ordering = (LAST, "received", "pk")
    actions = ("take_all", "believe_all", "spam_all")
    fieldsets = (
        (
            None,
            {
                "fields": (
                    "due",
                    "due_there",
                    "topic",
                    "question",
                    "language",
                    "state",
                    "taken_by",
                    "outcome",
                    "articles",
                    "reason",
                    "others",
                )
            },
        ),
        (gettext_lazy("Who asks"), {"fields": ("name", "outlet", "address", "call")}),
        (gettext_lazy("Dates"), {"fields": ("came", "told", "deletion")}),
    )

    # -- who may do what

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def get_fieldsets(self, request: HttpRequest, obj: Inquiry | None = None) -> Any:
        """Only the lines that say something of this inquiry."""
        return [
            (title, {**options, "fields": [name for name in options["fields"] if self._says(name, obj)]})
            for title, options in self.fieldsets
        ]

    def _says(self, name: Any, inquiry: Inquiry | None) -> bool:
        shown = getattr(self, name, None)
        return bool(shown(inquiry) if shown else getattr(inquiry, name, ""))

    def get_readonly_fields(self, request: HttpRequest, obj: Inquiry | None = None) -> tuple[str, ...]:
        """Nothing that the person wrote can be changed; what becomes of it is told by the buttons."""
        return tuple(name for _title, options in self.fieldsets for name in options["fields"])

    # -- columns

    @admin.display(description=gettext_lazy("deadline"), ordering=LAST)
    def due(self, inquiry: Inquiry) -> str:
        if inquiry.deadline is None:
            return _("None")
        distance = distance_said(inquiry.deadline, timezone.now()) if inquiry.state == State.NEW else ""
        return ", ".join(filter(None, [by_own_clock(inquiry.deadline), distance]))

    @admin.display(description=gettext_lazy("by the sender's clock"))
    def due_there(self, inquiry: Inquiry) -> str:
        if inquiry.deadline is None or inquiry.sender_zone is None:
            return ""
        local = inquiry.deadline.astimezone(inquiry.sender_zone)
        return f"{date_format(local, 'j F Y, H:i')} {zone_name(local)}"

    @admin.display(description=gettext_lazy("received"))
    def came(self, inquiry: Inquiry) -> str:
        return by_own_clock(inquiry.received)

    @admin.display(description=gettext_lazy("deleted on"))
    def deletion(self, inquiry: Inquiry) -> str:
        return date_format(inquiry.delete_on, "j F Y")

    @admin.display(description=gettext_lazy("coverage that came of it"))
    def articles(self, inquiry: Inquiry) -> str:
        works = inquiry.coverage.prefetch_related("publications")
        titles = [
            (text.title, change_url(Coverage, text.pk)) for work in works for text in work.publications.all()
        ]
        return format_html_join(", ", '<a href="{1}">{0}</a>', titles)

    @admin.display(description=gettext_lazy("why it was kept aside"))
    def reason(self, inquiry: Inquiry) -> str:
        return str(inquiry.get_doubt_display()) if inquiry.doubt else ""

    @admin.display(description=gettext_lazy("people on call told"))
    def told(self, inquiry: Inquiry) -> str:
        return by_own_clock(inquiry.alerted_at)

    @admin.display(description=gettext_lazy("question"))
    def question(self, inquiry: Inquiry) -> str:
        # Without links to follow: anybody may have written it.
        return format_html('<div dir="auto">{}</div>', linebreaksbr(inquiry.message, autoescape=True))

    @admin.display(description=gettext_lazy("e-mail address"))
    def address(self, inquiry: Inquiry) -> str:
        return format_html('<a href="mailto:{0}"><bdi dir="ltr">{0}</bdi></a>', inquiry.email)

    @admin.display(description=gettext_lazy("phone"))
    def call(self, inquiry: Inquiry) -> str:
        number = "".join(inquiry.phone.split())
        return (
            format_html('<a href="tel:{}"><bdi dir="ltr">{}</bdi></a>', number, inquiry.phone)
            if number
            else ""
        )

    @admin.display(description=gettext_lazy("from the same network"))
    def others(self, inquiry: Inquiry) -> str:
        """A flood is seen at once, and can be deleted from the list in one go."""
        others = (
            Inquiry.objects.filter(network=inquiry.network).exclude(pk=inquiry.pk).count()
            if inquiry.network
            else 0
        )
        if not others:
            return ""
        words = ngettext("%(count)d other inquiry", "%(count)d other inquiries", others) % {"count": others}
        address = reverse(
            "admin:newsroom_inquiry_changelist", query={"network": inquiry.network, "state": "all"}
        )
        return format_html('<a href="{}">{}</a>', address, words)

    # -- deeds: buttons and small forms on the page, and actions in the list

    def get_urls(self) -> list[Any]:
        views = {name: self._deed(name) for name in LABELS} | {name: self._form_deed(name) for name in FORMS}
        return [
            path(f"<int:pk>/{name}/", self.admin_site.admin_view(view), name=f"newsroom_inquiry_{name}")
            for name, view in views.items()
        ] + super().get_urls()

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        inquiry = self.get_object(request, object_id)
        context: dict[str, Any] = {"title": _("Inquiry")}
        if inquiry:
            context["subtitle"] = f"{inquiry.outlet}, {inquiry.name}"
        if inquiry and self.has_change_permission(request, inquiry):
            context |= self._offered(request, inquiry, **(extra_context or {}))
        return super().change_view(request, object_id, form_url, context)

    def _offered(self, request: HttpRequest, inquiry: Inquiry, **typed: Any) -> dict[str, Any]:
        """What this person may do with it now. `typed` are forms that were filled in and have to be mended."""
        state = State(inquiry.state)
        forms = {name: typed.get(name) or FORMS[name](inquiry=inquiry) for name in FORMS_OF[state]}
        return {
            "deeds": [
                {"label": LABELS[name], "url": reverse(f"admin:newsroom_inquiry_{name}", args=[inquiry.pk])}
                for name in deeds_of(inquiry)
            ],
            "answer_address": answer_address(inquiry) if state in (State.NEW, State.ANSWERED) else "",
            "is_taken": state == State.NEW and inquiry.taker is not None,
            "forms": [
                {
                    "name": name,
                    "form": form,
                    "url": reverse(f"admin:newsroom_inquiry_{name}", args=[inquiry.pk]),
                }
                for name, form in forms.items()
            ],
            "typed": any(form.is_bound for form in forms.values()),
            "notes": [
                {"who": note.who.display_name, "written": by_own_clock(note.written), "words": note.words}
                for note in inquiry.notes.select_related("who")
            ],
            "media": sum((form.media for form in forms.values()), self.media),
        }

    def _locked(self, request: HttpRequest, pk: int) -> Inquiry:
        inquiry = get_object_or_404(Inquiry.objects.select_for_update(), pk=pk)
        if not self.has_change_permission(request, inquiry):
            raise PermissionDenied
        return inquiry

    def _deed(self, name: str) -> Callable[..., HttpResponse]:
        @method_decorator(require_POST)
        def view(_self: Any, request: HttpRequest, pk: int) -> HttpResponse:
            with transaction.atomic():
                self._do(request, name, self._locked(request, pk))
            if request.POST.get("back") == "today":
                return redirect("admin:index")
            return redirect("admin:newsroom_inquiry_change", pk)

        return view.__get__(self)

    def _form_deed(self, name: str) -> Callable[..., HttpResponse]:
        @method_decorator(require_POST)
        def view(_self: Any, request: HttpRequest, pk: int) -> HttpResponse:
            with transaction.atomic():
                inquiry = self._locked(request, pk)
                if name not in FORMS_OF[State(inquiry.state)]:
                    messages.warning(request, nothing_done(inquiry))
                    return redirect("admin:newsroom_inquiry_change", pk)
                form = FORMS[name](request.POST, inquiry=inquiry)
                if form.is_valid():
                    self.log_change(request, inquiry, form.do(request.user, timezone.now()))
                    messages.success(request, form.said)
                    return redirect("admin:newsroom_inquiry_change", pk)
            # The page once more, with what was typed and what is wrong with it.
            reading = copy(request)
            reading.method = "GET"
            return self.change_view(reading, str(pk), extra_context={name: form})

        return view.__get__(self)

    def _do(self, request: HttpRequest, name: str, inquiry: Inquiry) -> None:
        if name not in deeds_of(inquiry):
            messages.warning(request, nothing_done(inquiry))
            return
        who: Any = request.user
        match name:
            case "take":
                inquiry.assign(who)
                said = _("You have taken it.")
            case "give_back":
                inquiry.assign(None)
                said = _("It is given back. Nobody has taken it now.")
            case "answer":
                inquiry.answer(who)
                said = _("It is marked “%(state)s” now.") % {"state": inquiry.get_state_display()}
            case "reopen":
                inquiry.reopen()
                said = _("It is marked “%(state)s” now.") % {"state": inquiry.get_state_display()}
            case "believe":
                inquiry.believe(timezone.now())
                said = _("It is among the waiting ones now, and the press desk is told.")
            case "spam":
                inquiry.close(Outcome.SPAM)
                said = _("It is closed as spam.")
        self.log_change(request, inquiry, str(LABELS[name]))
        messages.success(request, said)

    def _each(self, request: HttpRequest, name: str, queryset: QuerySet[Inquiry]) -> None:
        for pk in queryset.values_list("pk", flat=True):
            with transaction.atomic():
                self._do(request, name, Inquiry.objects.select_for_update().get(pk=pk))

    @admin.action(description=LABELS["take"], permissions=["change"])
    def take_all(self, request: HttpRequest, queryset: QuerySet[Inquiry]) -> None:
        self._each(request, "take", queryset)

    @admin.action(description=LABELS["believe"], permissions=["change"])
    def believe_all(self, request: HttpRequest, queryset: QuerySet[Inquiry]) -> None:
        self._each(request, "believe", queryset)

    @admin.action(description=LABELS["spam"], permissions=["change"])
    def spam_all(self, request: HttpRequest, queryset: QuerySet[Inquiry]) -> None:
        self._each(request, "spam", queryset)


def deeds_of(inquiry: Inquiry) -> list[str]:
    """What a button may do with it now: one that is taken is not taken twice, only given back."""
    not_now = "take" if inquiry.taker else "give_back"
    return [name for name in DEEDS[State(inquiry.state)] if name != not_now]


def nothing_done(inquiry: Inquiry) -> str:
    if inquiry.state == State.NEW and inquiry.taker:
        return _("Nothing was done: %(person)s has taken it already.") % {
            "person": inquiry.taker.display_name
        }
    return _("Nothing was done: it is marked “%(state)s” already.") % {"state": inquiry.get_state_display()}
