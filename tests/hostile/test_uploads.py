"""Files that mean harm, through the forms of the admin: a sentence in the form, or a file that can do nothing.

What each check refuses is tested with the library; here the whole way counts, from the form to what a browser gets.
"""

import struct
import zipfile
import zlib
from io import BytesIO

import pytest
from PIL import Image

from advocacy.pictures.models import Document, Picture
from campaigns.models import Signatory, SignatoryImport
from tests.hostile.pages import Upload, complaints, forms_at, sent, taken_form, with_files
from tests.hostile.words import some_quickly
from tests.pictures.makers import PDF_BYTES, archive_bytes, picture_bytes

pytestmark = pytest.mark.django_db

JPEG, PDF = picture_bytes(size=(300, 200)), PDF_BYTES
SCRIPT = b"<script>alert(1)</script>"
DOCX = ("word/document.xml", "[Content_Types].xml")


def moving_gif():
    frames = [Image.new("L", (20, 20), shade) for shade in (0, 90, 180)]
    stream = BytesIO()
    frames[0].save(stream, "GIF", save_all=True, append_images=frames[1:], loop=0)
    return stream.getvalue()


def bomb(*names):
    """A kilobyte that unpacks to a hundred megabytes."""
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            archive.writestr(name, bytes(20_000_000))
    return stream.getvalue()


