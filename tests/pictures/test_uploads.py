"""What is taken, what is refused with which sentence, and that refusing happens before decoding."""

import struct
import zlib
from io import BytesIO

import pytest
from django.core.exceptions import ValidationError
from PIL import Image

from advocacy.pictures import checks, renditions
from advocacy.pictures.checks import check_document, check_picture
from advocacy.pictures.documents import pdf_pages
from advocacy.pictures.renditions import prepare
from tests.pictures.makers import (
    EXIF_GPS,
    EXIF_ORIENTATION,
    PDF_BYTES,
    archive_bytes,
    picture_bytes,
    picture_upload,
    upload,
)


@pytest.fixture
def no_decoding(monkeypatch):
    """Fails whatever lets Pillow open the file."""

    def refuse(*args, **kwargs):
        raise AssertionError("the file was handed to the decoder")

    monkeypatch.setattr(renditions.Image, "open", refuse)


def refused(given, sentence):
    with pytest.raises(ValidationError) as caught:
        prepare(given)
    assert sentence in caught.value.messages[0], caught.value.messages
    assert caught.value.messages[0].endswith(".")


# Taken


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "GIF"])
def test_the_four_formats_are_taken(form):
    header = check_picture(picture_upload(form=form, size=(320, 200)))
    assert (header.width, header.height) == (320, 200)
    prepared = prepare(picture_upload(form=form, size=(320, 200)))
    assert (prepared.whole.width, prepared.whole.height) == (320, 200)
    assert [made.name for made in prepared.renditions] == ["320.webp"]


@pytest.mark.parametrize("options", [{"lossless": True}, {"exif": b"Exif\0\0II*\0\x08\0\0\0\0\0"}, {}])
def test_each_kind_of_webp_header_is_read(options):
    header = check_picture(picture_upload(form="WEBP", size=(333, 77), **options))
    assert (header.width, header.height) == (333, 77)


def test_a_progressive_jpeg_with_a_long_comment_is_read():
    given = picture_upload(size=(640, 480), progressive=True, comment=b"x" * 60_000)
    assert check_picture(given).width == 640


@pytest.mark.parametrize("mode", ["L", "1", "P", "LA", "RGBA", "I;16", "CMYK"])
def test_unusual_colours_are_taken(mode):
    form = "JPEG" if mode == "CMYK" else "PNG"
    image = Image.new(mode, (50, 40)) if mode == "I;16" else Image.new("RGB", (50, 40), "navy").convert(mode)
    prepared = prepare(picture_upload(form=form, image=image))
    assert prepared.whole.width == 50


def test_transparency_stays():
    image = Image.new("RGBA", (200, 48), (255, 0, 0, 0))
    prepared = prepare(picture_upload(form="PNG", image=image))
    for made in (prepared.whole, *prepared.renditions):
        assert Image.open(BytesIO(made.data)).convert("RGBA").getpixel((5, 5))[3] == 0


# Renditions


def test_widths_of_the_renditions():
    prepared = prepare(picture_upload(size=(2000, 1000)))
    assert [(made.width, made.height) for made in prepared.renditions] == [
        (400, 200),
        (800, 400),
        (1600, 800),
    ]
    assert [(made.width) for made in prepare(picture_upload(size=(700, 100))).renditions] == [400, 700]


def test_a_lead_photograph_has_at_most_60_kilobytes():
    noise = Image.effect_noise((1800, 1400), 90).convert("RGB")
    prepared = prepare(picture_upload(image=noise, quality=92))
    for made in prepared.renditions[:2]:
        assert len(made.data) <= 60_000
        assert abs(made.height / made.width - 1400 / 1800) < 0.01
    assert prepared.renditions[1].width <= 800


# Metadata


def test_place_camera_comments_and_profiles_are_gone_and_the_picture_stands_upright():
    exif = Image.Exif()
    exif[EXIF_ORIENTATION] = 6  # to be turned by 90 degrees
    exif[0x010F] = "SecretCamera"
    exif[EXIF_GPS] = {1: "N", 2: (40.0, 10.0, 30.0)}
    given = picture_upload(size=(600, 200), exif=exif, comment=b"SecretComment", xmp=b"<x>SecretPlace</x>")
    assert b"SecretCamera" in given.read()
    prepared = prepare(given)
    assert (prepared.whole.width, prepared.whole.height) == (200, 600)
    for made in (prepared.whole, *prepared.renditions):
        assert b"Secret" not in made.data
        image = Image.open(BytesIO(made.data))
        assert not image.getexif()
        assert not {"exif", "icc_profile", "comment", "xmp"} & set(image.info)


def test_text_in_a_png_is_gone():
    from PIL.PngImagePlugin import PngInfo

    info = PngInfo()
    info.add_text("Author", "SecretName")
    prepared = prepare(picture_upload(form="PNG", pnginfo=info))
    assert b"SecretName" not in prepared.whole.data


