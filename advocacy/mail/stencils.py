"""One edition of a mailing as it goes out: written once, with open places for what is each recipient's own.

A mail is parsed, encoded and folded by slow machinery that is right in every corner. Here it runs once for an
edition. For each recipient only the places are filled and a few lines put on top.
"""

import binascii
from dataclasses import dataclass
from datetime import date, datetime
from email.message import Message as Parsed
from email.utils import format_datetime
from functools import cached_property
from uuid import uuid4

from django.core.mail import EmailMultiAlternatives
from django.core.mail.message import sanitize_address
from django.utils.translation import override

from advocacy.delivery.printed import day, printing
from advocacy.mail.editions import JOINED, PREFERENCES_URL, UNSUBSCRIBE_URL, fill, fill_html
from advocacy.mail.models import Delivery, Message
from advocacy.mail.words import check_headers, plain_address
from advocacy.organisation.models import Organisation
from advocacy.subscribers import links
from advocacy.subscribers.models import Subscriber

OWN = ("To", "Message-ID", "Date", "Content-Type", "MIME-Version", "Content-Transfer-Encoding")


class Stencil:
    """What all who get a message have in common."""

    def __init__(self, message: Message) -> None:
        check_headers(message.headers)
        self.message = message
        self.sender = sanitize_address(message.sender, "utf-8")
        # "=_" stands in no text that is encoded as quoted-printable, so the boundary stands in none either.
        self.boundary = f"=_{uuid4().hex}"
        self.organisation = Organisation.current()
        self.days: dict[date, str] = {}

    @cached_property
    def head(self) -> bytes:
        """The lines of the header that are the same for everybody."""
        parsed = self.email([], {}).message()
        for name in OWN:
            del parsed[name]
        return self.lines_of(parsed)

    @staticmethod
    def lines_of(parsed: Parsed) -> bytes:
        parsed.set_payload("")
        return parsed.as_bytes(linesep="\r\n").rstrip(b"\r\n") + b"\r\n"  # type: ignore[call-arg]

    def email(self, to: list[str], own_headers: dict[str, str]) -> EmailMultiAlternatives:
        message = self.message
        return EmailMultiAlternatives(
            subject=message.subject,
            body=message.text,
            from_email=message.from_header(),
            to=to,
            reply_to=[message.reply_to] if message.reply_to else None,
            headers={**message.headers, "Content-Language": message.language, **own_headers},
        )

    def letter(self, delivery: Delivery, subscriber: Subscriber, at: datetime) -> "Letter":
        """The mail to one subscriber; ValueError where their address is not exactly one."""
        return Letter(
            stencil=self,
            to=sanitize_address(plain_address(subscriber.email), "utf-8"),
            mail_id=delivery.mail_id,
            one_click=links.one_click_url(subscriber.token),
            places={
                UNSUBSCRIBE_URL: links.unsubscribe_url(self.message.language, subscriber.token),
                PREFERENCES_URL: links.preferences_url(self.message.language, subscriber.token),
                JOINED: self.printed(subscriber.joined),
            },
            at=at,
        )

    def printed(self, joined: datetime | None) -> str:
        """The day as the language of the message prints it; each is worked out once."""
        if joined is None:
            return ""
        zone = self.organisation.zone
        local = joined.astimezone(zone).date()
        if local not in self.days:
            with override(self.message.language), printing(self.organisation.date_order, zone):
                self.days[local] = day(local)
        return self.days[local]


@dataclass(frozen=True)
class Letter:
    """The mail to one recipient."""

    stencil: Stencil
    to: str
    mail_id: str
    one_click: str
    places: dict[str, str]
    at: datetime

    @property
    def sender(self) -> str:
        return self.stencil.sender

    def own_headers(self) -> dict[str, str]:
        own = {"List-Unsubscribe": f"<{self.one_click}>"}
        check_headers(own)
        return {"Message-ID": self.mail_id, "Date": format_datetime(self.at), **own}

    def as_bytes(self) -> bytes:
        """As it is handed to a mail server: plain ASCII, no line longer than 76 signs in its parts."""
        message, boundary = self.stencil.message, self.stencil.boundary
        own = {"To": self.to, **self.own_headers(), "MIME-Version": "1.0"}
        text = part("plain", fill(message.text, self.places))
        if not message.html:
            return self.stencil.head + lines(own) + text
        own["Content-Type"] = f'multipart/alternative; boundary="{boundary}"'
        html = part("html", fill_html(message.html, self.places))
        between = f"\r\n--{boundary}\r\n".encode()
        return b"".join(
            [self.stencil.head, lines(own), between, text, between, html, f"\r\n--{boundary}--\r\n".encode()]
        )

    def as_email(self) -> EmailMultiAlternatives:
        """As Django's other ways to send take it."""
        email = self.stencil.email([self.to], self.own_headers())
        email.body = fill(str(email.body), self.places)
        if self.stencil.message.html:
            email.attach_alternative(fill_html(self.stencil.message.html, self.places), "text/html")
        return email


def lines(headers: dict[str, str]) -> bytes:
    return "".join(f"{name}: {value}\r\n" for name, value in headers.items()).encode("ascii")


def part(kind: str, words: str) -> bytes:
    """A text as a part of a mail, encoded as quoted-printable (RFC 2045)."""
    head = {"Content-Type": f'text/{kind}; charset="utf-8"', "Content-Transfer-Encoding": "quoted-printable"}
    # With CR LF the encoder would break long lines by LF alone, where a text has no line of its own before.
    encoded = binascii.b2a_qp(words.encode(), istext=True).replace(b"\n", b"\r\n")
    return lines(head) + b"\r\n" + encoded
