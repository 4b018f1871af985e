"""A translation beside its original: what stands beside what, what lacks a counterpart, what changed there since."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import zip_longest
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext, ngettext

from advocacy.publishing.content import Content
from advocacy.publishing.differences import Difference, differences, is_key, label_of, words_of
from advocacy.publishing.history import state_of
from advocacy.publishing.models import Publication, Version
from advocacy.publishing.parts import Part, Row, row_type, types_of, without_none
from advocacy.richtext import Block, RichText, blocks

AUTHORITATIVE = "is_authoritative"


@dataclass(frozen=True)
class Pair:
    """A field, a paragraph or a row in both languages, line by line. `gap` says in words what one side lacks."""

    anchor: str
    original: tuple[str, ...]
    translation: tuple[str, ...]
    place: str = ""
    gap: str = ""


@dataclass(frozen=True)
class Section:
    """One field of the content."""

    label: str
    pairs: list[Pair]


def beside(original: Content, translation: Content, kind: Any) -> list[Section]:
    """Every field of `kind` that says something in either text, in the order of its content."""
    found = []
    for name, sort in types_of(type(translation)).items():
        if has_words(kind, name, sort):
            sort = without_none(sort)
            pairs = list(pairs_of(name, sort, getattr(original, name), getattr(translation, name), kind))
            if pairs:
                found.append(Section(label_of(kind, name), pairs))
    return found


def has_words(kind: Any, name: str, sort: Any) -> bool:
    """Words alone are set side by side: a number, a date, a choice and a key mean the same in every language."""
    sort = without_none(sort)
    if is_key(name) or is_choice(kind, name):
        return False
    if rows := row_type(sort):
        return bool(worded(rows, kind))
    return isinstance(sort, type) and issubclass(sort, str | Part) and getattr(sort, "SAID", None) != ()


def is_choice(kind: Any, name: str) -> bool:
    try:
        return bool(getattr(kind._meta.get_field(name), "choices", None))
    except FieldDoesNotExist:
        return False


def worded(rows: type[Row], kind: Any) -> list[str]:
    """The fields of a row that are words."""
    names = types_of(rows) if rows.SAID is None else rows.SAID
    return [name for name in names if name != "uid" and has_words(kind, name, types_of(rows)[name])]


def pairs_of(name: str, sort: Any, original: Any, translation: Any, kind: Any) -> Iterator[Pair]:
    if sort is RichText:
        yield from paragraph_pairs(name, blocks(original or ""), blocks(translation or ""))
    elif row_type(sort):
        yield from row_pairs(name, row_type(sort), original or (), translation or (), kind)
    elif original or translation:
        there, here = lines_of(words_of(original)), lines_of(words_of(translation))
        gap = gap_in_words(
            bool(there),
            bool(here),
            gettext("This is empty in the translation."),
            gettext("This is empty in the original."),
        )
        yield Pair(name, there, here, gap=gap)


def paragraph_pairs(name: str, original: Sequence[Block], translation: Sequence[Block]) -> Iterator[Pair]:
    before = [(block.id, (number, block)) for number, block in enumerate(original, start=1)]
    after = [(block.id, (number, block)) for number, block in enumerate(translation, start=1)]
    for count, (one, other) in enumerate(counterparts(before, after), start=1):
        gap = gap_in_words(
            one is not None,
            other is not None,
            gettext("The translation lacks this paragraph."),
            gettext("The original has no such paragraph."),
        )
        yield Pair(
            f"{name}-{count}",
            lines_of(one[1].text) if one else (),
            lines_of(other[1].text) if other else (),
            gettext("¶ %(number)d") % {"number": (one or other)[0]},
            gap,
        )


def row_pairs(
    name: str, rows: type[Row], original: Iterable[Row], translation: Iterable[Row], kind: Any
) -> Iterator[Pair]:
    names = worded(rows, kind)
    for count, (one, other) in enumerate(row_counterparts(rows, original, translation), start=1):
        place = getattr(one or other, "number", count)
        yield Pair(
            f"{name}-{count}",
            row_lines(one, names),
            row_lines(other, names),
            gettext("No. %(number)d") % {"number": place},
            row_gap(one, other, names, row_model(kind, name)),
        )


def row_counterparts(
    rows: type[Row], original: Iterable[Row], translation: Iterable[Row]
) -> Iterable[tuple[Any, Any]]:
    """Rows that have a number in all languages pair by it; others as paragraphs do, by key or place."""
    if "number" not in types_of(rows):
        return counterparts([(row.uid, row) for row in original], [(row.uid, row) for row in translation])
    before = {row.number: row for row in original}
    after = {row.number: row for row in translation}
    return [(before.get(number), after.get(number)) for number in sorted({*before, *after})]


def counterparts(
    original: list[tuple[str, Any]], translation: list[tuple[str, Any]]
) -> Iterator[tuple[Any, Any]]:
    """What stands beside what, of things with their keys; None where a side has nothing.

    A translation begins as a copy, whose paragraphs keep their ids: what has one key in both belongs together.
    What stands between two such pairs, pasted anew or a row under a key of its own, is paired by its place there.
    """
    keys = [key for key, _thing in original], [key for key, _thing in translation]
    for _verb, a, b, c, d in SequenceMatcher(None, *keys, autojunk=False).get_opcodes():
        there = (thing for _key, thing in original[a:b])
        here = (thing for _key, thing in translation[c:d])
        yield from zip_longest(there, here)


def row_gap(one: Row | None, other: Row | None, names: list[str], model: Any) -> str:
    """The row that a side lacks, or else the fields that are empty on one side alone."""
    if one is None or other is None:
        return gap_in_words(
            one is not None,
            other is not None,
            gettext("The translation lacks this row."),
            gettext("The original has no such row."),
        )
    empty = [name for name in names if bool(said(one, name)) != bool(said(other, name))]
    here = ", ".join(label_of(model, name) for name in empty if said(one, name))
    there = ", ".join(label_of(model, name) for name in empty if said(other, name))
    told = []
    if here:
        told.append(gettext("Empty in the translation: %(fields)s.") % {"fields": here})
    if there:
        told.append(gettext("Empty in the original: %(fields)s.") % {"fields": there})
    return " ".join(told)


def gap_in_words(there: bool, here: bool, lacks: str, has_more: str) -> str:
    if there and not here:
        return lacks
    return has_more if here and not there else ""


def row_model(kind: Any, name: str) -> Any:
    """The table of the rows, which knows what their fields are called; else the kind itself."""
    try:
        return kind._meta.get_field(name).related_model or kind
    except FieldDoesNotExist:
        return kind


def row_lines(row: Row | None, names: list[str]) -> tuple[str, ...]:
    found = (said(row, name) for name in names) if row is not None else ()
    return tuple(line for words in found for line in lines_of(words))


def said(row: Row, name: str) -> str:
    return words_of(getattr(row, name)).strip()


def lines_of(words: str) -> tuple[str, ...]:
    return tuple(line for line in words.splitlines() if line.strip())


# -- the original


@dataclass(frozen=True)
class Original:
    """The original of a translation with the text that counts: its newest version, public or scheduled, or else
    the one at the desk. `version` is None for the desk's."""

    publication: Any
    version: Version | None
    content: Content

    @classmethod
    def of(cls, translation: Any) -> "Original | None":
        """None for a text that is the original itself, or whose original is no longer there."""
        if not translation.is_translation:
            return None
        same_work = type(translation).objects.filter(work=translation.work_id)
        publication = same_work.filter(language=translation.work.original_language).first()
        if publication is None:
            return None
        version = newest(publication.versions.all())
        return cls(publication, version, version.content if version else publication.content())

    def known_to(self, translation: Any) -> Version | None:
        """The version that was the newest when the translation was last changed; publishing it changes no word."""
        return newest(self.publication.versions.filter(made__lte=translation.changed))

    def changes_since(self, known: Version | None) -> list[Difference]:
        return differences(known.content, self.content, type(self.publication)) if known else []


