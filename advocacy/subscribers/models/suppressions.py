"""Addresses that must get no bulletin, kept as marks from which nobody can read them."""

from collections.abc import Iterable
from datetime import datetime
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from advocacy.privacy.rules import Kept

SALT = "advocacy.subscribers.suppression"


def normal(address: str) -> str:
    """An address as it is stored and compared: one spelling for all by which mail reaches the same mailbox."""
    local, sign, domain = address.strip().lower().rpartition("@")
    return f"{local}{sign}{one_spelling(domain)}"


def one_spelling(domain: str) -> str:
    """The domain as name servers read it (IDNA), written in its own script: full-width letters, letters in two
    halves and xn-- are other ways to write the same."""
    try:
        return domain.encode("idna").decode("idna")
    except UnicodeError:
        return domain


def mark(address: str, key: str | None = None) -> str:
    """A keyed hash of the address (HMAC over SHA-256): whoever has not the site's key can't try addresses on it."""
    return salted_hmac(SALT, normal(address), secret=key, algorithm="sha256").hexdigest()


def marks(address: str) -> list[str]:
    """The address under the site's key and under those of earlier times."""
    return [mark(address, key) for key in [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]]


class SuppressionQuerySet(models.QuerySet["Suppression"]):
    def of(self, address: str) -> Self:
        return self.filter(mark__in=marks(address))

    def binding(self) -> Self:
        """Those that hold even where the person asks anew by the form: staff alone lift them."""
        return self.exclude(reason=Suppression.Reason.LEFT)


class Suppression(models.Model):
    """One address that gets nothing, and why. Who left by themselves may come back by the form."""

    class Reason(models.TextChoices):
        LEFT = "left", _("Left the bulletin")
        ERASED = "erased", _("Asked to be erased")
        BOUNCED = "bounced", _("The address takes no mail")
        COMPLAINED = "complained", _("Reported a mail as spam")
        TOLD_US = "told-us", _("Told us to write no bulletin")

    mark = models.CharField(max_length=64, unique=True)
    reason = models.CharField(_("reason"), max_length=10, choices=Reason)
    at = models.DateTimeField(_("since"))

    objects = SuppressionQuerySet.as_manager()

    KEPT = Kept(
        _(
            "Of an address that left the bulletin, was erased or takes no mail, only a scrambled mark stays: "
            "it can't be read, and no list can put the address back."
        )
    )
    PERSONAL: ClassVar[dict] = {"mark": KEPT}
    NOT_PERSONAL: ClassVar[tuple] = ()
    ROLES: ClassVar[dict] = {"Editor": ("view", "add"), "Administrator": ("view", "add", "change")}

    class Meta:
        verbose_name = _("suppressed address")
        verbose_name_plural = _("suppressed addresses")
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"

    @classmethod
    def keep(cls, address: str, reason: str, at: datetime) -> None:
        """Marks the address. A reason that only staff lift is not weakened by one that the person lifts."""
        there = Suppression.objects.of(address)
        if reason == cls.Reason.LEFT and there.binding().exists():
            return
        there.delete()  # under an earlier key, maybe
        Suppression.objects.bulk_create(
            [Suppression(mark=mark(address), reason=reason, at=at)],
            update_conflicts=True,
            unique_fields=["mark"],
            update_fields=["reason", "at"],
        )


def suppressed_among(addresses: Iterable[str]) -> set[str]:
    """Which of the addresses are suppressed, asked in blocks."""
    of_mark = {each: address for address in addresses for each in marks(address)}
    every = list(of_mark)
    found: set[str] = set()
    for start in range(0, len(every), 500):
        rows = Suppression.objects.filter(mark__in=every[start : start + 500])
        found |= {of_mark[each] for each in rows.values_list("mark", flat=True)}
    return found
