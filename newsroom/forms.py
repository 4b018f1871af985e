"""The form by which a journalist writes in. It refuses in whole sentences and keeps what was typed."""

import re
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from advocacy.delivery.forms import DIGITS, TO_ASCII, PublicForm, Words, check_signs
from advocacy.delivery.printed import day, printing
from advocacy.mail.words import plain_address
from advocacy.organisation.chrome import Imprint
from advocacy.organisation.digits import digits
from advocacy.organisation.hours import CITIES, city, zone_name
from advocacy.publishing.forms import in_zone
from newsroom.models.inquiries import Inquiry

LONGEST_MESSAGE = 5000
MOST_LINKS = 3
LINK = re.compile(r"https?://|www\.", re.IGNORECASE)
BESIDE_DIGITS = set("+()/.- ")


def check_address(address: str) -> None:
    try:
        plain_address(address)
    except ValueError:
        raise ValidationError(NO_ADDRESS) from None


def check_phone(number: str) -> None:
    if not set(number) <= DIGITS | BESIDE_DIGITS or sum(sign in DIGITS for sign in number) < 5:
        raise ValidationError(
            _("Enter a phone number in digits, such as +374 10 555 01, or leave this field empty")
        )


NO_ADDRESS = _("Enter an e-mail address we can reply to, such as name@outlet.com")


class Day(forms.DateField):
    def to_python(self, value: Any) -> date | None:
        return super().to_python(str(value or "").translate(TO_ASCII))


class ClockTime(forms.TimeField):
    def to_python(self, value: Any) -> time | None:
        return super().to_python(str(value or "").translate(TO_ASCII))


