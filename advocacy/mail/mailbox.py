"""Reads the mailbox to which mails come back, where the site sends by SMTP.

Each mail is looked at once. What is a report on one of ours is recorded and marked as read; all others stay unread for the
people to whom they were written. Nothing is deleted.
"""

import logging
from datetime import datetime, timedelta
from imaplib import IMAP4

from django.conf import settings

from advocacy.mail.bounces import take
from advocacy.mail.imap import Opened, opened
from advocacy.mail.models import ReadMailbox
from advocacy.mail.reports import read_report
from advocacy.mail.server import Mailbox
from advocacy.mail.words import one_line

logger = logging.getLogger(__name__)

SECONDS = 20  # for one go; mail waits meanwhile
MOST = 50  # mails in one go
EVERY = timedelta(minutes=5)
LONGEST_REST = timedelta(hours=1)  # where the mailbox can't be opened
LOOK_BACK = timedelta(days=14)
FAILURES = (IMAP4.error, OSError, ValueError)  # the server, the line, or nonsense from either
TRIES = 4  # until a mail that the server never gives is passed over, for the sake of those behind it


def read_next(at: datetime) -> bool:
    """Read the mails that are new, as far as one go takes; False where it is not time, or no mailbox is set."""
    box: Mailbox | None = settings.BOUNCE_MAILBOX
    if box is None:
        return False
    ReadMailbox.objects.get_or_create(name=box.name, defaults={"due": at})
    mark = ReadMailbox.objects.filter(name=box.name).claim_one(at)
    if mark is None:
        return False
    more, error = False, ""
    try:
        with opened(box, SECONDS) as folder:
            more = read_new(folder, mark, at)
    except FAILURES as failure:
        error = one_line(f"{type(failure).__name__}: {failure}")
        logger.warning("The mailbox for bounces could not be read: %s", error)
    mark.settle(
        validity=mark.validity,
        last_uid=mark.last_uid,
        read=mark.read if error else at,
        attempts=mark.attempts if error else 0,
        last_error=error,
        due=at + (timedelta(0) if more else rest_after(mark.attempts) if error else EVERY),
    )
    return True


def rest_after(attempts: int) -> timedelta:
    return min(LONGEST_REST, EVERY * 2 ** min(attempts - 1, 10))


def read_new(folder: Opened, mark: ReadMailbox, at: datetime) -> bool:
    """Look at new mails and move the mark past each; says whether more are left. What is read twice does no harm."""
    if folder.validity != mark.validity:  # the server has numbered its mails anew
        mark.validity, mark.last_uid = folder.validity, 0
    new = folder.after(mark.last_uid, (at - LOOK_BACK).date())
    for uid in new[:MOST]:
        try:
            if is_about_ours(folder.mail(uid), at):
                folder.mark_read(uid)
        except FAILURES:
            if uid == new[0] and mark.attempts >= TRIES:  # each go ended at this very mail
                mark.last_uid, mark.attempts = uid, 1
            raise
        mark.last_uid = uid
    return len(new) > MOST


def is_about_ours(raw: bytes, at: datetime) -> bool:
    """Record what a mail reports, if it is a report on a mail of ours."""
    try:
        report = read_report(raw)
    except Exception as error:  # Python's parser is not made for everything that can come by mail
        logger.warning("A mail in the mailbox for bounces can't be read: %s", type(error).__name__)
        return False
    return report is not None and take(report, at)
