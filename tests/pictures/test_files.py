"""Who gets a file: readers while a public version uses it, staff through their own address."""

from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import ProtectedError
from django.urls import reverse

from advocacy.organisation.models import Organisation
from advocacy.pictures.models import Document, Picture
from advocacy.publishing.models import Reference
from tests.pictures.makers import (
    LONG_AGO,
    PDF_BYTES,
    archive_bytes,
    make_document,
    make_picture,
    make_public,
    make_version,
    picture_upload,
    upload,
)

pytestmark = pytest.mark.django_db
SOON = LONG_AGO + timedelta(hours=1)


# Readers


def test_a_picture_is_nowhere_until_a_public_text_uses_it(client):
    picture = make_picture()
    assert client.get(picture.url).status_code == 404
    make_version()  # another text
    assert client.get(picture.url).status_code == 404
    make_public(picture)
    response = client.get(picture.url)
    assert response.status_code == 200
    assert response["Content-Type"] == "image/webp"
    assert b"".join(response).startswith(b"RIFF")


def test_every_rendition_and_the_whole_picture_are_served(client):
    picture = make_picture(size=(1700, 900))
    make_public(picture)
    addresses = [part.split()[0] for part in picture.srcset.split(", ")]
    assert [address.rsplit("/", 1)[1] for address in addresses] == ["400.webp", "800.webp", "1600.webp"]
    assert picture.url == addresses[1]
    for address in [*addresses, picture.whole_url]:
        assert client.get(address).status_code == 200
    assert client.get(picture.whole_url)["Content-Type"] == "image/jpeg"


@pytest.mark.parametrize("make", [make_picture, make_document])
@pytest.mark.parametrize(
    ("starts", "ends", "at", "status"),
    [
        (LONG_AGO, None, LONG_AGO - timedelta(seconds=1), 404),
        (LONG_AGO, None, LONG_AGO, 200),
        (LONG_AGO, SOON, SOON - timedelta(seconds=1), 200),
        (LONG_AGO, SOON, SOON, 404),
        (LONG_AGO, LONG_AGO, LONG_AGO, 404),
    ],
    ids=["before", "at the moment", "until the end", "withdrawn", "voided"],
)
def test_the_clock_decides(client, make, starts, ends, at, status):
    item = make()
    make_public(item, starts=starts, ends=ends)
    with time_machine.travel(at, tick=False):
        assert client.get(item.url).status_code == status


def test_one_public_text_of_several_is_enough(client):
    picture = make_picture()
    make_public(picture, ends=SOON)
    assert client.get(picture.url).status_code == 404
    make_public(picture)
    assert client.get(picture.url).status_code == 200


def test_the_logo_is_public_while_it_is_the_logo(client):
    picture = make_picture()
    Organisation.objects.create(logo=picture)
    assert client.get(picture.url).status_code == 200
    Organisation.objects.update(logo=None)
    assert client.get(picture.url).status_code == 404


def test_a_model_may_show_pictures_by_itself(client, monkeypatch):
    picture, other = make_picture(), make_picture()

    def shown(cls, at):
        return Picture.objects.filter(pk=picture.pk)

    monkeypatch.setattr(Reference, "public_pictures", classmethod(shown), raising=False)
    assert client.get(picture.url).status_code == 200
    assert client.get(other.url).status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "/files/{key}/1000.webp",
        "/files/{key}/original.png",
        "/files/{other}/800.webp",
        "/files/{key}/..",
        "/files/x/800.webp",
    ],
)
def test_names_that_are_not_the_pictures_own_are_nothing(client, path):
    picture, document = make_picture(), make_document()
    make_public(picture)
    make_public(document)
    assert client.get(path.format(key=picture.key, other=document.key)).status_code == 404


def test_a_document_comes_by_the_name_it_had_when_it_was_added(client):
    document = make_document(title="Ամբողջ նամակը")
    make_public(document)
    assert document.url.endswith("/amboghj-namaky.pdf")
    document.title = "Another title"
    document.save()
    response = client.get(document.url)
    assert response["Content-Disposition"] == 'inline; filename="amboghj-namaky.pdf"'
    assert b"".join(response) == PDF_BYTES


def test_a_document_that_a_browser_can_not_show_is_a_download(client):
    data = archive_bytes("[Content_Types].xml", "word/document.xml")
    document = make_document(data=data, name="x.docx", media="", title="Facts")
    make_public(document)
    response = client.get(document.url)
    assert response["Content-Disposition"] == 'attachment; filename="facts.docx"'
    assert response["Content-Type"].endswith("wordprocessingml.document")


# Headers


@pytest.mark.parametrize("make", [make_picture, make_document])
def test_headers(client, make):
    item = make()
    make_public(item)
    response = client.get(item.url)
    assert response["Cache-Control"] == "public, max-age=300"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "frame-ancestors 'none'" in response["Content-Security-Policy"]
    assert ("sandbox" in response["Content-Security-Policy"]) == (
        make is make_picture
    )  # Safari shows no PDF in one
    assert response["Content-Length"] == str(len(b"".join(response)))
    assert not response.cookies
    assert response.get("Vary", "Accept-Encoding") == "Accept-Encoding"


