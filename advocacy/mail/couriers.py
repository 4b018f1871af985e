"""Hands letters over, many on one connection, and says of a failure whose it was and what is known of the letter."""

import re
import smtplib
from contextlib import suppress
from typing import Any, Protocol

from django.core.mail import get_connection
from django.core.mail.backends.smtp import EmailBackend

from advocacy.mail.sending import WANTS_A_LOGIN, answer_of, describe, is_for_good
from advocacy.mail.stencils import Letter

try:  # an extra, for mail services that are not reached by SMTP
    from anymail.exceptions import AnymailAPIError, AnymailRecipientsRefused
    from requests.exceptions import ConnectTimeout, Timeout
except ImportError:

    class Missing(Exception):
        """Is never raised."""

    AnymailAPIError = AnymailRecipientsRefused = ConnectTimeout = Timeout = Missing  # type: ignore[misc,assignment]

PER_CONNECTION = 100  # letters; many servers want to be greeted anew after that

# Enhanced status codes (RFC 3463) that say: there is no such mailbox, and never will be. 5.1.7 and 5.1.8 are about
# the sender, 5.2.2 and 5.2.3 about one day or one mail, 5.7 about who we are and what we write. Four numbers are no code:
# servers that block us name the address of ours.
NO_SUCH_MAILBOX = re.compile(r"(?<![\w.])5\.(1\.(1|2|3|6|10)|2\.1)(?!\w|\.\d)")
ENHANCED = re.compile(r"(?<![\w.])5\.\d{1,3}\.\d{1,3}(?!\w|\.\d)")
# What servers without such codes write when they mean it. A 550 alone may be anything (RFC 5321, 4.2.3).
SAYS_NO_SUCH = re.compile(
    r"no such (user|mailbox|recipient|address|person)|(user|recipient|mailbox|address|account)\W+(is )?(unknown|not found|"
    r"does(n't| not) exist)|unknown (user|recipient|mailbox|address)|does(n't| not) exist",
    re.IGNORECASE,
)
# The same words are said of us, whose domain or mailbox the other server looks up too.
ABOUT_THE_SENDER = re.compile(r"\b(sender|envelope|return.?path|mail from|your domain)\b", re.IGNORECASE)
# A mailbox that is shut for the day, which some servers give the code of one that is shut for good.
TOO_MUCH_JUST_NOW = re.compile(r"\bat a rate\b|\btoo quickly\b", re.IGNORECASE)


class Trouble(Exception):
    """The message is for staff to read."""


class NotNow(Trouble):
    """Nothing can be sent by this server just now, to whomever."""


class SenderRefused(Trouble):
    """The server takes nothing from us until somebody mends something."""


class Later(Trouble):
    """Not this letter now. It was not taken."""


class Refused(Trouble):
    """This letter was refused for good. `is_gone`: because there is no such mailbox."""

    def __init__(self, answer: str, *, is_gone: bool = False) -> None:
        super().__init__(answer)
        self.is_gone = is_gone


class CutOff(Trouble):
    """The other side had the whole letter, and nobody knows whether it took it."""


class Courier(Protocol):
    """Each method raises one of the above."""

    def open(self) -> None:
        """See that the server is there, before a letter is begun."""

    def deliver(self, letter: Letter) -> None:
        """Returns only when the server has taken the letter."""

    def close(self) -> None:
        """Say goodbye; never raises."""


def courier() -> Courier:
    """By SMTP where the site sends by SMTP, else by whatever is set."""
    backend = get_connection()
    return SmtpCourier(backend) if isinstance(backend, EmailBackend) else BackendCourier(backend)


