"""Who must get no bulletin, asked and told by all who mail: sign-up, imports, bounces, complaints."""

from datetime import datetime

from django.db import transaction

from advocacy.subscribers.models import Subscriber, Suppression
from advocacy.subscribers.models.subscribers import KEPT_AFTER_LEAVING
from advocacy.subscribers.models.suppressions import normal, suppressed_among

Reason = Suppression.Reason

__all__ = ["Reason", "is_suppressed", "suppress", "suppressed_among"]


def suppress(address: str, reason: str, at: datetime) -> None:
    """From now on nothing is sent to this address: a mark of it is kept, and its subscriber gets no mail.

    `reason` is one of `Reason`. The subscriber's row goes 30 days later, the mark stays.
    """
    left = reason == Reason.LEFT
    state = Subscriber.State.LEFT if left else Subscriber.State.SUPPRESSED
    with (
        transaction.atomic()
    ):  # the person first, then the mark, as `leave` and `erase` do: none waits for the other
        there = Subscriber.objects.filter(email=normal(address)).exclude(state=state)
        if left:
            there = there.exclude(state=Subscriber.State.SUPPRESSED)
        there.update(state=state, ended=at, expires=at + KEPT_AFTER_LEAVING, code="")
        Suppression.keep(address, reason, at)


def is_suppressed(address: str) -> bool:
    """Whether the address must get nothing, for whatever reason."""
    return Suppression.objects.of(address).exists()
