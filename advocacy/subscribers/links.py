"""The addresses that stand in a subscriber's mail. The token in them is stored with the subscriber."""

from django.conf import settings
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac

from advocacy.subscribers.models import Subscriber

SALT = "advocacy.subscribers.confirm"


def unsubscribe_url(language: str, token: str) -> str:
    """The page with the button by which one leaves."""
    return absolute("subscribers:unsubscribe", language=language, token=token)


def one_click_url(token: str) -> str:
    """For List-Unsubscribe: mail programs post to it by themselves (RFC 8058)."""
    return absolute("one-click", token=token)


def preferences_url(language: str, token: str) -> str:
    """Where a subscriber changes language and topics, takes their data, leaves or is erased."""
    return absolute("subscribers:preferences", language=language, token=token)


def confirm_url(language: str, subscriber: Subscriber) -> str:
    """Where they say yes. The mail with it has to have come after they left, if they did."""
    token = subscriber.token + proofs(subscriber)[0]
    return absolute("subscribers:confirm-link", language=language, token=token)


def may_confirm(subscriber: Subscriber, token: str) -> bool:
    """Whether what stands in the address of the page comes from a mail that asked them back."""
    said = token.removeprefix(subscriber.token)
    return any(constant_time_compare(said, proof) for proof in proofs(subscriber))


def proofs(subscriber: Subscriber) -> list[str]:
    """What makes a token the link of a mail that asks back, under the site's key and those of earlier times.

    Nothing for who never got the bulletin: nobody was sent their token but they. Who had it may have passed a mail on, and
    whoever has that one can't put them back onto the list.
    """
    if subscriber.ended is None:
        return [""]
    value = f"{subscriber.token} {subscriber.ended.timestamp()}"
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return [salted_hmac(SALT, value, secret=key, algorithm="sha256").hexdigest()[:32] for key in keys]


def erase_url(language: str, token: str) -> str:
    return absolute("subscribers:erase", language=language, token=token)


def absolute(name: str, **parts: str) -> str:
    return settings.SITE_URL + reverse(name, kwargs=parts)