class InquiryForm(PublicForm):
    """An inquiry, as written at the moment `at` of the page and deleted on the day `until`.

    `cleaned_data` holds beside the fields `deadline`, a moment or None, and `zone`, where one was named.
    """

    name = Words(
        label=_("Your name"),
        longest=120,
        widget=forms.TextInput({"autocomplete": "name"}),
        error_messages={"required": _("Enter your name")},
    )
    outlet = Words(
        label=_("Outlet"),
        longest=200,
        widget=forms.TextInput({"autocomplete": "organization"}),
        error_messages={"required": _("Enter your outlet, or write Freelance")},
    )
    email = Words(
        label=_("E-mail address"),
        longest=254,
        checks=[check_address],
        widget=forms.EmailInput({"autocomplete": "email", "dir": "ltr"}),
        error_messages={"required": _("Enter your e-mail address")},
    )
    phone = Words(
        label=_("Phone"),
        longest=40,
        checks=[check_phone],
        required=False,
        widget=forms.TextInput({"type": "tel", "autocomplete": "tel", "dir": "ltr"}),
        help_text=_("With the country code. We call when time is short."),
    )
    topic = forms.ChoiceField(
        label=_("Topic"),
        required=False,
        choices=[("", _("Choose a topic")), *Inquiry.Topic.choices],
        error_messages={"invalid_choice": _("Choose a topic from the list")},
    )
    deadline_within = forms.ChoiceField(
        label=_("Within"),
        required=False,
        choices=[("", _("Choose")), ("1", _("1 hour")), ("3", _("3 hours")), ("6", _("6 hours"))],
        error_messages={"invalid_choice": _("Choose the hours from the list")},
    )
    deadline_date = Day(
        label=_("Or on this date"),
        required=False,
        input_formats=["%Y-%m-%d", "%d.%m.%Y"],
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        error_messages={
            "invalid": _("Enter the date of your deadline as year, month and day, such as 2026-03-24")
        },
    )
    deadline_time = ClockTime(
        label=_("At this time"),
        required=False,
        input_formats=["%H:%M", "%H:%M:%S", "%H.%M"],
        widget=forms.TimeInput({"type": "time"}, format="%H:%M"),
        error_messages={"invalid": _("Enter the time of your deadline as hours and minutes, such as 16:40")},
    )
    deadline_zone = forms.ChoiceField(
        label=_("Time zone"),
        required=False,
        error_messages={"invalid_choice": _("Choose the time zone from the list")},
    )
    message = Words(
        label=_("Your question"),
        longest=LONGEST_MESSAGE,
        checks=[check_signs],
        widget=forms.Textarea({"rows": 6}),
        help_text=_("Tell us if you need a quote, an interview, documents or a fact checked."),
        error_messages={"required": _("Tell us what you need")},
    )

    def __init__(self, *args: Any, organisation: Imprint, at: datetime, until: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.organisation, self.at, self.until = organisation, at, until
        self.fields["deadline_zone"].choices = zone_choices(organisation, at)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        cleaned |= {"deadline": None, "zone": ""}
        if not {"deadline_within", "deadline_date", "deadline_time", "deadline_zone"} & self.errors.keys():
            with printing(self.organisation.date_order, self.organisation.zone):
                self.clean_deadline(cleaned)
        return cleaned

    def clean_deadline(self, cleaned: dict[str, Any]) -> None:
        """Hours from now, or a date with a time and a zone; half of it is asked for, not guessed."""
        within, on, hour = cleaned["deadline_within"], cleaned["deadline_date"], cleaned["deadline_time"]
        if within and (on or hour):
            self.add_error("deadline_within", _("Choose the hours, or enter a date and time, one of the two"))
        elif within:
            cleaned["deadline"] = self.at + timedelta(hours=int(within))
        elif on or hour:
            if not on:
                self.add_error("deadline_date", _("Enter the date of your deadline"))
            if not hour:
                self.add_error("deadline_time", _("Enter the time of your deadline"))
            if not cleaned["deadline_zone"]:
                self.add_error("deadline_zone", _("Choose the time zone of your deadline"))
            elif on and hour:
                self.clean_moment(cleaned, datetime.combine(on, hour), ZoneInfo(cleaned["deadline_zone"]))

    def clean_moment(self, cleaned: dict[str, Any], local: datetime, zone: ZoneInfo) -> None:
        here = self.at.astimezone(zone)
        try:
            # By the clock: the year 1 has no moment in every zone, and in_zone refuses an hour that comes twice.
            if local <= here.replace(tzinfo=None):
                raise ValidationError(still_ahead(here))
            if local.date() >= self.until:
                raise ValidationError(
                    gettext("Enter a deadline before %(day)s, the day on which we delete your inquiry.")
                    % {"day": day(self.until)}
                )
            deadline = in_zone(local, zone)
        except ValidationError as error:
            self.add_error("deadline_date", error)
        else:
            cleaned |= {"deadline": deadline, "zone": zone.key}

    def doubt(self) -> str:
        """What speaks against it although it is valid: the field that nobody sees, or too many links."""
        if self.data.get("website"):
            return Inquiry.Doubt.TRAP
        told = self.cleaned_data
        if LINK.search(told["name"] + told["outlet"]) or len(LINK.findall(told["message"])) > MOST_LINKS:
            return Inquiry.Doubt.LINKS
        return ""


def still_ahead(here: datetime) -> str:
    """The sentence for a deadline that is past, with the clock of the sender's own zone."""
    now = {"day": day(here.date()), "time": digits(f"{here:%H:%M}"), "city": city(str(here.tzinfo))}
    return gettext("Enter a deadline that is still ahead. It is now %(day)s, %(time)s in %(city)s.") % now


def zone_choices(organisation: Imprint, at: datetime) -> list[tuple[str, str]]:
    """The organisation's zones first, then the cities the site knows, by name. None is chosen beforehand."""
    own = [str(zone) for zone in organisation.zones]
    names = dict.fromkeys([*own, *sorted([*CITIES, "UTC"], key=city)])
    return [
        ("", gettext("Choose a time zone")),
        *((name, zone_name(at.astimezone(ZoneInfo(name)))) for name in names),
    ]