def huge_png(side=8000):
    """Few bytes that say they are 64 megapixels."""
    row = b"\0" + bytes(side // 8)
    packer = zlib.compressobj(9)
    packed = b"".join([*(packer.compress(row) for _row in range(side)), packer.flush()])

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")


PICTURES = {
    "64 megapixels in few bytes": Upload(huge_png(), "a.png", "image/png"),
    "a moving GIF": Upload(moving_gif(), "a.gif", "image/gif"),
    "half a JPEG": Upload(JPEG[: len(JPEG) // 2], "a.jpg", "image/jpeg"),
    "an SVG": Upload(
        b"<svg xmlns='http://www.w3.org/2000/svg'>" + SCRIPT + b"</svg>", "a.svg", "image/svg+xml"
    ),
    "an SVG that says JPEG": Upload(b"<svg>" + SCRIPT + b"</svg>", "a.jpg", "image/jpeg"),
    "HTML behind GIF89a": Upload(b"GIF89a/*" + SCRIPT + b"*/=1;", "a.gif", "image/gif"),
    "a PDF that says JPEG": Upload(PDF, "a.jpg", "image/jpeg"),
    "a PNG that says JPEG": Upload(picture_bytes(form="PNG", size=(20, 20)), "a.jpg", "image/jpeg"),
    "PostScript": Upload(b"%!PS-Adobe-3.0 EPSF-3.0\n(/etc/passwd) run", "a.jpg", "image/jpeg"),
    "nothing": Upload(b"", "a.jpg", "image/jpeg"),
    "21 megabytes": Upload(JPEG + bytes(21 * 1024 * 1024), "a.jpg", "image/jpeg"),
    "an MVG": Upload(
        b"push graphic-context\nviewbox 0 0 640 480\nfill 'url(https://x/)'", "a.png", "image/png"
    ),
}
DOCUMENTS = {
    "HTML": Upload(b"<!doctype html>" + SCRIPT, "a.html", "text/html"),
    "a page with macros": Upload(archive_bytes(*DOCX, "word/vbaProject.bin"), "a.docx"),
    "an archive": Upload(archive_bytes("a.exe"), "a.docx"),
    "half an archive": Upload(archive_bytes(*DOCX)[:40], "a.docx"),
    "an old document": Upload(b"\xd0\xcf\x11\xe0" + bytes(600), "a.doc", "application/msword"),
    "a program": Upload(b"MZ" + bytes(600), "a.pdf", "application/pdf"),
    "text with control characters": Upload(b"a\x00b", "a.txt", "text/plain"),
    "31 megabytes": Upload(PDF + bytes(31 * 1024 * 1024), "a.pdf", "application/pdf"),
    "nothing": Upload(b"", "a.pdf", "application/pdf"),
}
LISTS = {
    "a bomb": Upload(bomb("xl/workbook.xml", "[Content_Types].xml"), "a.xlsx"),
    "a picture": Upload(JPEG, "a.csv", "text/csv"),
    "half an archive": Upload(archive_bytes("xl/workbook.xml")[:40], "a.xlsx"),
    "an entity": Upload(archive_bytes("xl/workbook.xml"), "a.xlsx"),
    "NULs": Upload(b"Name\n\x00\x00\n", "a.csv", "text/csv"),
    "one endless cell": Upload(b"Name\n" + b"a" * 300_000 + b"\n", "a.csv", "text/csv"),
    "an open quote": Upload(b'Name\n"' + b"a\n" * 5000, "a.csv", "text/csv"),
    "no columns": Upload(b"\n\n\n", "a.csv", "text/csv"),
    "nothing": Upload(b"", "a.csv", "text/csv"),
    "six megabytes": Upload(b"Name\n" + b"a\n" * 3_000_000, "a.csv", "text/csv"),
}
NAMES = [
    "../../../etc/passwd",
    "a\x00.jpg",
    "a\r\nX: y.jpg",
    "Ճ" * 400 + ".jpg",
    "\u202egpj.exe.jpg",
    ".jpg",
    "con.jpg",
    "a/b\\c.jpg",
    b"\xff\xfe.jpg",
    "",
]


def given_to(client, url, upload, *, keep=False):
    """The answer to the form at this address with this file in it, everything else as it should be."""
    [form] = [each for each in forms_at(client, url) if each.method == "post"]
    form = taken_form(client, form)
    fields = [(name, upload if isinstance(value, Upload) else value) for name, value in with_files(form)]
    answer = sent(client, form, fields, keep=keep)
    assert answer.status_code < 500
    return answer


def refused(answer, name):
    assert answer.status_code == 200
    assert complaints(answer) == {name}


@pytest.mark.parametrize("sort", some_quickly(PICTURES, every=2))
def test_pictures_that_are_refused(desk, sort):
    before = Picture.objects.count()
    refused(given_to(desk, "/admin/pictures/picture/add/", PICTURES[sort], keep=True), "upload")
    assert Picture.objects.count() == before


@pytest.mark.parametrize("sort", DOCUMENTS)
def test_documents_that_are_refused(desk, sort):
    before = Document.objects.count()
    refused(given_to(desk, "/admin/pictures/document/add/", DOCUMENTS[sort], keep=True), "upload")
    assert Document.objects.count() == before


@pytest.mark.parametrize("sort", LISTS)
def test_lists_of_signatories_that_add_nobody(desk, sort):
    """Some are refused and others read with a row that is wrong; none of them adds anybody by itself."""
    before, read = Signatory.objects.count(), SignatoryImport.objects.count()
    answer = given_to(desk, "/admin/campaigns/signatory/import/", LISTS[sort], keep=True)
    assert answer.status_code == 302 or complaints(answer) == {"file"}
    assert Signatory.objects.count() == before
    if answer.status_code == 302:
        assert SignatoryImport.objects.count() == read + 1
        assert desk.get(answer["Location"]).status_code == 200


@pytest.mark.parametrize("name", NAMES, ids=lambda name: repr(name)[:20])
@pytest.mark.parametrize("where", ["picture", "document"])
def test_hostile_names_of_files(desk, where, name):
    data = (JPEG, "image/jpeg") if where == "picture" else (PDF, "application/pdf")
    given_to(desk, f"/admin/pictures/{where}/add/", Upload(data[0], name, data[1]))


def test_what_hides_behind_a_picture_is_gone(desk):
    """A file that is a picture and a page at once: it is drawn anew, and only the picture is left."""
    hidden = JPEG + b"PK\x03\x04" + SCRIPT + b"<?php system($_GET[0]);"
    assert (
        given_to(
            desk, "/admin/pictures/picture/add/", Upload(hidden, "a.jpg", "image/jpeg"), keep=True
        ).status_code
        == 302
    )
    picture = Picture.objects.latest("pk")
    for address in (picture.whole_url, *(part.split()[0] for part in picture.srcset.split(","))):
        answer = desk.get(address.replace("/files/", "/admin/files/"))
        assert answer["Content-Type"].startswith("image/")
        assert SCRIPT not in b"".join(answer.streaming_content)


@pytest.mark.parametrize(
    ("data", "name", "is_shown"),
    [
        (PDF.replace(b"/Catalog", b"/Catalog/OpenAction<</S/JavaScript/JS(app.alert(1))>>"), "a.pdf", True),
        (SCRIPT, "a.txt", True),
        (bomb(*DOCX), "a.docx", False),
        (archive_bytes(*DOCX, "../../evil.txt", "/etc/passwd"), "a.docx", False),
    ],
    ids=["a PDF with a script", "a script as text", "a packed bomb", "an archive that climbs"],
)
def test_documents_that_are_kept_can_do_nothing(desk, data, name, is_shown):
    """What is kept as it is runs nothing in a browser, and the server never unpacks it."""
    assert given_to(desk, "/admin/pictures/document/add/", Upload(data, name), keep=True).status_code == 302
    document = Document.objects.latest("pk")
    answer = desk.get(document.url.replace("/files/", "/admin/files/"))
    assert answer.status_code == 200
    assert answer["X-Content-Type-Options"] == "nosniff"
    policy = answer["Content-Security-Policy"]
    # A browser's PDF viewer refuses to open in a sandbox; it is one by itself, apart from the site.
    assert "sandbox" in policy or (
        answer["Content-Type"] == "application/pdf" and "frame-ancestors 'none'" in policy
    )
    assert answer["Content-Disposition"].startswith("inline" if is_shown else "attachment")
    assert "html" not in answer["Content-Type"]
