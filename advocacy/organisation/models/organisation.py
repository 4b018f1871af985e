"""Who speaks: the organisation's one row and its words in each language."""

from datetime import datetime
from typing import Any, ClassVar, Self
from zoneinfo import ZoneInfo

from django.apps import apps
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from advocacy.organisation import colours
from advocacy.organisation.hours import Desk, check_zone
from advocacy.organisation.languages import (
    all_languages,
    first_language,
    language_choices,
)
from advocacy.privacy.rules import Kept
from advocacy.richtext.fields import RichTextField

DEFAULT_PALETTE = colours.derive(colours.DEFAULT_BRAND)

PUBLISHED_BY_CHOICE = Kept(
    _("Press contacts and spokespeople of the organisation stand on this site while they do this work.")
)


class Organisation(models.Model):
    """The organisation that speaks on this site. There is exactly one row."""

    class DateOrder(models.TextChoices):
        BRITISH = "british", _("British: 28 September 2023")
        AMERICAN = "american", _("American: September 28, 2023")

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)

    brand_typed = models.CharField(
        _("brand colour"),
        max_length=20,
        default=colours.DEFAULT_BRAND,
        help_text=_(
            "Write it as # and six digits, such as #8a1538. All other colours of the site follow from it."
        ),
    )
    lamp_typed = models.CharField(
        _("lamp colour"),
        max_length=20,
        blank=True,
        help_text=_(
            "The light colour that stands on the brand colour. Leave it empty for the usual warm light."
        ),
    )
    brand = models.CharField(max_length=7, default=DEFAULT_PALETTE.brand, editable=False)
    brand_dark = models.CharField(max_length=7, default=DEFAULT_PALETTE.brand_dark, editable=False)
    link_dark = models.CharField(max_length=7, default=DEFAULT_PALETTE.link_dark, editable=False)
    lamp = models.CharField(max_length=7, default=DEFAULT_PALETTE.lamp, editable=False)
    on2 = models.CharField(max_length=7, default=DEFAULT_PALETTE.on2, editable=False)
    on2_dark = models.CharField(max_length=7, default=DEFAULT_PALETTE.on2_dark, editable=False)
    logo = models.ForeignKey(
        "pictures.Picture",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="logo_of",
        verbose_name=_("logo"),
        help_text=_(
            "Chosen from the picture library; shown at most 48 px high. Without one, the name stands alone."
        ),
    )

    phone = models.CharField(
        _("phone of the press desk"),
        max_length=40,
        blank=True,
        help_text=_("With the country code, such as +374 10 555 01."),
    )
    duty_phone = models.CharField(
        _("duty line"),
        max_length=40,
        blank=True,
        help_text=_("A phone that is answered outside the desk hours. Leave it empty if there is none."),
    )
    press_email = models.EmailField(
        _("e-mail address of the press desk"),
        blank=True,
        help_text=_("Shown to readers. Notices of new inquiries go to it as well."),
    )
    secure_contact = models.CharField(
        _("Signal name"),
        max_length=60,
        blank=True,
        help_text=_("For people who write from a risky place. Shown with the note for people at risk."),
    )
    calls_logged = models.BooleanField(
        _("we log calls"),
        default=True,
        help_text=_(
            "Untick it only if no list of calls is kept. The site then says that calls are not logged."
        ),
    )
    country = models.CharField(
        _("country of the postal address"),
        max_length=2,
        blank=True,
        validators=[
            RegexValidator(r"^[A-Z]{2}\Z", _("Write the country as two capital letters, such as AM."))
        ],
        help_text=_("Two capital letters, such as AM for Armenia. Search engines read it."),
    )

    desk_opens = models.TimeField(_("desk answers from"), null=True, blank=True)
    desk_closes = models.TimeField(_("desk answers until"), null=True, blank=True)
    desk_zone = models.CharField(
        _("time zone of the desk hours"),
        max_length=64,
        blank=True,
        validators=[check_zone],
        help_text=_("Leave it empty if the desk works in the organisation's time zone."),
    )
    further_zones = models.JSONField(
        _("further time zones shown"),
        default=list,
        blank=True,
        help_text=_(
            "The desk hours and embargoes are shown in these zones too. Choose where your journalists are."
        ),
    )

    default_language = models.CharField(
        _("default language"),
        max_length=10,
        choices=language_choices,
        default=first_language,
        help_text=_(
            "The language of the address without a language in it, and of words that are not translated."
        ),
    )
    languages = models.JSONField(
        _("languages of the site"),
        default=all_languages,
        help_text=_("In the order in which the site names them. A language that is left out has no pages."),
    )
    time_zone = models.CharField(
        _("time zone"),
        max_length=64,
        default="UTC",
        validators=[check_zone],
        help_text=_("Days begin and end, and dates and times are shown, in this zone."),
    )
    date_order = models.CharField(
        _("order of dates in English"),
        max_length=10,
        choices=DateOrder,
        default=DateOrder.BRITISH,
        help_text=_("For dates that the site prints. Dates that you type in a text are never changed."),
    )

    two_people = models.BooleanField(
        _("a second person publishes"),
        default=True,
        help_text=_(
            "Nobody then publishes what they wrote themselves, or approves their own change of a demand. "
            "Without it, the record says “published by one person”."
        ),
    )
    inquiry_days = models.PositiveSmallIntegerField(
        _("days an inquiry is kept"),
        default=180,
        validators=[MinValueValidator(1), MaxValueValidator(3650)],
        help_text=_(
            "The form tells the sender the date. An inquiry that has come keeps the date it was told."
        ),
    )
    excerpt_words = models.PositiveSmallIntegerField(
        _("words of an excerpt"),
        default=40,
        validators=[MinValueValidator(1), MaxValueValidator(1000)],
        help_text=_("How many words of an article are shown where the outlet has not permitted more."),
    )
    kept_names = models.JSONField(default=dict, editable=False)
    sample = models.BooleanField(
        _("this is a demonstration"),
        default=False,
        help_text=_(
            "Every page then says so at its top, and search engines are asked to leave the site out."
        ),
    )

    PERSONAL: ClassVar[dict] = {
        "phone": PUBLISHED_BY_CHOICE,
        "duty_phone": PUBLISHED_BY_CHOICE,
        "press_email": PUBLISHED_BY_CHOICE,
        "secure_contact": PUBLISHED_BY_CHOICE,
    }
    NOT_PERSONAL = (
        "brand_typed",
        "lamp_typed",
        "brand",
        "brand_dark",
        "link_dark",
        "lamp",
        "on2",
        "on2_dark",
        "country",
        "desk_zone",
        "further_zones",
        "default_language",
        "languages",
        "time_zone",
        "kept_names",
    )

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisation")
        constraints = [models.CheckConstraint(condition=Q(id=1), name="organisation_is_one_row")]

    def __str__(self) -> str:
        text = None if self._state.adding else self.text(self.default_language)
        return text.name if text else str(_("Organisation"))

    @classmethod
    def current(cls) -> Self:
        """The one row; before there is one, an unsaved organisation with the defaults."""
        return cls.objects.first() or cls()

    @classmethod
    def public_pictures(cls, at: datetime) -> models.QuerySet:
        """The logo is public by standing here. The file view asks every model that has this method."""
        return apps.get_model("pictures", "Picture").objects.filter(logo_of__isnull=False)

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.derive_colours()
        if self._state.adding:
            from advocacy.organisation.models.terms import Term, kept_names

            self.kept_names = kept_names(Term.objects.filter(keep_together=True))
        super().save(*args, **kwargs)

    def clean(self) -> None:
        super().clean()
        for name, read in (("brand_typed", self.brand_typed), ("lamp_typed", self.lamp_typed)):
            if read:
                try:
                    colours.parse(read)
                except ValidationError as error:
                    raise ValidationError({name: error.messages}) from error
        if (self.desk_opens is None) != (self.desk_closes is None):
            raise ValidationError(
                {"desk_closes": _("Enter both the beginning and the end of the desk hours, or neither.")}
            )
        if self.default_language not in self.languages:
            raise ValidationError(
                {"languages": _("The default language has to be one of the languages of the site.")}
            )

    def derive_colours(self) -> None:
        """Works out what pages show from the colours that were typed."""
        palette = colours.derive(self.brand_typed, self.lamp_typed)
        self.brand, self.brand_dark, self.link_dark = palette.brand, palette.brand_dark, palette.link_dark
        self.lamp, self.on2, self.on2_dark = palette.lamp, palette.on2, palette.on2_dark

    @property
    def palette(self) -> colours.Palette:
        return colours.Palette(
            brand=self.brand,
            brand_dark=self.brand_dark,
            link_dark=self.link_dark,
            lamp=self.lamp,
            on2=self.on2,
            on2_dark=self.on2_dark,
        )

    @property
    def brand_css(self) -> str:
        """The style block of every public page."""
        return colours.brand_css(self.palette)

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    @property
    def zones(self) -> tuple[ZoneInfo, ...]:
        """The organisation's zone and the further ones, each once, for embargoes and the like."""
        return tuple(ZoneInfo(name) for name in dict.fromkeys([self.time_zone, *self.further_zones]))

    @property
    def desk(self) -> Desk | None:
        """When the press desk answers, or None where no hours are set."""
        if self.desk_opens is None or self.desk_closes is None:
            return None
        own = ZoneInfo(self.desk_zone or self.time_zone)
        return Desk(
            self.desk_opens, self.desk_closes, own, tuple(ZoneInfo(name) for name in self.further_zones)
        )

    def text(self, language: str) -> "OrganisationText | None":
        """Its words in `language`, or in the default language, or in any."""
        found = {text.language: text for text in self.texts.all()}
        return found.get(language) or found.get(self.default_language) or next(iter(found.values()), None)

    def on_call(self, at: datetime) -> list[str]:
        """Who is told of an urgent inquiry: those on call at this hour, or else everyone on the list, or else
        the press desk. An urgent inquiry never goes to nobody while there is an address."""
        people = list(self.on_call_list.active().select_related("user"))
        hour = at.astimezone(self.zone).time()
        now = [person.address for person in people if person.is_on_duty(hour)]
        everyone = [person.address for person in people]
        return list(dict.fromkeys(now or everyone or [self.press_email] * bool(self.press_email)))


