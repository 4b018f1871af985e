"""Rich text as a value: cleaned HTML, its blocks and its words.

`clean()` is the one way in. nh3 decides what is safe, before and after the markup is put in order, so that
nothing reaches a page that it has not seen last.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from html import escape, unescape
from typing import Any, Protocol, Self

import nh3
from django.utils.functional import cached_property
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from advocacy.richtext import markup
from advocacy.richtext.allowed import PICTURE, SCHEMES, for_nh3

STRICT = for_nh3()
# What is read before it is put in order: more tags than are written, and addresses that are refused only
# afterwards, so that the editor can be told.
READING: dict[str, Any] = STRICT | {
    "tags": markup.READ,
    "attributes": {"*": {"id", "lang", "dir"}}
    | {"a": {"href"}, "div": {"class"}, "ol": {"start"}, "figure": {PICTURE}}
    | {cell: {"scope", "colspan", "rowspan"} for cell in markup.CELLS},
    "attribute_filter": None,
    "url_schemes": {*SCHEMES, "javascript", "vbscript", "data", "file", "ftp", "sms", "blob", "about"},
}

LONGEST = 1_000_000  # characters of markup; a book chapter has a tenth
DEEPEST = 250  # tags within tags; beyond it nobody wrote this by hand
# Control characters, and code points that no document may hold.
UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f\ufdd0-\ufdef\ufffe\uffff]")
SURROGATE = re.compile(r"[\ud800-\udfff]")
TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9:-]*)")
# These close themselves when the next one opens, so that their number says nothing about depth.
SHALLOW = frozenset("p li dt dd td th tr tbody thead tfoot option br hr img wbr col input meta link".split())
FIGURE = re.compile(
    rf'<figure {PICTURE}="(p[0-9a-f]+)" id="(b-[a-z0-9]+)"></figure>'
)  # as `markup` writes it
EMBEDDED = re.compile(r"<(script|iframe|object|embed|svg|math|audio|video|applet|form)\b", re.I)


class ShownPicture(Protocol):
    """A picture as a page prints it."""

    def html(self, block: str) -> str:
        """The picture, with `block` as its id."""

    @property
    def words(self) -> str:
        """What stands for it where there are words alone."""


class RichText(SafeString):
    """Cleaned HTML. `RichText(anything)` cleans it, so that there is none that was not cleaned.

    What is stored names a picture by its key alone; `showing` puts the pictures into their places.
    """

    pictures: Mapping[str, ShownPicture]

    def __new__(cls, html: object = "") -> Self:
        if isinstance(html, cls):
            return html
        return cls.stored(cleaned(html)[0]) if html else cls.stored("")

    @classmethod
    def stored(cls, html: str) -> Self:
        """Marks as cleaned what was cleaned before it was stored: what a version showed stays as it was."""
        made = super().__new__(cls, html)
        made.pictures = {}
        return made

    def showing(self, pictures: Mapping[str, ShownPicture]) -> Self:
        """The text with its pictures by their keys; the place of one that is not among them stays empty."""
        stored = self.as_stored

        def shown(found: re.Match[str]) -> str:
            picture = pictures.get(found[1])
            return picture.html(found[2]) if picture else ""

        made = self.stored(FIGURE.sub(shown, stored))
        made.pictures, made.__dict__["as_stored"] = pictures, stored
        return made

    @cached_property
    def as_stored(self) -> Self:
        """The text that names its pictures by their keys."""
        return self

    @property
    def picture_keys(self) -> list[str]:
        """The keys of its pictures, each once, in their order."""
        return list(dict.fromkeys(found[1] for found in FIGURE.finditer(self.as_stored)))

    def without_pictures(self) -> Self:
        return self.stored(FIGURE.sub("", self.as_stored).strip("\n"))

    @cached_property
    def blocks(self) -> list["Block"]:
        return blocks(self)

    @cached_property
    def plain(self) -> str:
        return plain(self)

    @cached_property
    def words(self) -> list[str]:
        return words(self)


@dataclass(frozen=True)
class Block:
    """One block of the running text; its place in the list is its paragraph number."""

    id: str
    tag: str
    html: RichText
    text: str


def clean(html: object) -> RichText:
    """What may be stored and shown of `html`. Cleaning again changes nothing."""
    return RichText(html)


def cleaned_notes(html: object) -> list[str]:
    """What cleaning changes in `html` that its writer should know, in sentences."""
    return clean_and_tell(html)[1]


def clean_and_tell(html: object) -> tuple[RichText, list[str]]:
    """Both at once, for forms."""
    if not html or isinstance(html, RichText):
        return RichText(html), []
    result, changes, was_tangled = cleaned(html)
    found = list(heading_notes(changes)) + list(link_notes(changes))
    if changes.pictures:
        found.append(
            ngettext(
                "A picture was taken out of the text. Choose pictures from the library.",
                "%(count)d pictures were taken out of the text. Choose pictures from the library.",
                changes.pictures,
            )
            % {"count": changes.pictures}
        )
    if EMBEDDED.search(str(html)):
        found.append(_("Embedded content was taken out. A link to a video that stands alone becomes a card."))
    if changes.struck:
        found.append(_("Words that were struck out became ordinary words. Check whether they should stand."))
    if was_tangled:
        found.append(_("The markup was too tangled to be read, so that only the words were kept."))
    return RichText.stored(result), found


def heading_notes(changes: markup.Changes) -> Iterable[str]:
    for words_, was, now in changes.headings:
        if was > 4:
            sentence = _(
                "The heading “%(words)s” was moved from level %(was)d to level %(now)d, "
                "because 4 is the last level."
            )
        elif was < now:
            sentence = _(
                "The heading “%(words)s” was moved from level %(was)d to level %(now)d, "
                "because level 1 is the title of the page."
            )
        else:
            sentence = _(
                "The heading “%(words)s” was moved from level %(was)d to level %(now)d, "
                "because no level may be left out."
            )
        yield sentence % {"words": short(words_), "was": was, "now": now}
    for words_ in changes.misplaced:
        sentence = _("“%(words)s” became ordinary text: lists, tables and quotations hold no headings.")
        yield sentence % {"words": short(words_)}


def link_notes(changes: markup.Changes) -> Iterable[str]:
    for words_, refused in changes.links:
        yield _(
            "The link behind “%(words)s” was taken off, because its address is %(address)s. An address "
            "begins with https://, http://, mailto: or tel:, or with / for a page of this site."
        ) % {"words": short(words_), "address": short(refused)}
    for title in changes.videos:
        yield _("The link to the video “%(title)s” became a card.") % {"title": short(title)}


def short(words_: str) -> str:
    return Truncator(UNPRINTABLE.sub("", words_)).chars(60)


def cleaned(html: object) -> tuple[str, markup.Changes, bool]:
    """Cleaned HTML, what changed, and whether the markup had to be given up."""
    typed = printable(str(html))
    was_tangled = is_tangled(typed)
    result, changes = (None, markup.Changes()) if was_tangled else settled(typed)
    if result is None:
        was_tangled = True
        result, changes = settled(only_words(typed))
    return result or "", changes, was_tangled


def settled(typed: str) -> tuple[str | None, markup.Changes]:
    """The text after as many turns as it takes to come to rest; None where it takes too many."""
    once, changes = in_order(typed)
    for _turn in range(3):
        if once is None:
            break
        again, _changes = in_order(once)
        if again == once:
            return once, changes
        once = again
    return None, changes


def in_order(typed: str) -> tuple[str | None, markup.Changes]:
    body, changes = read(nh3.clean(typed, **READING), most=10 * len(typed) + 10_000)
    if body is None:
        return None, changes
    return nh3.clean("\n".join(markup.written(node) for node in body.children), **STRICT), changes


def read(safe: str, most: int) -> tuple[markup.Node | None, markup.Changes]:
    """The blocks of HTML from nh3. None where formatting that was never closed multiplied beyond `most`."""
    reader = markup.Reader()
    if len(safe) > most:
        return None, reader.changes
    reader.feed(safe)
    reader.close()
    markup.tidy(reader.body, reader.changes)
    return reader.body, reader.changes


def printable(typed: str) -> str:
    """Without control characters and halves of characters, which no database and no feed can hold."""
    if SURROGATE.search(typed):
        typed = typed.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "ignore")
    return UNPRINTABLE.sub("", typed)


def is_tangled(typed: str) -> bool:
    """Whether reading it as HTML would take more time than any honest text needs."""
    if len(typed) > LONGEST:
        return True
    depth = 0
    for match in TAG.finditer(typed):
        if match[2].lower() not in SHALLOW:
            depth = max(depth - 1, 0) if match[1] else depth + 1
            if depth > DEEPEST:
                return True
    return False


def only_words(typed: str) -> str:
    """The words between the tags, a paragraph for each line."""
    bare = re.sub(r"<(script|style)\b.*?(</\1|$)", " ", typed, flags=re.I | re.S)
    lines = unescape(re.sub(r"<[^<>]*>?", " ", bare)).split("\n")
    return "".join(f"<p>{escape(line)}</p>" for line in lines if line.strip())


def body_of(html: object) -> markup.Node:
    return read(RichText(html).as_stored, most=10 * LONGEST)[0] or markup.Node("body")


def blocks(html: object) -> list[Block]:
    """The blocks of the running text in order: paragraphs, headings, lists, quotations, tables, cards, pictures."""
    pictures = RichText(html).pictures
    return [
        Block(
            node.attrs.get("id", ""),
            node.tag,
            RichText.stored(markup.written(node)).showing(pictures),
            words_of_picture(node, pictures) if node.tag == "figure" else plain_block(node),
        )
        for node in body_of(html).children
    ]


def plain(html: object, *, addresses: bool = False) -> str:
    """The text without markup, for feeds, mail and comparisons. With `addresses`, each link names its own."""
    pictures = RichText(html).pictures
    pieces = (
        words_of_picture(node, pictures) if node.tag == "figure" else plain_block(node, addresses=addresses)
        for node in body_of(html).children
    )
    return "\n\n".join(piece for piece in pieces if piece)


def words(html: object) -> list[str]:
    """The words in their order, without the marks of lists."""
    return body_of(html).text.split()


def words_of_picture(node: markup.Node, pictures: Mapping[str, ShownPicture]) -> str:
    picture = pictures.get(node.attrs[PICTURE])
    return picture.words if picture else ""


def plain_block(node: markup.Node, *, addresses: bool = False) -> str:
    if node.tag in markup.LISTS:
        return "\n".join(plain_item(node, index, addresses) for index in range(len(node.children)))
    if node.tag == "table":
        return "\n".join(plain_row(row, addresses) for row in node.walk() if row.tag in ("caption", "tr"))
    if node.tag == "hr":
        return "* * *"
    if node.runs:
        return plain_line(node, addresses)
    between = "\n\n" if node.tag == "blockquote" else "\n"
    return between.join(plain_block(child, addresses=addresses) for child in node.children)


def plain_item(node: markup.Node, index: int, addresses: bool) -> str:
    mark = f"{int(node.attrs.get('start', '1')) + index}. " if node.tag == "ol" else "- "
    inside = plain_block(node.children[index], addresses=addresses)
    return mark + inside.replace("\n", "\n" + " " * len(mark))


def plain_row(node: markup.Node, addresses: bool) -> str:
    if node.tag == "caption":
        return plain_line(node, addresses)
    cells = (plain_block(cell, addresses=addresses).replace("\n", " ") for cell in node.children)
    return " | ".join(cells)


def plain_line(node: markup.Node, addresses: bool) -> str:
    if not addresses:
        return node.words
    pieces: list[str] = []
    for index, run in enumerate(node.runs):
        pieces.append(run.text)
        link = link_of(run)
        following = link_of(node.runs[index + 1]) if index + 1 < len(node.runs) else ""
        if link and link != following and link.removeprefix("mailto:").removeprefix("tel:") not in run.text:
            pieces.append(f" ({link})")
    return "".join(pieces)


def link_of(run: markup.Run) -> str:
    return next((dict(attrs)["href"] for tag, attrs in run.wraps if tag == "a"), "")
