"""Rows of the newsroom, each with what matters in a test and the rest filled in."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.utils import timezone

from newsroom.models import (
    Coverage,
    CoverageAbout,
    Inquiry,
    Outlet,
    OutletAlias,
    PressContact,
    Release,
    ReleaseQuote,
)

AT = datetime(2026, 3, 24, 15, 40, tzinfo=UTC)


def make_release(
    *, published: bool = False, quotes: Any = (), starts: datetime | None = None, **columns: Any
) -> Release:
    """A press release; `quotes` are (words, speaker) pairs."""
    given = {
        "title": "Mandate renewed in Geneva",
        "place": "Geneva",
        "body": "<p>The Council decided today.</p>",
    }
    release = Release.objects.create(**(given | columns))
    for position, (words, speaker) in enumerate(quotes, start=1):
        ReleaseQuote.objects.create(release=release, position=position, words=words, speaker=speaker)
    release.stamp()
    if published or starts:
        release.publish(starts=starts)
    return release


def make_outlet(*, name: str = "The Lantern", aliases: Any = (), **columns: Any) -> Outlet:
    outlet, _made = Outlet.objects.get_or_create(name=name, defaults=columns)
    for alias in aliases:
        OutletAlias.objects.create(outlet=outlet, name=alias)
    return outlet


def make_coverage(
    *, published: bool = False, outlet: Outlet | None = None, about: Any = (), **columns: Any
) -> Coverage:
    """An article; `about` are the works it is about."""
    given = {"title": "What the coalition asks", "address": "https://lantern.example/asks"}
    coverage = Coverage.objects.create(outlet=outlet or make_outlet(), **(given | columns))
    for position, work in enumerate(about, start=1):
        CoverageAbout.objects.create(coverage=coverage, position=position, work=work)
    coverage.stamp()
    if published:
        coverage.publish()
    return coverage


def make_inquiry(*, at: datetime = AT, **columns: Any) -> Inquiry:
    """A question from Jonas Weber that came at `at`."""
    given = {
        "name": "Jonas Weber",
        "outlet": "Freelance",
        "email": "jonas.weber@outlet.example",
        "message": "Could a spokesperson comment on demand 9?",
        "language": "en",
        "received": at,
        "delete_on": at.date() + timedelta(days=180),
        "network": "0" * 32,
    }
    return Inquiry.objects.create(**(given | columns))


def posted(**fields: str) -> dict[str, str]:
    """What the form sends when every field that must be is filled in."""
    return {
        "name": "Jonas Weber",
        "outlet": "Freelance",
        "email": "jonas.weber@outlet.example",
        "phone": "",
        "topic": "",
        "deadline_within": "",
        "deadline_date": "",
        "deadline_time": "",
        "deadline_zone": "",
        "message": "Could a spokesperson comment on demand 9?",
        "website": "",
    } | fields


def tomorrow() -> date:
    return timezone.now().date() + timedelta(days=1)


def make_contact(*, name: str = "Jonas Weber", **columns: Any) -> PressContact:
    """Somebody on the press list, with an address made of the name."""
    given = {
        "outlet": "The Lantern",
        "email": f"{name.lower().replace(' ', '.')}@outlet.example",
        "languages": ["en"],
        "consent": "E-mail to the press desk",
        "consent_on": timezone.now().date(),
    }
    return PressContact.objects.create(name=name, **(given | columns))
