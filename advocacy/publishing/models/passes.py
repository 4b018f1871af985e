"""Passes: one person reads one version before the public does, or a draft as it stood."""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from advocacy.privacy.rules import Rule
from advocacy.publishing.models.versions import Version

KEPT = Rule(
    _("Who had a pass to a text under embargo or to a draft is deleted ninety days after the pass expired."),
    since="expires",
    after=timedelta(days=90),
)


class PassQuerySet(models.QuerySet["Pass"]):
    def opened_by(self, token: str) -> "Pass | None":
        """The pass of a secret address; only its hash is stored, so that no copy of the database opens anything."""
        return self.filter(token_hash=hash_of(token)).select_related("version__work").first()


class Pass(models.Model):
    """Opens `version`, and nothing else, from being given until it expires or is revoked."""

    version = models.ForeignKey(Version, on_delete=models.CASCADE, related_name="passes")
    name = models.CharField(_("name"), max_length=200)
    outlet = models.CharField(_("outlet"), max_length=200, blank=True)
    email = models.EmailField(_("e-mail address"))
    time_zone = models.CharField(_("time zone"), max_length=64, blank=True)
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    made = models.DateTimeField(_("given"))
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    expires = models.DateTimeField(_("expires"))
    revoked = models.DateTimeField(_("revoked"), null=True)
    first_used = models.DateTimeField(_("first read"), null=True)
    last_used = models.DateTimeField(_("last read"), null=True)
    days_used = models.PositiveIntegerField(_("read on days"), default=0)

    objects = PassQuerySet.as_manager()

    PERSONAL: ClassVar[dict] = {"name": KEPT, "outlet": KEPT, "email": KEPT}
    NOT_PERSONAL = ("time_zone", "token_hash")
    ROLES: ClassVar[dict] = {"Writer": (), "Editor": ("view",), "Press desk": ()}

    class Meta:
        verbose_name = _("pass")
        verbose_name_plural = _("passes")
        ordering = ["-made", "-pk"]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def give(cls, version: Version, *, at: datetime, expires: datetime, **holder: Any) -> tuple[Self, str]:
        """A new pass, and the secret that opens it, which is kept nowhere: it goes into the mail."""
        token = secrets.token_urlsafe(24)
        made = cls.objects.create(
            version=version, token_hash=hash_of(token), made=at, expires=expires, **holder
        )
        return made, token

    def is_open(self, at: datetime) -> bool:
        """Whether it may open its version at `at`. A version that was voided or is over opens to nobody."""
        if self.revoked or self.expires <= at:
            return False
        return self.version.is_shared_draft or (self.version.starts > at and not self.version.is_voided)

    def revoke(self, at: datetime) -> None:
        Pass.objects.filter(pk=self.pk, revoked=None).update(revoked=at)

    def use(self, at: datetime) -> None:
        """Notes that it was read: the first and the last moment, and on how many days."""
        is_new_day = self.last_used is None or self.last_used.date() != at.date()
        Pass.objects.filter(pk=self.pk).update(
            first_used=self.first_used or at,
            last_used=at,
            days_used=F("days_used") + (1 if is_new_day else 0),
        )


def hash_of(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
