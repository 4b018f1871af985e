"""Sends what is due: claim a delivery, talk to the mail server, write the outcome where the claim is still
held.

The claim is committed before the first word to the server. A worker killed in between leaves the delivery due
again at the end of its lease: it is sent once more at most, under the same Message-ID, and never lost.
"""

import logging
import smtplib
from contextlib import suppress
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.core.mail import get_connection
from django.utils.translation import gettext

from advocacy.mail.models import Delivery

try:  # an extra, for mail services that are not reached by SMTP
    from anymail.exceptions import AnymailRecipientsRefused
except ImportError:
    AnymailRecipientsRefused = smtplib.SMTPRecipientsRefused

logger = logging.getLogger(__name__)

ATTEMPTS = 10  # with the rests between them, a little more than a day
LONGEST_REST = timedelta(hours=6)
LONGEST_ERROR = 1000
WANTS_A_LOGIN = 530  # RFC 4954, 6: whoever the mail is for


class RefusedForGood(Exception):
    """The other side has said that this mail will never be taken."""


def rest_after(attempts: int) -> timedelta:
    """How long to wait after so many attempts: one minute, four, sixteen, and so on up to six hours."""
    return min(LONGEST_REST, timedelta(minutes=4 ** min(attempts - 1, 9)))


def send_one(at: datetime) -> bool:
    """Claim the delivery that has waited longest and send it; False when none is due."""
    delivery = Delivery.objects.urgent().select_related("message").claim_one(at)
    if delivery is None:
        return False
    if delivery.attempts > ATTEMPTS:  # every attempt ended with the worker
        give_up(delivery, at, delivery.last_error or "The worker was stopped in the middle of each attempt.")
    elif delivery.message.shows_what_is_gone(at):
        cancel(delivery, at, gettext("Not sent: it shows what is not public any more."))
    else:
        attempt(delivery, at)
    return True


def send_due(at: datetime) -> int:
    """Send everything that is due at this moment; says how many attempts that were."""
    attempts = 0
    while send_one(at):
        attempts += 1
    return attempts


def attempt(delivery: Delivery, at: datetime) -> None:
    """Send a claimed delivery and write how that went."""
    # Closed only after the outcome is written, so that a server slow to say goodbye causes no second mail.
    connection = get_connection()
    try:
        hand_over(delivery, connection)
    except RefusedForGood as refusal:
        record(delivery, delivery.settle_as(Delivery.State.REFUSED, at=at, error=str(refusal)))
    except (
        ValueError,
        ValidationError,
    ) as error:  # the mail itself cannot be written; trying again would change nothing
        give_up(delivery, at, describe(error))
    except Exception as error:
        if delivery.attempts >= ATTEMPTS:
            give_up(delivery, at, describe(error))
        else:
            until = at + rest_after(delivery.attempts)
            logger.warning("Delivery %s is tried again at %s: %s", delivery.pk, until, type(error).__name__)
            record(delivery, delivery.put_off(until=until, error=describe(error)))
    else:
        record(delivery, delivery.settle_as(Delivery.State.SENT, at=at))
        delivery.message.erase_words()
    finally:
        with suppress(Exception):
            connection.close()


def hand_over(delivery: Delivery, connection) -> None:
    """Give the mail to the server. Returns only when the server has taken it."""
    email = delivery.email()
    try:
        open_up(connection)
        if not connection.send_messages([email]):
            raise ConnectionError("The mail server took nothing.")
    except smtplib.SMTPRecipientsRefused as error:
        code, answer = next(iter(error.recipients.values()))
        if refuses_the_mail(code):
            raise RefusedForGood(answer_of(code, answer)) from error
        raise
    except smtplib.SMTPDataError as error:
        if refuses_the_mail(error.smtp_code):
            raise RefusedForGood(answer_of(error.smtp_code, error.smtp_error)) from error
        raise
    except AnymailRecipientsRefused as error:
        raise RefusedForGood(describe(error)) from error


def open_up(connection) -> None:
    """An error of values, such as a certificate that nobody vouches for, is not the mail's: it was not touched yet."""
    try:
        connection.open()
    except ValueError as error:
        raise ConnectionError(describe(error)) from error


def is_for_good(code: int) -> bool:
    """Whether the answer is a lasting no (5xx) rather than a no for now (4xx)."""
    return 500 <= code <= 599


def refuses_the_mail(code: int) -> bool:
    """Whether it is a lasting no to this mail, rather than to us until we log in."""
    return is_for_good(code) and code != WANTS_A_LOGIN


def give_up(delivery: Delivery, at: datetime, error: str) -> None:
    logger.error("Delivery %s is given up after %s attempts.", delivery.pk, delivery.attempts)
    record(delivery, delivery.settle_as(Delivery.State.FAILED, at=at, error=error))


def cancel(delivery: Delivery, at: datetime, reason: str) -> None:
    """What was claimed and is not tried: that was no attempt."""
    state, attempts = Delivery.State.CANCELLED, delivery.attempts - 1
    record(delivery, delivery.settle(state=state, settled_at=at, last_error=reason, attempts=attempts))


def record(delivery: Delivery, written: bool) -> None:
    if not written:
        logger.warning("The lease on delivery %s ran out; another worker has it now.", delivery.pk)


def describe(error: Exception) -> str:
    """The error for staff to read; a server's answer as text."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, answer = next(iter(error.recipients.values()))
        return answer_of(code, answer)
    if isinstance(error, smtplib.SMTPResponseException):
        return answer_of(error.smtp_code, error.smtp_error)
    return readable(f"{type(error).__name__}: {error}")


def answer_of(code: int, answer: bytes | str) -> str:
    words = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
    return readable(f"{code} {words}")


def readable(text: str) -> str:
    return "".join(sign if sign.isprintable() else " " for sign in text)[:LONGEST_ERROR]
