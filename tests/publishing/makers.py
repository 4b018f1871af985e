"""Makers for texts of every kind: whatever a kind's columns and rows are, they are filled with one word."""

from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection, models
from django.db.models.fields.json import JSONField
from django.urls import reverse

from advocacy.pictures.models import Document, Picture
from advocacy.publishing.kinds import kinds
from advocacy.publishing.models import Publication, Reference, Version, Work
from advocacy.publishing.parts import row_type, types_of
from advocacy.richtext import RichTextField
from tests.pictures.makers import make_document, make_picture

START = datetime(2031, 5, 1, 12, tzinfo=UTC)  # ahead of the database's own clock, which guards what is past
DAY = timedelta(days=1)


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
        if field.name == "work" and field.get_limit_choices_to():  # only what is public can stand in it
            given["work"] = public_work()
    model.objects.create(**columns(model, word, given), **given)


def public_work() -> Work:
    """A work that has been public for long and says nothing of note."""
    text = Publication.objects.filter(slug="zqneighbour-text").first()
    if text is None:
        text = make_text(kinds()[0], word="Zqneighbour")
        text.publish(at=datetime(2000, 1, 1, tzinfo=UTC))
    return text.work


def columns(model: type[models.Model], word: str, given: dict[str, Any]) -> dict[str, Any]:
    """A value with `word` in it for every column of `model` that is not given and can hold words."""
    values: dict[str, Any] = {}
    for field in model._meta.concrete_fields:
        if (
            field.name in given
            or field.primary_key
            or (issubclass(model, Publication) and field.name in BASE)
        ):
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
        return Picture.objects.filter(credit=f"{word} credit").first() or make_picture(
            alt=alt, credit=f"{word} credit"
        )
    if model is Document:
        return Document.objects.filter(title=f"{word} file").first() or make_document(title=f"{word} file")
    if model is Work:
        return Work.objects.first() or make_text(kinds()[0], word=word).work
    found = model.objects.filter(**columns(model, word, {})).first()
    return found or model.objects.create(**columns(model, word, {}))


def detail_url(text: Any) -> str:
    return reverse(text.detail_view, kwargs={"language": text.language, "slug": text.slug})


def open_versions(text: Any) -> int:
    return Version.objects.filter(publication=text, ends__isnull=True).count()


def make_many(kind: Any, number: int, *, word: str, language: str = "en") -> list[Work]:
    """So many works of `kind`, public from START on after an earlier text each, dated a day apart backwards.

    One is made as editors make it, the others are copies of its rows, desk and all. Django's bulk_create refuses
    a table that inherits another, so what it does inside is done here for either table.
    """
    pattern = make_text(kind, word=word, language=language, slug=f"{word.lower()}-{kind.kind_name()}")
    pattern.publish(at=START - DAY)
    public = pattern.publish(at=START)
    numbers = range(1, number)
    works = Work.objects.bulk_create(
        Work(
            kind=kind.kind_name(),
            original_language=language,
            short_id=f"{word.lower()}-{kind.kind_name()[:5]}-{n}",
        )
        for n in numbers
    )
    shared = {field.attname: getattr(pattern, field.attname) for field in Publication._meta.concrete_fields}
    own = {field.attname: getattr(pattern, field.attname) for field in kind._meta.local_concrete_fields}
    texts = Publication.objects.bulk_create(
        Publication(**shared | {"id": None, "work_id": work.pk} | told_apart(pattern, n))
        for n, work in zip(numbers, works, strict=True)
    )
    kind._base_manager.all()._batched_insert(
        [kind(**own | {"publication_ptr_id": text.pk}) for text in texts],
        fields=kind._meta.local_concrete_fields,
        batch_size=None,
    )
    for version in (pattern.versions.get(number=1), public):
        columns = {field.attname: getattr(version, field.attname) for field in Version._meta.concrete_fields}
        copies = Version.objects.bulk_create(
            Version(
                **columns
                | {"id": None, "work_id": work.pk, "publication_id": text.pk}
                | told_apart(version, n)
            )
            for n, work, text in zip(numbers, works, texts, strict=True)
        )
        for each in version.references.all():
            used = {"picture_id": each.picture_id, "document_id": each.document_id, "work_id": each.work_id}
            Reference.objects.bulk_create(Reference(version=copy, **used) for copy in copies)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:  # what autovacuum does on a site that grew to this size
            cursor.execute("ANALYZE")
    return [pattern.work, *works]


def told_apart(text: Any, number: int) -> dict[str, Any]:
    day = (text.dated or START.date()) - timedelta(days=number)
    return {"title": f"{text.title} {number}", "slug": f"{text.slug}-{number}", "dated": day}
