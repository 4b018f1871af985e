"""Reads the addresses of the mail server and of the mailbox for bounces. Imported by the settings, so it knows nothing of Django's models."""

from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

PORTS = {"smtp": 25, "smtp+tls": 587, "smtps": 465}


class MailServer(NamedTuple):
    host: str
    port: int
    user: str
    password: str
    implicit_tls: bool
    starttls: bool


def in_ascii(url: str) -> str:
    """The address of the site as headers of mails and browsers write it: a host in another script in its IDNA form."""
    if url.isascii():
        return url
    try:
        scheme, sign, rest = url.partition("://")
        host, colon, port = rest.partition(":")
        return f"{scheme}{sign}{host.encode('idna').decode('ascii')}{colon}{port}"
    except UnicodeError:
        raise ImproperlyConfigured("CMS_SITE_URL cannot be read: its host is no name.") from None


def mail_server(url: str) -> MailServer:
    """The server of smtp://user:password@host:port, with smtps:// for TLS and smtp+tls:// for STARTTLS.

    Signs with a meaning in addresses are written %XX in user and password. The address is never repeated in
    an error, since it holds the password.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise ImproperlyConfigured(
            "CMS_EMAIL_URL cannot be read. Write / : @ # in user or password as %2F %3A %40 %23."
        ) from None
    if parts.scheme not in PORTS:
        raise ImproperlyConfigured("CMS_EMAIL_URL has to begin with smtp://, smtps:// or smtp+tls://.")
    if not parts.hostname or parts.path.strip("/") or parts.query or parts.fragment:
        raise ImproperlyConfigured(
            "CMS_EMAIL_URL has to look like smtp://user:password@host:port, with nothing after the port."
        )
    return MailServer(
        host=parts.hostname,
        port=port or PORTS[parts.scheme],
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        implicit_tls=parts.scheme == "smtps",
        starttls=parts.scheme == "smtp+tls",
    )


class Mailbox(NamedTuple):
    host: str
    port: int
    user: str
    password: str
    folder: str

    @property
    def name(self) -> str:
        """Tells it from other mailboxes, without its password."""
        return f"{self.user}@{self.host}:{self.port}/{self.folder}"


def bounce_mailbox(url: str) -> Mailbox | None:
    """The mailbox of imaps://user:password@host:port/folder (INBOX where none is named); None for an empty text.

    Signs with a meaning in addresses are written %XX. The address is never repeated in an error.
    """
    if not url:
        return None
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise ImproperlyConfigured(
            "CMS_BOUNCE_URL cannot be read. Write / : @ # in user or password as %2F %3A %40 %23."
        ) from None
    if parts.scheme != "imaps":
        raise ImproperlyConfigured("CMS_BOUNCE_URL has to begin with imaps://.")
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    folder = unquote(parts.path.strip("/")) or "INBOX"
    if not (parts.hostname and user and password) or parts.query or parts.fragment:
        raise ImproperlyConfigured("CMS_BOUNCE_URL has to look like imaps://user:password@host:port/folder.")
    if not (folder.isascii() and folder.isprintable()):
        raise ImproperlyConfigured("The folder in CMS_BOUNCE_URL has to be written in Latin letters.")
    return Mailbox(host=parts.hostname, port=port or 993, user=user, password=password, folder=folder)