# Refused, and nothing decoded


@pytest.mark.parametrize("size", [(8000, 5001), (30_000, 30_000)])
@pytest.mark.parametrize("form", ["PNG", "JPEG", "GIF", "WEBP"])
def test_more_than_40_megapixels_are_refused_before_decoding(no_decoding, form, size):
    given = upload(with_size(form, *size), f"big.{checks_ending(form)}")
    refused(given, "megapixels, and at most 40 can be taken")


def test_40_megapixels_are_not_too_many():
    assert check_picture(upload(with_size("PNG", 8000, 5000), "big.png")).width == 8000


def test_a_picture_too_long_for_a_rendition_is_refused(no_decoding):
    refused(upload(with_size("PNG", 20_000, 10), "long.png"), "20000 pixels long on one side")


def test_a_bomb_of_21_kilobytes_is_refused_before_decoding(no_decoding):
    rows = zlib.compress(b"\0" * 4_000_000)
    bomb = png(13_000, 13_000, rows)
    assert len(bomb) < 21_000
    refused(upload(bomb, "bomb.png", "image/png"), "169 megapixels")


def test_a_second_header_with_another_size_is_refused():
    small, large = picture_bytes(size=(40, 40)), with_size("JPEG", 9000, 9000)
    # The first frame header says 40 by 40, a second one 9000 by 9000; each has 19 bytes.
    first, second = small.index(b"\xff\xc0"), large.index(b"\xff\xc0")
    given = small[: first + 19] + large[second : second + 19] + small[first + 19 :]
    assert check_picture(upload(given, "two.jpg")).width == 40
    refused(upload(given, "two.jpg"), "81 megapixels")


@pytest.mark.parametrize(
    ("data", "name", "media", "sentence"),
    [
        (b"", "empty.png", "image/png", "This file is empty"),
        (
            b"<?xml version='1.0'?><svg onload='x()'/>",
            "a.svg",
            "image/svg+xml",
            "SVG drawings can hold scripts",
        ),
        (b"<svg/>", "a.png", "image/png", "SVG drawings can hold scripts"),
        (b"\0\0\0\x18ftypheic", "a.heic", "image/heic", "Save the photograph as JPEG"),
        (b"II*\0rest", "a.tif", "image/tiff", "TIFF"),
        (b"%PDF-1.4", "a.jpg", "image/jpeg", "not a picture that can be shown"),
        (b"<script>alert(1)</script>", "a.jpg", "image/jpeg", "not a picture that can be shown"),
        (b"MZ\x90\0", "a.png", "image/png", "not a picture that can be shown"),
        (b"RIFF\0\0\0\0WAVEfmt ", "a.webp", "image/webp", "not a picture that can be shown"),
        (b"\xff\xd8\xff", "a.jpg", "image/jpeg", "damaged"),
        (b"\xff\xd8\xff\xe0\0\0", "a.jpg", "image/jpeg", "damaged"),
        (b"\xff\xd8\xff\xda\0\x04\0\0", "a.jpg", "image/jpeg", "damaged"),
        (b"\xff\xd8" + b"\xff\xe1\0\x02" * 5000, "a.jpg", "image/jpeg", "damaged"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 30, "a.png", "image/png", "damaged"),
        (b"GIF89a", "a.gif", "image/gif", "damaged"),
        (b"GIF89a" + b"\0" * 40, "a.gif", "image/gif", "damaged"),
        (b"RIFF\0\0\0\0WEBPVP8?" + b"\0" * 40, "a.webp", "image/webp", "damaged"),
    ],
)
def test_what_is_no_picture_is_refused_before_decoding(no_decoding, data, name, media, sentence):
    refused(upload(data, name, media), sentence)


@pytest.mark.parametrize(
    ("name", "media"),
    [
        ("photo.png", "image/png"),
        ("photo.png", "image/jpeg"),
        ("photo.jpg", "image/png"),
        ("photo.jpg", "text/html"),
    ],
)
def test_what_calls_itself_something_else_is_refused(no_decoding, name, media):
    refused(picture_upload(name=name, media=media), "calls itself")


@pytest.mark.parametrize(
    ("name", "media"), [("PHOTO.JPEG", "image/jpeg"), ("photo", ""), ("a.jpg", "application/octet-stream")]
)
def test_a_name_in_capitals_or_without_an_ending_is_no_lie(name, media):
    assert check_picture(upload(picture_bytes(), name, media)).width == 900


def test_a_file_too_large_is_refused_before_decoding(no_decoding, monkeypatch):
    monkeypatch.setattr(checks, "MOST_PICTURE_BYTES", 1000)
    refused(picture_upload(), "A picture may have at most 1000")


