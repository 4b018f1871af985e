"""How often one network has posted a form; all we keep of an address is a keyed hash, for an hour."""

from datetime import datetime, timedelta
from typing import ClassVar

from django.db import models
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from advocacy.privacy.rules import Rule


class Attempt(models.Model):
    """Posts of one form from one network within one hour."""

    form = models.CharField(max_length=40)
    network = models.CharField(max_length=32)
    hour = models.DateTimeField()
    count = models.PositiveIntegerField(default=0)

    FORGOTTEN = Rule(
        _(
            "How often a form came from one network, told apart by a scrambled address, is deleted after two hours."
        ),
        since="hour",
        after=timedelta(hours=2),
    )
    PERSONAL: ClassVar[dict] = {"network": FORGOTTEN}
    NOT_PERSONAL = ("form",)

    class Meta:
        verbose_name = _("attempt")
        verbose_name_plural = _("attempts")
        constraints = [
            models.UniqueConstraint(fields=["form", "network", "hour"], name="attempt_once_per_hour")
        ]

    def __str__(self) -> str:
        return f"{self.form} {self.hour:%Y-%m-%d %H}: {self.count}"

    @classmethod
    def note(cls, form: str, network: str, at: datetime) -> int:
        """Counts one more post in the hour of `at` and returns how many that makes."""
        hour = at.replace(minute=0, second=0, microsecond=0)
        attempt, _made = cls.objects.get_or_create(form=form, network=network, hour=hour)
        cls.objects.filter(pk=attempt.pk).update(count=F("count") + 1)
        return cls.objects.values_list("count", flat=True).get(pk=attempt.pk)
