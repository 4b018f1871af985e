"""The addresses that stand in a subscriber's mail. The token in them is stored with the subscriber."""

from django.conf import settings
from django.urls import reverse


def unsubscribe_url(language: str, token: str) -> str:
    """The page with the button by which one leaves."""
    return absolute("subscribers:unsubscribe", language=language, token=token)


def one_click_url(token: str) -> str:
    """For List-Unsubscribe: mail programs post to it by themselves (RFC 8058)."""
    return absolute("one-click", token=token)


def preferences_url(language: str, token: str) -> str:
    """Where a subscriber changes language and topics, takes their data, leaves or is erased."""
    return absolute("subscribers:preferences", language=language, token=token)


def confirm_url(language: str, token: str) -> str:
    return absolute("subscribers:confirm-link", language=language, token=token)


def erase_url(language: str, token: str) -> str:
    return absolute("subscribers:erase", language=language, token=token)


def absolute(name: str, **parts: str) -> str:
    return settings.SITE_URL + reverse(name, kwargs=parts)
