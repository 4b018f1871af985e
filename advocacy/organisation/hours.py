"""Desk hours and time zones, as readers and editors see them."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

from django.core.exceptions import ValidationError
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from advocacy.organisation.digits import digits

# Cities by which readers choose a zone, named in the languages of the site. Every other zone shows the city
# of its IANA name.
CITIES = {
    "Africa/Cairo": pgettext_lazy("city", "Cairo"),
    "Africa/Johannesburg": pgettext_lazy("city", "Johannesburg"),
    "Africa/Lagos": pgettext_lazy("city", "Lagos"),
    "Africa/Nairobi": pgettext_lazy("city", "Nairobi"),
    "America/Argentina/Buenos_Aires": pgettext_lazy("city", "Buenos Aires"),
    "America/Bogota": pgettext_lazy("city", "Bogotá"),
    "America/Chicago": pgettext_lazy("city", "Chicago"),
    "America/Denver": pgettext_lazy("city", "Denver"),
    "America/Los_Angeles": pgettext_lazy("city", "Los Angeles"),
    "America/Mexico_City": pgettext_lazy("city", "Mexico City"),
    "America/New_York": pgettext_lazy("city", "New York"),
    "America/Sao_Paulo": pgettext_lazy("city", "São Paulo"),
    "America/Toronto": pgettext_lazy("city", "Toronto"),
    "Asia/Almaty": pgettext_lazy("city", "Almaty"),
    "Asia/Baghdad": pgettext_lazy("city", "Baghdad"),
    "Asia/Baku": pgettext_lazy("city", "Baku"),
    "Asia/Bangkok": pgettext_lazy("city", "Bangkok"),
    "Asia/Beirut": pgettext_lazy("city", "Beirut"),
    "Asia/Dhaka": pgettext_lazy("city", "Dhaka"),
    "Asia/Dubai": pgettext_lazy("city", "Dubai"),
    "Asia/Hong_Kong": pgettext_lazy("city", "Hong Kong"),
    "Asia/Jerusalem": pgettext_lazy("city", "Jerusalem"),
    "Asia/Karachi": pgettext_lazy("city", "Karachi"),
    "Asia/Kolkata": pgettext_lazy("city", "New Delhi"),
    "Asia/Riyadh": pgettext_lazy("city", "Riyadh"),
    "Asia/Seoul": pgettext_lazy("city", "Seoul"),
    "Asia/Shanghai": pgettext_lazy("city", "Beijing"),
    "Asia/Singapore": pgettext_lazy("city", "Singapore"),
    "Asia/Tashkent": pgettext_lazy("city", "Tashkent"),
    "Asia/Tbilisi": pgettext_lazy("city", "Tbilisi"),
    "Asia/Tehran": pgettext_lazy("city", "Tehran"),
    "Asia/Tokyo": pgettext_lazy("city", "Tokyo"),
    "Asia/Yerevan": pgettext_lazy("city", "Yerevan"),
    "Australia/Sydney": pgettext_lazy("city", "Sydney"),
    "Europe/Athens": pgettext_lazy("city", "Athens"),
    "Europe/Berlin": pgettext_lazy("city", "Berlin"),
    "Europe/Brussels": pgettext_lazy("city", "Brussels"),
    "Europe/Istanbul": pgettext_lazy("city", "Istanbul"),
    "Europe/Kyiv": pgettext_lazy("city", "Kyiv"),
    "Europe/Lisbon": pgettext_lazy("city", "Lisbon"),
    "Europe/London": pgettext_lazy("city", "London"),
    "Europe/Madrid": pgettext_lazy("city", "Madrid"),
    "Europe/Moscow": pgettext_lazy("city", "Moscow"),
    "Europe/Paris": pgettext_lazy("city", "Paris"),
    "Europe/Rome": pgettext_lazy("city", "Rome"),
    "Europe/Stockholm": pgettext_lazy("city", "Stockholm"),
    "Europe/Vienna": pgettext_lazy("city", "Vienna"),
    "Europe/Warsaw": pgettext_lazy("city", "Warsaw"),
    "Europe/Zurich": pgettext_lazy("city", "Zurich"),
    "Pacific/Auckland": pgettext_lazy("city", "Auckland"),
}


@dataclass(frozen=True)
class Hours:
    """The desk's hours on one day by the clocks of one zone. As text: 08:00–22:00 Yerevan (UTC+4)."""

    opens: time
    closes: time
    zone: str  # as zone_name gives it

    def __str__(self) -> str:
        return f"{digits(f'{self.opens:%H:%M}–{self.closes:%H:%M}')} {self.zone}"


