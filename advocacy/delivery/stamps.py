"""The signed stamp of a public form: a defence against forged posts that needs no cookie.

It names the form, the path of the page and the day, is the same for every reader (so pages stay alike for all),
and is good for three days. A foreign Origin is refused; a missing one passes with a valid stamp.
"""

from datetime import date, datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.core.signing import BadSignature, Signer

GOOD_FOR = timedelta(days=3)
SIGNER = Signer(salt="advocacy.delivery.stamps")


def stamp(form: str, path: str, at: datetime) -> str:
    """The stamp that the page at `path` carries on the day of `at` (UTC)."""
    return SIGNER.sign(f"{form}|{path}|{at.date().isoformat()}").rsplit("|", 1)[1]


def is_good(value: str, form: str, path: str, at: datetime) -> bool:
    """True where `value` is the stamp of this form and path, made today or in the three days before."""
    day, _, _signature = value.partition(":")
    try:
        SIGNER.unsign(f"{form}|{path}|{value}")
        made = date.fromisoformat(day)
    except (BadSignature, ValueError):
        return False
    return timedelta(0) <= at.date() - made <= GOOD_FOR


def day_of(value: str) -> date | None:
    """The day (UTC) on which a stamp was made, whether or not it is good; None where it names none."""
    try:
        return date.fromisoformat(value.partition(":")[0])
    except ValueError:
        return None


def is_own_origin(origin: str | None, host: str) -> bool:
    """False for an Origin header of another site. Browsers without the header are not turned away."""
    if origin is None:
        return True
    try:
        return urlsplit(origin).netloc in {host, urlsplit(settings.SITE_URL).netloc}
    except ValueError:  # not even an address, such as http://[
        return False
