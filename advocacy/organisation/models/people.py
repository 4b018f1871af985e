"""Spokespeople and press contacts, and who is on call."""

from typing import Any, ClassVar, Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from advocacy.organisation.languages import (
    all_languages,
    first_language,
    language_choices,
    language_name,
    spoken_choices,
)
from advocacy.organisation.models.organisation import PUBLISHED_BY_CHOICE, Organisation
from advocacy.privacy.rules import Kept

ON_CALL = Kept(
    _("The addresses of staff who are told of urgent inquiries are kept for as long as they are on call.")
)


class PersonQuerySet(models.QuerySet["Person"]):
    def shown(self) -> Self:
        """Those who stand on the press page."""
        return self.filter(is_shown=True)

    def press_contacts(self) -> Self:
        return self.filter(is_press_contact=True)


class Person(models.Model):
    """A spokesperson or press contact."""

    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="people", default=1, editable=False
    )
    position = models.PositiveSmallIntegerField(
        _("number"), default=1, help_text=_("People stand in the order of their numbers.")
    )
    spoken = models.JSONField(
        _("languages spoken"),
        default=list,
        blank=True,
        help_text=_("In which languages this person gives interviews, the best one first."),
    )
    phone = models.CharField(
        _("phone"), max_length=40, blank=True, help_text=_("With the country code. Shown to readers.")
    )
    email = models.EmailField(_("e-mail address"), blank=True, help_text=_("Shown to readers."))
    is_press_contact = models.BooleanField(
        _("press contact"), default=True, help_text=_("May be chosen as the contact of a release.")
    )
    is_shown = models.BooleanField(
        _("on the press page"), default=True, help_text=_("Stands on the press contact page.")
    )
    sample = models.BooleanField(_("sample"), default=False, editable=False)

    objects = PersonQuerySet.as_manager()

    PERSONAL: ClassVar[dict] = {"phone": PUBLISHED_BY_CHOICE, "email": PUBLISHED_BY_CHOICE}
    NOT_PERSONAL = ("spoken",)
    ROLES: ClassVar[dict] = {
        "Writer": ("view",),
        "Editor": ("view", "add", "change", "delete"),
        "Press desk": ("view", "add", "change", "delete"),
    }

    class Meta:
        verbose_name = _("spokesperson or press contact")
        verbose_name_plural = _("spokespeople and press contacts")
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        text = self.text(first_language())
        return str(text) if text else f"{Person._meta.verbose_name} {self.pk}"

    def text(self, language: str) -> "PersonText | None":
        """Name and role in `language`, or in the site's first language that has them."""
        found = {text.language: text for text in self.texts.all()}
        order = [language, *all_languages()]
        return next((found[code] for code in order if code in found), None)

    @property
    def spoken_names(self) -> list[str]:
        """The languages spoken, named in the active language."""
        return [language_name(code) for code in self.spoken]

    def clean(self) -> None:
        super().clean()
        known = {code for code, _name in spoken_choices()}
        if not isinstance(self.spoken, list) or not set(self.spoken) <= known:
            raise ValidationError({"spoken": _("Choose the languages from the list.")})


class PersonText(models.Model):
    """A person's name and role in one language."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="texts")
    language = models.CharField(_("language"), max_length=10, choices=language_choices)
    name = models.CharField(_("name"), max_length=120)
    role = models.CharField(_("role"), max_length=120, blank=True, help_text=_("Such as: Spokesperson."))

    PERSONAL: ClassVar[dict] = {"name": PUBLISHED_BY_CHOICE, "role": PUBLISHED_BY_CHOICE}
    NOT_PERSONAL = ("language",)
    ROLES: ClassVar[dict] = Person.ROLES

    class Meta:
        verbose_name = _("name in one language")
        verbose_name_plural = _("name in each language")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "language"],
                name="person_text_once_per_language",
                violation_error_message=_("The name in this language is already there."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.role}" if self.role else self.name


class OnCallQuerySet(models.QuerySet["OnCall"]):
    def active(self) -> Self:
        """Those who may be told: ticked, and not an account that was disabled."""
        return self.filter(is_active=True).exclude(user__is_active=False)


class OnCall(models.Model):
    """Someone who is told at once of an inquiry with a near deadline: staff, or a plain address."""

    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="on_call_list", default=1, editable=False
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("member of staff"),
    )
    email = models.EmailField(_("or an e-mail address"), blank=True)
    starts = models.TimeField(
        _("from"),
        null=True,
        blank=True,
        help_text=_("By the organisation's clock. Leave both empty for day and night."),
    )
    ends = models.TimeField(_("until"), null=True, blank=True)
    is_active = models.BooleanField(_("on call"), default=True)

    objects = OnCallQuerySet.as_manager()

    PERSONAL: ClassVar[dict] = {"email": ON_CALL}
    NOT_PERSONAL: ClassVar[tuple] = ()
    ROLES: ClassVar[dict] = {
        "Editor": ("view", "add", "change", "delete"),
        "Press desk": ("view", "add", "change", "delete"),
    }

    class Meta:
        verbose_name = _("person on call")
        verbose_name_plural = _("people on call")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(user__isnull=False, email="") | Q(user__isnull=True) & ~Q(email=""),
                name="on_call_has_one_address",
                violation_error_message=_(
                    "Choose a member of staff or enter an e-mail address, one of the two."
                ),
            )
        ]

    def __str__(self) -> str:
        return self.address

    @property
    def address(self) -> str:
        return self.user.email if self.user else self.email

    def is_on_duty(self, hour: Any) -> bool:
        """Whether an hour of the organisation's clock is theirs; over midnight if need be."""
        if self.starts is None or self.ends is None or self.starts == self.ends:
            return True
        if self.starts < self.ends:
            return self.starts <= hour < self.ends
        return hour >= self.starts or hour < self.ends

    def clean(self) -> None:
        super().clean()
        if (self.starts is None) != (self.ends is None):
            raise ValidationError(
                {"ends": _("Enter both the beginning and the end of the hours, or neither.")}
            )
