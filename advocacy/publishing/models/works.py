"""What something is, whatever the language."""

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import IntegrityError, models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from advocacy.publishing import kinds

if TYPE_CHECKING:
    from advocacy.publishing.models.publications import Publication


class Work(models.Model):
    """What it is, whatever the language: a release, a letter, an article about us."""

    kind = models.CharField(_("kind"), max_length=40, editable=False)
    original_language = models.CharField(_("original language"), max_length=10, choices=settings.LANGUAGES)
    short_id = models.CharField(_("short address"), max_length=20, unique=True, null=True, editable=False)  # noqa: DJ001
    imported = models.BooleanField(_("imported from earlier times"), default=False, editable=False)
    sample = models.BooleanField(_("sample"), default=False, editable=False)
    created = models.DateTimeField(_("created"), default=timezone.now, editable=False)

    PERSONAL: ClassVar[dict] = {}
    NOT_PERSONAL = ("kind", "original_language", "short_id")

    class Meta:
        verbose_name = _("work")
        verbose_name_plural = _("works")

    def __str__(self) -> str:
        publication = self.publications.order_by("pk").first()
        return publication.title if publication else f"{self.kind} {self.pk}"

    @property
    def kind_class(self) -> type["Publication"]:
        return kinds.kind_named(self.kind)

    def was_worked_on(self) -> bool:
        """True where somebody of the staff edited or published one of its texts."""
        return (
            self.publications.filter(changed_by__isnull=False).exists()
            or self.versions.filter(who__isnull=False).exists()
        )

    def name_once(self, dated: date) -> None:
        """Gives the short address at the first publishing: the date, then with -2, -3; unique across kinds."""
        if self.short_id:
            return
        stem = dated.isoformat()
        taken = set(Work.objects.filter(short_id__startswith=stem).values_list("short_id", flat=True))
        for self.short_id in numbered(stem):
            if self.short_id in taken:
                continue
            try:
                with transaction.atomic():  # another work may be named at this very moment
                    self.save(update_fields=["short_id", "imported"])
            except IntegrityError:
                continue
            return


def numbered(stem: str) -> Iterable[str]:
    """stem, stem-2, stem-3 and so on."""
    yield stem
    number = 2
    while True:
        yield f"{stem}-{number}"
        number += 1
