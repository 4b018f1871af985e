"""The library in the admin: adding, finding, what is said where it is used."""

import pytest
from django.urls import reverse

from advocacy.organisation.models import Organisation
from advocacy.pictures.models import Document, Picture
from tests.hostile.words import some_quickly
from tests.pictures.makers import PDF_BYTES, make_document, make_picture, make_public, picture_upload, upload

pytestmark = pytest.mark.django_db
ADD = reverse("admin:pictures_picture_add")
LIST = reverse("admin:pictures_picture_changelist")


def change(item):
    return reverse(f"admin:pictures_{item._meta.model_name}_change", args=[item.pk])


def delete(item):
    return reverse(f"admin:pictures_{item._meta.model_name}_delete", args=[item.pk])


def test_an_editor_adds_a_picture(editor):
    words = {"alt_en": "A road", "alt_hy": "Ճանապարհ", "credit": "Mari Example", "caption_en": "Near Goris"}
    response = editor.post(ADD, {**words, "upload": picture_upload()})
    assert response.status_code == 302, response.context["adminform"].form.errors
    picture = Picture.objects.get()
    assert picture.alt == {"en": "A road", "hy": "Ճանապարհ"}
    assert picture.caption == {"en": "Near Goris"}
    assert picture.uploaded_by.username == "editor"
    assert [made["width"] for made in picture.renditions] == [400, 800, 900]


def test_a_form_with_something_missing_says_what_and_keeps_what_was_typed(editor):
    response = editor.post(
        ADD, {"alt_en": "", "credit": "", "caption_en": "Typed before", "upload": picture_upload()}
    )
    page = response.content.decode()
    assert "Write what the picture shows, in at least one language." in page
    assert "Write who made the picture. It is printed beside it." in page
    assert "Typed before" in page
    assert not Picture.objects.exists()


@pytest.mark.parametrize("given", [upload(b"", "a.jpg"), upload(b"MZ", "a.jpg"), upload(b"<svg/>", "a.svg")])
def test_a_refused_file_is_a_sentence_in_the_form(editor, given):
    response = editor.post(ADD, {"alt_en": "A road", "credit": "Mari", "upload": given})
    assert response.status_code == 200
    assert response.context["adminform"].form.errors["upload"][0].endswith(".")


def test_the_words_change_and_the_file_stays(editor):
    picture = make_picture()
    before = picture.renditions
    response = editor.post(
        change(picture), {"alt_en": "Another road", "credit": "Mari", "upload": picture_upload()}
    )
    assert response.status_code == 302
    picture.refresh_from_db()
    assert picture.alt == {"en": "Another road"} and picture.renditions == before


def test_the_list_shows_and_finds_pictures_in_every_script(editor, django_assert_max_num_queries):
    picture = make_picture(alt={"en": "A road", "hy": "Ճանապարհ"})
    make_picture(alt={"en": "A bridge"}, credit="Aram")
    page = editor.get(LIST).content.decode()
    assert f"/admin/files/{picture.key}/square.webp" in page and "/files/" in page
    for word, found in (("Ճանապ", "A road"), ("aram", "A bridge")):
        page = editor.get(LIST, {"q": word}).content.decode()
        assert found in page
        assert ("A road" in page) != ("A bridge" in page)
    with django_assert_max_num_queries(13):
        editor.get(LIST)


def test_where_it_is_used(editor):
    picture, document = make_picture(), make_document()
    for item in (picture, document):
        assert "not used in anything" in editor.get(change(item)).content.decode()
        make_public(item, title="Broad Coalition Demands UN Action")
        assert (
            "“Broad Coalition Demands UN Action” (en), public now"
            in editor.get(change(item)).content.decode()
        )
    Organisation.objects.create(logo=picture)
    assert "the organisation&#x27;s logo" in editor.get(change(picture)).content.decode()


def test_what_is_used_is_not_deleted_and_the_editor_is_told(editor):
    used, logo, free, document = make_picture(), make_picture(), make_picture(), make_document()
    make_public(used)
    make_public(document)
    Organisation.objects.create(logo=logo)
    for item in (used, logo, document):
        response = editor.post(delete(item), {"post": "yes"}, follow=True)
        assert "can’t be deleted" in response.content.decode().replace("can&#x27;t", "can’t")
        assert type(item).objects.filter(pk=item.pk).exists()
    assert editor.post(delete(free), {"post": "yes"}).status_code == 302
    assert not Picture.objects.filter(pk=free.pk).exists()


def test_an_editor_adds_a_document(editor):
    add = reverse("admin:pictures_document_add")
    given = upload(PDF_BYTES, "scan0001.pdf", "application/pdf")
    response = editor.post(add, {"title": "The entire letter", "language": "hy", "upload": given})
    assert response.status_code == 302, response.context["adminform"].form.errors
    document = Document.objects.get()
    assert (document.pages, document.size, document.media_label) == (2, len(PDF_BYTES), "PDF")
    assert document.name == "the-entire-letter.pdf"
    assert "scan0001" not in editor.get(change(document)).content.decode()
    response = editor.post(
        add, {"title": "x", "language": "hy", "upload": upload(b"MZ", "a.pdf", "application/pdf")}
    )
    assert "can&#x27;t be taken as a document" in response.content.decode()


HOSTILE = [
    "x" * 10_000,
    "nul\0",
    "\u202eturned",
    "\x1b[31m",
    "<script>alert(1)</script>",
    "{{ 7|add:7 }}",
    "²",
]


@pytest.mark.parametrize("words", some_quickly(HOSTILE))
@pytest.mark.parametrize("field", ["alt_en", "alt_ar", "credit", "caption_hy"])
def test_hostile_words_are_an_error_in_the_form_or_plain_text(editor, field, words):
    given = {"alt_en": "A road", "credit": "Mari", "upload": picture_upload(size=(60, 40)), field: words}
    assert editor.post(ADD, given).status_code in (200, 302)
    page = editor.get(LIST).content.decode()
    assert "<script>alert(1)" not in page
    for picture in Picture.objects.all():
        assert editor.get(change(picture)).status_code == 200


@pytest.mark.parametrize(
    "name", ["x" * 5000 + ".jpg", "..\\..\\a.jpg", "a/b/c.jpg", "\u202egpj.exe.jpg", "a\nb.jpg", ".jpg"]
)
def test_hostile_file_names_reach_no_path(editor, name):
    response = editor.post(
        ADD, {"alt_en": "A road", "credit": "Mari", "upload": picture_upload(size=(60, 40), name=name)}
    )
    assert response.status_code in (200, 302)
    for picture in Picture.objects.all():
        assert picture.path == f"pictures/{picture.key}/original.jpg"
