"""The two messages of accounts: an invitation and a link for a new password, which carry one kind of link."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from advocacy.accounts.models import User
from advocacy.mail.models import Message
from advocacy.mail.outbox import queue, write
from advocacy.organisation.chrome import load

PAUSE = timedelta(minutes=5)


def password_link(user: User) -> str:
    """Where `user` chooses a password. The link dies with its first use, and when the account is disabled."""
    path = reverse(
        "admin:password-choose",
        kwargs={
            "uidb64": urlsafe_base64_encode(force_bytes(user.pk)),
            "token": default_token_generator.make_token(user),
        },
    )
    return settings.SITE_URL + path


def link_hours() -> int:
    return round(timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT) / timedelta(hours=1))


def send_invitation(user: User, *, by: Any, at: datetime) -> None:
    """Queues the invitation, in the person's language, within the caller's transaction."""
    send(user, "invitation", at=at, by=by)


def send_password_link(user: User, *, at: datetime) -> None:
    """Queues a link for a new password, unless one was queued just before: an inbox isn't flooded."""
    lately = Message.objects.filter(
        purpose=purpose("new_password"), created__gt=at - PAUSE, deliveries__recipient__iexact=user.email
    )
    if not lately.exists():
        send(user, "new_password", at=at)


def send(user: User, name: str, *, at: datetime, by: Any = None) -> None:
    context = {
        "user": user,
        "by": by,
        "organisation": load(user.language),
        "link": password_link(user),
        "hours": link_hours(),
    }
    words = write(f"accounts/mail/{name}", context, user.language)
    # Private: whoever reads the outbox must not be able to take over the account.
    queue(purpose=purpose(name), to=[user.email], language=user.language, at=at, private=True, **words)


def purpose(name: str) -> str:
    return f"account-{name.replace('_', '-')}"
