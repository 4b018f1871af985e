"""What people did with a text beside writing it, and what they said about it. Inserted only."""

from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from advocacy.publishing.models.publications import Publication


class Step(models.Model):
    """One step of a text on its way: submitted, sent back, restored. Publishing itself is told by the version."""

    class Verb(models.TextChoices):
        SUBMITTED = "submitted", _("Submitted for review")
        APPROVED = "approved", _("Approved")
        SENT_BACK = "sent_back", _("Sent back")
        WITHDRAWN = "withdrawn", _("Withdrawn")
        CANCELLED = "cancelled", _("Cancelled what was scheduled")
        RESTORED = "restored", _("An earlier version was put on the desk")
        BARRED = "barred", _("An earlier version was barred")
        BINNED = "binned", _("Put into the bin")
        TAKEN_OUT = "taken_out", _("Taken out of the bin")

    publication = models.ForeignKey(
        "publishing.Publication", on_delete=models.CASCADE, related_name="steps", verbose_name=_("text")
    )
    verb = models.CharField(_("step"), max_length=10, choices=Verb)
    at = models.DateTimeField(_("when"), default=timezone.now)
    who = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("who")
    )
    words = models.TextField(_("words"), blank=True)

    PERSONAL: ClassVar[dict] = {}
    NOT_PERSONAL = ("verb", "words")

    class Meta:
        verbose_name = _("step")
        verbose_name_plural = _("steps")
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.get_verb_display()}: {self.publication}"

    @classmethod
    def record(
        cls, publication: "Publication", verb: str, *, who: Any, at: datetime, words: str = ""
    ) -> "Step":
        return cls.objects.create(publication_id=publication.pk, verb=verb, who=who, at=at, words=words)


class Withdrawal(models.Model):
    """Why a version was taken back, for readers: its address says so. Hangs on the version, as readers do."""

    version = models.ForeignKey(
        "publishing.Version", on_delete=models.CASCADE, related_name="withdrawals", verbose_name=_("version")
    )
    moment = models.DateTimeField(_("from"))
    explanation = models.TextField(_("explanation"))

    PERSONAL: ClassVar[dict] = {}
    NOT_PERSONAL = ("explanation",)

    class Meta:
        verbose_name = _("withdrawal")
        verbose_name_plural = _("withdrawals")

    def __str__(self) -> str:
        return self.explanation