def test_plain_text_says_its_encoding_and_runs_nothing(client):
    document = make_document(
        data=b"<script>alert(1)</script>", name="a.txt", media="text/plain", title="Facts"
    )
    make_public(document)
    response = client.get(document.url)
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    assert "sandbox" in response["Content-Security-Policy"]
    assert response["X-Content-Type-Options"] == "nosniff"


def test_head_and_conditional_get(client):
    picture = make_picture()
    make_public(picture)
    head = client.head(picture.url)
    assert head.status_code == 200 and head["ETag"] and not b"".join(head)
    again = client.get(picture.url, headers={"if-none-match": head["ETag"]})
    assert again.status_code == 304 and not again.content
    assert again["Cache-Control"] == "public, max-age=300"
    assert client.get(picture.url, headers={"if-none-match": '"other"'}).status_code == 200


def test_what_is_withdrawn_is_not_confirmed_to_a_cache(client):
    picture = make_picture()
    version = make_public(picture)
    etag = client.head(picture.url)["ETag"]
    version.publication.withdraw()
    assert client.get(picture.url, headers={"if-none-match": etag}).status_code == 404


@pytest.mark.parametrize("method", ["post", "put", "delete", "patch", "options"])
def test_nothing_but_reading(client, method):
    picture = make_picture()
    make_public(picture)
    assert getattr(client, method)(picture.url).status_code == 405


def test_behind_nginx_the_server_is_told_to_send_the_file(client, settings):
    picture = make_picture()
    settings.X_ACCEL = "/stored/"
    assert client.get(picture.url).status_code == 404
    make_public(picture)
    response = client.get(picture.url)
    assert response["X-Accel-Redirect"] == f"/stored/pictures/{picture.key}/800.webp"
    assert response["Content-Type"] == "image/webp" and not response.content
    assert default_storage.exists(response["X-Accel-Redirect"].removeprefix("/stored/"))


def test_a_file_that_is_missing_is_a_404(client):
    picture = make_picture()
    make_public(picture)
    default_storage.delete(picture.rendition(800)["file"])
    assert client.get(picture.url).status_code == 404


# Staff


def test_staff_see_what_is_not_public_and_no_cache_keeps_it(editor):
    for item, name in ((make_picture(), "800.webp"), (make_document(), "the-entire-letter.pdf")):
        response = editor.get(reverse("pictures:staff-file", args=[item.key, name]))
        assert response.status_code == 200
        assert "no-store" in response["Cache-Control"] and "private" in response["Cache-Control"]
        assert response["X-Content-Type-Options"] == "nosniff"
        assert editor.get(item.url).status_code == 404  # being logged in opens no public address


def test_strangers_are_sent_to_log_in_and_staff_need_the_permission(client, django_user_model):
    picture = make_picture()
    address = reverse("pictures:staff-file", args=[picture.key, "800.webp"])
    assert client.get(address).status_code == 302
    user = django_user_model.objects.create_user(
        "new", "new@carm.example", "a long enough password", is_staff=True
    )
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(address).status_code == 403


# What is stored


def test_nothing_of_the_users_name_is_stored():
    picture = make_picture(of=picture_upload(name="Mari's secret meeting, Goris.jpg"))
    document = make_document(name="../../etc/Mari.pdf")
    for name in [*picture.stored_names(), *document.stored_names()]:
        assert "mari" not in name.lower() and ".." not in name
        assert default_storage.exists(name)


def test_deleting_removes_the_files(django_capture_on_commit_callbacks):
    picture, document = make_picture(), make_document()
    names = [*picture.stored_names(), *document.stored_names()]
    with django_capture_on_commit_callbacks(execute=True):
        picture.delete()
        document.delete()
    assert not any(default_storage.exists(name) for name in names)


@pytest.mark.parametrize("make", [make_picture, make_document])
def test_what_was_published_can_not_be_deleted(make):
    item = make()
    make_public(item, ends=SOON)
    with pytest.raises(ProtectedError), transaction.atomic():
        item.delete()
    assert all(default_storage.exists(name) for name in item.stored_names())


def test_a_refused_upload_leaves_nothing(tmp_path):
    with pytest.raises(ValidationError):
        Picture.objects.take(upload(b"no picture", "a.jpg"), alt={"en": "x"}, credit="y")
    with pytest.raises(ValidationError):
        Document.objects.take(upload(b"no document", "a.pdf"), title="x", language="en")
    assert not (tmp_path / "files").exists()
    assert not Picture.objects.exists() and not Document.objects.exists()


# Words


def test_what_a_picture_lacks_for_a_language():
    picture = make_picture(alt={"en": "A road to Goris"})
    assert picture.problems("en") == []
    assert "no alternative text in this language" in picture.problems("hy")[0]
    picture.credit = " "
    assert picture.problems("en") == ["The picture “A road to Goris” has no credit."]
    assert picture.alt_in("hy") == "A road to Goris"
    assert picture.caption_in("hy") == ""
