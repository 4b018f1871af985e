"""The outbox: a message and its deliveries are rows, written in the transaction that the mail is about."""

import logging
from collections.abc import Iterable, Mapping
from datetime import datetime
from email.utils import parseaddr
from typing import Any, TypedDict
from uuid import uuid4

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail.message import sanitize_address
from django.db import transaction
from django.template import Context, TemplateDoesNotExist
from django.template.loader import get_template
from django.utils.translation import get_language_bidi, override

from advocacy.mail.models import Delivery, Message
from advocacy.mail.words import body, check_headers, one_line, plain_address

logger = logging.getLogger(__name__)

# Tells other machines that this was written by one, so that out-of-office notes do not answer it.
BY_MACHINE = {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "OOF, AutoReply"}


class Words(TypedDict):
    subject: str
    text: str
    html: str


def write(template: str, context: Mapping[str, Any], language: str) -> Words:
    """Render the subject, the text and, if there is a template for it, the HTML of a mail in a language."""
    with override(language):
        context = {
            "site_url": settings.SITE_URL,
            "language": language,
            "direction": "rtl" if get_language_bidi() else "ltr",
            **context,
        }
        return Words(
            subject=one_line(_render(f"{template}_subject.txt", context, autoescape=False)),
            text=body(_render(f"{template}_text.txt", context, autoescape=False)).strip() + "\n",
            html=body(_render(f"{template}_html.html", context, autoescape=True))
            if _has_html(template)
            else "",
        )


def _render(name: str, context: Mapping[str, Any], *, autoescape: bool) -> str:
    template = get_template(name).template  # type: ignore[attr-defined]
    return template.render(Context(dict(context), autoescape=autoescape))


def _has_html(template: str) -> bool:
    try:
        get_template(f"{template}_html.html")
    except TemplateDoesNotExist:
        return False
    return True


def queue(
    *,
    purpose: str,
    subject: str,
    text: str,
    html: str = "",
    to: Iterable[str],
    language: str,
    at: datetime,
    reply_to: str = "",
    sender_name: str = "",
    headers: Mapping[str, str] | None = None,
    private: bool = False,
    versions: Iterable[int] = (),
) -> Message:
    """Put a message into the outbox, in the caller's transaction; the worker sends it from `at` on.

    `versions` are the ids of the public or scheduled texts that it shows: what still waits when one of them is
    withdrawn does not go out.

    Subject, names and texts may quote the public: what could break out of its line is taken out. ValueError
    for an address or a header that is not exactly one, and for a message without a plain text. A message to
    nobody is stored, so that what it tells is not lost with it. The sender's address is the site's own, or
    mail servers would refuse it.
    """
    if not body(text).strip():
        raise ValueError("A mail needs a plain text.")
    headers = BY_MACHINE | dict(headers or {})
    recipients = {plain_address(address).lower(): address for address in to}
    try:
        Message._meta.get_field("purpose").clean(purpose, None)
        check_headers(headers)
    except ValidationError as error:
        raise ValueError(error.messages[0]) from error
    if not recipients:
        logger.warning("A message for the purpose %s goes to nobody.", purpose)

    own_name, sender = parseaddr(settings.DEFAULT_FROM_EMAIL)
    with transaction.atomic():
        message = Message.objects.create(
            purpose=purpose,
            subject=one_line(subject),
            text=body(text),
            html=body(html),
            language=language,
            sender=sender,
            sender_name=one_line(sender_name or own_name),
            reply_to=plain_address(reply_to) if reply_to else "",
            headers=headers,
            private=private,
            created=at,
        )
        message.versions.add(*versions)
        Delivery.objects.bulk_create(
            [
                Delivery(message=message, recipient=recipient, mail_id=new_mail_id(sender), due=at)
                for recipient in recipients.values()
            ],
            batch_size=500,
        )
    return message


def new_mail_id(sender: str) -> str:
    """A Message-ID that no other mail has, under the sender's domain."""
    domain = sanitize_address(sender, "utf-8").rpartition("@")[2]
    return f"<{uuid4().hex}@{domain}>"


def another_mail_id(mail_id: str) -> str:
    """A Message-ID for a mail of a mailing that is sent once more. It begins as the first one's, by which a late report
    on that is known."""
    name, _at, domain = mail_id.removeprefix("<").partition("@")
    first = ".".join(name.split(".")[:2])
    return f"<{first}.{uuid4().hex[:8]}@{domain}"