class SmtpCourier:
    def __init__(self, backend: EmailBackend) -> None:
        self.backend = backend
        self.carried = 0  # letters on this connection

    def open(self) -> None:
        if self.carried >= PER_CONNECTION:
            self.close()
        try:
            if self.backend.open():
                self.carried = 0
                self.connection.ehlo_or_helo_if_needed()
        except smtplib.SMTPAuthenticationError as error:
            self.forget()
            trouble = SenderRefused if is_for_good(error.smtp_code) else NotNow
            raise trouble(describe(error)) from error
        except (OSError, ValueError, smtplib.SMTPException) as error:
            self.forget()
            raise NotNow(describe(error)) from error

    def deliver(self, letter: Letter) -> None:
        smtp = self.begin(letter)
        self.carried += 1
        self.say_who(smtp, letter)
        self.hand_over(smtp, letter)

    def begin(self, letter: Letter) -> smtplib.SMTP:
        """A connection on which the server has taken our name. One that it closes after a while is opened anew."""
        self.open()
        is_used = self.carried > 0
        try:
            answer = self.connection.mail(letter.sender)
        except (OSError, smtplib.SMTPException) as error:
            self.forget()
            if is_used:
                return self.begin(letter)
            raise NotNow(describe(error)) from error
        if answer[0] == 421 and is_used:  # idle for too long, or it takes only so many at once
            self.forget()
            return self.begin(letter)
        if answer[0] != 250:
            self.close()
            raise (SenderRefused if is_for_good(answer[0]) else NotNow)(answer_of(*answer))
        return self.connection

    @property
    def connection(self) -> smtplib.SMTP:
        held = self.backend.connection
        if held is None:
            raise smtplib.SMTPServerDisconnected("There is no connection to the mail server.")
        return held

    def say_who(self, smtp: smtplib.SMTP, letter: Letter) -> None:
        try:
            answer = smtp.rcpt(letter.to)
            if answer[0] in (250, 251):
                answer = smtp.docmd("DATA")
                if answer[0] == 354:
                    return
        except (OSError, smtplib.SMTPException) as error:
            self.forget()
            raise Later(describe(error)) from error
        self.tidy(smtp, answer[0])
        raise verdict(*answer)

    def hand_over(self, smtp: smtplib.SMTP, letter: Letter) -> None:
        try:
            # A line that begins with a dot gets a second one (RFC 5321, 4.5.2).
            smtp.send(re.sub(rb"(?m)^\.", b"..", letter.as_bytes()) + b"\r\n.\r\n")
        except (OSError, smtplib.SMTPException) as error:
            self.forget()  # without its last line the server has no letter
            raise Later(describe(error)) from error
        try:
            answer = smtp.getreply()
        except (OSError, smtplib.SMTPException) as error:
            self.forget()
            raise CutOff(describe(error)) from error
        if answer[0] != 250:
            self.tidy(smtp, answer[0])
            raise verdict(*answer)

    def tidy(self, smtp: smtplib.SMTP, code: int) -> None:
        """Make the connection fit for the next letter after a no."""
        if code == 421:  # the server is about to close it
            self.forget()
            return
        try:
            smtp.rset()
        except (OSError, smtplib.SMTPException):
            self.forget()

    def forget(self) -> None:
        """Drop a connection on which nothing more can be said."""
        for held in (self.backend.connection, self.backend._partial_connection):
            if held is not None:
                with suppress(OSError):
                    held.close()
        self.backend.connection = self.backend._partial_connection = None
        self.carried = 0

    def close(self) -> None:
        with suppress(Exception):
            self.backend.close()
        self.forget()


class BackendCourier:
    """A mail service by way of anymail, or another of Django's ways to send. What it says is less exact."""

    def __init__(self, backend: Any) -> None:
        self.backend = backend

    def open(self) -> None:
        try:
            self.backend.open()
        except Exception as error:
            raise NotNow(describe(error)) from error

    def deliver(self, letter: Letter) -> None:
        email = letter.as_email()
        self.open()
        try:
            taken = self.backend.send_messages([email])
        except AnymailRecipientsRefused as error:
            status = getattr(getattr(email, "anymail_status", None), "status", None) or ()
            raise Refused(describe(error), is_gone="invalid" in status) from error
        except AnymailAPIError as error:
            raise verdict_of_service(error) from error
        except OSError as error:
            raise Later(describe(error)) from error
        if not taken:
            raise Later("The mail service took nothing.")

    def close(self) -> None:
        with suppress(Exception):
            self.backend.close()


def verdict(code: int, answer: bytes) -> Trouble:
    """What a server's no to one letter means."""
    words = answer_of(code, answer)
    if code == WANTS_A_LOGIN:
        return SenderRefused(words)
    if not is_for_good(code):
        return NotNow(words) if code == 421 else Later(words)
    return Refused(words, is_gone=is_about_a_missing_mailbox(words))


def is_about_a_missing_mailbox(words: str) -> bool:
    """Whether a lasting no is about the recipient's address, rather than about us, our words or the day."""
    if ENHANCED.search(words):
        return bool(NO_SUCH_MAILBOX.search(words)) and not TOO_MUCH_JUST_NOW.search(words)
    says_so = words.startswith(("550", "551", "553")) and SAYS_NO_SUCH.search(words)
    return bool(says_so) and not ABOUT_THE_SENDER.search(words)


def verdict_of_service(error: Any) -> Trouble:
    words = describe(error)
    if error.status_code is None:
        fell_silent = isinstance(error, Timeout) and not isinstance(error, ConnectTimeout)
        return CutOff(words) if fell_silent or "Connection aborted" in words else NotNow(words)
    if error.status_code in (401, 403):
        return SenderRefused(words)
    if error.status_code == 429 or error.status_code >= 500:
        return NotNow(words)
    return Refused(words)
