"""How a text moves across the desk: drafted, read by somebody else, sent back, approved; and the bin."""

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from advocacy.organisation.models import Organisation
from advocacy.publishing.models.steps import Step


class Review:
    """The verbs of `Publication` before it is published."""

    def submit(self, *, who: Any = None, message: str = "", at: datetime | None = None) -> None:
        """Asks an editor to read it; `message` is what the writer tells them."""
        self._move(self.Status.REVIEW, Step.Verb.SUBMITTED, who=who, words=message, at=at)

    def approve(self, *, who: Any = None, at: datetime | None = None, read: str | None = None) -> None:
        """Says that it may be published as it stands. Raises ValidationError for whoever wrote it.

        `read`: the mark of the text that they read, see `read_mark`.
        """
        with transaction.atomic():
            desk, now = self._locked(at)
            desk._refuse_unread(read, now)
            if desk.needs_somebody_else(who):
                raise ValidationError(_("Somebody else has to approve what you wrote."))
            self._move(self.Status.APPROVED, Step.Verb.APPROVED, who=who, at=now)
            self._write(approved_by=who)

    def send_back(self, *, reason: str, who: Any = None, at: datetime | None = None) -> None:
        self._move(self.Status.DRAFT, Step.Verb.SENT_BACK, who=who, words=reason, at=at)

    def _move(self: Any, status: str, verb: str, *, who: Any, at: datetime | None, words: str = "") -> None:
        with transaction.atomic():
            self._write(status=status)
            Step.record(self, verb, who=who, at=at or timezone.now(), words=words)

    def others_than(self, who: Any) -> list[Any]:
        """The people beside `who` who had a hand in the text as it stands: who wrote it, who approved it."""
        hands = [self.changed_by, self.approved_by if self.status == self.Status.APPROVED else None]
        return [each for each in hands if each is not None and each != who]

    def needs_somebody_else(self, who: Any) -> bool:
        """True where the organisation asks for a second person, and nobody but `who` has seen the text."""
        wrote_it_alone = who is not None and self.changed_by == who and not self.others_than(who)
        return wrote_it_alone and Organisation.current().two_people

    @property
    def is_kept(self) -> bool:
        """True where readers have, had or will have a version of it: such a text is kept."""
        return self.versions.not_voided().exists()

    def put_into_bin(self, *, who: Any = None, at: datetime | None = None) -> None:
        """Takes a draft off the desk. Raises ValidationError for what was public."""
        if self.is_kept:
            raise ValidationError(_("What was public once is kept. Withdraw it instead."))
        self._set_binned(at or timezone.now(), Step.Verb.BINNED, who=who, at=at)

    def take_out_of_bin(self, *, who: Any = None, at: datetime | None = None) -> None:
        self._set_binned(None, Step.Verb.TAKEN_OUT, who=who, at=at)

    def _set_binned(self: Any, binned: datetime | None, verb: str, *, who: Any, at: datetime | None) -> None:
        with transaction.atomic():
            self._write(binned=binned)
            Step.record(self, verb, who=who, at=at or timezone.now())
