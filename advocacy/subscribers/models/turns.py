"""How often a mail was asked for by others: two a day go to one address, whoever asks."""

from datetime import datetime, timedelta
from typing import ClassVar

from django.db import models
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from advocacy.privacy.rules import Rule
from advocacy.subscribers.models.suppressions import mark

A_DAY = timedelta(days=1)


class Turn(models.Model):
    """The last two times that a mail of one sort was asked for at one address."""

    sort = models.CharField(max_length=20)
    mark = models.CharField(max_length=64)
    last = models.DateTimeField(null=True)
    before_last = models.DateTimeField(null=True)

    FORGOTTEN = Rule(
        _(
            "When a mail about the bulletin was last asked for at an address, told apart by a scrambled mark, is "
            "deleted after a day."
        ),
        since="last",
        after=A_DAY,
    )
    PERSONAL: ClassVar[dict] = {"mark": FORGOTTEN}
    NOT_PERSONAL = ("sort",)
    ROLES: ClassVar[dict] = {"Administrator": ("view",)}

    class Meta:
        verbose_name = _("mail that was asked for")
        verbose_name_plural = _("mails that were asked for")
        constraints = [models.UniqueConstraint(fields=["sort", "mark"], name="turn_once_each")]

    def __str__(self) -> str:
        return f"{self.sort} {self.last}"

    @classmethod
    def take(cls, sort: str, address: str, at: datetime) -> bool:
        """Notes that a mail is asked for; False where two of the sort were in the last day.

        In the caller's transaction. The same two statements whatever stands there, so that no clock tells.
        """
        Turn.objects.bulk_create([Turn(sort=sort, mark=mark(address))], ignore_conflicts=True)
        free = cls.objects.filter(sort=sort, mark=mark(address)).exclude(before_last__gt=at - A_DAY)
        return bool(free.update(before_last=F("last"), last=at))
