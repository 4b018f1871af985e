"""A mailing at the desk: how far it is, what holds it, and what became of each mail."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from advocacy.mail.admin.outbox import ReadOnly
from advocacy.mail.models import Delivery, Mailing
from advocacy.mail.plots import plot_of
from advocacy.mail.preparing import what_stands_in_the_way
from advocacy.organisation.languages import language_name
from advocacy.site.admin_site import PUBLISH

State = Delivery.State
LISTED = 200  # addresses to mend on the page
SOON = timedelta(hours=1)

# In the order in which the report names them, with what each means for staff.
NAMED = {
    State.SENT: gettext_lazy("Sent"),
    State.UNCERTAIN: gettext_lazy("Uncertain: the server fell silent, it may have arrived"),
    State.BOUNCED: gettext_lazy("Came back"),
    State.REFUSED: gettext_lazy("Refused"),
    State.FAILED: gettext_lazy("Given up"),
    State.COMPLAINED: gettext_lazy("Reported as unwanted"),
    State.LEFT_OUT: gettext_lazy("Left out: unsubscribed before their turn"),
    State.CANCELLED: gettext_lazy("Cancelled before their turn"),
    State.QUEUED: gettext_lazy("Waiting"),
}
TO_MEND = (State.REFUSED, State.BOUNCED, State.FAILED, State.UNCERTAIN)


class ResendForm(forms.Form):
    address = forms.EmailField(
        label=gettext_lazy("E-mail address"),
        max_length=254,
        help_text=gettext_lazy("Of somebody who gets the bulletin. Nobody else is sent it."),
        widget=forms.EmailInput(attrs={"class": "vTextField", "autocomplete": "off"}),
    )


@admin.register(Mailing)
class MailingAdmin(ReadOnly, admin.ModelAdmin):
    desk_group = PUBLISH
    desk_order = 55

    list_display = ["title", "purpose", "starts", "state", "recipients"]
    list_filter = ["state", "purpose"]
    ordering = ["-starts", "-pk"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Mailing]:
        return super().get_queryset(request).titled()

    @admin.display(description=gettext_lazy("title"), ordering="title")
    def title(self, mailing: Mailing) -> str:
        return mailing.title

    def may_change(self, request: HttpRequest) -> bool:
        """Nothing of a mailing is edited; whoever may change it holds it, lets it go on, or ends it."""
        return request.user.has_perm("mail.change_mailing")

    def get_urls(self) -> list[Any]:
        views = {
            "pause": self.deed(self.pause),
            "resume": self.deed(self.resume),
            "retry": self.deed(self.retry),
            "resend": self.deed(self.resend),
            "cancel": self.cancel_view,
        }
        return [
            path(f"<int:pk>/{name}/", self.admin_site.admin_view(view), name=f"mail_mailing_{name}")
            for name, view in views.items()
        ] + super().get_urls()

    # -- the page

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        mailing = self.get_object(request, object_id)
        if not self.has_view_permission(request, mailing):
            raise PermissionDenied
        if mailing is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        return self.page(request, mailing, ResendForm())

    def page(self, request: HttpRequest, mailing: Mailing, form: ResendForm) -> HttpResponse:
        counts = mailing.counts()
        is_over = not Mailing.objects.under_way().filter(pk=mailing.pk).exists()
        context = {
            **self.common(request, mailing),
            "progress": progress_of(mailing, counts),
            "counts": [(label, counts[state]) for state, label in NAMED.items() if counts.get(state)],
            "is_moving": is_moving(mailing, timezone.now()),
            "deeds": self.deeds_of(mailing) if self.may_change(request) else [],
            "editions": editions_of(mailing),
            "topics": list(mailing.topics.all()),
            # The list of subscribers is not for everybody who follows a mailing, and servers repeat an address.
            "to_mend": self.to_mend(mailing) if request.user.has_perm("subscribers.view_subscriber") else [],
            "to_mend_count": sum(counts.get(state, 0) for state in TO_MEND),
            "listed": LISTED,
            "again": self.again(mailing) if self.may_change(request) else 0,
            "form": form if self.may_change(request) and self.may_be_sent_again(mailing) else None,
            "is_over": is_over,
        }
        if is_over:
            context |= {"left_since": left_since(mailing), "plot": plot_of(mailing)}
        return TemplateResponse(request, "admin/mail/mailing/page.html", context)

    def common(self, request: HttpRequest, mailing: Mailing) -> dict[str, Any]:
        return {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "mailing": mailing,
            "title": mailing.title,
            "subtitle": mailing.get_purpose_display(),
            "back": self.url_of(mailing),
        }

    def url_of(self, mailing: Mailing, name: str = "change") -> str:
        return reverse(f"admin:mail_mailing_{name}", args=[mailing.pk])

    def deeds_of(self, mailing: Mailing) -> list[dict[str, Any]]:
        """The buttons that do something now."""
        paused = mailing.state == Mailing.State.PAUSED
        over = mailing.state in (Mailing.State.DONE, Mailing.State.CANCELLED)
        if over:
            return []
        first = ("resume", _("Resume")) if paused else ("pause", _("Pause"))
        return [
            {"label": first[1], "url": self.url_of(mailing, first[0]), "post": True},
            {"label": _("Cancel"), "url": self.url_of(mailing, "cancel"), "post": False},
        ]

    def to_mend(self, mailing: Mailing) -> list[Delivery]:
        """Mails that did not arrive, or may not have, with what the servers answered."""
        rows = mailing.deliveries.filter(state__in=TO_MEND).select_related("subscriber")
        return list(rows.order_by("state", "pk")[:LISTED])

    @staticmethod
    def may_be_sent_again(mailing: Mailing) -> bool:
        return mailing.may_be_sent_again(timezone.now())

    def again(self, mailing: Mailing) -> int:
        """How many were refused or given up and still receive."""
        if not self.may_be_sent_again(mailing):
            return 0
        return mailing.refused().filter(subscriber__state="confirmed").count()

    # -- what the buttons do

    def deed(self, do: Callable[[HttpRequest, Mailing], HttpResponse | None]) -> Callable[..., HttpResponse]:
        @method_decorator(require_POST)
        def view(_self: Any, request: HttpRequest, pk: int) -> HttpResponse:
            mailing = self.changeable(request, pk)
            return do(request, mailing) or redirect(self.url_of(mailing))

        return view.__get__(self)

    def changeable(self, request: HttpRequest, pk: int) -> Mailing:
        if not self.may_change(request):
            raise PermissionDenied
        return get_object_or_404(self.get_queryset(request), pk=pk)

    def tell(self, request: HttpRequest, mailing: Mailing, done: bool, words: str) -> None:
        if done:
            self.log_change(request, mailing, words)
            messages.success(request, words)
        else:
            messages.warning(
                request,
                _("Nothing was done: the mailing is marked “%(state)s” by now.")
                % {"state": mailing.get_state_display()},
            )

    def pause(self, request: HttpRequest, mailing: Mailing) -> None:
        self.tell(request, mailing, mailing.pause(), _("It is paused. Nothing goes out until it is resumed."))

    def resume(self, request: HttpRequest, mailing: Mailing) -> None:
        now = timezone.now()
        if mailing.state == Mailing.State.PAUSED and (reason := what_stands_in_the_way(mailing, now)):
            messages.warning(request, _("It stays paused. %(reason)s") % {"reason": reason})
            return
        self.tell(request, mailing, mailing.resume(now), _("It goes on where it stood."))

    def retry(self, request: HttpRequest, mailing: Mailing) -> None:
        count = mailing.send_to_the_refused(timezone.now())
        words = ngettext("%(count)d mail is tried again.", "%(count)d mails are tried again.", count)
        self.tell(request, mailing, bool(count), words % {"count": count})

    def resend(self, request: HttpRequest, mailing: Mailing) -> HttpResponse | None:
        form = ResendForm(request.POST)
        if not form.is_valid():
            return self.page(request, mailing, form)
        if mailing.send_to(form.cleaned_data["address"], timezone.now()):
            self.tell(request, mailing, True, _("It is sent once more to one address."))
            return None
        form.add_error(
            "address",
            _("It is not sent to this address: nobody gets the bulletin there, or the mail waits already."),
        )
        return self.page(request, mailing, form)

    def cancel_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """GET asks, POST does it: what has gone out can't be called back, and nobody else gets it."""
        mailing = self.changeable(request, pk)
        if request.method == "POST":
            self.tell(request, mailing, mailing.cancel(), _("It is cancelled. Nobody else gets it."))
            return redirect(self.url_of(mailing))
        if not Mailing.objects.under_way().filter(pk=mailing.pk).exists():
            self.tell(request, mailing, False, "")
            return redirect(self.url_of(mailing))
        gone = mailing.deliveries.had().count()
        context = {**self.common(request, mailing), "gone": gone, "rest": mailing.recipients - gone}
        return TemplateResponse(request, "admin/mail/mailing/cancel.html", context)


