"""Pictures of the library within rich text: named by key at the desk, frozen in a version, public only with it."""

import zipfile
from datetime import timedelta
from html import unescape
from io import BytesIO

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import ProtectedError
from django.urls import reverse
from django.utils import timezone

from advocacy.pictures.models import Picture
from advocacy.publishing.differences import differences
from newsroom.models import Release
from tests.newsroom.makers import make_release
from tests.organisation.makers import make_organisation
from tests.pictures.makers import make_picture, picture_upload
from tests.publishing.test_passes import given as give_pass
from tests.publishing.test_passes import opened

pytestmark = pytest.mark.django_db
WALL = reverse("admin:pictures_picture_changelist")


@pytest.fixture(autouse=True)
def organisation():
    return make_organisation(names={"en": "The coalition", "hy": "Կոալիցիա"})


def with_picture(picture, **columns):
    body = f'<p>One.</p><figure data-picture="{picture.key}"></figure><p>Two.</p>'
    return make_release(**{"body": body, **columns})


def served(client, picture):
    return client.get(picture.url).status_code == 200


def newest(text):
    return text.versions.latest("number")


def test_a_picture_in_the_text_is_published_with_its_words_and_with_nothing_else(client):
    picture = make_picture(size=(1000, 500), alt={"en": "A road"})
    release = with_picture(picture)
    assert not served(client, picture)
    release.publish()
    assert served(client, picture)
    page = client.get(newest(release).url).content.decode()
    block = release.body.blocks[1].id
    assert f'<figure class="picture" id="{block}">' in page and "data-picture" not in page
    assert f'<img src="{picture.url}" srcset="{picture.srcset}"' in page
    assert 'width="1000" height="500" alt="A road" loading="lazy"' in page and "Mari Example</fig" in page
    assert page.index("One.") < page.index(picture.url) < page.index("Two.")

    text = client.get(f"{newest(release).url}text.txt").content.decode()
    assert "One.\n\n[A road. Credit: Mari Example]\n\nTwo." in text
    feed = unescape(client.get(reverse("feed", kwargs={"language": "en", "form": "rss"})).content.decode())
    assert f'<img src="{settings.SITE_URL}{picture.url}"' in feed
    assert f'"{picture.url}' not in feed and ", /files/" not in feed  # which would lead nowhere in a reader
    kit = b"".join(client.get(f"{newest(release).url}press-kit.zip").streaming_content)
    with zipfile.ZipFile(BytesIO(kit)) as archive:
        assert f"{release.slug}/pictures/01-original.jpg" in archive.namelist()

    # What was published stays as it was, whatever the library says of the picture now.
    before = newest(release).hash
    picture.alt = {"en": "A street"}
    picture.save()
    assert newest(release).hash == before
    assert 'alt="A road"' in client.get(newest(release).url).content.decode()
    release.withdraw()
    assert not served(client, picture)


def test_words_that_are_missing_stand_in_the_way(client):
    picture = make_picture(alt={"en": "A road"}, credit=" ")
    release = with_picture(picture, language="hy")
    with pytest.raises(ValidationError) as refused:
        release.publish()
    assert "The picture “A road” has no credit." in refused.value.messages
    assert any("no alternative text in this language (Armenian)" in each for each in refused.value.messages)
    release.body = f'<figure data-picture="{picture_key_of_none()}"></figure><p>Words.</p>'
    release.save()
    assert release.problems(timezone.now()) == [
        "A picture in the text is no longer in the library. Take it out of the text."
    ]


def picture_key_of_none():
    return "p" + "0" * 20


