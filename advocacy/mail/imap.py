"""A mailbox on an IMAP server (RFC 3501), by TLS alone, that has to be done within a number of seconds."""

import imaplib
import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import date
from time import monotonic

from advocacy.mail.server import Mailbox

LONGEST_MAIL = 256 * 1024  # bytes that are read of one; what a report says stands at its beginning
LONGEST_LINE = 1_000_000
MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()


class Hurried(imaplib.IMAP4_SSL):
    """Python's client, of which every step ends at the same moment: a server may not hold it by a byte now and then."""

    def __init__(self, box: Mailbox, seconds: float) -> None:
        self.end = monotonic() + seconds
        self.pending = b""
        super().__init__(box.host, box.port, ssl_context=ssl.create_default_context(), timeout=self.left())

    def left(self) -> float:
        left = self.end - monotonic()
        if left <= 0:
            raise TimeoutError("The mailbox took too long.")
        return left

    def more(self) -> bool:
        self.sock.settimeout(self.left())
        piece = self.sock.recv(65536)
        self.pending += piece
        return bool(piece)

    def read(self, size: int) -> bytes:
        if size > LONGEST_MAIL:
            raise self.abort("The mailbox sends more than it was asked for.")
        while len(self.pending) < size and self.more():
            pass
        read, self.pending = self.pending[:size], self.pending[size:]
        return read

    def readline(self) -> bytes:
        while b"\n" not in self.pending and len(self.pending) <= LONGEST_LINE and self.more():
            pass
        length = self.pending.find(b"\n") + 1 or len(self.pending)
        line, self.pending = self.pending[:length], self.pending[length:]
        return line

    def send(self, data: bytes) -> None:
        self.sock.settimeout(self.left())
        super().send(data)


@contextmanager
def opened(box: Mailbox, seconds: float) -> Iterator["Opened"]:
    """The mailbox, logged in and with its folder chosen. Errors are imaplib's, OSError and its kinds."""
    client = Hurried(box, seconds)
    try:
        log_in(client, box)
        told = client.select(
            f'"{box.folder.replace(chr(92), chr(92) * 2).replace(chr(34), chr(92) + chr(34))}"'
        )
        good(told)
        yield Opened(client)
    finally:
        with suppress(Exception):
            client.logout()
        with suppress(Exception):
            client.shutdown()


def log_in(client: Hurried, box: Mailbox) -> None:
    if "AUTH=PLAIN" in client.capabilities:  # which takes any sign in a password
        client.authenticate("PLAIN", lambda _asked: f"\0{box.user}\0{box.password}".encode())
    else:
        client.login(box.user, box.password)


def good(told: tuple[str, list]) -> list:
    """The data of an answer, or imaplib's error where it is a no."""
    kind, data = told
    if kind != "OK":
        raise imaplib.IMAP4.error(f"{kind} {data!r}"[:300])
    return data


class Opened:
    """A folder that is open."""

    def __init__(self, client: Hurried) -> None:
        self.client = client
        _kind, said = client.response("UIDVALIDITY")
        self.validity = int(said[0]) if said and said[0] else 0

    def after(self, uid: int, since: date) -> list[int]:
        """The numbers of the mails that came after this one and not before that day, the oldest first."""
        day = f"{since.day}-{MONTHS[since.month - 1]}-{since.year}"
        data = good(self.client.uid("SEARCH", f"UID {uid + 1}:*", f"SINCE {day}"))
        found = {int(number) for line in data if line for number in re.findall(rb"\d+", line)}
        return sorted(number for number in found if number > uid)  # n:* names the last mail, whatever n

    def mail(self, uid: int) -> bytes:
        """The beginning of a mail, which stays unread by that; empty for one that is gone."""
        data = good(self.client.uid("FETCH", str(uid), f"(BODY.PEEK[]<0.{LONGEST_MAIL}>)"))
        return next((item[1] for item in data if isinstance(item, tuple)), b"")

    def mark_read(self, uid: int) -> None:
        good(self.client.uid("STORE", str(uid), "+FLAGS.SILENT", r"(\Seen)"))
