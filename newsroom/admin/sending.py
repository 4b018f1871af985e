"""The pages of a release on which it is sent to the press list: who gets it, then the button that sends."""

from datetime import datetime
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from advocacy.accounts.models import User
from advocacy.organisation.models import Organisation
from advocacy.publishing.models import Version
from newsroom.admin.press import beats
from newsroom.models import PressContact, PressSending
from newsroom.sending import Sending, last_round, version_to_send

LISTED = 500  # people who can be ticked one by one
EVERYBODY, TICKED = "all", "ticked"


class FilterForm(forms.Form):
    """Which part of the press list: sent by GET, and carried along by the form that sends."""

    language = forms.ChoiceField(
        label=_("Language"), required=False, choices=[("", _("Any language")), *settings.LANGUAGES]
    )
    beat = forms.ChoiceField(label=_("Beat"), required=False)

    def __init__(self, data: Any, version: Version) -> None:
        super().__init__(data if "language" in data else {"language": version.language})
        self.fields["beat"].choices = [("", _("Any beat")), *((beat, beat) for beat in beats())]

    def contacts(self) -> QuerySet[PressContact]:
        """Those whom the choice finds; nobody where it is no choice of ours."""
        if not self.is_valid():
            return PressContact.objects.none()
        language, beat = self.cleaned_data["language"], self.cleaned_data["beat"]
        found = PressContact.objects.active().order_by("name", "pk")
        found = found.reading(language) if language else found
        return found.filter(beat=beat) if beat else found


class SendForm(forms.Form):
    """Who of them, and with which words. It knows the version and the round that its writer saw."""

    who = forms.ChoiceField(label=_("Who gets it"), initial=EVERYBODY, widget=forms.RadioSelect)
    contacts = forms.ModelMultipleChoiceField(PressContact.objects.none(), required=False)
    introduction = forms.CharField(
        label=_("Introduction"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4, "class": "vLargeTextField"}),
        help_text=_("A few words before the text, in its language. You may leave it empty."),
    )
    again = forms.BooleanField(
        label=_("Again, also to those who got this version before"),
        required=False,
    )
    version = forms.IntegerField(widget=forms.HiddenInput)
    round = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=10_000)

    def __init__(self, data: Any, found: QuerySet[PressContact], version: Version) -> None:
        super().__init__(data, initial={"version": version.pk, "round": last_round(version)})
        self.found, self.to_send = found, version
        self.fields["contacts"].queryset = found
        self.fields["who"].choices = [
            (EVERYBODY, everybody_words(found.count())),
            (TICKED, gettext("Only those whom I tick here")),
        ]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("who") == TICKED and not cleaned.get("contacts"):
            raise forms.ValidationError(_("Tick at least one person."))
        if cleaned.get("version") != self.to_send.pk:
            raise forms.ValidationError(
                _("Another version of the text is to be sent by now. Read it, and choose again.")
            )
        return cleaned

    def sending(self) -> Sending:
        given = self.cleaned_data
        to = given["contacts"] if given["who"] == TICKED else self.found
        again = given["round"] if given["again"] else 0
        return Sending(self.to_send, to, given["introduction"], again)


class SendPages:
    """For ReleaseAdmin. The press list's keepers send what is public; what is under embargo, those who publish."""

    def may_send(self, request: HttpRequest, version: Version, at: datetime) -> bool:
        keeps_the_list = request.user.has_perm("newsroom.change_presscontact")
        return keeps_the_list and (version.is_public(at) or self.may_publish(request))

    def verbs(self, request: HttpRequest, publication: Any, standing: dict[str, Any]) -> list[dict[str, Any]]:
        """The buttons of every kind, and the one that sends, where there is something to send."""
        found = super().verbs(request, publication, standing)
        there = standing["may_publish"] if standing["embargoed"] else standing["public"]
        if there and request.user.has_perm("newsroom.change_presscontact"):
            url = self.url_of(publication, "send")
            found.append({"label": gettext("Send to the press"), "url": url, "plain": True})
        return found

    def get_urls(self) -> list[Any]:
        return [self.page("send", self.send_view), *super().get_urls()]

    def send_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """GET shows whom the choice finds; POST shows how many get it, and sends once that is confirmed."""
        publication = get_object_or_404(self.model, pk=pk)
        if not self.has_view_permission(request, publication):
            raise PermissionDenied
        now = timezone.now()
        version = version_to_send(publication, now)
        if version is None:
            raise Http404
        if not self.may_send(request, version, now):
            raise PermissionDenied
        posted: QueryDict | None = request.POST if request.method == "POST" else None
        chosen = FilterForm(request.GET if posted is None else posted, version)
        form = SendForm(posted, chosen.contacts(), version)
        problems = [] if Organisation.current().press_email else [no_address()]
        context: dict[str, Any] = {"version": version, "chosen": chosen, "form": form, "problems": problems}
        if posted is None or problems or not form.is_valid():
            return self.choose_page(request, publication, **context)
        sending = form.sending()
        count = sending.waiting().count()
        if posted.get("confirmed") != str(count) or not count:
            return self.send_page(request, publication, "send_confirm", **context, count=count)
        sent = sending.send(who=request.user, at=now)
        self.log_change(
            request,
            publication,
            gettext("Sent version %(number)d to the press list.") % {"number": version.number},
        )
        messages.success(request, sent_words(sent))
        return HttpResponseRedirect(self.url_of(publication, "send"))

    def choose_page(self, request: HttpRequest, publication: Any, **context: Any) -> HttpResponse:
        version, found = context["version"], context["form"].found
        got = set(PressSending.objects.filter(version=version).values_list("contact", flat=True))
        ticked = set(context["form"].data.getlist("contacts")) if context["form"].is_bound else set()
        return self.send_page(
            request,
            publication,
            "send",
            **context,
            is_public=version.is_public(timezone.now()),
            count=found.count(),
            rows=[
                {"contact": each, "got": each.pk in got, "ticked": str(each.pk) in ticked}
                for each in found[:LISTED]
            ],
            listed=LISTED,
            round=last_round(version),
            sendings=past_sendings(publication),
        )

    def send_page(self, request: HttpRequest, publication: Any, page: str, **context: Any) -> HttpResponse:
        return self.verb_page(request, publication, page, folder="newsroom/release", **context)


def everybody_words(count: int) -> str:
    words = ngettext(
        "The %(count)d person found by language and beat",
        "All %(count)d people found by language and beat",
        count,
    )
    return words % {"count": count}


def no_address() -> str:
    return gettext(
        "The organisation has no press address, so nobody could ask to be taken off the list. Enter it first."
    )


def sent_words(count: int) -> str:
    return ngettext("It goes to %(count)d person.", "It goes to %(count)d people.", count) % {"count": count}


def past_sendings(publication: Any) -> list[dict[str, Any]]:
    """What was sent of this text, by version, moment and sender, the newest first: numbers, no names."""
    rows = PressSending.objects.filter(version__publication=publication)
    found = rows.values("version__number", "at", "who").annotate(people=Count("pk")).order_by("-at")[:50]
    people = User.objects.in_bulk([each["who"] for each in found])
    return [
        {
            "number": each["version__number"],
            "at": each["at"],
            "people": each["people"],
            "by": people[each["who"]],
        }
        for each in found
    ]