def test_only_the_key_is_stored_and_foreign_pictures_go(editor):
    picture = make_picture()
    body = (
        f'<p>Words</p><figure data-picture="{picture.key}" onclick="x()"><img src="https://x.example/a.png"></figure>'
        '<p><img src="https://x.example/b.png">more</p><figure data-picture="https://x.example/c.png"></figure>'
    )
    release = make_release(body=body)
    assert "x.example" not in release.body and "onclick" not in release.body
    assert release.body.picture_keys == [picture.key]
    release.publish()
    assert "x.example" not in str(newest(release).data)
    # A version put back on the desk names the picture by its key again.
    release.body = "<p>Other words</p>"
    release.save()
    release.restore(newest(release))
    stored = Release.objects.get(pk=release.pk).body
    assert f'<figure data-picture="{picture.key}"' in stored and "<img" not in stored
    assert release.content().hash() == newest(release).hash


def test_history_names_the_picture():
    old, new = make_picture(alt={"en": "A road"}), make_picture(alt={"en": "A bridge"})
    release = with_picture(old)
    release.publish()
    release.body = release.body.replace(old.key, new.key)
    release.save()
    found = differences(newest(release).content, release.content(), Release)
    assert [difference.label for difference in found] == ["Text"]
    words = " ".join(f"{piece.mark}:{piece.text}" for line in found[0].lines for piece in line.pieces)
    assert "removed:road" in words and "added:bridge" in words


def test_the_library_knows_pictures_within_texts(editor):
    picture, unused = make_picture(alt={"en": "A road"}), make_picture(alt={"en": "A wall"})
    release = with_picture(
        picture, title="Within the text", notes=f'<figure data-picture="{picture.key}"></figure>'
    )
    change = reverse("admin:pictures_picture_change", args=[picture.pk])
    assert "“Within the text” (en), at the desk" in editor.get(change).content.decode()
    shown = [tile["url"] for tile in editor.get(WALL, {"used": "no"}).context_data["tiles"]]
    assert shown == [reverse("admin:pictures_picture_change", args=[unused.pk])]
    with pytest.raises(ProtectedError):
        picture.delete()

    replace = reverse("admin:pictures_picture_replace", args=[picture.pk])
    editor.post(replace, {"upload": picture_upload(size=(500, 300))})
    new = Picture.objects.get(width=500)
    release.refresh_from_db()
    assert release.body.picture_keys == release.notes.picture_keys == [new.key]
    assert not Picture.objects.filter(pk=picture.pk).exists()  # it was used nowhere else, and never published

    release.body = release.notes = "<p>Nothing</p>"
    release.save()
    assert (
        "It is not used in anything."
        in editor.get(reverse("admin:pictures_picture_change", args=[new.pk])).content.decode()
    )


def test_a_pass_and_a_preview_show_the_picture_before_the_public(client, editor):
    picture = make_picture()
    release = with_picture(picture)
    preview = editor.get(reverse("admin:newsroom_release_preview", args=[release.pk])).content.decode()
    assert f"/admin{picture.url}" in preview
    assert editor.get(f"/admin{picture.url}").status_code == 200
    version = release.publish(starts=timezone.now() + timedelta(hours=1), embargo=True)
    _made, path = give_pass(version)
    client.logout()
    opened(client, path)
    under_pass = picture.url.replace("/files/", f"{path}files/")
    assert f'src="{under_pass}"' in client.get(path).content.decode()
    assert client.get(under_pass).status_code == 200 and not served(client, picture)


def test_the_window_of_the_editor_finds_pictures_by_their_words(editor, client):
    make_picture(alt={"en": "A road"})
    bridge = make_picture(alt={"en": "A bridge"})
    address = reverse("admin:pictures_picture_choose")
    page = editor.get(address, {"q": "bridge"}).content.decode()
    assert f'data-key="{bridge.key}" data-name="A bridge"' in page and "A road" not in page
    assert "No picture has these words." in editor.get(address, {"q": "nothing"}).content.decode()
    small = reverse("pictures:staff-picture", args=[bridge.key])
    assert b"".join(editor.get(small).streaming_content)[8:12] == b"WEBP"
    client.logout()
    assert client.get(address).status_code == client.get(small).status_code == 302
