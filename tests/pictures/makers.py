"""Uploads of every sort, and library items with them. `make_public` puts an item into a public version."""

import zipfile
from datetime import UTC, datetime, timedelta
from io import BytesIO

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from advocacy.pictures.models import Document, Picture
from advocacy.publishing.models import Publication, Reference

EXIF_ORIENTATION, EXIF_GPS = 0x0112, 0x8825
TYPES = {
    "JPEG": ("photo.jpg", "image/jpeg"),
    "PNG": ("logo.png", "image/png"),
    "WEBP": ("photo.webp", "image/webp"),
}
TYPES["GIF"] = ("drawing.gif", "image/gif")


def picture_bytes(*, form="JPEG", size=(900, 600), mode="RGB", image=None, **options):
    image = image or Image.radial_gradient("L").resize(size).convert(mode)
    stream = BytesIO()
    image.save(stream, form, **options)
    return stream.getvalue()


def upload(data, name, media=""):
    return SimpleUploadedFile(name, data, content_type=media)


def picture_upload(*, form="JPEG", name="", media="", **options):
    usual_name, usual_media = TYPES[form]
    return upload(picture_bytes(form=form, **options), name or usual_name, media or usual_media)


def make_picture(*, alt=None, credit="Mari Example", of=None, **options):
    return Picture.objects.take(of or picture_upload(**options), alt=alt or {"en": "A road"}, credit=credit)


PDF_BYTES = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
    b"2 0 obj<</Type/Pages/Kids[3 0 R 4 0 R]/Count 2>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 300]>>endobj\n"
    b"4 0 obj<</Type /Page/Parent 2 0 R/MediaBox[0 0 300 300]>>endobj\n"
    b"trailer<</Root 1 0 R>>\n%%EOF\n"
)


def archive_bytes(*names, mimetype=""):
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        if mimetype:
            archive.writestr("mimetype", mimetype)
        for name in names:
            archive.writestr(name, b"<x/>")
    return stream.getvalue()


def make_document(*, data=PDF_BYTES, name="letter.pdf", media="", title="The entire letter", **columns):
    return Document.objects.take(upload(data, name, media), title=title, language="en", **columns)


LONG_AGO = datetime(2023, 9, 28, 14, tzinfo=UTC)


def make_version(*, title="A text", starts=LONG_AGO, ends=None):
    """A text that is public from `starts` to `ends`; with both the same, one voided before it began."""
    publication = Publication(title=title)
    publication.save()
    version = publication.publish(starts=starts, at=starts - timedelta(hours=1))
    if ends is not None:
        publication.withdraw(at=starts - timedelta(minutes=1) if ends == starts else ends)
    return version


def make_public(item, **options):
    """A version that uses the item, public since LONG_AGO unless the options say otherwise."""
    version = make_version(**options)
    column = "picture" if isinstance(item, Picture) else "document"
    Reference.objects.create(version=version, **{column: item})
    return version
