"""The page of an item on which passes are given, seen and revoked."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from advocacy.delivery.printed import moment, printing
from advocacy.mail.outbox import queue, write
from advocacy.organisation.hours import zone_choices
from advocacy.organisation.models import Organisation
from advocacy.publishing.models import Pass, Version


class PassForm(forms.ModelForm):
    days = forms.IntegerField(
        label=_("Open for how many days"),
        initial=7,
        min_value=1,
        max_value=60,
        help_text=_("A pass to a text under embargo opens it until the embargo ends, at most for so long."),
    )

    class Meta:
        model = Pass
        fields = ["name", "outlet", "email", "time_zone"]
        help_texts = {
            "time_zone": _("The end of the embargo is shown in this zone too."),
            "email": _("The pass is sent there at once. It is shown nowhere else."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["time_zone"].widget = forms.Select(choices=[("", "–"), *zone_choices()])

    def clean_time_zone(self) -> str:
        chosen = self.cleaned_data["time_zone"]
        if chosen and chosen not in dict(zone_choices()):
            raise forms.ValidationError(_("Choose the time zone from the list."))
        return chosen


def give_and_send(version: Version, *, at: datetime, expires: datetime, **holder: Any) -> Pass:
    """Gives a pass and queues the mail that carries it, in one transaction."""
    with transaction.atomic():
        given, token = Pass.give(version, at=at, expires=expires, **holder)
        send_pass(given, token, at)
    return given


def send_pass(given: Pass, token: str, at: datetime) -> None:
    """Queues the mail with the address of a pass, in the language of its text."""
    organisation, version = Organisation.current(), given.version
    language = version.language
    text = organisation.text(language) if organisation._state.db else None
    with override(language), printing(organisation.date_order, organisation.zone):
        context: dict[str, Any] = {
            "title": version.title,
            "is_draft": version.is_shared_draft,
            "moment": moment(version.starts),
            "name": given.name,
            "link": pass_link(language, token),
            "sender_name": text.name if text else "",
            "sample": organisation.sample,
        }
    queue(
        purpose="pass",
        to=[given.email],
        language=language,
        at=at,
        sender_name=context["sender_name"],
        reply_to=organisation.press_email,
        private=True,
        versions=[] if version.is_shared_draft else [version.pk],
        **write("publishing/mail/pass", context, language),
    )


def pass_link(language: str, token: str) -> str:
    return settings.SITE_URL + reverse("publishing:pass", kwargs={"language": language, "token": token})


class PassPages:
    """For PublicationAdmin."""

    def pass_urls(self) -> list[Any]:
        return [
            self.page("passes", self.passes_view),
            self.page("revoke", self.revoke_view, "<int:given>/"),
        ]

    def passes_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Who may read the text under embargo, or the draft as it stands; POST gives one more pass."""
        publication = self.wanted(request, pk, publishing=True)
        now = timezone.now()
        ahead = publication.versions.not_voided().filter(starts__gt=now, embargoed=True).first()
        form = PassForm(request.POST if request.method == "POST" else None)
        if request.method == "POST" and form.is_valid():
            with transaction.atomic():
                version = ahead or publication.share_draft(who=request.user, at=now)
                expires = now + timedelta(days=form.cleaned_data.pop("days"))
                given = give_and_send(
                    version, at=now, expires=expires, made_by=request.user, **form.cleaned_data
                )
            self.log_change(request, publication, gettext("Gave a pass."))
            messages.success(request, gettext("The pass goes to %(name)s by mail.") % {"name": given.name})
            return HttpResponseRedirect(self.url_of(publication, "passes"))
        return self.verb_page(
            request,
            publication,
            "passes",
            form=form,
            under_embargo=ahead,
            passes=[
                {"given": each, "is_open": each.is_open(now), "sort": sort_of(each)}
                for each in Pass.objects.filter(version__publication=publication).select_related("version")
            ],
        )

    def revoke_view(self, request: HttpRequest, pk: int, given: int) -> HttpResponse:
        publication = self.wanted(request, pk, publishing=True)
        found = Pass.objects.filter(version__publication=publication, pk=given).first()
        if found is None:
            raise Http404
        if request.method == "POST":
            found.revoke(timezone.now())
            self.log_change(request, publication, gettext("Revoked a pass."))
            messages.success(request, gettext("The pass of %(name)s is revoked.") % {"name": found.name})
            return HttpResponseRedirect(self.url_of(publication, "passes"))
        return self.verb_page(request, publication, "revoke", given=found)


def sort_of(given: Pass) -> str:
    if given.version.is_shared_draft:
        return gettext("Draft of %(day)s") % {"day": timezone.localtime(given.version.made).date()}
    return gettext("Version %(number)d, under embargo") % {"number": given.version.number}
