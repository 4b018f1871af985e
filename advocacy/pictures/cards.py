"""Share cards: what networks show beside a link. A kind says what stands on them, the worker draws them.

A version asks for its cards when it is published. Each is drawn anew when the ledger of its work changes, and when the
organisation's name or colours do; a card whose words and looks are those of one that was drawn is the same file.
Until a card is drawn, pages do without it.
"""

import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db.models import OuterRef, Q, Subquery, Value
from django.urls import reverse
from django.utils.translation import get_language_info, gettext, override
from PIL import Image

from advocacy.delivery.printed import printing
from advocacy.organisation import chrome
from advocacy.organisation.models import Organisation
from advocacy.pictures.models import DrawnCard
from advocacy.pictures.typesetting import NotSet, typeset

if TYPE_CHECKING:
    from advocacy.publishing.models import Version

TEMPLATE = Path(__file__).parent / "share_card.typ"
WIDTH, HEIGHT = 1200, 630
COLOURS = (64, 32, 16)
MOST_BYTES = 60_000
ATTEMPTS = 5
MOST_WORDS = 80  # of a title; no card has room for more
BLOCK = 500
UNTOUCHED = timedelta(hours=1)  # a file this new may belong to a card that is being drawn


@dataclass(frozen=True)
class Bar:
    """A demand on a card: its number as the language writes it, and where it stands."""

    number: str
    status: str


@dataclass(frozen=True, kw_only=True)
class ShareCard:
    """What stands on one card, in the language of its text. `part` is the id of a part that is shared by itself.

    A title may hold a line break.
    """

    title: str
    part: str = ""
    kicker: str = ""
    counts: str = ""
    bars: tuple[Bar, ...] = ()
    before: str = ""  # what stands close before and after the title, such as quotation marks
    after: str = ""

    @property
    def alt(self) -> str:
        """The title, then the counts."""
        title = f"{self.before}{self.title}{self.after}"
        return " ".join(f"{title} {self.counts}".split())


@dataclass(frozen=True)
class CardImage:
    """A drawn card as a page names it."""

    url: str
    alt: str
    width: int = WIDTH
    height: int = HEIGHT


# Asking for cards


def ask_for_card(version: "Version", at: datetime) -> None:
    """Makes the card of a version due. Drawing it asks for those of its parts."""
    DrawnCard.objects.create(version=version, due=at)


def ask_for_parts(version: "Version", cards: Iterable[ShareCard], at: datetime) -> None:
    rows = [DrawnCard(version=version, part=card.part, due=at) for card in cards if card.part]
    DrawnCard.objects.bulk_create(rows, ignore_conflicts=True)


def look_again(work_id: int, at: datetime) -> None:
    """Makes all cards of a work due again. A worker that holds one loses its claim: it drew what was."""
    DrawnCard.objects.filter(version__work=work_id).filter(not_over(at)).update(
        due=at, claim=None, attempts=0
    )


def not_over(at: datetime) -> Q:
    return Q(version__ends__isnull=True) | Q(version__ends__gt=at)


def cards_of(version: "Version", at: datetime) -> list[ShareCard]:
    imprint = chrome.load(version.language, at)
    with override(version.language), printing(imprint.date_order, imprint.zone):
        return version.kind_class.share_cards(version, at)


# Naming them on pages


def with_card(part: str = "") -> dict[str, Any]:
    """Annotations for a queryset of versions, from which `card_image` reads."""
    drawn = DrawnCard.objects.filter(version=OuterRef("pk"), part=part).exclude(hash="")
    return {
        "card_hash": Subquery(drawn.values("hash")[:1]),
        "card_alt": Subquery(drawn.values("alt")[:1]),
        "card_part": Value(part),
    }


def card_image(version: "Version") -> CardImage | None:
    """The drawn card of a version that was read `with_card`. Needs `version.work`.

    The address asks for no query; what stands behind the question mark makes networks fetch a new drawing.
    """
    drawn = getattr(version, "card_hash", None)
    if not drawn:
        return None
    part: str = version.card_part  # type: ignore[attr-defined]
    address = card_url(version.language, version.work.short_id or "", part)
    return CardImage(f"{address}?{drawn[:8]}", version.card_alt)  # type: ignore[attr-defined]


def card_url(language: str, short_id: str, part: str = "") -> str:
    shared = {"language": language, "short_id": short_id}
    return reverse("pictures:card", kwargs=shared | ({"part": part} if part else {}))


def addresses_of_cards(version: "Version") -> dict[str, str]:
    """Where the drawn cards of a text that is public now are, by part; one query."""
    drawn = DrawnCard.objects.filter(version=version).exclude(hash="").values_list("part", flat=True)
    return {part: card_url(version.language, version.work.short_id or "", part) for part in drawn}


# Drawing


def draw_next(at: datetime) -> bool:
    """Draws the card that has waited longest; False when none is due."""
    row = DrawnCard.objects.select_related("version__work").claim_one(at)
    if row is None:
        return False
    try:
        if row.attempts > ATTEMPTS:  # each attempt took the worker with it
            raise NotSet("The worker was stopped in the middle of each attempt.")
        row.settle(attempts=0, last_error="", **draw(row, at))
    except NotSet as error:
        told = {"last_error": str(error)[:1000], "look": look(row.version.language, at)}
        if row.attempts >= ATTEMPTS:  # better no card than one that says what was
            row.settle(hash="", size=0, **told)
        else:
            row.settle(due=at + timedelta(minutes=row.attempts), **told)
    return True


