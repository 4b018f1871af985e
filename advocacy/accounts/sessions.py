"""Where somebody is logged in: a line beside each session, in words that its owner recognises."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth import HASH_SESSION_KEY
from django.contrib.sessions.models import Session
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from advocacy.accounts.models import SignedIn, User
from advocacy.delivery.network import network_hash

PAUSE = timedelta(minutes=5)  # how exactly the list knows when somebody was last here
NOTED = "noted"  # what the session keeps: its own key and the moment it was last written down

# In this order: each browser also claims to be those below it.
BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox|FxiOS", "Firefox"),
    ("Chrom|CriOS", "Chrome"),
    ("Safari", "Safari"),
)
SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS X", "Mac"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


def first_of(names: tuple[tuple[str, str], ...], agent: str) -> str:
    return next((name for pattern, name in names if re.search(pattern, agent)), "")


def network(request: HttpRequest) -> str:
    return network_hash(request, "signed-in")


def note(request: HttpRequest, user: Any, at: datetime) -> None:
    """Writes down that this browser was here; at most once in five minutes, for a page should cost no write."""
    key = request.session.session_key
    noted = request.session.get(NOTED)
    if noted and noted[0] == key and at.timestamp() - noted[1] < PAUSE.total_seconds():
        return
    if not key:
        request.session.create()
        key = request.session.session_key
    agent = request.META.get("HTTP_USER_AGENT", "")[:500]
    seen = {
        "user": user,
        "seen": at,
        "browser": first_of(BROWSERS, agent),
        "system": first_of(SYSTEMS, agent),
        "network": network(request),
    }
    SignedIn.objects.update_or_create(session_key=key, defaults=seen, create_defaults={**seen, "since": at})
    request.session[NOTED] = [key, at.timestamp()]


def note_log_in(sender: Any, request: HttpRequest, user: Any, **_kwargs: Any) -> None:
    """Receives Django's signal, so that there is no way in that the list does not know."""
    note(request, user, timezone.now())


@dataclass(frozen=True)
class Place:
    """One line of the list of sessions. `is_near`: in the network from which the list is read."""

    browser: str
    since: datetime
    seen: datetime
    is_this: bool
    is_near: bool


def places(user: User, request: HttpRequest, at: datetime) -> list[Place]:
    """Where the person is logged in now: the browser that asks first, then who was here last."""
    rows = {row.session_key: row for row in user.signed_in.order_by("-seen")}
    alive = Session.objects.filter(session_key__in=rows, expire_date__gt=at)
    # A session from before a new password is still in the table, and opens nothing.
    valid = user.get_session_auth_hash()
    keys = {session.session_key for session in alive if session.get_decoded().get(HASH_SESSION_KEY) == valid}
    near = network(request)
    found = [
        Place(
            browser=in_words(row),
            since=row.since,
            seen=row.seen,
            is_this=key == request.session.session_key,
            is_near=row.network == near,
        )
        for key, row in rows.items()
        if key in keys
    ]
    return sorted(found, key=lambda place: not place.is_this)


def in_words(row: SignedIn) -> str:
    if row.browser and row.system:
        return _("%(browser)s on %(system)s") % {"browser": row.browser, "system": row.system}
    return row.browser or row.system or _("A browser that does not say its name")
