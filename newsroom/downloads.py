"""A release to take away: as plain text, and as a press kit with its pictures and files."""

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from tempfile import SpooledTemporaryFile
from typing import IO, Any

from django.conf import settings
from django.core.files.storage import default_storage
from django.utils.translation import gettext

from advocacy.delivery.plain_text import written
from advocacy.pictures.models import Document, Picture
from advocacy.pictures.public import is_public
from advocacy.pictures.views import files
from advocacy.publishing.models import Version
from advocacy.richtext import plain

LARGEST_KIT = 25_000_000  # bytes of pictures and files; what does not fit is named with its address
IN_MEMORY = 1_000_000


def plain_segments(segments: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The pieces of the body with their words instead of their markup; quotations as they are."""
    return [
        segment if "quote" in segment else {"text": plain(segment["html"], addresses=True)}
        for segment in segments
    ]


# -- the press kit


@dataclass(frozen=True)
class KitFile:
    """A picture or a document of the release. `name` is its place in the kit, `url` its own address."""

    name: str
    path: str
    size: int
    url: str
    lines: tuple[str, ...]


def kit(version: Version, letter: Any, text: str, at: datetime) -> IO[bytes]:
    """The ZIP of the release as its page shows it at `at`: the same release makes the same bytes."""
    there, left_out = fitting(kit_files(version, letter, at))
    stream: IO[bytes] = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - whoever sends it closes it
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as archive:
        add(archive, version, f"{version.slug}.txt", text.encode())
        contents = written("newsroom/kit_contents.txt", {"there": there, "left_out": left_out})
        if there or left_out:
            add(archive, version, "contents.txt", contents.encode())
        for file in there:
            with default_storage.open(file.path) as source:
                add(archive, version, file.name, source.read())
    stream.seek(0)
    return stream


def add(archive: zipfile.ZipFile, version: Version, name: str, data: bytes) -> None:
    """Under the moment of the version, so that nothing of the day on which it is packed gets in."""
    moment = version.starts.astimezone(UTC)
    entry = zipfile.ZipInfo(f"{version.slug}/{name}", moment.timetuple()[:6])
    entry.create_system, entry.external_attr = 3, 0o644 << 16
    archive.writestr(entry, data)


def fitting(found: Iterator[KitFile]) -> tuple[list[KitFile], list[KitFile]]:
    """What goes into the kit in its order, and what would make it too large."""
    there: list[KitFile] = []
    left_out: list[KitFile] = []
    room = LARGEST_KIT
    for file in found:
        if file.size <= room:
            room -= file.size
            there.append(file)
        else:
            left_out.append(file)
    return there, left_out


def kit_files(version: Version, letter: Any, at: datetime) -> Iterator[KitFile]:
    """Pictures and files as the page names them, whole, in its order; those only that readers may have at `at`."""
    content = version.content
    shown = [*content.photographs, *(each.shown for each in content.text_pictures if each.shown)]
    pictures = list({part.url: part for part in shown}.values())
    documents = [row.file for row in content.attachments if row.file]
    if letter and letter.pdf:
        documents.append(letter.pdf)
    items = library_items([part.url for part in [*pictures, *documents]])
    for number, part in enumerate(pictures, start=1):
        item = items.get(key_of(part.url))
        if item and is_public(item, at):
            credit = gettext("Credit: %(credit)s") % {"credit": part.credit} if part.credit else ""
            yield kit_file(item, f"pictures/{number:02}-", (part.caption or part.alt, credit))
    for number, part in enumerate({part.url: part for part in documents}.values(), start=1):
        item = items.get(key_of(part.url))
        if item and is_public(item, at):
            yield kit_file(item, f"files/{number:02}-", (part.title,))


def kit_file(item: Picture | Document, place: str, lines: tuple[str, ...]) -> KitFile:
    whole = files(item)[0]
    url = settings.SITE_URL + item.address(whole.name)
    return KitFile(place + whole.name, whole.path, whole.size, url, tuple(line for line in lines if line))


def key_of(url: str) -> str:
    """Of /files/<key>/<name>."""
    return url.split("/")[2] if url.count("/") > 2 else ""


def library_items(urls: list[str]) -> dict[str, Picture | Document]:
    keys = [key_of(url) for url in urls]
    found = [*Picture.objects.filter(key__in=keys), *Document.objects.filter(key__in=keys)]
    return {item.key: item for item in found if default_storage.exists(item.path)}
