"""AVIF of each rendition, made in the worker alone: it takes seconds that no request has.

Every page names an AVIF beside each WebP from the first moment, under an address of the same form. Until the worker has
made it, and for good where it would be no smaller than the WebP, that address answers with the WebP: browsers look at
the bytes of a picture, and each one that reads AVIF reads WebP. So a page's bytes and a text's hash never depend on how
far the worker is, no page waits, and nothing varies by what a browser says of itself.
"""

from datetime import datetime, timedelta
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from PIL import Image, UnidentifiedImageError

from advocacy.pictures.models import AvifSet, Picture
from advocacy.pictures.renditions import LEAD_BYTES, LEAD_WIDTH, WIDTHS, Encoded, encoded, narrowed

QUALITIES = (60, 50, 40, 30)
ATTEMPTS = 5
SPEED = 6  # of the encoder; slower ones gain little


def draw_next(at: datetime) -> bool:
    """Makes the AVIFs of the picture that has waited longest; False when none is due."""
    row = AvifSet.objects.select_related("picture").claim_one(at)
    if row is None:
        return False
    if row.attempts > ATTEMPTS:
        row.settle()
        return True
    try:
        made = [stored(row.picture, each) for each in avifs(row.picture)]
    except (OSError, UnidentifiedImageError, ValueError) as error:
        row.settle(due=at + timedelta(minutes=4**row.attempts), last_error=str(error)[:1000])
    else:
        row.settle(made=made, attempts=0, last_error="")
    return True


def avifs(picture: Picture) -> list[Encoded]:
    """One for each rendition that it makes smaller."""
    widest = narrowed(picture.opened(), WIDTHS[-1])
    made = (avif(widest, rendition) for rendition in picture.renditions)
    return [each for each in made if each]


def avif(widest: Image.Image, rendition: dict[str, Any]) -> Encoded | None:
    smaller = narrowed(widest, rendition["width"])
    most = rendition["size"] - 1
    if rendition["width"] <= LEAD_WIDTH:
        most = min(most, LEAD_BYTES)
    for quality in QUALITIES:
        made = encoded(f"{name_of(rendition)}.avif", smaller, "AVIF", quality=quality, speed=SPEED)
        if len(made.data) <= most:
            return made
    return None


def name_of(rendition: dict[str, Any]) -> str:
    return str(rendition["name"]).removesuffix(".webp")


def stored(picture: Picture, made: Encoded) -> dict[str, Any]:
    path = f"pictures/{picture.key}/{made.name}"
    default_storage.delete(path)  # of a worker that was killed before it could say so
    file = default_storage.save(path, ContentFile(made.data))
    return {**picture.described(made), "file": file}
