"""The pages of a bulletin beside its form: how its mail looks, a test, the files for another mail service."""

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from advocacy.mail.editions import Edition, filled_for_nobody
from advocacy.mail.outbox import queue
from advocacy.mail.words import plain_address
from advocacy.publishing.models import Version, zone
from advocacy.publishing.preview import in_scheme
from advocacy.publishing.verbs import READ
from newsroom.admin.bulletin_sending import (
    SendForm,
    recipients_by_edition,
    running,
    send,
    texts_to_send,
)
from newsroom.bulletin_checks import checks
from newsroom.bulletin_mail import FOR_EACH, Places, edition_of
from newsroom.mail_services import SERVICES, packed

MOST = 20  # addresses of one test


def mark_of(text: Any) -> str:
    """The field that holds the mark of one of the texts that are sent together."""
    return f"{READ}-{text.pk}"


def moment_ahead(moment: datetime) -> datetime | None:
    """The moment on the organisation's clocks, where it lies ahead."""
    return moment.astimezone(zone()) if moment > timezone.now() else None


class TestForm(forms.Form):
    """To whom a test goes: oneself, and whoever else is named."""

    myself = forms.BooleanField(label=_("To me"), required=False, initial=True)
    others = forms.CharField(
        label=_("Also to"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3, "class": "vLargeTextField"}),
        help_text=_("E-mail addresses, one on a line or with commas between them; twenty at most."),
    )

    def clean_others(self) -> list[str]:
        found = self.cleaned_data["others"].replace(",", " ").split()
        if len(found) > MOST:
            raise forms.ValidationError(_("These are more than twenty addresses."))
        for address in found:
            try:
                validate_email(address)
                plain_address(address)
            except (ValueError, forms.ValidationError):
                raise forms.ValidationError(
                    _("This is not an e-mail address: %(address)s"), params={"address": address[:80]}
                ) from None
        return found

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors and not cleaned.get("myself") and not cleaned.get("others"):
            raise forms.ValidationError(_("Name at least one address."))
        return cleaned


