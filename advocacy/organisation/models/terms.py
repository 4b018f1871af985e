"""The glossary: words and names as the organisation writes them."""

from collections.abc import Iterable
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from advocacy.organisation.languages import (
    first_language,
    wording,
)
from advocacy.organisation.models.organisation import Organisation

LONGEST_KEPT_NAME = 18  # characters that fit a phone of 320 px in the largest headline


class TermQuerySet(models.QuerySet["Term"]):
    def delete(self) -> tuple[int, dict[str, int]]:
        result = super().delete()
        remember_kept_names()
        return result

    delete.alters_data = True  # type: ignore[attr-defined]
    delete.queryset_only = True  # type: ignore[attr-defined]


class Term(models.Model):
    """A word or name as the organisation writes it, in each language: its glossary."""

    texts = models.JSONField(
        _("wording"), default=dict, help_text=_("As it is to be written in each language.")
    )
    note = models.TextField(
        _("note"),
        max_length=600,
        blank=True,
        help_text=_("For colleagues: when to use it, and what to write instead of what."),
    )
    keep_together = models.BooleanField(
        _("keep on one line"),
        default=False,
        help_text=_(
            "For names such as Nagorno-Karabakh, which headlines then never break. The text stays as it is."
        ),
    )
    sample = models.BooleanField(_("sample"), default=False, editable=False)

    objects = TermQuerySet.as_manager()

    PERSONAL: ClassVar[dict] = {}
    NOT_PERSONAL = ("texts", "note")
    ROLES: ClassVar[dict] = {
        "Writer": ("view", "add", "change"),
        "Editor": ("view", "add", "change", "delete"),
        "Press desk": ("view",),
    }

    class Meta:
        verbose_name = _("term")
        verbose_name_plural = _("terms")
        ordering = ["pk"]

    def __str__(self) -> str:
        return wording(self.texts, first_language())

    def save(self, *args: Any, **kwargs: Any) -> None:
        super().save(*args, **kwargs)
        remember_kept_names()

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        result = super().delete(*args, **kwargs)
        remember_kept_names()
        return result

    def clean(self) -> None:
        super().clean()
        if self.keep_together and any(len(text) > LONGEST_KEPT_NAME for text in self.texts.values()):
            raise ValidationError(
                {
                    "keep_together": _(
                        "A name that stays on one line has at most %(number)d characters, to fit a phone."
                    )
                    % {"number": LONGEST_KEPT_NAME}
                }
            )


def remember_kept_names() -> None:
    """Copies the names that stay on one line to the organisation's row, so that a page reads them with it."""
    Organisation.objects.update(kept_names=kept_names(Term.objects.filter(keep_together=True)))


def kept_names(terms: Iterable[Term]) -> dict[str, list[str]]:
    names: dict[str, list[str]] = {}
    for term in terms:
        for language, text in term.texts.items():
            names.setdefault(language, []).append(text)
    return names
