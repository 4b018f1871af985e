"""A correction told by mail to exactly those who were sent the earlier text, and the page on which staff decide it."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from advocacy.mail.editions import (
    JOINED,
    PREFERENCES_URL,
    UNSUBSCRIBE_URL,
    Edition,
    Guarded,
    NotReady,
    filled_for_nobody,
)
from advocacy.mail.models import Mailing
from advocacy.mail.outbox import write
from advocacy.organisation import chrome
from advocacy.publishing.models import Publication, Version


def correction_editions(version: Version, at: datetime) -> list[Edition]:
    """The short mail of a correction, in the language of the text; NotReady where the text is not public any more."""
    public = Version.objects.public(at).filter(publication=version.publication_id).first()
    if public is None or version.barred:
        raise NotReady(gettext("The corrected text is not public any more."))
    organisation = chrome.load(version.language, at)
    guarded = Guarded()
    context = {
        "title": public.title,
        "note": version.correction,
        "link": settings.SITE_URL + public.url,
        "changes": settings.SITE_URL + changes_path(version),
        "unsubscribe_url": guarded.hidden(UNSUBSCRIBE_URL),
        "preferences_url": guarded.hidden(PREFERENCES_URL),
        "joined": guarded.hidden(JOINED),
        "sender_name": organisation.name,
        "organisation": organisation,
        "sample": organisation.sample,
    }
    words = write("publishing/mail/correction", context, version.language)
    return [
        Edition(
            language=version.language,
            sender_name=organisation.name,
            reply_to=organisation.press_email,
            versions=tuple({version.pk, public.pk}),  # the note stands in the one, the title in the other
            subject=words["subject"],
            text=guarded.text(words["text"]),
            html=guarded.html(words["html"]),
        )
    ]


def changes_path(version: Version) -> str:
    return reverse("publishing:corrections", kwargs={"language": version.language})


def correction_to_tell(publication: Publication, at: datetime) -> Version | None:
    """The newest correction of a text that is public, where it was told to nobody by mail yet."""
    if not publication.versions.public(at).exists():
        return None
    corrections = publication.versions.ever_public(at).filter(barred=False).exclude(correction="")
    newest = corrections.select_related("work").order_by("-number").first()
    if newest is None or Mailing.objects.filter(corrects=newest).exists():
        return None
    return newest


def mailing_of(version: Version, at: datetime) -> Mailing:
    """The mailing of a correction, not saved: who would get it, once it is."""
    return Mailing(work=version.work, purpose=Mailing.Purpose.CORRECTION, corrects=version, starts=at)


class CorrectionMailPage:
    """For PublicationAdmin."""

    def correction_verbs(self, request: HttpRequest, publication: Any) -> list[dict[str, Any]]:
        at = timezone.now()
        version = correction_to_tell(publication, at) if self.may_publish(request) else None
        if version is None or not mailing_of(version, at).to_whom().exists():
            return []
        label = gettext("Tell of the correction by mail")
        return [{"label": label, "url": self.url_of(publication, "tell"), "plain": True}]

    def tell_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """GET shows the mail and how many get it; POST starts the mailing."""
        publication = self.wanted(request, pk, publishing=True)
        at = timezone.now()
        version = correction_to_tell(publication, at)
        if version is None:
            return self.done(request, publication, gettext("There is no correction to tell of."))
        mailing = mailing_of(version, at)
        if request.method == "POST":
            mailing.save()
            self.log_change(request, publication, gettext("Told of the correction by mail."))
            messages.success(request, gettext("The mail is on its way. You can follow it here."))
            return HttpResponseRedirect(reverse("admin:mail_mailing_change", args=[mailing.pk]))
        made = filled_for_nobody(correction_editions(version, at)[0], at)
        return self.verb_page(request, publication, "tell", made=made, count=mailing.to_whom().count())
