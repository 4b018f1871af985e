from datetime import timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _

from advocacy.privacy.rules import Rule


class CaughtMail(models.Model):
    """A mail that the catcher took in on a developer's machine, where nothing leaves the house."""

    recipients = models.TextField(_("to"))
    sender = models.TextField(_("from"), blank=True)
    subject = models.TextField(_("subject"), blank=True)
    text = models.TextField(_("text"), blank=True)
    html = models.TextField(_("formatted text"), blank=True)
    headers = models.TextField(_("headers"), blank=True)
    raw = models.BinaryField(_("source"))
    received = models.DateTimeField(_("received"), db_index=True)

    ERASED = Rule(
        _("Mail that is caught on a developer's machine is deleted after seven days."),
        since="received",
        after=timedelta(days=7),
    )
    PERSONAL = dict.fromkeys(["recipients", "sender", "subject", "text", "html", "headers", "raw"], ERASED)

    class Meta:
        verbose_name = _("caught mail")
        verbose_name_plural = _("caught mails")
        ordering = ["-received", "-pk"]

    def __str__(self) -> str:
        return self.subject or str(_("(no subject)"))
