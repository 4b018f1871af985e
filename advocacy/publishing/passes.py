"""What the holder of a pass reads: one version before the public does, and its files."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from advocacy.delivery.pages import Page, kept_private, public_page
from advocacy.delivery.printed import moment, printing
from advocacy.pictures.parts import with_files_at
from advocacy.pictures.views import item_or_404, serve, stored_or_404
from advocacy.publishing.models import Pass, Version
from advocacy.publishing.public import shown_early

FORM = "pass"
PRIVATE = "private, no-store"


@dataclass(frozen=True)
class Notice:
    """What stands over a text that is not public: until when, in whose time."""

    heading: str
    lines: tuple[str, ...] = field(default=())


@public_page(methods=("GET", "HEAD", "POST"))
def open_pass(page: Page, token: str) -> HttpResponse:
    """The text of a pass. The first use asks for a click: programs that follow links in mail do not press buttons."""
    given = Pass.objects.opened_by(token)
    if given is None or given.version.language != page.language:
        raise Http404
    if not given.version.is_shared_draft and given.version.is_public(page.at):
        return kept_private(HttpResponseRedirect(given.version.url))
    if not given.is_open(page.at):
        return kept_private(closed(page))
    if page.post is not None:
        if page.is_stamped(FORM):
            given.use(page.at)
            return kept_private(HttpResponseRedirect(page.path))
        return kept_private(door(page, given, status=400))
    if given.first_used is None:
        return kept_private(door(page, given))
    remember(given, page.at)
    page.notice = notice_of(given, page)
    response = shown_early(page, given.version)
    response.content = with_own_files(response.content.decode(), token, page.language).encode()
    return kept_private(response)


def remember(given: Pass, at: datetime) -> None:
    """A reader is never refused because a count could not be written."""
    try:
        given.use(at)
    except DatabaseError:
        pass


def door(page: Page, given: Pass, status: int = 200) -> HttpResponse:
    return page.render(
        "publishing/pass_door.html",
        {"notice": notice_of(given, page), "stamp": page.stamp(FORM)},
        title=gettext("A text for you alone"),
        alternates={},
        has_form=True,
        noindex=True,
        status=status,
    )


def closed(page: Page) -> HttpResponse:
    return page.render(
        "publishing/pass_closed.html", title=gettext("This pass opens nothing any more"), status=410
    )


def notice_of(given: Pass, page: Page) -> Notice:
    """The moment in the organisation's zone, the zones it shows, and the holder's own."""
    organisation, version = page.organisation, given.version
    if version.is_shared_draft:
        with printing(organisation.date_order, organisation.zone):
            told = {"moment": moment(version.made)}
        return Notice(gettext("A draft as it stood on %(moment)s. It is not public.") % told)
    with printing(organisation.date_order, organisation.zone):
        heading = gettext("Under embargo until %(moment)s") % {"moment": moment(version.starts)}
    zones = dict.fromkeys([*organisation.zones, *zone_of(given)])
    zones.pop(organisation.zone, None)
    lines = []
    for zone in zones:
        with printing(organisation.date_order, zone):
            lines.append(moment(version.starts))
    return Notice(heading, tuple(lines))


def zone_of(given: Pass) -> list[ZoneInfo]:
    try:
        return [ZoneInfo(given.time_zone)] if given.time_zone else []
    except (ZoneInfoNotFoundError, ValueError):
        return []


def with_own_files(html: str, token: str, language: str) -> str:
    """Pictures and files of the text under the pass: their own addresses open for everybody, and not yet."""
    passed = reverse(
        "publishing:pass-file", kwargs={"language": language, "token": token, "key": "k", "name": "n"}
    )
    return with_files_at(html, passed.removesuffix("k/n"))


@require_safe
def pass_file(request: HttpRequest, language: str, token: str, key: str, name: str) -> Any:
    """A file that the version of an open pass uses. What it does not use is nothing."""
    at = timezone.now()
    given = Pass.objects.opened_by(token)
    if given is None or given.first_used is None or not given.is_open(at):
        raise Http404
    item = item_or_404(key)
    if not uses(given.version, item):
        return HttpResponseRedirect(reverse("pictures:file", kwargs={"key": key, "name": name}))
    response = serve(request, stored_or_404(item, name), PRIVATE)
    response["X-Robots-Tag"] = "noindex"
    return response


def uses(version: Version, item: Any) -> bool:
    return version.references.filter(**{item._meta.model_name: item}).exists()
