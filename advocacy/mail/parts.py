"""The pieces that a bulletin is put together from. Each kind says which pieces show a text of it
(`Publication.mail_parts`); each piece is shown in three ways, as mail, as plain text and on a page of the site.

The templates of a piece stand in templates/mail/parts/, under the name of its class in lower case.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from html import unescape
from itertools import groupby
from typing import Any, ClassVar

from django.conf import settings
from django.db.models import TextChoices
from django.utils.functional import cached_property
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from advocacy.richtext import RichText, plain

OWN_ADDRESS = re.compile(r'(href=")(/[^"]*")')
ADDRESS = re.compile(r'href="([^"]*)"')
BLOCK_ID = re.compile(r' id="b-[a-z0-9]+"')


class Shown(TextChoices):
    """How much of a text stands in a bulletin."""

    FULL = "full", _("In full")
    SHORT = "short", _("In short")
    HEADLINE = "headline", _("Headline only")


@dataclass(frozen=True, kw_only=True)
class Showing:
    """How a text is shown: how much of it, in a bulletin of which language, and as of when.

    Texts are those that were public `at` the moment of sending. Records stand as of the day `on`, as they were `known`
    then, or are by now where somebody reads it before. `seen` is the moment of reading: what was withdrawn until then
    is left out.
    """

    shown: str
    language: str
    on: date
    at: datetime
    known: datetime
    seen: datetime

    def foreign(self, language: str) -> str:
        """The language where it is not the bulletin's, else nothing."""
        return language if language != self.language else ""


def absolute(path: str) -> str:
    """The whole address of a page of this site; any other address as it is."""
    return settings.SITE_URL + path if path.startswith("/") else path


@dataclass(frozen=True, kw_only=True)
class MailPart:
    """A piece. `language` is set where its words are not in the language of what it stands in; `version` is the id of
    the text that they come from, where that is another than the item's own.

    `frame` is the class of the block around it on a page; pieces in a row with the same one share it.
    """

    frame: ClassVar[str] = ""
    language: str = ""
    version: int | None = None

    @property
    def html_template(self) -> str:
        return self.template("html")

    @property
    def text_template(self) -> str:
        return self.template("txt")

    @property
    def page_template(self) -> str:
        return f"mail/parts/page_{self.name}.html"

    @property
    def name(self) -> str:
        return type(self).__name__.lower()

    @property
    def links(self) -> list[str]:
        """The addresses that it leads to."""
        url = getattr(self, "url", "")
        return [url] if url else []

    def template(self, suffix: str) -> str:
        return f"mail/parts/{self.name}.{suffix}"


def framed(parts: Iterable[MailPart]) -> list[tuple[str, list[MailPart]]]:
    """The pieces in runs for a page: (class of the block around them, pieces)."""
    return [(frame, list(run)) for frame, run in groupby(parts, key=lambda part: part.frame)]


@dataclass(frozen=True, kw_only=True)
class Section(MailPart):
    """A heading over the items that follow."""

    words: str


@dataclass(frozen=True, kw_only=True)
class Title(MailPart):
    """The title of an item. `note` says what the reader should know of the text, its language say."""

    words: str
    url: str
    kicker: str = ""
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Prose(MailPart):
    """Running text. Its links lead out of a mail too."""

    frame: ClassVar[str] = "text"
    html: str

    @cached_property
    def outward(self) -> SafeString:
        """The text with whole addresses, and without the ids that only its own page needs."""
        outward = OWN_ADDRESS.sub(lambda found: f"{found[1]}{settings.SITE_URL}{found[2]}", self.html)
        return RichText.stored(BLOCK_ID.sub("", outward))

    @property
    def text(self) -> str:
        return plain(self.outward, addresses=True)

    @property
    def links(self) -> list[str]:
        return [unescape(address) for address in ADDRESS.findall(self.outward)]


@dataclass(frozen=True, kw_only=True)
class Saying(MailPart):
    """Somebody's words, set apart. `by` says whose, and may lead there."""

    frame: ClassVar[str] = "text"
    words: str
    by: str
    url: str = ""


@dataclass(frozen=True, kw_only=True)
class Demands(MailPart):
    """What is asked for, one row each: number, title, url, status, status_label, mark, sample."""

    words: str
    rows: Sequence[Any]


@dataclass(frozen=True, kw_only=True)
class Story(MailPart):
    """An article by others, under its outlet's name. `headline_language` is the article's own."""

    frame: ClassVar[str] = "list coverage"
    outlet: str
    headline: str
    headline_language: str
    url: str
    dated: date | None = None
    excerpt: str = ""
    is_summary: bool = False


@dataclass(frozen=True, kw_only=True)
class More(MailPart):
    """A link on its own line."""

    words: str
    url: str


@dataclass(frozen=True, kw_only=True)
class Remark(MailPart):
    """A small line of the site's own."""

    words: str
