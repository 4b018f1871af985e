"""What a bulletin shows, item by item: the same for its mail, its plain text and its page."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext

from advocacy.mail.parts import MailPart, More, Remark, Section, Showing, Shown, Title
from advocacy.publishing.models import Version, Work
from newsroom.models.bulletins import BulletinContent, Item


@dataclass(frozen=True)
class Piece:
    """What stands in the bulletin for one item: its text, where readers may have it, and how it is shown."""

    text: Version | None
    parts: list[MailPart]


def parts_of(version: Version, seen: datetime) -> list[MailPart]:
    """The parts of a bulletin as its page shows it; `seen` is the moment of reading.

    Whoever reads it early by a pass learns of no change of a demand before other readers.
    """
    return joined(pieces_of(version, seen, known=min(version.first_public, seen)), version)


def joined(pieces: list[Piece], version: Version) -> list[MailPart]:
    return without_own_title([part for piece in pieces for part in piece.parts], version)


def pieces_of(version: Version, seen: datetime, known: datetime | None = None) -> list[Piece]:
    """The items in their order, with records as they were `known` when the bulletin was public, or before.

    Texts are those that were public when the bulletin was. What was withdrawn or barred since is left out, and a
    line says so. Asks one query for the texts, and what each kind asks for its records.
    """
    content: BulletinContent = version.content
    texts = texts_of(version, seen)
    at = version.first_public
    showing = Showing(
        shown=Shown.FULL, language=version.language, on=version.dated, at=at, known=known or at, seen=seen
    )
    return [piece_of(item, texts.get(item.work_id or 0), showing) for item in content.items]


def piece_of(item: Item, text: Version | None, showing: Showing) -> Piece:
    section = [Section(words=item.section)] if item.section else []
    there = text if text and not is_gone(text) else None
    return Piece(there, [*section, *parts_of_item(item, text, showing)])


def parts_of_item(item: Item, text: Version | None, showing: Showing) -> list[MailPart]:
    if text is None:
        return [Remark(words=gettext("This item is not public yet."))]  # at the desk: nothing is sent with it
    if is_gone(text):
        return [Remark(words=gettext("This item is not public any more."))]
    return text.kind_class.mail_parts(text, replace(showing, shown=item.shown))


def button_of(pieces: list[Piece]) -> More | None:
    """Where the button under the title leads: what the first item offers to read, or else that item itself."""
    first = pieces[0] if pieces else None
    if first is None or first.text is None:
        return None
    offered = (part for part in first.parts if isinstance(part, More))
    return next(offered, None) or first.text.kind_class.mail_link(first.text)


def is_gone(text: Any) -> bool:
    """True for a text of `texts_of` that readers may not have any more."""
    return text.barred or not text.still_public


def missing_items(version: Version, at: datetime) -> list[str]:
    """What readers would miss of the bulletin at `at`, by the titles of the works."""
    texts = texts_of(version, at)
    wanted = [item.work_id for item in version.content.items]
    gone = [each for each in wanted if each not in texts or is_gone(texts[each])]
    return [str(work) for work in Work.objects.filter(pk__in=gone)]


def changed_items(version: Version, at: datetime) -> list[str]:
    """Titles of the texts that another one has replaced by `at`, since the bulletin was first public."""
    shown = texts_of(version, at)
    now = Version.objects.public(at).filter(publication__in=[text.publication_id for text in shown.values()])
    current = {text.publication_id: text.pk for text in now.defer("data")}
    return [text.title for text in shown.values() if current.get(text.publication_id, text.pk) != text.pk]


def without_own_title(parts: list[MailPart], version: Version) -> list[MailPart]:
    """A bulletin that has the title of its first item does not say it twice."""
    first = parts[0] if parts else None
    if isinstance(first, Title) and first.words == version.title and not first.note:
        return parts[1:]
    return parts


def texts_of(version: Version, seen: datetime) -> dict[int, Version]:
    """The text of each item by its work: in the bulletin's language, or else the authoritative one. One query."""
    works = [item.work_id for item in version.content.items if item.work_id]
    at = version.first_public
    now = Version.objects.public(max(at, seen)).filter(work=OuterRef("work"), language=OuterRef("language"))
    found = Version.objects.public(at).filter(work__in=works).once_per_work(version.language, at)
    found = found.select_related("work").annotate(still_public=Exists(now))
    return {text.work_id: text for text in found}
