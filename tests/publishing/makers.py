"""Makers for texts of every kind: whatever a kind's columns and rows are, they are filled with one word."""

from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models.fields.json import JSONField
from django.urls import reverse

from advocacy.pictures.models import Document, Picture
from advocacy.publishing.kinds import kinds
from advocacy.publishing.models import Publication, Version, Work
from advocacy.publishing.parts import row_type, types_of
from advocacy.richtext import RichTextField
from tests.pictures.makers import make_document, make_picture

START = datetime(2031, 5, 1, 12, tzinfo=UTC)  # ahead of the database's own clock, which guards what is past


def make_text(kind: Any, *, word: str, language: str = "en", work: Work | None = None, **given: Any) -> Any:
    """A draft of `kind` in which every text says `word`, rows included; without a required thing none is made."""
    given = {"slug": slug_with(word), **given}
    text = kind(language=language, **columns(kind, word, given), **given)
    if work:
        text.work = work
    text.save()
    add_rows(text, word)
    text.stamp()
    return text


def slug_with(word: str) -> str:
    return f"{word.lower()}-text"


def add_rows(text: Any, word: str) -> None:
    for name, kind in types_of(type(text).content_class).items():
        manager = getattr(text, name, None)
        if row_type(kind) and hasattr(manager, "field"):
            fill_rows(text, manager, word)


def fill_rows(text: Any, manager: Any, word: str) -> None:
    model = manager.model
    given = {manager.field.name: text}
    for field in model._meta.concrete_fields:
        if field.name == "demand":
            from campaigns.models import Demand

            given["demand"], _made = Demand.objects.get_or_create(work=text.work, number=1)
        if field.name == "paragraph":
            from advocacy.richtext import blocks

            block = blocks(text.body)[0]
            given |= {"paragraph": block.id, "words": block.text}
    model.objects.create(**columns(model, word, given), **given)


def columns(model: type[models.Model], word: str, given: dict[str, Any]) -> dict[str, Any]:
    """A value with `word` in it for every column of `model` that is not given and can hold words."""
    values: dict[str, Any] = {}
    for field in model._meta.concrete_fields:
        if field.name in given or field.primary_key or (issubclass(model, Publication) and field.name in BASE):
            continue
        value = value_for(field, word)
        if value is not None:
            values[field.name] = value
    return values


BASE = {
    "publication_ptr",
    "work",
    "kind",
    "language",
    "status",
    "slug",
    "created",
    "changed",
    "changed_by",
    "desk_hash",
}


def value_for(field: Any, word: str) -> Any:
    if field.is_relation:
        if field.related_model not in (Picture, Document) and (field.null or field.has_default()):
            return None
        return related(field.related_model, word)
    if field.choices or isinstance(field, JSONField | models.BooleanField | models.UUIDField):
        return None
    if isinstance(field, models.URLField):
        return f"https://{word.lower()}.example/"
    if isinstance(field, models.EmailField):
        return f"{word.lower()}@example.org"
    if isinstance(field, RichTextField):
        return f"<p>{word} {field.name}</p>"
    if isinstance(field, models.CharField | models.TextField) and not field.validators[1:]:
        return f"{word} {field.name}"[: field.max_length]
    return None


def related(model: Any, word: str) -> Any:
    if model is Picture:
        alt = {code: f"{word} alternative text" for code, _name in settings.LANGUAGES}
        return Picture.objects.filter(credit=f"{word} credit").first() or make_picture(alt=alt, credit=f"{word} credit")
    if model is Document:
        return Document.objects.filter(title=f"{word} file").first() or make_document(title=f"{word} file")
    if model is Work:
        return Work.objects.first() or make_text(kinds()[0], word=word).work
    found = model.objects.filter(**{name: value for name, value in columns(model, word, {}).items()}).first()
    return found or model.objects.create(**columns(model, word, {}))


def detail_url(text: Any) -> str:
    return reverse(text.detail_view, kwargs={"language": text.language, "slug": text.slug})


def open_versions(text: Any) -> int:
    return Version.objects.filter(publication=text, ends__isnull=True).count()
