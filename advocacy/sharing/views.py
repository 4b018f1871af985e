"""The way out to a network, and the QR code. Both start from our own record, so they lead nowhere else."""

from datetime import datetime
from io import BytesIO

import segno
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.translation import override
from django.views.decorators.http import require_safe

from advocacy.publishing.models import Version
from advocacy.sharing.networks import NETWORKS, outward_address

CACHE = "public, max-age=300"


class RedirectOut(HttpResponseRedirect):
    """Django's redirect refuses mailto:, and this one everything but the two schemes the networks have."""

    allowed_schemes = ["https", "mailto"]


@require_safe
def share(request: HttpRequest, network: str, language: str, short_id: str, part: str = "") -> HttpResponse:
    chosen = NETWORKS.get(network)
    if chosen is None:
        raise Http404
    version = shared_or_404(language, short_id, timezone.now())
    title, path = part_or_404(version, part)
    return outward(RedirectOut(outward_address(chosen, title, path)))


@require_safe
def qr(request: HttpRequest, language: str, short_id: str, part: str = "") -> HttpResponse:
    version = shared_or_404(language, short_id, timezone.now())
    part_or_404(version, part)
    address = settings.SITE_URL + version.short_url + (f"#{part}" if part else "")
    return outward(HttpResponse(qr_svg(address), content_type="image/svg+xml"))


def part_or_404(version: Version, part: str) -> tuple[str, str]:
    """Title and path of what is shared: the text, or a part of it that its kind knows."""
    if not part:
        return version.title, version.url
    with override(version.language):
        found = version.kind_class.shared_part(version, part)
    if found is None:
        raise Http404
    return found


def shared_or_404(language: str, short_id: str, at: datetime) -> Version:
    """The text of a work that readers have in this language now."""
    version = (
        Version.objects.public(at)
        .filter(work__short_id=short_id, language=language)
        .select_related("work")
        .first()
    )
    if version is None:
        raise Http404
    return version


def outward(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = CACHE
    response["Referrer-Policy"] = (
        "no-referrer"  # the network learns the address it is given, not where it was read
    )
    response["X-Robots-Tag"] = "noindex"
    return response


def qr_svg(address: str) -> bytes:
    """Black on white whatever the page's colours are: phones read the dark mode's reverse badly."""
    stream = BytesIO()
    code = segno.make(address, error="m", boost_error=False, micro=False)
    code.save(
        stream,
        kind="svg",
        dark="#000",
        light="#fff",
        border=4,
        omitsize=True,
        xmldecl=False,
        svgclass=None,
        lineclass=None,
    )
    return stream.getvalue()
