"""Rows that are due, taken by one worker at a time.

A claim is a fresh token on the row together with a lease: `due` moves to the moment at which the row may be
taken again. Whoever settles the row names the token, so that a worker that came too late writes nothing. A
killed worker leaves its row due again at the end of the lease.
"""

from datetime import datetime, timedelta
from typing import Any, Self
from uuid import uuid4

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

# A writer may wait 20 seconds for SQLite's lock; a lease of at least three times that outlives the wait for
# its own outcome.
LEASE = timedelta(minutes=3)


class DueRows(models.QuerySet):
    def due(self, at: datetime) -> Self:
        """Rows that wait for a worker at this moment, those that waited longest first."""
        return self.filter(due__lte=at).order_by("due", "pk")

    def claim_one(self, at: datetime):
        """Take the row that has waited longest, for one lease, or None. Must not run inside a transaction."""
        if not self.due(at).exists():  # looking takes no lock
            return None
        with transaction.atomic(durable=True):
            # PostgreSQL passes over rows that another worker is taking. SQLite knows no row locks and ignores
            # the word; there the transaction is IMMEDIATE, so that workers stand in line.
            row = self.due(at).select_for_update(skip_locked=True, of=("self",)).first()
            return row if row is not None and row.take(at) else None


class Due(models.Model):
    """Base of a table of due things. `due` is empty for a row that nothing more is to be done about."""

    due = models.DateTimeField(
        _("due"), null=True, blank=True, help_text=_("The moment from which a worker may take this up.")
    )
    claim = models.UUIDField(_("claim"), null=True, blank=True, editable=False)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    last_error = models.TextField(_("last error"), blank=True)

    objects = DueRows.as_manager()

    class Meta:
        abstract = True
        indexes = [
            models.Index(
                fields=["due"], condition=models.Q(due__isnull=False), name="%(app_label)s_%(class)s_due"
            )
        ]

    def take(self, at: datetime) -> bool:
        """Claim this row as it was read; False if another worker was quicker."""
        taken = {"claim": uuid4(), "due": at + LEASE, "attempts": self.attempts + 1}
        same = type(self)._base_manager.filter(pk=self.pk, due=self.due, claim=self.claim)
        if not same.update(**taken):
            return False
        for name, value in taken.items():
            setattr(self, name, value)
        return True

    def settle(self, **outcome: Any) -> bool:
        """Write the outcome, only where the claim is still mine, and give it up; says whether it was."""
        outcome = {"due": None, **outcome, "claim": None}
        mine = type(self)._base_manager.filter(pk=self.pk, claim=self.claim)
        if not mine.update(**outcome):
            return False
        for name, value in outcome.items():
            setattr(self, name, value)
        return True
