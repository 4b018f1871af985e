"""Sends mailings: a small batch is claimed, then each letter is begun, handed over, and its outcome written at once.

Beginning a letter is one statement on its row, which holds only while the claim is ours, the mailing is being sent and
the subscriber still receives. It gives the row a full lease, longer than the slowest server takes for one letter; so no
other worker takes it up meanwhile. A worker killed in between leaves one letter of which nobody knows: it is sent
once more, under the same Message-ID. The rest of its batch was never begun and goes out when the lease is over.
"""

import logging
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import uuid4

from django.core.exceptions import ValidationError
from django.db import OperationalError, transaction
from django.db.models import Exists, F, OuterRef
from django.urls import NoReverseMatch
from django.utils.translation import gettext

from advocacy.mail import couriers
from advocacy.mail.couriers import Courier, CutOff, Later, NotNow, Refused, SenderRefused, Trouble
from advocacy.mail.models import Delivery, Mailing, Message
from advocacy.mail.pace import Room
from advocacy.mail.sending import ATTEMPTS, describe, record, rest_after
from advocacy.mail.stencils import Letter, Stencil
from advocacy.subscribers.models import Subscriber
from advocacy.subscribers.suppression import Reason, suppress
from advocacy.worker import claims

logger = logging.getLogger(__name__)

BATCH = 50  # letters claimed at once
LONGEST_BATCH = timedelta(seconds=1)  # the worker's other jobs wait for it
WHILE_URGENT_MAIL_WAITS = timedelta(seconds=0.1)
MOST_CUTS = 2
IN_A_ROW = 10  # letters put off one after the other: it is the server's trouble, not theirs
WRITE_TRIES = 3

# The error itself is not kept: it may quote the key that is in a subscriber's links.
CANNOT_BE_WRITTEN = (ValueError, ValidationError, NoReverseMatch)

State = Delivery.State


class Sender:
    """One for each worker. Keeps its connection from one batch to the next, and closes it when nothing is due."""

    def __init__(self, tick: Callable[[], float] = time.monotonic) -> None:
        self.tick = tick
        self.courier: Courier | None = None
        self.stencils: dict[int, Stencil] = {}
        self.put_off_in_a_row = 0

    def send_some(self, at: datetime) -> bool:
        """Send one batch; False when nothing may go out at this moment.

        Raises NotNow where the server takes nothing: the worker rests the job for ever longer, and nothing is lost.
        """
        for mailing in Mailing.objects.sending():
            if mailing.stop_where_texts_are_gone(at):
                continue
            claimed = claim(mailing, at)
            if claimed:
                Batch(self, mailing, claimed, at).send()
                return True
            if not mailing.deliveries.queued().exists():
                mailing.finish(at)
        self.rest()
        return False

    def rest(self) -> None:
        if self.courier:
            self.courier.close()
        self.courier = None
        self.stencils.clear()

    def stencil(self, message_id: int) -> Stencil:
        if message_id not in self.stencils:
            self.stencils[message_id] = Stencil(Message.objects.get(pk=message_id))
        return self.stencils[message_id]


def claim(mailing: Mailing, at: datetime) -> list[Delivery]:
    """Take a batch of what is due and may go out, for one lease. Must not run inside a transaction."""
    room = Room.at(at)
    if not room.in_all:
        return []
    due = mailing.deliveries.due(at).exclude(domain__in=room.full())
    if not due.exists():  # looking takes no lock
        return []
    with transaction.atomic(durable=True):
        rows = due.select_related("subscriber").select_for_update(skip_locked=True, of=("self",))[:BATCH]
        batch = room.share(list(rows))
        mine = uuid4()
        keys = [delivery.pk for delivery in batch]
        Delivery.objects.filter(pk__in=keys).update(claim=mine, due=at + claims.LEASE)
    for delivery in batch:
        delivery.claim = mine
    return batch