# Refused while decoding


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "GIF"])
def test_a_truncated_file_is_refused(form):
    noise = Image.effect_noise((400, 300), 90)
    whole = picture_bytes(form=form, image=noise)
    name = f"cut.{checks_ending(form)}"
    refused(upload(whole[: len(whole) // 2], name), "damaged")


@pytest.mark.parametrize("form", ["PNG", "WEBP", "GIF"])
def test_a_moving_picture_is_refused(form):
    frames = [Image.new("RGB", (30, 30), colour) for colour in ("red", "blue", "green")]
    given = picture_upload(form=form, image=frames[0], save_all=True, append_images=frames[1:], duration=100)
    refused(given, "Moving pictures")


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "GIF"])
def test_whatever_byte_is_wrong_the_answer_is_a_sentence_or_a_picture(form):
    whole = picture_bytes(form=form, size=(64, 48))
    for place in range(2, len(whole), max(len(whole) // 120, 1)):
        broken = bytearray(whole)
        broken[place] ^= 0xFF
        given = upload(bytes(broken), f"broken.{checks_ending(form)}")
        try:
            assert prepare(given).whole.width
        except ValidationError as error:
            assert error.messages[0].endswith(".")


# Documents


@pytest.mark.parametrize(
    ("data", "name", "media", "kind"),
    [
        (PDF_BYTES, "letter.pdf", "application/pdf", checks.PDF),
        (
            archive_bytes("[Content_Types].xml", "word/document.xml"),
            "a.docx",
            checks.DOCX.media[0],
            checks.DOCX,
        ),
        (
            archive_bytes("content.xml", mimetype=checks.ODT.media[0]),
            "a.odt",
            checks.ODT.media[0],
            checks.ODT,
        ),
        ("Demands: Արցախ\r\n".encode(), "a.txt", "text/plain", checks.TEXT),
    ],
)
def test_documents_that_are_taken(data, name, media, kind):
    assert check_document(upload(data, name, media)) == kind


@pytest.mark.parametrize(
    ("data", "name", "sentence"),
    [
        (b"", "a.pdf", "This file is empty"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "a.doc", "Old Office files"),
        (
            archive_bytes("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"),
            "a.docx",
            "holds macros",
        ),
        (
            archive_bytes("content.xml", "Basic/script-lc.xml", mimetype=checks.ODT.media[0]),
            "a.odt",
            "holds macros",
        ),
        (archive_bytes("[Content_Types].xml", "word/document.xml"), "a.docm", "calls itself"),
        (archive_bytes("[Content_Types].xml", "word/document.xml"), "a.pdf", "calls itself"),
        (archive_bytes("anything.txt"), "a.zip", "can't be taken as a document"),
        (archive_bytes("[Content_Types].xml", "xl/workbook.xml"), "a.xlsx", "can't be taken as a document"),
        (b"PK\x03\x04 and nothing behind it", "a.docx", "damaged"),
        (PDF_BYTES, "a.exe", "calls itself"),
        (PDF_BYTES, "letter.txt", "calls itself"),
        (b"<html><script>x()</script>", "a.html", "can't be taken as a document"),
        (b"<html><script>x()</script>", "a.pdf", "can't be taken as a document"),
        (b"text\0with a zero", "a.txt", "can't be taken as a document"),
        (b"\xff\xfe broken", "a.txt", "can't be taken as a document"),
        (b"MZ\x90", "a.pdf", "can't be taken as a document"),
    ],
)
def test_documents_that_are_refused(data, name, sentence):
    with pytest.raises(ValidationError) as caught:
        check_document(upload(data, name))
    assert sentence in caught.value.messages[0]
    assert caught.value.messages[0].endswith(".")


def test_pages_are_counted_where_the_file_says_them_openly():
    assert pdf_pages(upload(PDF_BYTES, "a.pdf")) == 2
    assert pdf_pages(upload(PDF_BYTES.replace(b"/Count 2", b"/Count 7"), "a.pdf")) is None
    assert pdf_pages(upload(b"%PDF-1.5 packed", "a.pdf")) is None


# Headers of pictures that nobody has to draw


def checks_ending(form):
    return {"JPEG": "jpg", "WEBP": "webp", "GIF": "gif", "PNG": "png"}[form]


def png(width, height, rows):
    def chunk(name, data):
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def with_size(form, width, height):
    """A file of the format whose header claims this size."""
    if form == "PNG":
        return png(width, height, zlib.compress(b""))
    if form == "GIF":
        return b"GIF89a" + struct.pack("<HH", width, height) + b"\0" * 20
    if form == "WEBP":
        size = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
        return b"RIFF\0\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0" + size + b"\0" * 20
    small = bytearray(picture_bytes(size=(16, 16)))
    place = small.index(b"\xff\xc0") + 5
    small[place : place + 4] = struct.pack(">HH", height, width)
    return bytes(small)
