"""The press list: who gets releases by mail, where their consent came from, and what was sent to them."""

from datetime import date, timedelta
from typing import ClassVar, Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q, TextField
from django.db.models.functions import Cast, Lower
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from advocacy.mail.models import Delivery, Message
from advocacy.mail.words import plain_address
from advocacy.organisation.hours import check_zone
from advocacy.organisation.languages import language_name
from advocacy.privacy.rules import Rule
from advocacy.publishing.models import Pass, Version

PURPOSES = ("press-release", "press-embargo")  # of the mails that go to the list
CONSENT_HOLDS = timedelta(days=3 * 365)

KEPT = Rule(
    _(
        "Who is on the press list is deleted three years after the day on which they agreed to it, and at once "
        "when they ask for it."
    ),
    since="consent_on",
    after=CONSENT_HOLDS,
)
LISTS = Rule(
    _("A press list that was read from a file is deleted seven days after it was read."),
    since="made",
    after=timedelta(days=7),
)


def check_address(address: str) -> None:
    try:
        plain_address(address)
    except ValueError:
        raise ValidationError(_("Write one plain e-mail address, such as desk@outlet.example.")) from None


def check_languages(codes: list[str]) -> None:
    if not codes or not isinstance(codes, list) or set(codes) - set(dict(settings.LANGUAGES)):
        raise ValidationError(_("Choose at least one language of this site."))


class PressContactQuerySet(models.QuerySet["PressContact"]):
    def active(self) -> Self:
        """Those who get mail."""
        return self.filter(active=True)

    def reading(self, language: str) -> Self:
        """Those who read a language. The list is compared as text: SQLite finds nothing inside JSON."""
        return self.alias(codes=Cast("languages", TextField())).filter(codes__contains=f'"{language}"')

    def not_sent(self, version: Version) -> Self:
        """Those to whom this version was never sent."""
        return self.exclude(Exists(PressSending.objects.filter(version=version, contact=OuterRef("pk"))))


class PressContact(models.Model):
    """A journalist who agreed to get releases by mail."""

    name = models.CharField(_("name"), max_length=200)
    outlet = models.CharField(_("outlet"), max_length=200, blank=True)
    email = models.EmailField(_("e-mail address"), validators=[check_address])
    languages = models.JSONField(
        _("languages"),
        default=list,
        validators=[check_languages],
        help_text=_("In which of the site's languages they like to get releases."),
    )
    beat = models.CharField(
        _("beat"),
        max_length=100,
        blank=True,
        help_text=_("What they write about, in a word or two: courts, foreign policy."),
    )
    time_zone = models.CharField(
        _("time zone"),
        max_length=64,
        blank=True,
        validators=[check_zone],
        help_text=_("The end of an embargo is told in this zone too."),
    )
    consent = models.CharField(
        _("where the consent came from"),
        max_length=300,
        help_text=_("In words that a colleague can check, such as: e-mail of 3 March to the press desk."),
    )
    consent_on = models.DateField(
        _("agreed on"),
        help_text=_("The person is deleted three years later. If they agree again, enter the new day."),
    )
    active = models.BooleanField(
        _("gets mail"), default=True, help_text=_("Untick it for a pause. Whoever wants to leave is erased.")
    )

    objects = PressContactQuerySet.as_manager()

    PERSONAL: ClassVar[dict] = dict.fromkeys(
        ["name", "outlet", "email", "languages", "beat", "time_zone", "consent"], KEPT
    )
    NOT_PERSONAL: ClassVar[tuple] = ()
    ROLES: ClassVar[dict] = {
        "Editor": ("view", "add", "change", "delete"),
        "Press desk": ("view", "add", "change", "delete"),
    }

    class Meta:
        verbose_name = _("person on the press list")
        verbose_name_plural = _("people on the press list")
        ordering = ["name", "pk"]
        indexes = [models.Index(fields=["consent_on"], name="press_contact_consent_on")]
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                name="press_contact_email_once",
                violation_error_message=_("Somebody with this address is on the list already."),
            )
        ]

    def __str__(self) -> str:
        # The admin's list of changes keeps this for years: it names nobody.
        return f"{self._meta.verbose_name} {self.pk}"

    def clean(self) -> None:
        super().clean()
        self.email = self.email.lower()
        if self.consent_on and (wrong := wrong_day(self.consent_on, timezone.localdate())):
            raise ValidationError({"consent_on": wrong})

    def erase(self) -> None:
        """Nothing of the person is left: their passes and mail to them go too; sendings count on without them."""
        mails = Message.objects.filter(purpose__in=PURPOSES)
        with transaction.atomic():
            Pass.objects.filter(email__iexact=self.email).delete()
            deliveries = Delivery.objects.filter(recipient__iexact=self.email, message__in=mails)
            own = list(deliveries.filter(message__private=True).values_list("message", flat=True))
            deliveries.delete()
            Message.objects.filter(pk__in=own).delete()
            self.delete()

    @property
    def shown(self) -> str:
        """Mariam Sample, The Lantern."""
        return f"{self.name}, {self.outlet}" if self.outlet else self.name

    @property
    def language_names(self) -> str:
        return ", ".join(str(language_name(code)) for code in self.languages)


def wrong_day(consent_on: date, today: date) -> str:
    """A sentence where nobody can have agreed on that day, or it is too long ago to hold."""
    if consent_on > today:
        return gettext("The day on which they agreed lies ahead.")
    if consent_on <= today - CONSENT_HOLDS:
        return gettext("They agreed more than three years ago. Ask them again first.")
    return ""


class PressImport(models.Model):
    """A press list as it was read from a file: who would be added, once somebody says so."""

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
    ROLES: ClassVar[dict] = {"Editor": ("view", "add"), "Press desk": ("view", "add")}

    class Meta:
        verbose_name = _("import of press contacts")
        verbose_name_plural = _("imports of press contacts")
        indexes = [models.Index(fields=["made"], name="press_import_made")]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"


class PressSending(models.Model):
    """A version went to somebody of the press list. Once they are erased it says only that somebody got it."""

    version = models.ForeignKey(Version, on_delete=models.CASCADE, related_name="press_sendings")
    contact = models.ForeignKey(
        PressContact, on_delete=models.SET_NULL, null=True, related_name="sendings", verbose_name=_("contact")
    )
    round = models.PositiveIntegerField(_("how many times it was sent"), default=1)
    at = models.DateTimeField(_("sent"))
    who = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    PERSONAL: ClassVar[dict] = {}
    NOT_PERSONAL: ClassVar[tuple] = ()
    ROLES: ClassVar[dict] = {
        "Editor": ("view",),
        "Press desk": ("view",),
        "Administrator": ("view",),
    }

    class Meta:
        verbose_name = _("sending to the press")
        verbose_name_plural = _("sendings to the press")
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["version", "contact", "round"],
                condition=Q(contact__isnull=False),
                name="press_sending_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"
