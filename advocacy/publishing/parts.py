"""The pieces of content: frozen dataclasses that read themselves from the desk and from JSON.

A field takes its value from the attribute of the same name on the desk row (a column or a property);
a field of rows takes it from the related manager of that name, in the manager's order.
"""

import dataclasses
import types
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any, ClassVar, Self, Union, get_args, get_origin, get_type_hints

from django.db.models import Model

from advocacy.richtext import RichText

EMPTY = RichText("")  # the default of a field of rich text
LATER = {"later": True}  # the metadata of a field that came when texts were public already: see `to_json`


@dataclasses.dataclass(frozen=True, kw_only=True)
class Part:
    """Anything that stands in content: reads itself from a desk object and from JSON."""

    SAID: ClassVar[tuple[str, ...] | None] = None  # the fields that are words to people; None: all

    @classmethod
    def read(cls, source: Any, rows: Mapping[str, Iterable[Any]] | None = None) -> Self:
        """The desk's state of `source`. `rows` may give unsaved rows by field name, as a bound form has them."""
        given = rows or {}
        values = {}
        for name, kind in types_of(cls).items():
            if name in given:
                values[name] = tuple(row_type(kind).read(row) for row in given[name])
            elif row_type(kind):
                values[name] = tuple(row_type(kind).read(row) for row in all_rows(source, name))
            else:
                values[name] = freeze(getattr(source, name), kind)
        return cls(**values)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """The object that `to_json` wrote. A missing field takes its default; an unknown one is left out."""
        return cls(**{name: decode(data[name], kind) for name, kind in types_of(cls).items() if name in data})

    def to_json(self) -> dict[str, Any]:
        """What `from_json` reads. A LATER field is left out while it has its default, so that a text written
        before the field was there keeps its hash, and nobody is told that it was edited."""
        unsaid = {
            field.name
            for field in dataclasses.fields(self)
            if field.metadata.get("later") and getattr(self, field.name) == field.default
        }
        return {name: encode(getattr(self, name)) for name in types_of(type(self)) if name not in unsaid}


@dataclasses.dataclass(frozen=True, kw_only=True)
class Row(Part):
    """A row of content. `uid` is its key: restoring an old version finds the same desk row by it."""

    uid: str = ""


KNOWN_TYPES: dict[type, dict[str, Any]] = {}


def types_of(part: type[Part]) -> dict[str, Any]:
    """The fields of a part with their types; worked out once for each class."""
    if part not in KNOWN_TYPES:
        hints = get_type_hints(part)
        KNOWN_TYPES[part] = {field.name: hints[field.name] for field in dataclasses.fields(part)}
    return KNOWN_TYPES[part]


def row_type(kind: Any) -> Any:
    """Row class of a `tuple[SomeRow, ...]`, else None."""
    if get_origin(kind) is tuple:
        inner = get_args(kind)[0]
        if isinstance(inner, type) and issubclass(inner, Row):
            return inner
    return None


def all_rows(source: Any, name: str) -> Iterable[Any]:
    """The rows of a related manager, or of a property that gives rows. An unsaved source has none."""
    if isinstance(source, Model) and source.pk is None:
        return ()
    related = getattr(source, name)
    return related.all() if hasattr(related, "all") else related


def without_none(kind: Any) -> Any:
    if get_origin(kind) in (Union, types.UnionType):
        return next(arg for arg in get_args(kind) if arg is not type(None))
    return kind


def freeze(value: Any, kind: Any) -> Any:
    kind = without_none(kind)
    if value is None:
        return None
    if get_origin(kind) is tuple:
        return tuple(value)
    if isinstance(kind, type) and issubclass(kind, Part):
        return value if isinstance(value, kind) else kind.read(value)
    if kind is str:
        return str(value)
    if kind is RichText:
        return RichText(value)
    return value


def encode(value: Any) -> Any:
    if isinstance(value, Part):
        return value.to_json()
    if isinstance(value, tuple | list):
        return [encode(item) for item in value]
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, RichText):
        return str(value.as_stored)
    if isinstance(value, str):
        return str(value)
    return value


def decode(value: Any, kind: Any) -> Any:
    kind = without_none(kind)
    if value is None:
        return None
    if get_origin(kind) is tuple:
        return tuple(decode(item, get_args(kind)[0]) for item in value)
    if kind is datetime or kind is date:
        return kind.fromisoformat(value)
    if isinstance(kind, type) and issubclass(kind, Part):
        return kind.from_json(value)
    if kind is RichText:
        return RichText.stored(value)  # cleaned when it was written; what was shown stays as it was
    return value