@dataclass(frozen=True)
class Desk:
    """When the press desk answers, every day, by the clocks of `zone`; over midnight if it closes earlier."""

    opens: time
    closes: time
    zone: ZoneInfo
    further: tuple[ZoneInfo, ...] = ()

    def hours(self, at: datetime) -> list[Hours]:
        """The hours of the day of `at`, in the desk's own zone first, then in the further ones."""
        opens = self._opening(at.astimezone(self.zone))
        closes = opens.replace(hour=self.closes.hour, minute=self.closes.minute)
        if closes <= opens:
            closes += timedelta(days=1)
        zones = dict.fromkeys((self.zone, *self.further))
        local = [(opens.astimezone(zone), closes.astimezone(zone)) for zone in zones]
        return [Hours(start.time(), end.time(), zone_name(start)) for start, end in local]

    def is_open(self, at: datetime) -> bool:
        now = at.astimezone(self.zone).time()
        if self.opens < self.closes:
            return self.opens <= now < self.closes
        return now >= self.opens or now < self.closes

    def answered_from(self, at: datetime) -> datetime:
        """When a person reads what arrives at `at`: at once within the hours, else at the next opening."""
        if self.is_open(at):
            return at
        local = at.astimezone(self.zone)
        opening = self._opening(local)
        return opening if opening > local else self._opening(local + timedelta(days=1))

    def opened(self, at: datetime) -> datetime | None:
        """The opening with which the hours that run at `at` began; None while the desk is closed."""
        if not self.is_open(at):
            return None
        local = at.astimezone(self.zone)
        opening = self._opening(local)
        return opening if opening <= local else self._opening(local - timedelta(days=1))

    def _opening(self, local: datetime) -> datetime:
        return local.replace(hour=self.opens.hour, minute=self.opens.minute, second=0, microsecond=0)


def zone_name(local: datetime) -> str:
    """The zone of an aware moment for readers: "Yerevan (UTC+4)", or "UTC" alone."""
    distance = offset(local)
    name = city(str(local.tzinfo))
    return distance if name == "UTC" else f"{name} ({distance})"


def city(zone: str) -> str:
    """Yerevan for Asia/Yerevan, in the active language where the site knows the city."""
    if zone in {"UTC", "Etc/UTC"}:
        return "UTC"
    return str(CITIES.get(zone) or zone.rsplit("/", 1)[-1].replace("_", " "))


def offset(local: datetime) -> str:
    """UTC+4, UTC−3:30 or UTC: how far the moment's clock stands from UTC."""
    minutes = round((local.utcoffset() or timedelta()).total_seconds() / 60)
    if not minutes:
        return "UTC"
    hours, rest = divmod(abs(minutes), 60)
    distance = digits(f"{'+' if minutes > 0 else '−'}{hours}" + (f":{rest:02d}" if rest else ""))
    return gettext("UTC%(distance)s") % {"distance": distance}


def check_zone(name: str) -> None:
    if name not in zone_names():
        raise ValidationError(
            _("“%(name)s” is no time zone. Use a name such as Asia/Yerevan."), params={"name": name}
        )


def zone_names() -> list[str]:
    """The zones to choose from: UTC, and each continent and city; old abbreviations left out."""
    regions = {
        "Africa",
        "America",
        "Antarctica",
        "Arctic",
        "Asia",
        "Atlantic",
        "Australia",
        "Europe",
        "Indian",
        "Pacific",
    }
    return ["UTC", *sorted(name for name in available_timezones() if name.split("/")[0] in regions)]


def zone_choices() -> list[tuple[str, str]]:
    return [(name, name.replace("_", " ")) for name in zone_names()]