class OrganisationText(models.Model):
    """The organisation's own words in one language."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="texts")
    language = models.CharField(_("language"), max_length=10, choices=language_choices)
    name = models.CharField(
        _("name"),
        max_length=120,
        help_text=_("As it stands at the head of each page. Up to 40 characters look best."),
    )
    short_name = models.CharField(
        _("short name"),
        max_length=40,
        blank=True,
        help_text=_("Where there is little room. Leave it empty for the name."),
    )
    about_line = models.CharField(
        _("about line"),
        max_length=300,
        blank=True,
        help_text=_("One or two sentences beside the name at the foot of each page."),
    )
    boilerplate = RichTextField(
        _("about the organisation"),
        blank=True,
        pictures=False,
        help_text=_("Stands at the end of each release that brings no text of its own."),
    )
    reprint_note = models.CharField(
        _("reprint note"),
        max_length=300,
        blank=True,
        help_text=_(
            "What others may do with your texts, such as: Text on this site may be reprinted with credit."
        ),
    )
    hours_note = models.CharField(
        _("wording of the desk hours"),
        max_length=200,
        blank=True,
        help_text=_(
            "Words beside the hours, such as: every day, public holidays too. The hours are set above."
        ),
    )
    at_risk_note = models.TextField(
        _("note for people at risk"),
        max_length=600,
        blank=True,
        help_text=_("How to reach you safely. Stands above the inquiry form, with your Signal name."),
    )
    address = models.TextField(
        _("postal address"),
        max_length=400,
        blank=True,
        help_text=_("In the lines in which it is written on a letter."),
    )

    PERSONAL: ClassVar[dict] = {}
    NOT_PERSONAL = (
        "language",
        "name",
        "short_name",
        "about_line",
        "boilerplate",
        "reprint_note",
        "hours_note",
        "at_risk_note",
        "address",
    )

    class Meta:
        verbose_name = _("words in one language")
        verbose_name_plural = _("words in each language")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "language"],
                name="organisation_text_once_per_language",
                violation_error_message=_("The words in this language are already there."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.language})"
