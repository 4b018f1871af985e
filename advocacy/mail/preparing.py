"""Makes a mailing ready: its words, written once, then a delivery for each who gets it.

The rows are made by the database itself, in blocks, one transaction each, with a cursor on the mailing. Killed in
between, the next block begins where the last one ended; a block that comes a second time adds nothing. Nothing is
sent before the last block is there.
"""

import logging
from collections.abc import Callable
from datetime import datetime
from email.utils import parseaddr
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail.message import sanitize_address
from django.db import connection, models, transaction
from django.db.models import Case, F, QuerySet, Value, When
from django.db.models.functions import MD5, Concat
from django.utils.translation import gettext

from advocacy.mail.editions import Edition, NotReady
from advocacy.mail.models import Delivery, Mailing, Message
from advocacy.mail.words import body, one_line, plain_address
from advocacy.subscribers.models import Subscriber
from advocacy.worker import claims

logger = logging.getLogger(__name__)

# Others wait for SQLite's lock while a block is written; 20,000 rows take less than half a second.
BLOCK = 20_000
QUIET_REPLIES = {"X-Auto-Response-Suppress": "OOF, AutoReply"}


def prepare_next(at: datetime) -> bool:
    """Do one piece of what has to be made ready, or of what was cancelled; False when there is none."""
    mailing = Mailing.objects.to_prepare(at).first()
    if mailing is None:
        return clear_cancelled(at)
    if mailing.messages.exists():
        add_block(mailing, at)
    else:
        write_words(mailing, at)
    return True


# -- the words


def write_words(mailing: Mailing, at: datetime) -> None:
    """Ask the work's kind what the mailing says, and keep that; where it can't go out, pause with the reason."""
    if reason := why_not(mailing, lambda: keep_words(mailing, editions_of(mailing, at), at)):
        mailing.pause(reason)


def what_stands_in_the_way(mailing: Mailing, at: datetime) -> str:
    """Why the worker would pause it once its moment has come: a sentence for staff, or nothing."""
    if mailing.messages.exists():
        return mailing.what_is_gone(at)
    return why_not(mailing, lambda: editions_of(mailing, max(at, mailing.starts)))


def why_not(mailing: Mailing, write: Callable[[], object]) -> str:
    """Writes, and says in a sentence for staff why that can't be done; nothing where it was done."""
    try:
        write()
    except NotReady as stands_in_the_way:
        return str(stands_in_the_way)
    except Exception:
        logger.exception("The words of mailing %s could not be written.", mailing.pk)
        return gettext("The mail could not be written. Tell whoever keeps the server.")
    return ""


def editions_of(mailing: Mailing, at: datetime) -> list[Edition]:
    """What the mailing says at `at`; NotReady where it can't go out."""
    editions = mailing.work.kind_class.mail_editions(mailing, at)
    if not editions:
        raise NotReady(gettext("There is no text to send."))
    return editions


def keep_words(mailing: Mailing, editions: list[Edition], at: datetime) -> None:
    """One message for each edition. Two workers at it at once keep the words once."""
    with transaction.atomic():
        locked = mailing.locked()
        if locked.messages.exists() or not locked.begin_preparing():
            return
        for edition in editions:
            message = message_of(locked, edition, at)
            message.save(force_insert=True)
            message.versions.set(edition.versions)


def message_of(mailing: Mailing, edition: Edition, at: datetime) -> Message:
    own_name, sender = parseaddr(settings.DEFAULT_FROM_EMAIL)
    return Message(
        mailing=mailing,
        purpose=mailing.purpose,
        subject=one_line(edition.subject),
        text=body(edition.text),
        html=body(edition.html),
        language=edition.language,
        sender=sender,
        sender_name=one_line(edition.sender_name or own_name),
        reply_to=plain_address(edition.reply_to) if edition.reply_to else "",
        headers=list_headers(mailing, edition.language),
        created=at,
    )


def list_headers(mailing: Mailing, language: str) -> dict[str, str]:
    """What tells mail programs and providers that this is a list's mail, the same for all who get it.

    List-Id is RFC 2919. Feedback-ID is how providers name a mailing in their reports to its sender: three names of
    our own, then the sender's. List-Unsubscribe itself (RFC 2369, 8058) is each recipient's own.
    """
    host = sanitize_address(f"x@{urlsplit(settings.SITE_URL).hostname or 'localhost'}", "utf-8")[2:]
    sender = "".join(sign for sign in host if sign.isalnum())[:15]
    return {
        "List-Id": f"<bulletin.{host}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "Feedback-ID": f"{mailing.pk}:{mailing.purpose}:{language}:{sender}",
        **QUIET_REPLIES,
    }


# -- the rows


