"""Who holds which office, from when to when: letters address people in the office they held that day."""

from datetime import date
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class OfficeHolder(models.Model):
    """One person in one office. A new office is a new record."""

    name = models.CharField(_("name"), max_length=200)
    office = models.CharField(
        _("office"), max_length=200, help_text=_("As it is written: Secretary-General.")
    )
    institution = models.CharField(
        _("institution"), max_length=200, blank=True, help_text=_("United Nations")
    )
    held_from = models.DateField(_("in office from"), null=True, blank=True)
    held_to = models.DateField(
        _("in office until"),
        null=True,
        blank=True,
        help_text=_("Leave it empty while the person holds the office."),
    )

    sample = models.BooleanField(_("sample"), default=False, editable=False)

    PERSONAL: ClassVar[dict] = {}
    NOT_PERSONAL = ("name", "office", "institution")  # people in public office, in their public role
    ROLES: ClassVar[dict] = {
        "Editor": ("view", "add", "change", "delete"),
        "Writer": ("view", "add", "change"),
    }

    class Meta:
        verbose_name = _("office-holder")
        verbose_name_plural = _("office-holders")
        ordering = ["name", "held_from"]
        constraints = [
            models.CheckConstraint(
                condition=Q(held_from__isnull=True)
                | Q(held_to__isnull=True)
                | Q(held_to__gte=F("held_from")),
                name="officeholder_dates_in_order",
                violation_error_message=_("The last day in office lies before the first."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.office}"

    def held_on(self, day: date) -> bool:
        """True where the person held the office on `day`, as far as the record knows."""
        return (self.held_from is None or self.held_from <= day) and (
            self.held_to is None or day <= self.held_to
        )

    def in_language(self, language: str) -> "OfficeHolder | OfficeHolderText":
        """Name, office and institution in `language`, or else as on the record."""
        return next((text for text in self.texts.all() if text.language == language), self)


class OfficeHolderText(models.Model):
    holder = models.ForeignKey(OfficeHolder, on_delete=models.CASCADE, related_name="texts")
    language = models.CharField(_("language"), max_length=10, choices=settings.LANGUAGES)
    name = models.CharField(_("name"), max_length=200)
    office = models.CharField(_("office"), max_length=200)
    institution = models.CharField(_("institution"), max_length=200, blank=True)

    PERSONAL: ClassVar[dict] = {}
    NOT_PERSONAL = ("language", "name", "office", "institution")
    ROLES: ClassVar[dict] = {
        "Editor": ("view", "add", "change", "delete"),
        "Writer": ("view", "add", "change"),
    }

    class Meta:
        verbose_name = _("office-holder in another language")
        verbose_name_plural = _("office-holder in other languages")
        constraints = [models.UniqueConstraint(fields=["holder", "language"], name="officeholder_text_once")]

    def __str__(self) -> str:
        return f"{self.name}, {self.office} ({self.language})"
