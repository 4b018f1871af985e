from datetime import datetime, timedelta
from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _


class Heartbeat(models.Model):
    """One row for each host on which a worker runs, written every half minute."""

    EVERY = timedelta(seconds=30)

    host = models.CharField(_("host"), max_length=255, unique=True)
    seen = models.DateTimeField(_("last seen"))
    troubles = models.TextField(
        _("troubles"), blank=True, help_text=_("The jobs that fail at present, one on a line.")
    )

    NOT_PERSONAL = ("host", "troubles")

    class Meta:
        verbose_name = _("worker")
        verbose_name_plural = _("workers")

    def __str__(self) -> str:
        return self.host

    @classmethod
    def beat(cls, *, host: str, at: datetime, troubles: list[str]) -> None:
        cls.objects.update_or_create(host=host, defaults={"seen": at, "troubles": "\n".join(troubles)})

    @classmethod
    def latest(cls) -> Self | None:
        """The worker that was seen last, or None if none ever ran: what a staff page shows."""
        return cls.objects.order_by("-seen").first()

    def is_silent(self, at: datetime) -> bool:
        """Whether it has missed so many beats that it must have stopped."""
        return at - self.seen > 6 * self.EVERY