def add_block(mailing: Mailing, at: datetime) -> None:
    """Add the next block of rows. After the last one the mailing is being sent."""
    with transaction.atomic():
        # All mailings of the work are held, so that nobody gets two of them.
        held = list(Mailing.objects.select_for_update().filter(work=mailing.work_id).order_by("pk"))
        mailing = next(each for each in held if each.pk == mailing.pk)
        if not mailing.begin_preparing():
            return
        last = last_of_block(mailing.cursor)
        block = mailing.to_whom().filter(pk__gt=mailing.cursor)
        mailing.recipients += insert_rows(mailing, block.filter(pk__lte=last) if last else block, at)
        if last:
            mailing.cursor = last
        else:
            mailing.state, mailing.watched_from = Mailing.State.SENDING, at
            mailing.prepared = mailing.prepared or at
        mailing.save(update_fields=["recipients", "cursor", "state", "prepared", "watched_from"])


def last_of_block(cursor: int) -> int | None:
    """The key of the subscriber with whom a block behind the cursor ends, or None where it is the last block."""
    following = Subscriber.objects.filter(pk__gt=cursor).order_by("pk")
    return following.values_list("pk", flat=True)[BLOCK - 1 : BLOCK].first()


def add_one(mailing: Mailing, subscriber: Subscriber, at: datetime) -> None:
    """Add a single row, for somebody who was not among the recipients."""
    mailing.recipients += insert_rows(mailing, Subscriber.objects.filter(pk=subscriber.pk), at)
    mailing.save(update_fields=["recipients"])


def insert_rows(mailing: Mailing, subscribers: QuerySet[Subscriber], at: datetime) -> int:
    """Make a delivery for each of these subscribers who has none, in one statement; says how many were made."""
    columns = row_of(mailing, at)
    chosen = subscribers.order_by().values_list(*columns.values())
    select, values = chosen.query.sql_with_params()
    quote = connection.ops.quote_name
    names = ", ".join(quote(str(Delivery._meta.get_field(name).get_attname_column()[1])) for name in columns)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {quote(Delivery._meta.db_table)} ({names}) {select} ON CONFLICT DO NOTHING",
            values,
        )
        return cursor.rowcount


def row_of(mailing: Mailing, at: datetime) -> dict[str, Any]:
    """Each column of a delivery, and what stands in it for a subscriber."""
    messages = list(mailing.messages.order_by("pk"))
    sender_domain = sanitize_address(messages[0].sender, "utf-8").rpartition("@")[2]
    texts, numbers = models.CharField(), models.BigIntegerField()
    return {
        "message": Case(
            *(When(language=message.language, then=Value(message.pk)) for message in messages),
            default=Value(for_other_languages(mailing, messages).pk),
            output_field=numbers,
        ),
        "mailing": Value(mailing.pk, numbers),
        "subscriber": F("pk"),
        "domain": F("domain"),
        # Made from what only the subscriber and the site know: nobody guesses the id of a mail that went to another.
        "mail_id": Concat(
            Value(f"<{mailing.pk}."),
            MD5(Concat(Value(f"{mailing.pk}."), "token", output_field=texts)),
            Value(f"@{sender_domain}>"),
            output_field=texts,
        ),
        "recipient": Value("", texts),
        "state": Value(Delivery.State.QUEUED.value, texts),
        "due": Value(at, models.DateTimeField()),
        "attempts": Value(0, models.PositiveSmallIntegerField()),
        "cuts": Value(0, models.PositiveSmallIntegerField()),
        "last_error": Value("", texts),
    }


def for_other_languages(mailing: Mailing, messages: list[Message]) -> Message:
    """The edition for subscribers in whose language there is none: the work's original one, or else the first."""
    original = mailing.work.original_language
    return next((message for message in messages if message.language == original), messages[0])


# -- what was cancelled


def clear_cancelled(at: datetime) -> bool:
    """Settle one block of what a cancelled mailing left waiting, but for the mail that a worker has in hand."""
    mailing = Mailing.objects.to_clear().first()
    if mailing is None:
        return False
    waiting = mailing.deliveries.queued()
    free = waiting.filter(models.Q(claim__isnull=True) | models.Q(due__lte=at))
    keys = list(free.order_by("pk").values_list("pk", flat=True)[:BLOCK])
    # A worker that was killed may have handed over what it had begun: its lease dates from the beginning.
    begun = models.Q(claim__isnull=False, tried__gte=F("due") - claims.LEASE)
    with transaction.atomic():
        block = free.filter(pk__gte=keys[0], pk__lte=keys[-1]) if keys else free.none()
        settled = {"due": None, "claim": None, "settled_at": at}
        block.filter(begun | models.Q(cuts__gt=0)).update(state=Delivery.State.UNCERTAIN, **settled)
        block.update(state=Delivery.State.CANCELLED, **settled)
    if not keys and not waiting.exists():
        with transaction.atomic():
            Mailing.objects.filter(pk=mailing.pk).update(finished=at)
            mailing.have_corrections_follow()
        return True
    return bool(keys)