def is_moving(mailing: Mailing, at: datetime) -> bool:
    """Whether the page follows by itself: the worker is at it, or is about to be."""
    soon = mailing.state == Mailing.State.WAITING and mailing.starts < at + SOON
    return soon or mailing.state in (Mailing.State.PREPARING, Mailing.State.SENDING)


def progress_of(mailing: Mailing, counts: dict[str, int]) -> dict[str, int] | None:
    """How many mails are recorded, of how many; None before there is anything to count."""
    total = sum(counts.values())
    if not total or mailing.prepared is None:
        return None
    done = total - counts.get(State.QUEUED, 0)
    return {"done": done, "total": total, "percent": 100 * done // total}


def editions_of(mailing: Mailing) -> list[dict[str, Any]]:
    """What it said in each language, and to how many; the rows of the mails are kept for a year."""
    counted = mailing.messages.order_by("pk").annotate(count=Count("deliveries"))
    return [
        {"name": language_name(language), "language": language, "subject": subject, "count": count}
        for language, subject, count in counted.values_list("language", "subject", "count")
    ]


def left_since(mailing: Mailing) -> int:
    """How many had it and left, or had themselves erased, since."""
    gone = Q(subscriber__isnull=True) | Q(subscriber__state="left")
    return mailing.deliveries.had().filter(gone).count()
