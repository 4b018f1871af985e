"""Every public address of the site, made from the url patterns themselves and from what stands in the database.

A pattern with a part this module has no values for fails the walk: a new address can't be forgotten.
"""

from collections.abc import Collection, Iterator
from itertools import product
from typing import Any

from django.conf import settings
from django.urls import get_resolver, reverse
from django.urls.resolvers import URLPattern, URLResolver

from advocacy.pictures.models import Document, Picture
from advocacy.publishing.kinds import kinds
from advocacy.publishing.models import Publication, Version, Work

NOT_PUBLIC = ("admin/",)
LANGUAGES = [code for code, _name in settings.LANGUAGES]


def public_patterns() -> list[tuple[str, tuple[str, ...]]]:
    """(name with namespaces, names of its parts) of each public pattern."""

    def walk(
        entries: Any, prefix: str, route: str, parts: tuple[str, ...]
    ) -> Iterator[tuple[str, str, tuple[str, ...]]]:
        for entry in entries:
            here = route + str(entry.pattern)
            names = (*parts, *entry.pattern.converters)
            if isinstance(entry, URLResolver):
                space = f"{prefix}{entry.namespace}:" if entry.namespace else prefix
                yield from walk(entry.url_patterns, space, here, names)
            elif isinstance(entry, URLPattern) and entry.name:
                yield prefix + entry.name, here, names

    found = walk(get_resolver().url_patterns, "", "", ())
    return [(name, parts) for name, route, parts in found if not route.startswith(NOT_PUBLIC)]


def values(languages: Collection[str] = LANGUAGES) -> dict[str, Collection[Any]]:
    """What each part of an address may be, drafts and all: a guess must find nothing that is not public."""
    years = sorted({version.dated.year for version in Version.objects.defer("data")}) or [2031]
    files = [
        (item.key, name.rsplit("/", 1)[-1])
        for item in [*Picture.objects.all(), *Document.objects.all()]
        for name in file_addresses(item)
    ]
    return {
        "language": languages,
        "code": languages,
        "slug": sorted(
            set(Publication.objects.values_list("slug", flat=True))
            | set(Version.objects.values_list("slug", flat=True))
        ),
        "number": [1],
        "short_id": [work for work in Work.objects.values_list("short_id", flat=True) if work]
        or ["2031-05-01"],
        "year": years,
        "form": ["rss", "atom"],
        "kind": [kind.kind_name() for kind in kinds()],
        "network": ["email"],  # one view makes them all; tests/sharing asks each
        "part": ["d1"],
        "token": ["no-such-token"],  # what a pass opens is tried by tests/publishing/test_passes.py
        "key": [key for key, _name in files] or ["none"],
        "name": [name for _key, name in files] or ["none"],
    }


def file_addresses(item: Any) -> list[str]:
    if isinstance(item, Document):
        return [item.url]
    addresses = [part.split()[0] for part in item.srcset.split(",") if part.strip()] or [item.url]
    cut = [item.address(made["name"]) for made in item.crops]
    return [*addresses, *cut, *(address.replace(".webp", ".avif") for address in addresses)]


def addresses(languages: Collection[str] = LANGUAGES) -> list[str]:
    """Every address the patterns can make of these values, each once."""
    given, found = values(languages), {}
    for name, parts in public_patterns():
        unknown = set(parts) - set(given)
        assert not unknown, f"{name} has parts the walk has no values for: {unknown}"
        for chosen in product(*(given[part] for part in parts)):
            found[reverse(name, kwargs=dict(zip(parts, chosen, strict=True)))] = None
    return list(found)
