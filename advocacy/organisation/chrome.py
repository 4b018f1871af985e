"""What every public page shows of the organisation, read in one query."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import F, Q
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from advocacy.organisation.hours import Desk, Hours
from advocacy.organisation.languages import all_languages, language_name
from advocacy.organisation.models import Organisation, OrganisationText, PersonText
from advocacy.organisation.names import keep_names_together
from advocacy.richtext import RichText


@dataclass(frozen=True)
class Imprint:
    """The organisation and its words in one language. `words_in` is the language they are really in."""

    language: str
    words_in: str
    name: str
    short_name: str
    about_line: str
    boilerplate: RichText
    reprint_note: str
    hours_note: str
    at_risk_note: str
    address: str
    phone: str
    duty_phone: str
    press_email: str
    secure_contact: str
    calls_logged: bool
    country: str
    desk: Desk | None
    languages: tuple[str, ...]
    default_language: str
    zone: ZoneInfo
    zones: tuple[ZoneInfo, ...]
    date_order: str
    inquiry_days: int
    excerpt_words: int
    kept_names: tuple[str, ...]
    brand_css: str
    logo: Any
    sample: bool
    at: datetime | None = None  # the moment of the page

    @property
    def footer_text(self) -> str:
        return "\n".join(line for line in (self.about_line, self.reprint_note) if line)

    @property
    def address_line(self) -> str:
        """The postal address on one line, in the active language's way."""
        return gettext(", ").join(self.address.splitlines())

    @property
    def hours_text(self) -> str:
        """Answered 08:00–22:00 Yerevan (UTC+4), with the distance that holds on the day of the page."""
        if not self.desk or not self.at:
            return ""
        hours = self.desk.hours(self.at)[0]
        return gettext("Answered %(hours)s") % {"hours": hours}

    def desk_hours(self, at: datetime) -> list[Hours]:
        """The desk hours of the day of `at` in each zone, the desk's own first; empty where none are set."""
        return self.desk.hours(at) if self.desk else []

    def answered_from(self, at: datetime) -> datetime:
        """When a person reads what arrives at `at`."""
        return self.desk.answered_from(at) if self.desk else at

    def keep_names_together(self, text: str) -> SafeString:
        return keep_names_together(text, self.kept_names)


def load(language: str, at: datetime | None = None) -> Imprint:
    """The organisation with its words in `language`, or in its default language where it has none.

    Without the moment of the page, `hours_text` stays empty.
    """
    texts = {
        text.language: text
        for text in OrganisationText.objects.filter(
            Q(language=language) | Q(language=F("organisation__default_language"))
        ).select_related("organisation__logo")
    }
    text = texts.get(language) or next(iter(texts.values()), None)
    return imprint(text, language, at) if text else without_words(language, at)


def without_words(language: str, at: datetime | None) -> Imprint:
    """Before the organisation is set up, the site's address stands for its name."""
    organisation = Organisation.current()
    text = None if organisation._state.adding else organisation.text(language)
    own = OrganisationText(organisation=organisation, language=language, name=settings.SITE_HOST)
    return imprint(text or own, language, at)


def imprint(text: OrganisationText, language: str, at: datetime | None) -> Imprint:
    organisation = text.organisation
    known = [code for code in organisation.languages if code in all_languages()]
    return Imprint(
        language=language,
        words_in=text.language,
        name=text.name,
        short_name=text.short_name or text.name,
        about_line=text.about_line,
        boilerplate=cast(RichText, text.boilerplate),
        reprint_note=text.reprint_note,
        hours_note=text.hours_note,
        at_risk_note=text.at_risk_note,
        address=text.address,
        phone=organisation.phone,
        duty_phone=organisation.duty_phone,
        press_email=organisation.press_email,
        secure_contact=organisation.secure_contact,
        calls_logged=organisation.calls_logged,
        country=organisation.country,
        desk=organisation.desk,
        languages=tuple(known),
        default_language=organisation.default_language,
        zone=organisation.zone,
        zones=organisation.zones,
        date_order=organisation.date_order,
        inquiry_days=organisation.inquiry_days,
        excerpt_words=organisation.excerpt_words,
        kept_names=tuple(organisation.kept_names.get(language, ())),
        brand_css=organisation.brand_css,
        logo=organisation.logo,
        sample=organisation.sample,
        at=at,
    )


@dataclass(frozen=True)
class Spokesperson:
    """Someone of the press page, in the page's language."""

    name: str
    role: str
    spoken: tuple[str, ...]
    phone: str
    email: str
    is_press_contact: bool
    words_in: str


def people(language: str) -> list[Spokesperson]:
    """Those who stand on the press page, in their order; one query."""
    chosen: dict[int, PersonText] = {}
    texts = PersonText.objects.filter(person__is_shown=True).select_related("person")
    for text in texts.order_by("person__position", "person_id", "pk"):
        if text.language == language or text.person_id not in chosen:
            chosen[text.person_id] = text
    return [
        Spokesperson(
            name=text.name,
            role=text.role,
            spoken=tuple(language_name(code) for code in text.person.spoken),
            phone=text.person.phone,
            email=text.person.email,
            is_press_contact=text.person.is_press_contact,
            words_in=text.language,
        )
        for text in chosen.values()
    ]
