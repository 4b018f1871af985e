"""The catcher: a mail server for developers that keeps what it gets and sends nothing on. Needs aiosmtpd."""

import asyncio
import socket
from datetime import datetime
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.message import EmailMessage

from aiosmtpd.smtp import SMTP, Envelope, Session
from asgiref.sync import sync_to_async
from django.db import close_old_connections
from django.utils import timezone

from advocacy.mail.models import CaughtMail
from advocacy.mail.words import body


def keep(raw: bytes, *, sender: str, recipients: list[str], at: datetime) -> CaughtMail:
    """Store a mail as it came in, however odd it is."""
    mail = message_from_bytes(raw, policy=policy.default)
    # Python's own reading of an address puts a space between two encoded words; RFC 2047 has none there.
    headers = message_from_bytes(raw)
    return CaughtMail.objects.create(
        recipients=body(", ".join(recipients)),
        sender=body(sender),
        subject=body(read(lambda: decoded(headers["Subject"] or ""))),
        text=body(read(lambda: part(mail, "plain"))),
        html=body(read(lambda: part(mail, "html"))),
        headers=body(read(lambda: "\n".join(f"{name}: {decoded(value)}" for name, value in headers.items()))),
        raw=raw,
        received=at,
    )


def read(words) -> str:
    """What could be read, or nothing: a mail that breaks the rules is kept with its source all the same."""
    try:
        return words()
    except (LookupError, ValueError, TypeError, AttributeError):
        return ""


def decoded(value: str) -> str:
    """A header in the signs that a reader sees, on one line."""
    return " ".join(str(make_header(decode_header(value))).split())


def part(mail: EmailMessage, kind: str) -> str:
    found = mail.get_body((kind,))
    return found.get_content() if found is not None else ""


class Catcher:
    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:
        await sync_to_async(self.store)(envelope)
        return "250 Caught"

    def store(self, envelope: Envelope) -> None:
        close_old_connections()
        keep(
            envelope.original_content or b"",
            sender=envelope.mail_from or "",
            recipients=[str(address) for address in envelope.rcpt_tos],
            at=timezone.now(),
        )


async def serve(listening: socket.socket) -> None:
    """Catch mail on a socket that is bound already, until cancelled."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: SMTP(Catcher(), enable_SMTPUTF8=True, data_size_limit=20_000_000), sock=listening
    )
    async with server:
        await server.serve_forever()
