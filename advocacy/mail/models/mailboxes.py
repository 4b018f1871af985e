"""How far the mailbox to which bounces come has been read."""

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from advocacy.accounts.roles import READ
from advocacy.worker.claims import Due


class ReadMailbox(Due):
    """A mailbox and the last mail in it that was looked at. IMAP numbers mails upwards, as long as `validity` holds."""

    name = models.CharField(_("mailbox"), max_length=500, unique=True)
    validity = models.BigIntegerField(null=True, editable=False)
    last_uid = models.BigIntegerField(default=0, editable=False)
    read = models.DateTimeField(_("last read"), null=True)

    PERSONAL: ClassVar[dict[str, Any]] = {}
    NOT_PERSONAL = ("name", "last_error")  # the organisation's own mailbox
    ROLES: ClassVar[dict] = {"Administrator": READ}

    class Meta(Due.Meta):
        abstract = False
        verbose_name = _("mailbox for bounces")
        verbose_name_plural = _("mailboxes for bounces")

    def __str__(self) -> str:
        return self.name
