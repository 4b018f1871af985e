"""The focal point of a picture: what stays in sight where a part of it alone is shown."""

from io import BytesIO

import pytest
from django.conf import settings
from django.core.files.storage import default_storage
from django.urls import reverse
from PIL import Image

from newsroom.models import Release
from tests.newsroom.makers import make_release
from tests.organisation.makers import make_organisation
from tests.pictures.makers import make_picture, picture_upload

pytestmark = pytest.mark.django_db
LEFT, RIGHT = (200, 30, 30), (30, 30, 200)


@pytest.fixture(autouse=True)
def organisation():
    return make_organisation()


def half_and_half(**options):
    """Red on the left, blue on the right."""
    image = Image.new("RGB", (1600, 400), LEFT)
    image.paste(RIGHT, (800, 0, 1600, 400))
    return make_picture(of=picture_upload(image=image, **options))


def colour(client, address):
    data = b"".join(client.get(address).streaming_content)
    with Image.open(BytesIO(data)) as image:
        red, _green, blue = image.convert("RGB").resize((1, 1)).getpixel((0, 0))
        return image.size, red - blue


def change(picture):
    return reverse("admin:pictures_picture_change", args=[picture.pk])


def test_wall_and_networks_show_what_the_focal_point_says(editor, client):
    picture = half_and_half()
    make_release(picture=picture).publish()
    square, wide = f"/admin/files/{picture.key}/square.webp", f"/files/{picture.key}/wide.jpg"
    assert square in editor.get(reverse("admin:pictures_picture_changelist")).content.decode()
    (size, hue), old = colour(editor, square), [made["file"] for made in picture.crops]
    assert size == (400, 400) and abs(hue) < 40  # the middle, half of each
    for x, is_red in ((0, True), (100, False)):
        words = {"alt_en": "A road", "credit": "Mari Example", "focus_x": x, "focus_y": 50}
        assert editor.post(change(picture), words).status_code == 302
        size, hue = colour(editor, square)
        assert size == (400, 400) and (hue > 100 if is_red else hue < -100)
        size, hue = colour(client, wide)
        assert size == (762, 400) and (hue > 100 if is_red else hue < -100)
    page = client.get(Release.objects.get().versions.get().url).content.decode()
    assert f'<meta property="og:image" content="{settings.SITE_URL}{wide}">' in page
    picture.refresh_from_db()
    assert all(default_storage.exists(made["file"]) for made in picture.crops) and len(picture.crops) == 2
    assert old != [made["file"] for made in picture.crops]


def test_a_place_outside_the_picture_is_refused_and_drawings_are_shown_whole(editor, client):
    picture = half_and_half(form="PNG")
    words = {"alt_en": "A road", "credit": "Mari Example"}
    page = editor.post(change(picture), {**words, "focus_x": 101, "focus_y": -1}).content.decode()
    assert page.count('class="errorlist"') == 2
    assert "Drawings and logos are never cut." in page
    make_release(picture=picture).publish()
    assert colour(client, f"/files/{picture.key}/wide.jpg")[0] == (800, 200)
    shown = editor.get(reverse("admin:pictures_picture_changelist")).context_data["tiles"][0]["image"]
    assert "400.webp" in shown


def test_the_picture_of_a_release_stands_over_its_text_once(client):
    lead, other = make_picture(alt={"en": "A road"}), make_picture(alt={"en": "A bridge"})
    release = make_release(picture=lead)
    for position, picture in enumerate([other, lead], start=1):
        release.pictures.create(position=position, picture=picture)
    release.stamp()
    release.publish()
    page = client.get(release.versions.get().url).content.decode()
    assert page.count(f'<img src="{lead.url}"') == page.count(f'<img src="{other.url}"') == 1
    assert (
        page.index(lead.url + '"') < page.index("The Council decided") < page.index(f'<img src="{other.url}"')
    )
