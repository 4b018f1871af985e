"""What may be uploaded, found out from a file's first bytes, before anything is decoded.

A file of 21 KB can claim so many pixels that decoding it takes a gigabyte; so sizes are read from the headers
by a few lines of our own, and Pillow meets only a picture that passed here. Each refusal is a whole sentence.
"""

import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePath
from typing import IO, Any

from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext_lazy as _

MOST_PICTURE_BYTES = 20 * 1024 * 1024
MOST_DOCUMENT_BYTES = 30 * 1024 * 1024
MOST_PIXELS = 40_000_000
MOST_SIDE = 16_000  # a WebP rendition may have 16,383 at most
MOST_SEGMENTS = 2_000  # of a JPEG before its size stands; a real one has some dozens


@dataclass(frozen=True)
class Kind:
    """A format that is taken: its name for people, its endings, its media types."""

    name: str
    endings: tuple[str, ...]
    media: tuple[str, ...]
    starts: bytes = b""
    inline: bool = True

    @property
    def ending(self) -> str:
        return self.endings[0]


JPEG = Kind(
    "JPEG", (".jpg", ".jpeg", ".jpe", ".jfif"), ("image/jpeg", "image/jpg", "image/pjpeg"), b"\xff\xd8\xff"
)
PNG = Kind("PNG", (".png",), ("image/png", "image/x-png", "image/apng"), b"\x89PNG\r\n\x1a\n")
GIF = Kind("GIF", (".gif",), ("image/gif",), b"GIF8")
WEBP = Kind("WebP", (".webp",), ("image/webp",), b"RIFF")
PICTURE_KINDS = (JPEG, PNG, GIF, WEBP)

PDF = Kind("PDF", (".pdf",), ("application/pdf", "application/x-pdf"), b"%PDF-")
DOCX = Kind(
    "Word (.docx)",
    (".docx",),
    ("application/vnd.openxmlformats-officedocument.wordprocessingml.document",),
    b"PK\x03\x04",
    inline=False,
)
ODT = Kind(
    "OpenDocument (.odt)",
    (".odt",),
    ("application/vnd.oasis.opendocument.text",),
    b"PK\x03\x04",
    inline=False,
)
TEXT = Kind("plain text (.txt)", (".txt",), ("text/plain",))
DOCUMENT_KINDS = (PDF, DOCX, ODT, TEXT)

# What browsers send where they do not know.
UNCLAIMED = {
    "",
    "application/octet-stream",
    "binary/octet-stream",
    "application/zip",
    "application/x-zip-compressed",
}


class Unreadable(Exception):
    """A header that ends too early or says nonsense."""


@dataclass(frozen=True)
class Header:
    """What the first bytes of a picture say of it."""

    kind: Kind
    width: int
    height: int


def check_picture(upload: File) -> Header:
    """What the upload is, or ValidationError with the sentence that says why it isn't taken."""
    check_size(upload, MOST_PICTURE_BYTES, _("A picture"))
    start = first_bytes(upload, 4096)
    kind = picture_kind(start)
    if kind is None:
        raise ValidationError(refusal_of(start))
    check_claim(upload, kind)
    try:
        width, height = SIZES[kind.name](opened(upload))
    except (Unreadable, EOFError, IndexError) as error:
        raise damaged() from error
    check_pixels(width, height)
    return Header(kind, width, height)


