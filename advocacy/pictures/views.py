"""The one way to a file: readers get it while a public text uses it, staff by an address of their own."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.contrib.admin.sites import site
from django.core.exceptions import PermissionDenied
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.encoding import iri_to_uri
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from advocacy.pictures.models import Document, DrawnCard, Picture
from advocacy.pictures.public import is_public
from advocacy.pictures.renditions import LEAD_WIDTH, WIDE
from advocacy.publishing.models import Version

# Five minutes: a picture that is withdrawn, for somebody's safety perhaps, has to vanish from caches too.
PUBLIC_CACHE = "public, max-age=300"
STAFF_CACHE = "private, no-store"
AVIF = ".avif"
SANDBOX = "default-src 'none'; frame-ancestors 'none'; sandbox"
# Safari shows an empty window for a PDF in a sandbox, and lets the policy take the style of its own viewer.
# A PDF runs in the browser's viewer and, by nosniff, never as a page.
PDF_POLICY = "frame-ancestors 'none'"


@dataclass(frozen=True)
class Stored:
    """One file in the storage, as our own record describes it."""

    path: str
    name: str
    media: str
    size: int
    hash: str
    inline: bool
    policy: str


@require_safe
def file(request: HttpRequest, key: str, name: str) -> HttpResponseBase:
    """A file of the library for readers. What is not public looks like what never was."""
    return serve(request, public_file_or_404(key, name, timezone.now()), PUBLIC_CACHE)


def public_file_or_404(key: str, name: str, at: datetime) -> Stored:
    item = item_or_404(key)
    stored = stored_or_404(item, name)
    if not is_public(item, at):
        raise Http404
    return stored


@require_safe
def card(request: HttpRequest, language: str, short_id: str, part: str = "") -> HttpResponseBase:
    """The share card of a text that is public now, or of a part of it."""
    row = public_card_or_404(language, short_id, part, timezone.now())
    name = "-".join(word for word in (short_id, language, part) if word)
    stored = Stored(row.path, f"{name}.png", "image/png", row.size, row.hash, True, SANDBOX)
    return serve(request, stored, PUBLIC_CACHE)


def public_card_or_404(language: str, short_id: str, part: str, at: datetime) -> DrawnCard:
    public = Version.objects.public(at).filter(language=language, work__short_id=short_id)
    row = DrawnCard.objects.filter(version__in=public, part=part).exclude(hash="").first()
    if row is None:
        raise Http404
    return row


@require_safe
def staff_card(request: HttpRequest, pk: int) -> HttpResponseBase:
    """A drawn card for staff, whether its text is public or not."""
    return site.admin_view(card_of_library)(request, pk=pk)


def card_of_library(request: HttpRequest, pk: int) -> HttpResponseBase:
    if not request.user.has_perm("pictures.view_drawncard"):
        raise PermissionDenied
    row = DrawnCard.objects.exclude(hash="").filter(pk=pk).first()
    if row is None:
        raise Http404
    stored = Stored(row.path, f"{pk}.png", "image/png", row.size, row.hash, True, SANDBOX)
    return serve(request, stored, STAFF_CACHE)


@require_safe
def staff_file(request: HttpRequest, key: str, name: str) -> HttpResponseBase:
    """Any file of the library for staff who may see it: in the library itself, and in previews."""
    return site.admin_view(file_of_library)(request, key=key, name=name)


@require_safe
def staff_picture(request: HttpRequest, key: str) -> HttpResponseBase:
    """A picture of the library by its key alone, as small as the editor shows it."""
    return site.admin_view(small_picture)(request, key=key)


def small_picture(request: HttpRequest, key: str) -> HttpResponseBase:
    picture = item_or_404(key)
    if not isinstance(picture, Picture):
        raise Http404
    return file_of_library(request, key, picture.rendition(400)["name"])


def file_of_library(request: HttpRequest, key: str, name: str) -> HttpResponseBase:
    item = item_or_404(key)
    if not request.user.has_perm(f"pictures.view_{item._meta.model_name}"):
        raise PermissionDenied
    return serve(request, stored_or_404(item, name), STAFF_CACHE)


def item_or_404(key: str) -> Picture | Document:
    model = {"p": Picture, "d": Document}.get(key[:1])
    item = model.objects.filter(key=key).first() if model else None
    if item is None:
        raise Http404
    return item


def stored_or_404(item: Picture | Document, name: str) -> Stored:
    """The item's file of this name; a name that is not the item's own is nothing."""
    stored = {each.name: each for each in files(item, name)}
    if isinstance(item, Picture) and name.endswith(AVIF) and name not in stored:
        name = name.removesuffix(AVIF) + ".webp"  # what stands for it until it is made
    if isinstance(item, Picture) and name == WIDE and name not in stored:
        name = item.rendition(LEAD_WIDTH)["name"]  # a drawing is shown whole
    if name not in stored:
        raise Http404
    return stored[name]


def files(item: Picture | Document, name: str = "") -> list[Stored]:
    """Its files, the whole one first. AVIFs are looked up only where `name` asks for one."""
    if isinstance(item, Document):
        kind = item.kind
        policy = PDF_POLICY if kind.ending == ".pdf" else SANDBOX
        return [
            Stored(item.path, item.name, content_type(item.media), item.size, item.hash, kind.inline, policy)
        ]
    whole = Stored(
        item.path, item.whole_url.rsplit("/", 1)[-1], item.media, item.size, item.hash, True, SANDBOX
    )
    return [
        whole,
        *(
            Stored(made["file"], made["name"], made["media"], made["size"], made["hash"], True, SANDBOX)
            for made in [*item.renditions, *item.crops, *(item.avifs() if name.endswith(AVIF) else [])]
        ),
    ]


def content_type(media: str) -> str:
    return f"{media}; charset=utf-8" if media.startswith("text/") else media


def serve(request: HttpRequest, stored: Stored, cache: str) -> HttpResponseBase:
    etag = f'"{stored.hash[:32]}"'
    response = get_conditional_response(request, etag=etag) or whole_response(stored)
    response["ETag"] = etag
    response["Cache-Control"] = cache
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = stored.policy
    response["Content-Disposition"] = str(content_disposition_header(not stored.inline, stored.name))
    return response


def whole_response(stored: Stored) -> HttpResponseBase:
    """The bytes, or behind nginx the word to send them (settings.X_ACCEL is its internal location)."""
    if settings.X_ACCEL:
        response: HttpResponseBase = HttpResponse(content_type=stored.media)
        response["X-Accel-Redirect"] = iri_to_uri(f"{settings.X_ACCEL.rstrip('/')}/{stored.path}")
        return response
    try:
        return FileResponse(
            default_storage.open(stored.path), content_type=stored.media, filename=stored.name
        )
    except FileNotFoundError as error:
        raise Http404 from error
