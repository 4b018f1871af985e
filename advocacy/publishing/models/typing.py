"""What somebody has open at the desk, and what they typed there that is not saved yet."""

from datetime import datetime, timedelta
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from advocacy.privacy.rules import Rule

STALE = timedelta(seconds=60)  # a window that was not heard of for so long is closed, or asleep

KEPT = Rule(
    _("What staff typed at the desk and did not save is deleted thirty days after."),
    since="seen",
    after=timedelta(days=30),
)


class Typing(models.Model):
    """One person at the form of one text, or at the empty form of a kind."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=40)
    publication = models.ForeignKey(
        "publishing.Publication", on_delete=models.CASCADE, null=True, related_name="open_forms"
    )
    seen = models.DateTimeField()
    typed = models.JSONField(default=list)  # the form's pairs of name and value; empty where nothing changed

    PERSONAL: ClassVar[dict] = {"typed": KEPT}
    NOT_PERSONAL = ("kind",)
    ROLES: ClassVar[dict] = {"Writer": (), "Editor": (), "Press desk": (), "Administrator": ()}

    class Meta:
        verbose_name = _("open form")
        verbose_name_plural = _("open forms")
        constraints = [
            models.UniqueConstraint(fields=["user", "publication"], name="typing_once"),
            models.UniqueConstraint(
                fields=["user", "kind"], condition=Q(publication__isnull=True), name="typing_new_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.kind} {self.publication_id or ''}"

    @classmethod
    def keep(
        cls, user: Any, kind: str, publication: Any, typed: list[list[str]] | None, at: datetime
    ) -> None:
        """Notes that the form is open at `at`, and what stands in it; None leaves what was kept before."""
        values: dict[str, Any] = {"seen": at}
        if typed is not None:
            values["typed"] = typed
        cls.objects.update_or_create(user=user, kind=kind, publication=publication, defaults=values)

    @classmethod
    def forget(cls, user: Any, kind: str, publication: Any) -> None:
        cls.objects.filter(user=user, kind=kind, publication=publication).delete()

    @classmethod
    def unsaved(cls, user: Any, kind: str, publication: Any) -> "Typing | None":
        """What this person typed here and neither saved nor threw away."""
        found = cls.objects.filter(user=user, kind=kind, publication=publication).first()
        return found if found and found.typed else None

    @classmethod
    def others(cls, user: Any, publication: Any, at: datetime) -> list[Any]:
        """The people beside `user` who have the form open at `at`."""
        rows = cls.objects.filter(publication=publication, seen__gt=at - STALE).exclude(user=user)
        return [row.user for row in rows.select_related("user").order_by("user__pk")]
