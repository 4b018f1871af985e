"""The library as a whole: many files at once, where they are used, replacing, what is unused."""

import pytest
from django.core.files.storage import default_storage
from django.urls import reverse

from advocacy.organisation.models import Organisation
from advocacy.pictures.models import Document, DrawnCard, Picture
from newsroom.models import Release
from newsroom.models.releases import ReleasePicture
from tests.organisation.makers import make_organisation
from tests.pictures.makers import PDF_BYTES, make_document, make_picture, make_public, picture_upload, upload
from tests.publishing.makers import START, make_text

pytestmark = pytest.mark.django_db
MANY_PICTURES = reverse("admin:pictures_picture_many")
MANY_DOCUMENTS = reverse("admin:pictures_document_many")
WALL = reverse("admin:pictures_picture_changelist")


@pytest.fixture(autouse=True)
def organisation():
    return make_organisation()


def replace_address(item):
    return reverse(f"admin:pictures_{item._meta.model_name}_replace", args=[item.pk])


def pdf(name):
    return upload(PDF_BYTES, name, "application/pdf")


def test_many_pictures_at_once_and_each_refusal_is_a_sentence(editor):
    given = [
        picture_upload(name="one.jpg"),
        upload(b"no picture", "Mari's notes.txt"),
        upload(b"", "empty.jpg"),
        picture_upload(form="PNG", name="two.png"),
    ]
    page = editor.post(MANY_PICTURES, {"uploads": given, "credit": "Mari Example"}, follow=True)
    told = [str(message) for message in page.context["messages"]]
    assert told[0] == "2 files were added."
    assert told[1].startswith("“Mari's notes.txt” was not taken. ") and told[1].endswith(".")
    assert told[2] == "“empty.jpg” was not taken. This file is empty."
    assert {picture.credit for picture in Picture.objects.all()} == {"Mari Example"}
    assert page.content.decode().count("No alternative text yet") == 2


def test_many_documents_at_once_and_their_addresses_follow_the_titles_until_they_are_published(editor):
    given = [pdf("scan_0001.pdf"), pdf("Facts.pdf"), upload(b"MZ", "a.pdf", "application/pdf")]
    page = editor.post(MANY_DOCUMENTS, {"uploads": given, "language": "hy"}, follow=True)
    assert [message.level_tag for message in page.context["messages"]] == ["success", "error"]
    document = Document.objects.get(title="scan 0001")
    assert document.language == "hy" and document.pages == 2
    change = reverse("admin:pictures_document_change", args=[document.pk])
    editor.post(change, {"title": "The entire letter", "language": "hy"})
    document.refresh_from_db()
    assert document.name == "the-entire-letter.pdf"
    make_public(document)
    editor.post(change, {"title": "The letter", "language": "hy"})
    document.refresh_from_db()
    assert (document.title, document.name) == ("The letter", "the-entire-letter.pdf")


def test_too_many_or_none_are_said_in_the_form(editor):
    page = editor.post(MANY_PICTURES, {"credit": "Mari"})
    assert "Choose one file or several." in page.content.decode()
    page = editor.post(MANY_PICTURES, {"uploads": [picture_upload() for _ in range(31)], "credit": "Mari"})
    assert "Choose at most 30 files at once. These are 31." in page.content.decode()
    assert not Picture.objects.exists()


def test_the_wall_says_what_is_used_nowhere_and_what_lacks_words(editor):
    free, used, logo = (make_picture(alt={"en": name}) for name in ("A free road", "A used road", "A mark"))
    make_text(Release, word="Zq", picture=used)
    Organisation.objects.update(logo=logo)
    assert editor.get(WALL).content.decode().count("<br>Used nowhere") == 1
    unused = editor.get(WALL, {"used": "no"}).content.decode()
    assert "A free road" in unused and "A used road" not in unused and "A mark" not in unused
    in_use = editor.get(WALL, {"used": "yes"}).content.decode()
    assert "A free road" not in in_use and "A used road" in in_use and "A mark" in in_use
    free.alt = {"en": "A free road", "hy": "Ճանապարհ"}
    free.save()
    lacking = editor.get(WALL, {"without": "hy"}).content.decode()
    assert "A used road" in lacking and "A free road" not in lacking


def test_where_it_is_used_names_texts_at_the_desk_and_published_ones(editor):
    picture = make_picture(alt=words())
    text = make_text(Release, word="Zq", picture=picture)
    ReleasePicture.objects.create(release=text, picture=picture)
    page = editor.get(reverse("admin:pictures_picture_change", args=[picture.pk])).content.decode()
    assert page.count("“Zq title” (en), at the desk") == 1
    assert reverse("admin:newsroom_release_change", args=[text.pk]) in page
    text.publish(at=START)
    page = editor.get(reverse("admin:pictures_picture_change", args=[picture.pk])).content.decode()
    assert "“Zq title” (en), not public now" in page  # START lies ahead