def check_pixels(width: int, height: int) -> None:
    if width < 1 or height < 1:
        raise damaged()
    if width * height > MOST_PIXELS:
        raise ValidationError(
            _("This picture has %(found)d megapixels, and at most 40 can be taken. Make it smaller first."),
            params={"found": -(-width * height // 1_000_000)},
        )
    if max(width, height) > MOST_SIDE:
        raise ValidationError(
            _("This picture is %(found)d pixels long on one side, and at most %(most)d can be taken."),
            params={"found": max(width, height), "most": MOST_SIDE},
        )


def check_size(upload: File, most: int, noun: Any) -> None:
    size = upload.size or 0
    if size == 0:
        raise ValidationError(_("This file is empty."))
    if size > most:
        raise ValidationError(
            _("%(noun)s may have at most %(most)s, and this file has %(found)s."),
            params={"noun": noun, "most": filesizeformat(most), "found": filesizeformat(size)},
        )


def check_claim(upload: File, kind: Kind) -> None:
    """Refuses a file whose name or media type says another thing than its bytes."""
    ending = PurePath(upload.name or "").suffix.lower()
    claimed = (getattr(upload, "content_type", "") or "").split(";")[0].strip().lower()
    if (ending and ending not in kind.endings) or (claimed not in UNCLAIMED and claimed not in kind.media):
        raise ValidationError(
            _("This file calls itself “%(claimed)s” but is %(found)s. Save it again in one format."),
            params={"claimed": ending.lstrip(".") or claimed, "found": kind.name},
        )


def damaged() -> ValidationError:
    return ValidationError(
        _("This picture is damaged and can't be read. Save it again, or take it anew from its source.")
    )


def moving() -> ValidationError:
    return ValidationError(_("Moving pictures can't be shown here. Save one picture of it as PNG or JPEG."))


def picture_kind(start: bytes) -> Kind | None:
    for kind in PICTURE_KINDS:
        if start.startswith(kind.starts) and (kind is not WEBP or start[8:12] == b"WEBP"):
            return kind
    return None


def refusal_of(start: bytes) -> Any:
    """The sentence for a file that is no picture we take; the frequent cases by name."""
    if b"<svg" in start.lower():
        return _("SVG drawings can hold scripts. Save the drawing as PNG and add that.")
    if start[4:8] == b"ftyp":
        return _("Photographs in HEIC or AVIF can't be read here. Save the photograph as JPEG and add that.")
    if start[:4] in {b"II*\x00", b"MM\x00*"}:
        return _("TIFF pictures can't be shown by browsers. Save the picture as JPEG or PNG and add that.")
    return _("This file is not a picture that can be shown here. Use JPEG, PNG, WebP or GIF.")


# -- the size in pixels, as each format's header has it


def opened(upload: File) -> IO[bytes]:
    upload.seek(0)
    return upload  # type: ignore[return-value]


def first_bytes(upload: File, count: int) -> bytes:
    return opened(upload).read(count)


def exactly(stream: IO[bytes], count: int) -> bytes:
    data = stream.read(count)
    if len(data) != count:
        raise Unreadable
    return data


def png_size(stream: IO[bytes]) -> tuple[int, int]:
    head = exactly(stream, 24)
    if head[12:16] != b"IHDR":
        raise Unreadable
    return int.from_bytes(head[16:20], "big"), int.from_bytes(head[20:24], "big")


def gif_size(stream: IO[bytes]) -> tuple[int, int]:
    head = exactly(stream, 10)
    return int.from_bytes(head[6:8], "little"), int.from_bytes(head[8:10], "little")


def webp_size(stream: IO[bytes]) -> tuple[int, int]:
    head = exactly(stream, 30)
    chunk = head[12:16]
    if chunk == b"VP8X":
        if head[20] & 0b10:
            raise moving()
        return 1 + int.from_bytes(head[24:27], "little"), 1 + int.from_bytes(head[27:30], "little")
    if chunk == b"VP8L" and head[20] == 0x2F:
        bits = int.from_bytes(head[21:25], "little")
        return 1 + (bits & 0x3FFF), 1 + ((bits >> 14) & 0x3FFF)
    if chunk == b"VP8 " and head[23:26] == b"\x9d\x01\x2a":
        return int.from_bytes(head[26:28], "little") & 0x3FFF, int.from_bytes(head[28:30], "little") & 0x3FFF
    raise Unreadable


def jpeg_size(stream: IO[bytes]) -> tuple[int, int]:
    exactly(stream, 2)
    for _segment in range(MOST_SEGMENTS):
        if exactly(stream, 1) != b"\xff":
            raise Unreadable
        marker = exactly(stream, 1)[0]
        while marker == 0xFF:
            marker = exactly(stream, 1)[0]
        if marker in {0xD9, 0xDA}:  # the end, or the picture itself, without a size before it
            raise Unreadable
        if marker == 0x01 or 0xD0 <= marker <= 0xD7:  # markers that stand alone
            continue
        length = int.from_bytes(exactly(stream, 2), "big")
        if length < 2:
            raise Unreadable
        if 0xC0 <= marker <= 0xCF and marker not in {0xC4, 0xC8, 0xCC}:
            frame = exactly(stream, 5)
            return int.from_bytes(frame[3:5], "big"), int.from_bytes(frame[1:3], "big")
        stream.seek(length - 2, 1)
    raise Unreadable


SIZES: dict[str, Callable[[IO[bytes]], tuple[int, int]]] = {
    "JPEG": jpeg_size,
    "PNG": png_size,
    "GIF": gif_size,
    "WebP": webp_size,
}


# -- documents


def check_document(upload: File) -> Kind:
    """What the upload is, or ValidationError with the sentence that says why it isn't taken."""
    check_size(upload, MOST_DOCUMENT_BYTES, _("A document"))
    start = first_bytes(upload, 4096)
    kind = document_kind(upload, start)
    check_claim(upload, kind)
    return kind


def document_kind(upload: File, start: bytes) -> Kind:
    if start.startswith(PDF.starts):
        return PDF
    if start.startswith(b"PK\x03\x04"):
        return zipped_kind(upload)
    if start.startswith(b"\xd0\xcf\x11\xe0"):
        raise ValidationError(
            _("Old Office files can hold macros. Save the document as PDF or .docx and add that.")
        )
    if PurePath(upload.name or "").suffix.lower() in TEXT.endings and is_text(upload):
        return TEXT
    raise ValidationError(
        _("This file can't be taken as a document. Use PDF, Word (.docx), OpenDocument (.odt) or plain text.")
    )


def zipped_kind(upload: File) -> Kind:
    """Reads the list of contents only; nothing is unpacked."""
    try:
        # For versions of the format that it does not know, zipfile raises NotImplementedError.
        with zipfile.ZipFile(opened(upload)) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, OverflowError) as error:
        raise ValidationError(
            _("This document is damaged and can't be read. Save it again and add that.")
        ) from error
    if any(holds_macros(name) for name in names):
        raise ValidationError(_("This document holds macros. Save it without them, or as PDF, and add that."))
    if "word/document.xml" in names and "[Content_Types].xml" in names:
        return DOCX
    # An OpenDocument file names its type in its first bytes, never packed.
    if ODT.media[0].encode() + b"PK" in first_bytes(upload, 200) and "content.xml" in names:
        return ODT
    raise ValidationError(
        _("This file can't be taken as a document. Use PDF, Word (.docx), OpenDocument (.odt) or plain text.")
    )


def holds_macros(name: str) -> bool:
    lowered = name.lower()
    return lowered.endswith(("vbaproject.bin", "vbadata.xml")) or lowered.startswith(("basic/", "scripts/"))


def is_text(upload: File) -> bool:
    data = opened(upload).read()
    try:
        return not any(ord(sign) < 32 and sign not in "\t\n\r\f" for sign in data.decode("utf-8-sig"))
    except UnicodeDecodeError:
        return False
