"""What differs between two texts, as people read it: paragraph by paragraph, row by row, words marked."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Any, get_args, get_origin

from django.core.exceptions import FieldDoesNotExist
from django.utils.text import capfirst
from django.utils.translation import gettext

from advocacy.publishing.content import Content
from advocacy.publishing.parts import Part, Row, row_type, types_of, without_none
from advocacy.richtext import RichText, blocks

SAME, ADDED, REMOVED = "same", "added", "removed"
TOKEN = re.compile(r"\s+|\w+|[^\w\s]")
MOST_TOKENS = 4_000  # beyond it a paragraph is shown whole, before and after: comparing costs its square


@dataclass(frozen=True)
class Piece:
    """Words that stand in both texts, or in one of them: `mark` is same, added or removed."""

    mark: str
    text: str


@dataclass(frozen=True)
class Line:
    """A paragraph, a row or a field with its differences. `place` says where it stands: ¶ 3."""

    pieces: tuple[Piece, ...]
    place: str = ""


@dataclass(frozen=True)
class Difference:
    """One field that differs."""

    label: str
    lines: list[Line] = field(default_factory=list)


def differences(old: Content | None, new: Content, kind: Any) -> list[Difference]:
    """Every field of `kind` in which the two differ, in the order of its content; `old` None for a first text."""
    found = []
    for name, sort in types_of(type(new)).items():
        if is_key(name) or is_silent(sort):
            continue
        before = getattr(old, name) if old is not None else None
        lines = list(lines_of(before, getattr(new, name), sort))
        if lines:
            found.append(Difference(label_of(kind, name), lines))
    return found


def label_of(kind: Any, name: str) -> str:
    """What the desk calls a field of content: the label of its column, or of its rows."""
    try:
        named = kind._meta.get_field(name)
    except FieldDoesNotExist:
        return str(capfirst(str(kind.labels.get(name, name.replace("_", " ")))))
    label = getattr(named, "verbose_name", None) or named.related_model._meta.verbose_name_plural
    return str(capfirst(str(label)))


def lines_of(old: Any, new: Any, sort: Any) -> Iterator[Line]:
    sort = without_none(sort)
    if old == new or (not old and not new):
        return
    if sort is RichText:
        yield from paragraph_lines(old or RichText(""), new or RichText(""))
    elif row_type(sort):
        yield from row_lines(old or (), new or ())
    else:
        yield changed(old, new)


def changed(old: Any, new: Any) -> Line:
    """Two states of one thing; where they read the same, a picture say, it says that it changed."""
    pieces = marked(words_of(old), words_of(new))
    reads_the_same = all(piece.mark == SAME for piece in pieces)
    return Line(pieces, place=gettext("Changed") if reads_the_same else "")


def paragraph_lines(old: RichText, new: RichText) -> Iterator[Line]:
    """The blocks that differ, each at its place in the text where it stands; found again by their ids."""
    before = {block.id: (number, block.text) for number, block in enumerate(blocks(old), start=1)}
    after = {block.id: (number, block.text) for number, block in enumerate(blocks(new), start=1)}
    for key, mark in in_order(list(before), list(after)):
        number, text = (before if mark == REMOVED else after)[key]
        was = before.get(key, (0, ""))[1] if mark == SAME else ""
        place = gettext("¶ %(number)d") % {"number": number}
        if mark != SAME:
            yield Line((Piece(mark, text),), place)
        elif was != text:
            yield Line(marked(was, text), place)


def row_lines(old: Iterable[Row], new: Iterable[Row]) -> Iterator[Line]:
    before, after = {row.uid: row for row in old}, {row.uid: row for row in new}
    for uid, mark in in_order(list(before), list(after)):
        if mark != SAME:
            yield Line((Piece(mark, words_of((before if mark == REMOVED else after)[uid])),))
        elif before[uid] != after[uid]:
            yield changed(before[uid], after[uid])


def in_order(old: list[str], new: list[str]) -> Iterator[tuple[str, str]]:
    """Each key once, with what became of it; one that moved is removed at its old place and added at the new."""
    for verb, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if verb == "equal":
            yield from ((key, SAME) for key in new[c:d])
        else:
            yield from ((key, REMOVED) for key in old[a:b])
            yield from ((key, ADDED) for key in new[c:d])


def marked(old: str, new: str) -> tuple[Piece, ...]:
    """The words of both, marked; neighbours with one mark in one piece."""
    a, b = TOKEN.findall(old), TOKEN.findall(new)
    if len(a) + len(b) > MOST_TOKENS:
        return tuple(piece for piece in (Piece(REMOVED, old), Piece(ADDED, new)) if piece.text)
    pieces = []
    for verb, i, j, k, n in SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        if verb == "equal":
            pieces.append(Piece(SAME, "".join(a[i:j])))
            continue
        for mark, text in ((REMOVED, "".join(a[i:j])), (ADDED, "".join(b[k:n]))):
            if text:
                pieces.append(Piece(mark, text))
    return tuple(pieces)


def words_of(value: Any) -> str:
    """A field in words: a row says what of it is text, keys of other tables say nothing by themselves."""
    if value is None or value is False:
        return ""
    if value is True:
        return gettext("Yes")
    if isinstance(value, RichText):
        return "\n".join(block.text for block in blocks(value))
    if isinstance(value, Part):
        names = types_of(type(value)) if value.SAID is None else value.SAID
        said = (words_of(getattr(value, name)) for name in names if name != "uid" and not is_key(name))
        return ". ".join(words.rstrip(".") for words in said if words)
    if isinstance(value, tuple | list):
        return ", ".join(words_of(each) for each in value)
    return str(value)


def is_key(name: str) -> bool:
    return name.endswith("_id")


def is_silent(sort: Any) -> bool:
    """True of parts that are said elsewhere, as pictures within the text are."""
    return get_origin(sort) is tuple and getattr(get_args(sort)[0], "SAID", None) == ()


def named(found: Iterable[Difference]) -> str:
    """The fields that differ, in one line: Title, text, demands."""
    labels = [difference.label for difference in found]
    return ", ".join([*labels[:1], *(label[:1].lower() + label[1:] for label in labels[1:])])
