"""How one comes onto the list: asked for by anybody, confirmed by whoever reads the mailbox.

Whoever fills in a form learns nothing about the address: the answer is the same, and so is the work. What must not
happen (a mail to somebody who forbade it, a third mail in a day) is done all the same and taken back.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F

from advocacy.subscribers import mail
from advocacy.subscribers.models import ConsentText, Subscriber, Suppression, Topic, Turn
from advocacy.subscribers.models.subscribers import CONFIRM_WITHIN, MOST_TRIES, new_code
from advocacy.subscribers.models.suppressions import normal

SIGN_UP, LINK, DATA = "sign-up", "link", "data"


def sign_up(
    address: str, *, language: str, topics: Iterable[Topic], consent: ConsentText, at: datetime
) -> None:
    """Stores that somebody asked for the bulletin at this address and queues the mail that asks back.

    Who gets the bulletin already gets the link to their own page in its place, and nothing changes. In the caller's
    transaction.
    """
    with transaction.atomic():
        free = Turn.take(SIGN_UP, address, at)
        forbidden = Suppression.objects.of(address).binding().exists()
        with transaction.atomic():
            subscriber = asked(address, language, topics, consent, at)
            mail.send_opt_in(subscriber, at)
            if forbidden or not free:
                transaction.set_rollback(True)


def asked(
    address: str, language: str, topics: Iterable[Topic], consent: ConsentText, at: datetime
) -> Subscriber:
    """The subscriber of this address: a new one, or one who has to confirm anew, or one who has confirmed."""
    given: dict[str, Any] = {
        "state": Subscriber.State.PENDING,
        "language": language,
        "code": new_code(),
        "tries": 0,
        "asked": at,
        "expires": at + CONFIRM_WITHIN,
        "consent": consent,
        "source": Subscriber.Source.FORM,
        "consent_words": "",
    }
    # Another post for the same address may come at the same moment: the row is made once, then changed.
    Subscriber.objects.bulk_create([Subscriber.of(address, **given)], ignore_conflicts=True)
    row = Subscriber.objects.filter(email=normal(address))
    row.exclude(state=Subscriber.State.CONFIRMED).update(**given)
    subscriber = row.get()
    through = Subscriber.topics.through.objects
    through.filter(subscriber=subscriber.pk, subscriber__state=Subscriber.State.PENDING).delete()
    with transaction.atomic():
        through.bulk_create(
            [Subscriber.topics.through(subscriber_id=subscriber.pk, topic_id=topic.pk) for topic in topics],
            ignore_conflicts=True,
        )
        if subscriber.state == Subscriber.State.CONFIRMED:
            transaction.set_rollback(True)
    return subscriber


def confirm_by_code(address: str, code: str, at: datetime) -> Subscriber | None:
    """The subscriber whose code this is, confirmed; None where it is not, or was tried too often."""
    pending = Subscriber.objects.filter(email=normal(address)).confirmable(at)
    # Counted before it is compared, so that many tries at once are not more tries.
    counted = pending.filter(tries__lt=MOST_TRIES).update(tries=F("tries") + 1)
    subscriber = pending.filter(code=code).first()
    return subscriber if counted and subscriber and subscriber.confirm(at) else None


def send_link(address: str, language: str, at: datetime) -> None:
    """Queues a mail with the link to their own page, where the address is a subscriber's. In the caller's
    transaction.

    Who has not confirmed is asked back by it once more, so that it counts among the mails that do."""
    with transaction.atomic():
        there = Subscriber.objects.filter(email=normal(address)).first()
        asks_back = there is not None and there.state == Subscriber.State.PENDING
        free = Turn.take(SIGN_UP if asks_back else LINK, address, at)
        forbidden = Suppression.objects.of(address).binding().exists()
        with transaction.atomic():
            mail.send_link(there or Subscriber.of(address, language=language), at)
            if forbidden or not free or there is None:
                transaction.set_rollback(True)


def send_data(subscriber: Subscriber, at: datetime) -> bool:
    """Queues a mail with everything that is held of them; False where two went out today or no mail may go there."""
    with transaction.atomic():
        free = Turn.take(DATA, subscriber.email, at)
        if not free or Suppression.objects.of(subscriber.email).binding().exists():
            return False
        mail.send_data(subscriber, at)
    return True
