"""AVIF beside each WebP: made by the worker, at addresses that always answer."""

import pytest
from django.core.files.storage import default_storage
from PIL import Image

from advocacy.pictures import avif
from advocacy.pictures.models import AvifSet, Picture
from advocacy.pictures.parts import PicturePart
from advocacy.pictures.renditions import LEAD_BYTES
from tests.pictures.makers import LONG_AGO, make_picture, make_public, picture_upload

pytestmark = pytest.mark.django_db


def draw_all(at):
    while avif.draw_next(at):
        pass


def test_the_address_answers_at_once_and_with_avif_once_it_is_made(client):
    picture = make_picture()
    address = picture.url.replace(".webp", ".avif")
    assert client.get(address).status_code == 404
    make_public(picture)
    before = client.get(address)
    assert (before.status_code, before["Content-Type"]) == (200, "image/webp")
    assert b"".join(before) == b"".join(client.get(picture.url))
    part = PicturePart.of(picture, "en")
    draw_all(picture.created)
    after = client.get(address)
    assert after["Content-Type"] == "image/avif"
    data = b"".join(after)
    assert data[4:12] == b"ftypavif" and len(data) <= LEAD_BYTES
    assert after["ETag"] != before["ETag"]
    assert PicturePart.of(Picture.objects.get(), "en") == part  # no text changes by it
    assert client.get(picture.url)["Content-Type"] == "image/webp"


def test_every_page_names_each_rendition_in_both():
    part = PicturePart.of(make_picture(), "en")
    assert part.avif.count(".avif ") == part.srcset.count(".webp ") == 3


@pytest.mark.slow
def test_noise_stays_within_the_budget_or_stays_webp():
    noise = Image.effect_noise((1700, 1700), 200).convert("RGB")
    picture = make_picture(of=picture_upload(image=noise, quality=90))
    draw_all(picture.created)
    sizes = {made["name"].split(".")[0]: made["size"] for made in picture.renditions}
    for made in picture.avifs():
        assert made["size"] < sizes[made["name"].split(".")[0]]
        assert made["width"] > 800 or made["size"] <= LEAD_BYTES


def test_transparent_pictures_stay_transparent():
    picture = make_picture(form="PNG", mode="RGBA", image=Image.new("RGBA", (500, 300), (255, 0, 0, 90)))
    draw_all(picture.created)
    for made in picture.avifs():
        with default_storage.open(made["file"]) as file, Image.open(file) as image:
            assert image.convert("RGBA").getpixel((5, 5))[3] < 255


def test_a_picture_whose_file_is_missing_is_given_up():
    picture = make_picture()
    default_storage.delete(picture.path)
    row = AvifSet.objects.get()
    for _attempt in range(10):
        AvifSet.objects.exclude(due=None).update(due=LONG_AGO)
        draw_all(LONG_AGO)
    row.refresh_from_db()
    assert row.due is None and row.last_error


def test_deleting_a_picture_removes_them(django_capture_on_commit_callbacks):
    picture = make_picture(size=(1700, 900))
    draw_all(picture.created)
    names = picture.stored_names()
    assert any(name.endswith(".avif") for name in names)
    with django_capture_on_commit_callbacks(execute=True):
        picture.delete()
    assert not any(default_storage.exists(name) for name in names)