def draw(row: DrawnCard, at: datetime) -> dict[str, Any]:
    """The columns of a card as it is at `at`; the file is written where there is none like it."""
    seen = look(row.version.language, at)
    cards = cards_of(row.version, at)
    if not row.part:
        ask_for_parts(row.version, cards, at)
    card = next((card for card in cards if card.part == row.part), None)
    if card is None:
        return {"hash": "", "size": 0, "look": seen}
    told = data(card, row.version, at)
    digest = hashlib.sha256((template_hash() + json.dumps(told, sort_keys=True)).encode()).hexdigest()
    same = DrawnCard.objects.filter(hash=digest).first()
    size = same.size if same and default_storage.exists(same.path) else store(digest, told)
    return {"hash": digest, "size": size, "alt": card.alt, "look": seen}


def unsaved(version: "Version", at: datetime) -> tuple[bytes, str]:
    """The card that a version would get if it were published, with its alternative text; nothing is stored."""
    card = cards_of(version, at)[0]
    return quantised(typeset(TEMPLATE, data(card, version, at))), card.alt


def store(digest: str, told: dict[str, Any]) -> int:
    png = quantised(typeset(TEMPLATE, told))
    path = DrawnCard(hash=digest).path
    default_storage.delete(path)  # of a worker that was killed before it could say so
    default_storage.save(path, ContentFile(png))
    return len(png)


def data(card: ShareCard, version: "Version", at: datetime) -> dict[str, Any]:
    """All that the template reads, as plain words and colours."""
    organisation, imprint = Organisation.current(), chrome.load(version.language, at)
    language = version.language
    with override(language):
        sample = gettext("Sample") if version.work.sample or imprint.sample else ""
    title = units(f"{card.before}{card.title}", imprint.kept_names)
    return {
        "language": language,
        "rtl": bool(get_language_info(language)["bidi"]),
        "brand": organisation.brand,
        "lamp": organisation.lamp,
        "on2": organisation.on2,
        "name": imprint.name,
        "address": settings.SITE_HOST,
        "sample": sample,
        "kicker": card.kicker,
        "counts": card.counts,
        "bars": [asdict(bar) for bar in card.bars],
        "title": title[:MOST_WORDS],
        "is_cut": len(title) > MOST_WORDS,
        "after": card.after,
    }


def units(title: str, kept: Iterable[str]) -> list[dict[str, Any]]:
    """The words of a title. A name that a line never breaks is one of them, with the signs around it."""
    names = sorted((re.escape(name) for name in kept if name), key=len, reverse=True)
    wanted = re.compile(rf"\S*(?:{'|'.join(names)})\S*|\S+" if names else r"\S+")
    name = re.compile("|".join(names)) if names else None
    return [
        {"words": word, "kept": bool(name and name.search(word)), "line": place == 0 and number > 0}
        for number, line in enumerate(title.strip().splitlines())
        for place, word in enumerate(wanted.findall(line))
    ]


def quantised(png: bytes) -> bytes:
    """The same picture in 64 colours, or in fewer where it would be too large."""
    image = Image.open(BytesIO(png)).convert("RGB")
    for colours in COLOURS:
        stream = BytesIO()
        image.quantize(colours, dither=Image.Dither.NONE).save(stream, "PNG", optimize=True)
        if len(stream.getvalue()) <= MOST_BYTES:
            return stream.getvalue()
    raise NotSet(f"The card is larger than {MOST_BYTES} bytes.")


@cache
def template_hash() -> str:
    return hashlib.sha256(TEMPLATE.read_bytes()).hexdigest()


def look(language: str, at: datetime) -> str:
    """What cards of a language have in common; where it changes, they are drawn anew."""
    organisation, imprint = Organisation.current(), chrome.load(language, at)
    said: list[Any] = [
        organisation.brand,
        organisation.lamp,
        organisation.on2,
        imprint.name,
        imprint.kept_names,
    ]
    said += [imprint.sample, imprint.date_order, str(imprint.zone), settings.SITE_HOST, template_hash()]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()


# Tending, every ten minutes


def tend(at: datetime) -> bool:
    """Asks for cards of texts that never did, for new drawings where the look changed, and sweeps old files out."""
    from advocacy.publishing.models import Version

    current = Version.objects.filter(Q(ends__isnull=True) | Q(ends__gt=at))
    missing = list(current.filter(share_cards=None).values_list("pk", flat=True)[:BLOCK])
    rows = [DrawnCard(version_id=pk, due=at) for pk in missing]
    DrawnCard.objects.bulk_create(rows, ignore_conflicts=True)
    for language, _name in settings.LANGUAGES:
        old = DrawnCard.objects.filter(not_over(at), due=None, version__language=language)
        chosen = list(old.exclude(look=look(language, at)).values_list("pk", flat=True)[:BLOCK])
        DrawnCard.objects.filter(pk__in=chosen).update(due=at, attempts=0)
    sweep(at)
    return False


def sweep(at: datetime) -> None:
    """Deletes drawings that no card shows any more."""
    try:
        names = sorted(default_storage.listdir(DrawnCard.FOLDER)[1])
    except FileNotFoundError:
        return
    for start in range(0, len(names), BLOCK):
        block = {
            name.removesuffix(".png"): f"{DrawnCard.FOLDER}/{name}" for name in names[start : start + BLOCK]
        }
        shown = set(DrawnCard.objects.filter(hash__in=block).values_list("hash", flat=True))
        for digest, path in block.items():
            if digest not in shown and default_storage.get_modified_time(path) < at - UNTOUCHED:
                default_storage.delete(path)
