"""What a bulletin shows, in pieces: the same for its mail, its plain text and its page."""

from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext

from advocacy.mail.parts import MailPart, Remark, Section, Showing, Title
from advocacy.publishing.models import Version, Work
from newsroom.models.bulletins import BulletinContent, Item


def parts_of(version: Version, seen: datetime, shown: list[Version] | None = None) -> list[MailPart]:
    """The pieces of a bulletin as it was sent, or would be; `seen` is the moment of reading.

    `shown`, where it is given, takes the texts that stand in it, in the order of the items.

    Texts are those that were public when it was. What was withdrawn or barred since is left out, and a line says so.
    Asks one query for the texts, and what each kind asks for its records.
    """
    content: BulletinContent = version.content
    texts = texts_of(version, seen)
    parts: list[MailPart] = []
    for item in content.items:
        if item.section:
            parts.append(Section(words=item.section))
        parts += parts_of_item(item, texts.get(item.work_id or 0), version, seen)
    if shown is not None:
        found = (texts.get(item.work_id or 0) for item in content.items)
        shown += [text for text in found if text and not is_gone(text)]
    return without_own_title(parts, version)


def parts_of_item(item: Item, text: Version | None, version: Version, seen: datetime) -> list[MailPart]:
    if text is None:
        return [Remark(words=gettext("This item is not public yet."))]  # at the desk: nothing is sent with it
    if is_gone(text):
        return [Remark(words=gettext("This item is not public any more."))]
    showing = Showing(
        shown=item.shown, language=version.language, on=version.dated, at=version.first_public, seen=seen
    )
    return text.kind_class.mail_parts(text, showing)


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