class Batch:
    """Letters that this worker holds, and what becomes of them."""

    def __init__(self, sender: Sender, mailing: Mailing, claimed: list[Delivery], at: datetime) -> None:
        self.sender, self.mailing, self.waiting = sender, mailing, claimed
        self.began_at, self.began = at, sender.tick()
        urgent = Delivery.objects.urgent().due(at).exists()
        self.longest = WHILE_URGENT_MAIL_WAITS if urgent else LONGEST_BATCH

    def now(self) -> datetime:
        """The moment at which the batch began, and what has passed since."""
        return self.began_at + timedelta(seconds=self.sender.tick() - self.began)

    def send(self) -> None:
        """Send until all are sent, time is up, or the server or the staff say stop. What is left is free again."""
        refused = False
        try:
            while self.waiting and self.now() - self.began_at < self.longest:
                self.courier.open()  # before the lease of a letter begins
                delivery = self.waiting.pop(0)
                if not self.begin(delivery):
                    if self.is_stopped(delivery):
                        break
                    continue
                refused |= self.attempt(delivery) in (State.REFUSED, State.UNCERTAIN)
        except SenderRefused as trouble:
            self.mailing.pause(
                gettext("The mail server takes no mail from this site: %(answer)s") % {"answer": trouble}
            )
        except NotNow as trouble:
            self.note(
                gettext("The mail server takes nothing just now. It is tried again: %(answer)s")
                % {"answer": trouble}
            )
            raise
        else:
            self.note("")
        finally:
            self.let_go()
        if refused:
            self.mailing.stop_where_many_are_refused()

    @property
    def courier(self) -> Courier:
        if self.sender.courier is None:
            self.sender.courier = couriers.courier()
        return self.sender.courier

    def begin(self, delivery: Delivery) -> bool:
        """The last look before a letter goes out; one statement. False where it must not."""
        now = self.now()
        receives = Subscriber.objects.receiving().filter(pk=OuterRef("subscriber"))
        sending = Mailing.objects.sending().filter(pk=OuterRef("mailing"))
        mine = Delivery.objects.filter(
            Exists(receives), Exists(sending), pk=delivery.pk, claim=delivery.claim
        )
        if not mine.update(attempts=F("attempts") + 1, tried=now, due=now + claims.LEASE):
            return False
        delivery.attempts += 1
        return True

    def is_stopped(self, delivery: Delivery) -> bool:
        """Why a letter could not be begun: the mailing stands still, or the subscriber left, or the claim is lost."""
        if not Mailing.objects.sending().filter(pk=self.mailing.pk).exists():
            self.waiting.insert(0, delivery)
            return True
        receives = Subscriber.objects.receiving().filter(pk=delivery.subscriber_id)
        if not receives.exists():
            insist(lambda: delivery.settle_as(State.LEFT_OUT, at=self.now()))
        return False

    def attempt(self, delivery: Delivery) -> str:
        """Hand a letter over and write how that went; gives the state in which it is now."""
        if delivery.attempts > ATTEMPTS:  # each ended with the worker, and nobody knows how far it came
            return self.settle(
                delivery, State.UNCERTAIN, gettext("The worker was stopped in the middle of each attempt.")
            )
        try:
            self.courier.deliver(self.letter(delivery))
        except Refused as refusal:
            state = self.settle(delivery, State.REFUSED, str(refusal))
            if refusal.is_gone:
                insist(lambda: suppress(delivery.address, Reason.BOUNCED, self.now()))
            return state
        except CutOff as trouble:
            delivery.cuts += 1
            if delivery.cuts >= MOST_CUTS:
                return self.settle(delivery, State.UNCERTAIN, str(trouble))
            return self.put_off(delivery, trouble)
        except Later as trouble:
            return self.put_off(delivery, trouble)
        except (NotNow, SenderRefused) as trouble:
            # No fault of this letter's: it loses no attempt, and lets others go first.
            self.write(
                delivery,
                due=self.now() + rest_after(1),
                attempts=delivery.attempts - 1,
                last_error=str(trouble),
            )
            raise
        except CANNOT_BE_WRITTEN as error:  # trying again would change nothing
            return self.settle(delivery, State.FAILED, type(error).__name__)
        except Exception as error:
            logger.exception("Delivery %s met an error that nobody thought of.", delivery.pk)
            self.courier.close()
            return self.put_off(delivery, Later(describe(error)))
        return self.settle(delivery, State.SENT)

    def letter(self, delivery: Delivery) -> Letter:
        if delivery.subscriber is None:
            raise ValueError("The subscriber is erased.")
        return self.sender.stencil(delivery.message_id).letter(delivery, delivery.subscriber, self.now())

    # -- what became of a letter, written only while the claim is ours

    def settle(self, delivery: Delivery, state: State, error: str = "") -> str:
        self.sender.put_off_in_a_row = 0
        insist(lambda: record(delivery, delivery.settle_as(state, at=self.now(), error=error)))
        return delivery.state

    def put_off(self, delivery: Delivery, trouble: Trouble) -> str:
        """For one minute, then four, sixteen and so on; in the end it is given up."""
        if delivery.attempts >= ATTEMPTS:
            return self.settle(delivery, State.FAILED, str(trouble))
        until = self.now() + rest_after(delivery.attempts)
        self.write(delivery, due=until, cuts=delivery.cuts, last_error=str(trouble))
        self.sender.put_off_in_a_row += 1
        if self.sender.put_off_in_a_row >= IN_A_ROW:
            self.sender.put_off_in_a_row = 0
            raise NotNow(str(trouble))
        return State.QUEUED

    def write(self, delivery: Delivery, **outcome: object) -> None:
        insist(lambda: record(delivery, delivery.settle(**outcome)))

    def let_go(self) -> None:
        """What was claimed and never begun is due again, for whoever comes first."""
        if not self.waiting:
            return
        left = Delivery.objects.filter(
            pk__in=[delivery.pk for delivery in self.waiting], claim=self.waiting[0].claim
        )
        insist(lambda: left.update(claim=None, due=self.now()))

    def note(self, reason: str) -> None:
        """What staff read beside the progress while it is being sent."""
        if self.mailing.reason != reason:
            Mailing.objects.sending().filter(pk=self.mailing.pk).update(reason=reason)


def insist(write: Callable[[], object]) -> None:
    """Write what cannot be learned again. Each try waits for the database's lock as long as the settings say; a lease
    outlasts all of them."""
    for again in range(WRITE_TRIES, 0, -1):
        try:
            write()
            return
        except OperationalError:
            if again == 1:
                raise
            logger.warning("The database was not free to write an outcome; it is tried again.")
