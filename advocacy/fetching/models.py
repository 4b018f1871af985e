from datetime import timedelta
from hashlib import sha256
from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from advocacy.accounts.roles import READ
from advocacy.privacy.rules import Rule
from advocacy.worker.claims import Due


class LinkCheck(Due):
    """An address that a text links to, and what was found there when it was last looked at."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Not checked yet")
        ANSWERS = "answers", _("Answers")
        BROKEN = "broken", _("Does not answer")
        UNKNOWN = "unknown", _("Could not be checked")

    address = models.TextField(_("address"))
    hash = models.CharField(max_length=64, unique=True, editable=False)  # what is unique has to be short
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WAITING)
    status = models.PositiveSmallIntegerField(
        _("status"), null=True, blank=True, help_text=_("The number that the other site answered with.")
    )
    asked = models.DateTimeField(_("last asked for"), db_index=True)
    checked = models.DateTimeField(_("last checked"), null=True, blank=True)

    ERASED = Rule(
        _("The addresses of links are deleted 30 days after a text with them was last worked on."),
        since="asked",
        after=timedelta(days=30),
    )
    PERSONAL: ClassVar[dict[str, Any]] = {"address": ERASED, "last_error": ERASED}
    NOT_PERSONAL = ("hash",)
    ROLES: ClassVar[dict] = dict.fromkeys(("Writer", "Editor", "Press desk", "Administrator"), READ)

    class Meta(Due.Meta):
        abstract = False
        verbose_name = _("link")
        verbose_name_plural = _("links")
        ordering = ["-asked", "-pk"]

    def __str__(self) -> str:
        return self.address


def hash_of(address: str) -> str:
    return sha256(address.encode("utf-8", "surrogatepass")).hexdigest()