class BulletinPages:
    """For BulletinAdmin."""

    def verbs(self, request: HttpRequest, publication: Any, standing: dict[str, Any]) -> list[dict[str, Any]]:
        found = super().verbs(request, publication, standing)
        if standing["binned"] or not self.has_change_permission(request, publication):
            return found
        sending = [self.sending_verb(publication), (gettext("Send a test"), self.url_of(publication, "test"))]
        pages = [
            *(sending if self.may_publish(request) else []),
            (gettext("Download for another mail service"), self.url_of(publication, "download")),
        ]
        return [*found, *({"label": label, "url": url, "plain": True} for label, url in pages)]

    def sending_verb(self, publication: Any) -> tuple[str, str]:
        """To send it, or to see what became of that: it is sent to nobody twice."""
        if mailing := running(publication.work):
            return gettext("Follow the sending"), reverse("admin:mail_mailing_change", args=[mailing.pk])
        return gettext("Send"), self.url_of(publication, "send")

    def get_urls(self) -> list[Any]:
        own = [
            self.page("send", self.send_view),
            self.page("test", self.test_view),
            self.page("download", self.download_view),
        ]
        return [*own, self.page("files", self.file_view, "<slug:service>.zip"), *super().get_urls()]

    # -- sending

    def send_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """GET shows what was checked and who gets it; POST publishes the bulletin's texts and starts the mailing."""
        publication = self.wanted(request, pk, publishing=True)
        now = timezone.now()
        texts, soonest = texts_to_send(publication), publication.soonest(now)
        later = {"when": SendForm.LATER, "moment": soonest} if soonest > now else {}
        form = SendForm(request.POST or None, texts=texts, at=now, zone=zone(), initial=later)
        valid = request.method == "POST" and form.is_valid()
        starts = form.starts(now) if valid else soonest
        problems, warnings = checks(form.chosen(), starts, now)
        sent = running(publication.work)
        if valid and not problems and not sent:
            topics = form.cleaned_data["topics"]
            read = {text.pk: request.POST.get(mark_of(text)) for text in texts}
            try:
                mailing = send(form.chosen(), starts, who=request.user, topics=topics, at=now, read=read)
            except ValidationError as refused:
                problems = refused.messages
            else:
                self.log_change(request, publication, gettext("Gave the bulletin to the worker to send."))
                messages.success(request, gettext("The bulletin is on its way. You can follow it here."))
                return HttpResponseRedirect(reverse("admin:mail_mailing_change", args=[mailing.pk]))
        context = {
            "problems": problems,
            "warnings": warnings,
            "sent": sent,
            "who": [
                {**each, "preview": self.url_of(each["text"], "preview")}
                for each in recipients_by_edition(form.chosen())
            ],
            "marks": [(mark_of(text), text.read_mark(now)) for text in texts_to_send(publication)],
        }
        return self.verb_page(request, publication, "send", folder="newsroom/bulletin", form=form, **context)

    # -- preview

    def preview_page(self, request: HttpRequest, stored: Any, version: Version) -> HttpResponse:
        """The mail that sending would make of the form as it stands."""
        made = filled_for_nobody(edition_of(version), timezone.now())
        public = stored.versions.public(timezone.now()).first() if stored else None
        return TemplateResponse(
            request,
            "admin/newsroom/bulletin/preview.html",
            {
                **self.admin_site.each_context(request),
                "title": gettext("Preview: %(title)s") % {"title": version.title},
                "light": in_scheme(made.html, dark=False),
                "dark": in_scheme(made.html, dark=True),
                "text": made.text,
                "inbox": {"sender": made.sender_name, "subject": made.subject, "preheader": made.preheader},
                "size": len(made.html.encode()),
                "early": moment_ahead(version.first_public),
                "original": stored,
                "version": version,
                "differs_from_saved": self.differing(stored.content() if stored else None, version),
                "public": public,
                "differs_from_public": self.differing(public.content, version) if public else "",
                "others": self.translations(stored) if stored else [],
                "opts": self.opts,
            },
        )

    def edition_of_desk(self, publication: Any, places: Places = FOR_EACH) -> Edition:
        """The mail that the text as it was saved would make."""
        now = timezone.now()
        return edition_of(publication.version(starts=publication.soonest(now), at=now), places)

    # -- test

    def test_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """For those who may publish: a test takes what nobody has approved out of the house."""
        publication = self.wanted(request, pk, publishing=True)
        form = TestForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            mine = [request.user.email] if form.cleaned_data["myself"] and request.user.email else []
            to = [*mine, *form.cleaned_data["others"]]
            if to:
                self.queue_test(publication, to)
                words = ngettext(
                    "A test goes to %(count)d address.", "A test goes to %(count)d addresses.", len(to)
                )
                return self.done(request, publication, words % {"count": len(to)})
            form.add_error("myself", _("Your account has no e-mail address."))
        early = moment_ahead(publication.soonest(timezone.now()))
        return self.verb_page(
            request, publication, "test", folder="newsroom/bulletin", form=form, early=early
        )

    def queue_test(self, publication: Any, to: list[str]) -> None:
        made = filled_for_nobody(self.edition_of_desk(publication), timezone.now())
        queue(
            purpose="bulletin-test",
            subject=gettext("Test: %(subject)s") % {"subject": made.subject},
            text=made.text,
            html=made.html,
            to=to,
            language=made.language,
            at=timezone.now(),
            reply_to=made.reply_to,
            sender_name=made.sender_name,
        )

    # -- another mail service

    def download_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        publication = self.wanted(request, pk)
        services = [
            {"name": service.name, "url": self.file_url(publication, service.key)}
            for service in SERVICES.values()
        ]
        early = moment_ahead(publication.soonest(timezone.now()))
        return self.verb_page(
            request, publication, "download", folder="newsroom/bulletin", services=services, early=early
        )

    def file_url(self, publication: Any, service: str) -> str:
        return reverse(self.url_name("files"), args=[publication.pk, service])

    def file_view(self, request: HttpRequest, pk: int, service: str) -> HttpResponse:
        publication = self.wanted(request, pk)
        if service not in SERVICES:
            raise Http404
        chosen = SERVICES[service]
        made = self.edition_of_desk(publication, chosen.places)
        response = HttpResponse(packed(chosen, made, publication.slug), content_type="application/zip")
        name = f"{publication.slug}-{publication.language}-{chosen.key}.zip"
        response["Content-Disposition"] = content_disposition_header(True, name)
        return response
