"""Links of a text to other pages of this site: whether readers will find something there."""

import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from html import unescape
from typing import Any
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.urls import Resolver404, resolve

from advocacy.pictures.models import Document, Picture
from advocacy.publishing.content import Content
from advocacy.publishing.kinds import kinds
from advocacy.publishing.models.versions import Version
from advocacy.publishing.parts import types_of
from advocacy.richtext import RichText

HREF = re.compile(r'href="([^"]*)"')


def links_to_nothing(content: Content, own: Any, starts: datetime) -> list[str]:
    """Paths of this site that the text links to and that readers won't find at `starts`; `own` is the text itself."""
    paths = dict.fromkeys(path for link in links_in(content) if (path := own_path(link)))
    return [path for path in paths if not leads_somewhere(path, own, starts)]


def links_in(content: Content) -> Iterator[str]:
    for name, kind in types_of(type(content)).items():
        if kind is RichText:
            yield from (unescape(found) for found in HREF.findall(getattr(content, name)))


def own_path(link: str) -> str:
    """The path of an address of this site; nothing for any other address."""
    try:
        parts = urlsplit(link)
    except ValueError:
        return ""
    if parts.scheme in ("http", "https") and parts.netloc.lower() == settings.SITE_HOST.lower():
        return unquote(parts.path) or "/"
    is_path = not parts.scheme and not parts.netloc and parts.path.startswith("/")
    return unquote(parts.path) if is_path else ""


def leads_somewhere(path: str, own: Any, starts: datetime) -> bool:
    """Whether readers find something at this path of the site at `starts`; `own` is the text that asks, if any."""
    if path.startswith(settings.STATIC_URL):
        return True
    try:
        match = resolve(path)
    except Resolver404:
        return False
    parts = match.kwargs
    if match.view_name == "pictures:file":
        return has_file(parts["key"], starts)
    public = Version.objects.public(starts)
    if "short_id" in parts:
        return public.filter(work__short_id=parts["short_id"]).exists()
    if "slug" not in parts:
        return not path.startswith("/admin/")
    names = kinds_at(match.view_name)
    at_address = {"kind__in": names, "language": parts["language"], "slug": parts["slug"]}
    is_itself = (
        own is not None
        and own.kind in names
        and (own.language, own.slug) == (parts["language"], parts["slug"])
    )
    return is_itself or public.filter(**at_address).exists() or is_moved(at_address, public, starts)


def kinds_at(view_name: str) -> list[str]:
    """The kinds whose texts stand at addresses of this view, or below them."""
    same_app = [kind for kind in kinds() if kind.detail_view.split(":")[0] == view_name.split(":")[0]]
    exactly = [kind for kind in same_app if kind.detail_view == view_name]
    return [kind.kind_name() for kind in exactly or same_app]


def is_moved(at_address: dict[str, Any], public: Any, starts: datetime) -> bool:
    """An old address leads to the new one while its text is public."""
    earlier: Iterable[int] = (
        Version.objects.filter(**at_address).ever_public(starts).values_list("publication_id", flat=True)
    )
    return public.filter(publication_id__in=earlier).exists()


def has_file(key: str, starts: datetime) -> bool:
    from advocacy.pictures.public import is_public  # which asks the versions in turn

    model = {"p": Picture, "d": Document}.get(key[:1])
    item = model.objects.filter(key=key).first() if model else None
    return item is not None and is_public(item, starts)
