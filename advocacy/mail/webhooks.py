"""What a mail service tells of the mails that it sent for the site, by posts that carry the secret set for them.

django-anymail knows each service's form and checks who posts; it is an extra. The addresses exist only where it is
installed, is what the site sends with, and a secret is set.
"""

import re
from datetime import datetime
from importlib.util import find_spec
from typing import Any

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path
from django.utils import timezone

from advocacy.mail.bounces import (
    came_back,
    complained,
    delivery_with,
    only_one_to,
)
from advocacy.mail.couriers import is_about_a_missing_mailbox
from advocacy.mail.models import Delivery
from advocacy.mail.reports import answer_in, status_in, words_of
from advocacy.subscribers.suppression import Reason, suppress

BACKENDS = "anymail.backends."
KEY = (
    "mail"  # under which a service keeps the Message-ID that we gave; many put one of their own in its place
)
WITHOUT_METADATA = {"MailerSend", "Postal"}
NAME = re.compile(r"[0-9a-f.]{32,60}")  # of a Message-ID, before its domain


def service() -> str:
    """The mail service that the site sends with, such as "postmark"; empty for SMTP."""
    name = settings.EMAIL_BACKEND
    return name.removeprefix(BACKENDS).partition(".")[0] if name.startswith(BACKENDS) else ""


def addresses() -> list[URLPattern | URLResolver]:
    """The address at which the service may post, as django-anymail's own documentation names it; or none."""
    if not (service() and settings.ANYMAIL.get("WEBHOOK_SECRET") and find_spec("anymail")):
        return []
    from anymail.urls import urlpatterns

    own = [each for each in urlpatterns if str(each.pattern).startswith(f"{service()}/")]
    return [path("anymail/", include([each for each in own if "inbound" not in str(each.pattern)]))]


def listen() -> None:
    """Hear of what is posted and of what is sent, where the extra is installed."""
    if find_spec("anymail"):
        from anymail import signals

        signals.pre_send.connect(name_mail, dispatch_uid="advocacy.mail")
        signals.tracking.connect(hear, dispatch_uid="advocacy.mail")


def name_mail(sender: Any, message: Any, esp_name: str, **_more: Any) -> None:
    """Let the service keep our name for the mail beside it, which it repeats in what it posts."""
    name = message.extra_headers.get("Message-ID", "").removeprefix("<").partition("@")[0]
    if NAME.fullmatch(name) and esp_name not in WITHOUT_METADATA:
        message.metadata = {**(getattr(message, "metadata", None) or {}), KEY: name}


def hear(sender: Any, event: Any, esp_name: str, **_more: Any) -> None:
    """Record what the service tells. That it posted was checked before, so it may name a recipient by the address."""
    at = timezone.now()
    delivery = delivery_of(event, at)
    address = delivery.address if delivery else (event.recipient or "")
    words = words_of(event.mta_response or event.description or event.reject_reason)
    if event.event_type == "complained" or event.reject_reason == "spam":
        if delivery:
            complained(delivery, words, at)
        suppress_if_any(address, Reason.COMPLAINED, at)
    elif event.event_type == "unsubscribed" or event.reject_reason == "unsubscribed":
        suppress_if_any(address, Reason.LEFT, at)
    elif event.event_type in ("bounced", "rejected"):
        if delivery:
            came_back(delivery, words, at)
        if is_lasting(event):
            suppress_if_any(address, Reason.BOUNCED, at)


def is_lasting(event: Any) -> bool:
    """Whether the address itself takes no mail: by the other server's own answer, or else as the service sees it."""
    answer = words_of(answer_in(event.mta_response))
    if status_in(answer):
        return is_about_a_missing_mailbox(answer)
    return event.reject_reason in ("bounced", "invalid")


def delivery_of(event: Any, at: datetime) -> Delivery | None:
    """The mail it is about: by the name that it kept, by its Message-ID, or by the recipient if there is but one."""
    kept = str((event.metadata or {}).get(KEY, ""))
    if NAME.fullmatch(kept):
        named = Delivery.objects.filter(mail_id__startswith=f"<{kept}@").values_list("mail_id", flat=True)
        return delivery_with(named)
    mail_id, recipient = str(event.message_id or ""), str(event.recipient or "")
    names = [name for name in (mail_id, f"<{mail_id}>") if name.isprintable()]
    return delivery_with(names) or only_one_to([recipient.lower()] if recipient.isprintable() else [], at)


def suppress_if_any(address: str, reason: str, at: datetime) -> None:
    if "@" in address and address.isprintable():
        suppress(address, reason, at)
