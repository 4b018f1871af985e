"""What is done with a text beside writing it: each verb has a page that asks, and a button that acts."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from advocacy.publishing.forms import Confirmation, MessageForm, ReasonForm, WithdrawForm
from advocacy.publishing.models import Publication

READ = "read_mark"  # the hidden field of a verb's page, see Publication.read_mark
DRAFT, REVIEW, APPROVED = Publication.Status.DRAFT, Publication.Status.REVIEW, Publication.Status.APPROVED


@dataclass(frozen=True)
class Verb:
    """One thing that can be done with a text.

    `offered(standing)` says whether there is any sense in it now (see PublicationAdmin.standing), `act(text, who,
    words of the form)` does it; among these words is READ, the mark of the text as it was read; `question` is asked before, `done` is said after and stands in the history.
    """

    name: str
    label: Any
    question: Any
    done: Any
    offered: Callable[[dict[str, Any]], bool]
    act: Callable[[Any, Any, dict[str, Any]], Any]
    form: type[forms.Form] = Confirmation
    publishes: bool = False  # asks for the permission to publish
    destroys: bool = False
    filled: bool = False


VERBS = (
    Verb(
        "submit",
        _("Submit for review"),
        _("An editor will find it on the first page and decide whether it is published."),
        _("It is submitted for review."),
        lambda now: now["status"] == DRAFT and not now["binned"] and not now["is_unchanged"],
        lambda text, who, told: text.submit(who=who, message=told["words"]),
        form=MessageForm,
    ),
    Verb(
        "approve",
        _("Approve"),
        _("You say that it may be published as it stands. Any change made to it later needs a new approval."),
        _("It is approved."),
        lambda now: now["status"] != APPROVED and not now["binned"] and not now["needs_somebody_else"],
        lambda text, who, told: text.approve(who=who, read=told[READ]),
        publishes=True,
    ),
    Verb(
        "send-back",
        _("Send back"),
        _("It becomes a draft again, and whoever wrote it reads your reason."),
        _("It is sent back."),
        lambda now: now["status"] == REVIEW,
        lambda text, who, told: text.send_back(who=who, reason=told["words"]),
        form=ReasonForm,
        publishes=True,
    ),
    Verb(
        "unschedule",
        _("Cancel what is scheduled"),
        _("What was scheduled will not become public. The text that is public now stays as it is."),
        _("What was scheduled is cancelled."),
        lambda now: bool(now["scheduled_for"] or now["public_until"]),
        lambda text, who, told: text.unschedule(who=who),
        publishes=True,
    ),
    Verb(
        "withdraw",
        _("Withdraw"),
        _(
            "Readers will no longer see it. Its address tells them that it was withdrawn. "
            "You can publish it again at any time."
        ),
        _("It is withdrawn. Its address says so to readers."),
        lambda now: bool(now["public"]),
        lambda text, who, told: text.withdraw(who=who, explanation=told["explanation"], reason=told["words"]),
        form=WithdrawForm,
        publishes=True,
        destroys=True,
    ),
    Verb(
        "copy",
        _("Copy"),
        _(
            "A new draft begins with this text. Nothing else of this item goes with it: no record, no address."
        ),
        _("The copy is made. Nothing of it is public."),
        lambda now: now["may_add"] and not now["binned"],
        lambda text, who, told: text.copied(who=who),
    ),
    Verb(
        "bin",
        _("Put into the bin"),
        _("It leaves the lists. It can be taken out again for thirty days, and is then deleted for good."),
        _("It lies in the bin."),
        lambda now: not now["kept"] and not now["binned"],
        lambda text, who, told: text.put_into_bin(who=who),
        destroys=True,
    ),
    Verb(
        "unbin",
        _("Take out of the bin"),
        _("It returns to the lists as it was."),
        _("It is taken out of the bin."),
        lambda now: bool(now["binned"]),
        lambda text, who, told: text.take_out_of_bin(who=who),
        filled=True,
    ),
)


class VerbPages:
    """The pages of the verbs, for PublicationAdmin: GET asks, POST acts."""

    def verb_urls(self) -> list[Any]:
        return [self.page(verb.name, self.view_of(verb)) for verb in VERBS]

    def page(self, name: str, view: Any, route: str = "") -> Any:
        """The address of a page below one text; the view takes its key as `pk`."""
        url_name = self.url_name(name).split(":")[1]
        return path(f"<int:pk>/{name}/{route}", self.admin_site.admin_view(view), name=url_name)

    def url_name(self, verb: str) -> str:
        return f"admin:{self.opts.app_label}_{self.opts.model_name}_{verb}"

    def url_of(self, publication: Any, page: str = "change") -> str:
        return reverse(self.url_name(page), args=[publication.pk])

    def may_publish(self, request: HttpRequest) -> bool:
        return request.user.has_perm("publishing.publish") and self.has_change_permission(request)

    def wanted(self, request: HttpRequest, pk: int, *, publishing: bool = False) -> Any:
        """The publication, for somebody who may change it (and publish it); 403 and 404 otherwise."""
        publication = get_object_or_404(self.model, pk=pk)
        may = self.has_change_permission(request, publication)
        if not may or (publishing and not self.may_publish(request)):
            raise PermissionDenied
        return publication

    def offered(self, request: HttpRequest, standing: dict[str, Any]) -> list[Verb]:
        may = self.may_publish(request)
        return [verb for verb in VERBS if (may or not verb.publishes) and verb.offered(standing)]

    def view_of(self, verb: Verb) -> Callable[..., HttpResponse]:
        def view(request: HttpRequest, pk: int) -> HttpResponse:
            publication = self.wanted(request, pk, publishing=verb.publishes)
            if verb.name == "copy" and not self.has_add_permission(request):
                raise PermissionDenied
            form = verb.form(request.POST if request.method == "POST" else None)
            problems: list[str] = []
            if request.method == "POST" and form.is_valid():
                try:
                    told = {**form.cleaned_data, READ: request.POST.get(READ)}
                    made = verb.act(publication, request.user, told)
                except ValidationError as refused:
                    problems = refused.messages
                    publication.refresh_from_db()  # what is shown beside the problem is what stands now
                else:
                    self.log_change(request, publication, str(verb.done))
                    return self.done(request, made or publication, str(verb.done))
            return self.verb_page(request, publication, "verb", verb=verb, form=form, problems=problems)

        return view

    def verb_page(
        self, request: HttpRequest, publication: Any, page: str, folder: str = "publishing", **context: Any
    ) -> HttpResponse:
        return TemplateResponse(
            request,
            f"admin/{folder}/{page}.html",
            {
                **self.admin_site.each_context(request),
                "opts": self.opts,
                "original": publication,
                "standing": self.standing(request, publication),
                "back": self.url_of(publication),
                "read_mark": lambda: publication.read_mark(timezone.now()),
                "title": publication.title,
                **context,
            },
        )

    def done(self, request: HttpRequest, publication: Any, words: str) -> HttpResponse:
        messages.success(request, words)
        return HttpResponseRedirect(self.url_of(publication))
