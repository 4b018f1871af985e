"""What a version holds: a frozen object per kind, its hash, and the way back to the desk.

A kind describes its content once, as a dataclass:

    @dataclass(frozen=True, kw_only=True)
    class Quote(Row):
        words: str = ""
        speaker: str = ""

    @dataclass(frozen=True, kw_only=True)
    class ReleaseContent(Content):
        body: RichText = RichText("")
        quotes: tuple[Quote, ...] = ()
"""

import dataclasses
import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, Self

from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db.models import Model
from django.utils.translation import gettext

from advocacy.pictures.parts import PictureInText, PicturePart
from advocacy.publishing.parts import LATER, Part, Row, row_type, types_of
from advocacy.richtext import RichText


@dataclasses.dataclass(frozen=True, kw_only=True)
class Content(Part):
    """The content of one version. A kind raises SCHEMA when fields change meaning, and overrides `upgrade`."""

    SCHEMA: ClassVar[int] = 1

    title: str = ""
    summary: str = ""
    picture_id: int | None = None
    lead: PicturePart | None = None
    is_authoritative: bool = dataclasses.field(default=False, metadata=LATER)  # said of translations alone
    text_pictures: tuple[PictureInText, ...] = dataclasses.field(default=(), metadata=LATER)

    def __post_init__(self) -> None:
        """Puts the pictures into the rich text that names them."""
        shown = {each.key: each.shown for each in self.text_pictures if each.shown}
        for name, kind in types_of(type(self)).items():
            if kind is RichText and (text := getattr(self, name)) and text.picture_keys:
                object.__setattr__(self, name, text.showing(shown))

    @classmethod
    def upgrade(cls, data: dict[str, Any], schema: int) -> dict[str, Any]:
        """Brings `data`, written under an older `schema`, to today's. New fields need nothing: they have defaults."""
        return data

    @classmethod
    def load(cls, stored: Mapping[str, Any]) -> Self:
        data = dict(stored)
        schema = data.pop("schema", 1)
        if schema != cls.SCHEMA:
            data = cls.upgrade(data, schema)
        return cls.from_json(data)

    def dump(self) -> dict[str, Any]:
        return {"schema": self.SCHEMA, **self.to_json()}

    def hash(self) -> str:
        """SHA-256 over the canonical JSON: two texts that say the same have the same hash."""
        text = json.dumps(self.dump(), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def restore(content: Content, desk: Any) -> None:
    """Puts an old version's content on the desk row and saves it, rows and all; nothing public changes.

    A desk row whose key stands in the content is changed and keeps what hangs on it (a demand its ledger); a
    missing one is made anew under its key; one the content does not know is deleted.
    """
    for name, kind in types_of(type(content)).items():
        if not row_type(kind) and is_column(type(desk), name):
            setattr(desk, name, getattr(content, name))
    desk.take_back(content)
    desk.save()
    for name, kind in types_of(type(content)).items():
        if row_type(kind) and hasattr(getattr(desk, name), "field"):
            restore_rows(getattr(desk, name), getattr(content, name), desk)


def restore_rows(manager: Any, wanted: Iterable[Row], desk: Any) -> None:
    model = manager.model
    there = {str(row.uid): row for row in manager.all()}
    wanted = list(wanted)
    for uid, row in there.items():
        if uid not in {row.uid for row in wanted}:
            row.delete()
    for position, old in enumerate(wanted, start=1):
        row = there.get(old.uid) or new_row(model, manager, desk, old.uid)
        for name in types_of(type(old)):
            if name != "uid" and is_column(model, name):
                setattr(row, name, getattr(old, name))
        if is_column(model, "position"):
            row.position = position
        refuse_missing(row, old)
        row.save()


def refuse_missing(row: Model, old: Row) -> None:
    """Raises ValidationError where what an old row refers to was deleted since: an office-holder, say."""
    from advocacy.publishing.differences import words_of

    for field in row._meta.concrete_fields:
        key = getattr(row, field.attname)
        if field.is_relation and key and not field.related_model._base_manager.filter(pk=key).exists():
            raise ValidationError(
                gettext("What this refers to was deleted since and can't be put back: %(row)s")
                % {"row": words_of(old)}
            )


def copy_rows(desk: Any, other: Any) -> None:
    """Gives `other` copies of all rows of `desk`, under keys of their own."""
    for name, kind in types_of(desk.content_class).items():
        manager: Any = getattr(desk, name, None)
        if not row_type(kind) or not hasattr(manager, "field"):
            continue
        for row in manager.all():
            copy = copied(row)
            setattr(copy, manager.field.name, other)
            if hasattr(copy, "moved_from"):  # a row whose key lives on the work
                copy.moved_from(row)
            copy.save()


def copied(row: Any) -> Any:
    columns = {
        field.attname: getattr(row, field.attname)
        for field in row._meta.concrete_fields
        if not field.primary_key and field.name != "uid"
    }
    return type(row)(**columns)


def new_row(model: Any, manager: Any, desk: Any, uid: str) -> Any:
    """A row model whose key lives elsewhere says how it is made again: `restored(desk, uid)`."""
    if hasattr(model, "restored"):
        return model.restored(desk, uid)
    return model(**{manager.field.name: desk, "uid": uid})


def is_column(model: type[Model], name: str) -> bool:
    try:
        field = model._meta.get_field(name)
    except FieldDoesNotExist:
        # A foreign key's column: content names it `person_id`, the model `person`.
        return any(getattr(field, "attname", None) == name for field in model._meta.fields)
    return bool(getattr(field, "concrete", False)) and not field.many_to_many


def ids(content: Content, name: str) -> set[int]:
    """Every number that stands under `name` ("picture_id", "document_id", "work_id"), however deep."""

    def walk(value: Any) -> Iterable[int]:
        if isinstance(value, dict):
            for key, inner in value.items():
                if key == name and inner is not None:
                    yield inner
                elif key == name + "s" and isinstance(inner, list):
                    yield from inner
                else:
                    yield from walk(inner)
        elif isinstance(value, list):
            for item in value:
                yield from walk(item)

    return set(walk(content.to_json()))