def words():
    return dict.fromkeys(("en", "hy", "ru", "fr", "ar"), "A road")


def test_replacing_changes_the_desk_and_leaves_what_was_published(editor, client):
    old = make_picture(alt=words())
    text, other = (
        make_text(Release, word="Zq", picture=old),
        make_text(Release, word="Zx", slug="zx", picture=old),
    )
    ReleasePicture.objects.create(release=text, picture=old)
    text.stamp()
    version = text.publish()
    Organisation.objects.update(logo=old)
    asked = editor.get(replace_address(old)).content.decode()
    assert "“Zq title” (en), at the desk" in asked and "“Zx title” (en), at the desk" in asked
    assert "Here readers see the new file at once" in asked and "These are public with this file" in asked

    response = editor.post(replace_address(old), {"upload": picture_upload(size=(500, 300))})
    new = Picture.objects.latest("pk")
    assert response["Location"] == reverse("admin:pictures_picture_change", args=[new.pk])
    assert (new.alt, new.credit, new.width) == (old.alt, old.credit, 500)
    for each in (text, other):
        each.refresh_from_db()
        assert each.picture == new
    assert text.pictures.last().picture == new
    assert text.status == Release.Status.DRAFT  # it waits to be published again
    assert Organisation.current().logo == new
    version.refresh_from_db()
    assert {each.picture for each in version.references.exclude(picture=None)} >= {old}
    assert client.get(old.url).status_code == 200
    assert "The old one stays" in str(next(iter(editor.get(response["Location"]).context["messages"])))


def test_an_old_file_that_nothing_shows_any_more_goes(editor, django_capture_on_commit_callbacks):
    picture, document = make_picture(), make_document()
    make_text(Release, word="Zq", picture=picture)
    for old, given in ((picture, picture_upload()), (document, pdf("new.pdf"))):
        with django_capture_on_commit_callbacks(execute=True):
            editor.post(replace_address(old), {"upload": given})
        assert not type(old).objects.filter(pk=old.pk).exists()
        assert not default_storage.exists(old.path)
        assert type(old).objects.exists()


def test_a_refused_file_replaces_nothing(editor):
    old = make_picture()
    page = editor.post(replace_address(old), {"upload": upload(b"no picture", "a.jpg")})
    assert "This file is not a picture" in page.content.decode()
    assert list(Picture.objects.all()) == [old]


def test_who_may_not_change_may_neither_add_many_nor_replace(client, django_user_model):
    from django.contrib.auth.models import Group

    user = django_user_model.objects.create_user(
        "p", "p@carm.example", "a long enough password", is_staff=True
    )
    user.groups.add(Group.objects.get(name="Press desk"))
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    picture = make_picture()
    assert client.get(WALL).status_code == 200
    assert "Add several files" not in client.get(WALL).content.decode()
    for address in (MANY_PICTURES, replace_address(picture)):
        assert client.post(address, {"upload": picture_upload()}).status_code == 403


def test_a_writer_replaces_in_texts_and_not_the_logo(client, django_user_model):
    from django.contrib.auth.models import Group

    user = django_user_model.objects.create_user(
        "w", "w@carm.example", "a long enough password", is_staff=True
    )
    user.groups.add(Group.objects.get(name="Writer"))
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    picture = make_picture(alt=words())
    text = make_text(Release, word="Zq", picture=picture)
    Organisation.objects.update(logo=picture)
    assert "because you may not change them" in client.get(replace_address(picture)).content.decode()
    client.post(replace_address(picture), {"upload": picture_upload(size=(500, 300))})
    text.refresh_from_db()
    assert text.picture != picture and Organisation.current().logo == picture


def test_staff_find_share_cards_before_readers_do(editor, client):
    from advocacy.pictures import cards

    make_text(Release, word="Zq").publish(at=START)
    while cards.draw_next(START):
        pass
    page = editor.get(reverse("admin:pictures_drawncard_changelist")).content.decode()
    row = DrawnCard.objects.get(part="q1")
    address = reverse("pictures:staff-card", args=[row.pk])
    assert address in page and "“Zq words”" in page
    response = editor.get(address)
    assert response["Content-Type"] == "image/png" and "no-store" in response["Cache-Control"]
    client.logout()
    assert client.get(address).status_code == 302