def newest(versions: Any) -> Version | None:
    return versions.not_voided().order_by("number").last()


def sections_of(translation: Any, original: Original) -> list[Section]:
    return beside(original.content, translation.content(), type(translation))


def gaps_in(sections: list[Section]) -> list[tuple[Section, Pair]]:
    return [(section, pair) for section in sections for pair in section.pairs if pair.gap]


# -- at the desk


class TranslationPages:
    """For PublicationAdmin: the page of both texts, what it adds to publishing, and the field of translations."""

    def translation_urls(self) -> list[Any]:
        return [self.page("beside", self.beside_view)]

    def beside_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Original and translation in two columns, with what lacks a counterpart and what changed there since."""
        publication = self.viewed(request, pk)
        original = Original.of(publication)
        if original is None:
            raise Http404
        known = original.known_to(publication)
        sections = sections_of(publication, original)
        return self.verb_page(
            request,
            publication,
            "beside",
            source=original.publication,
            source_url=self.url_of(original.publication),
            source_words=words_for(original.version),
            source_version=original.version,
            known=known,
            changes=original.changes_since(known),
            sections=sections,
            gaps=gaps_in(sections),
            may_change=self.has_change_permission(request, publication),
        )

    def parity_warnings(self, publication: Any) -> list[str]:
        """One line for the page of publishing, where the two texts do not match."""
        original = Original.of(publication)
        if original is None:
            return []
        count = len(gaps_in(sections_of(publication, original)))
        if not count:
            return []
        sentence = ngettext(
            "In %(count)d place, original and translation have no counterpart for each other.",
            "In %(count)d places, original and translation have no counterpart for each other.",
            count,
        ) % {"count": count}
        url, words = self.url_of(publication, "beside"), gettext("See the two texts side by side")
        return [format_html('{} <a href="{}">{}</a>', sentence, url, words)]

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        """The last part of the form asks of a translation, and of nothing else, whether it is authoritative."""
        *others, (name, options) = super().get_fieldsets(request, obj)
        fields = [field for field in options["fields"] if field != AUTHORITATIVE]
        if obj and obj.is_translated and obj.is_translation:
            fields.append(AUTHORITATIVE)
        return [*others, (name, {**options, "fields": fields})]

    def keep_original(self, publication: Publication, form: Any) -> None:
        """An original whose language is mended before it was ever public stays the original."""
        work = publication.work
        if "language" in form.changed_data and form.initial.get("language") == work.original_language:
            work.original_language = publication.language
            work.save(update_fields=["original_language"])


def words_for(version: Version | None) -> str:
    """Which text of the original is shown: version 3, public now."""
    if version is None:
        return gettext("the text at the desk; it was never published")
    told = {"number": version.number, "state": state_of(version, timezone.now())}
    return gettext("version %(number)d: %(state)s") % told
