"""How dates, moments and numbers are printed: in the page's language, the organisation's order and zone."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import get_language, gettext

from advocacy.organisation.digits import digits
from advocacy.organisation.hours import zone_name

AMERICAN, BRITISH = "american", "british"
# Armenian and Russian put the month into the genitive, which Django calls E.
DAY_FORMATS = {"en": "j F Y", "fr": "j F Y", "ar": "j F Y", "hy": "j E Y", "ru": "j E Y"}
SHORT_FORMATS = {"en": "j M Y", "fr": "j N Y", "ar": "j F Y", "hy": "d.m.Y", "ru": "d.m.Y"}

UTC = ZoneInfo("UTC")
_order: ContextVar[str] = ContextVar("date_order", default=BRITISH)
_zone: ContextVar[ZoneInfo] = ContextVar("printed_zone", default=UTC)


@contextmanager
def printing(order: str, zone: ZoneInfo) -> Iterator[None]:
    """Within it, dates are printed in this order ("american" or "british") and moments in this zone."""
    order_token, zone_token = _order.set(order), _zone.set(zone)
    try:
        yield
    finally:
        _order.reset(order_token)
        _zone.reset(zone_token)


def day(value: date | datetime | None) -> str:
    """28 September 2023, or September 28, 2023 where the organisation writes American dates in English."""
    return _in_format(value, DAY_FORMATS, "F j, Y")


def short_day(value: date | datetime | None) -> str:
    """12 Mar 2026, for tables and evidence."""
    return _in_format(value, SHORT_FORMATS, "M j, Y")


def _in_format(value: date | datetime | None, formats: dict[str, str], american: str) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        value = value.astimezone(_zone.get()).date()
    language = get_language() or "en"
    american_here = language == "en" and _order.get() == AMERICAN
    return digits(date_format(value, american if american_here else formats.get(language, "j F Y")))


def moment(value: datetime | None) -> str:
    """28 September 2023, 14:00 UTC: date, time and zone, always together."""
    if value is None:
        return ""
    local = value.astimezone(_zone.get())
    told = {"day": day(local), "time": digits(local.strftime("%H:%M")), "zone": zone_name(local)}
    return gettext("%(day)s, %(time)s %(zone)s") % told
