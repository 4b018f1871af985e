"""A list of subscribers as it was read from a file."""

from datetime import timedelta
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from advocacy.privacy.rules import Rule

LISTS = Rule(
    _("A list of subscribers that was read from a file is deleted seven days after it was read."),
    since="made",
    after=timedelta(days=7),
)


class SubscriberImport(models.Model):
    """Who would be added, once somebody says so."""

    file_name = models.CharField(_("file"), max_length=200)
    report = models.JSONField(default=dict)
    rows = models.JSONField(default=list)
    made = models.DateTimeField(_("read"))
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    done = models.DateTimeField(_("imported"), null=True)
    added = models.PositiveIntegerField(_("added"), default=0)

    PERSONAL: ClassVar[dict] = {"file_name": LISTS, "rows": LISTS, "report": LISTS}
    NOT_PERSONAL: ClassVar[tuple] = ()
    ROLES: ClassVar[dict] = {"Editor": ("view", "add")}

    class Meta:
        verbose_name = _("import of subscribers")
        verbose_name_plural = _("imports of subscribers")
        indexes = [models.Index(fields=["made"], name="subscriber_import_made")]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"
