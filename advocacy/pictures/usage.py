"""Where a file of the library is used at the desk, found through foreign keys: no list of models stands anywhere."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q
from django.urls import NoReverseMatch, reverse

from advocacy.pictures.models import AvifSet, Document, Picture
from advocacy.publishing.kinds import kind_named
from advocacy.publishing.models import Publication, Reference, TextPicture

Item = Picture | Document


@dataclass(frozen=True)
class Use:
    """A row that shows the file, and whose it is: a text at the desk, or what readers see without a version."""

    row: Any
    column: str
    owner: Any

    @property
    def is_text(self) -> bool:
        return isinstance(self.owner, Publication)

    @property
    def url(self) -> str:
        """The owner's form in the admin, where it has one."""
        meta = self.owner._meta
        try:
            return reverse(f"admin:{meta.app_label}_{meta.model_name}_change", args=[self.owner.pk])
        except NoReverseMatch:
            return ""

    def put(self, new: Item) -> None:
        """Shows `new` in the place of the file."""
        if isinstance(self.row, TextPicture) and isinstance(new, Picture):
            self.row.exchange(new)
        else:
            type(self.row)._base_manager.filter(pk=self.row.pk).update(**{self.column: new})

    def may_be_changed_by(self, user: Any) -> bool:
        meta = self.owner._meta
        return bool(user.has_perm(f"{meta.app_label}.change_{meta.model_name}"))


def columns(model: type[Item]) -> list[Any]:
    """Every foreign key to the library's model, but for versions, which are frozen."""
    return [
        relation.field
        for relation in model._meta.get_fields(include_hidden=True)
        if relation.auto_created
        and not relation.concrete
        and relation.related_model not in (Reference, AvifSet)
    ]


def uses(item: Item) -> list[Use]:
    """Where the file stands at the desk."""
    return [
        Use(row, column.name, owner_of(row))
        for column in columns(type(item))
        for row in column.model._base_manager.filter(**{column.name: item}).order_by("pk")
    ]


def owner_of(row: Any) -> Any:
    """The text that a row hangs on, as its own kind; a row of no text is its own."""
    if isinstance(row, Publication):
        return of_its_kind(row)
    for field in row._meta.fields:
        if isinstance(field, models.ForeignKey) and issubclass(field.related_model, Publication):
            return of_its_kind(getattr(row, field.name))
    return row


def of_its_kind(text: Publication) -> Publication:
    if type(text) is not Publication or text.kind == Publication.kind_name():
        return text
    return kind_named(text.kind).objects.get(pk=text.pk)


def is_in_use(model: type[Item]) -> Q:
    """True for what stands at the desk, or was ever published."""
    found = Q(Exists(Reference.objects.filter(**{model._meta.model_name or "": OuterRef("pk")})))
    for column in columns(model):
        found |= Q(Exists(column.model._base_manager.filter(**{column.name: OuterRef("pk")})))
    return found


def replace(old: Item, new: Item, chosen: Iterable[Use], *, who: Any) -> bool:
    """Puts `new` in the place of `old` in the rows chosen. Says whether `old` was deleted, being used nowhere now.

    Versions are frozen: what is public keeps the file that it was published with until its text is published again.
    """
    with transaction.atomic():
        texts: dict[int, Publication] = {}
        for use in chosen:
            use.put(new)
            if use.is_text:
                texts[use.owner.pk] = use.owner
        for text in texts.values():
            type(text)._default_manager.get(pk=text.pk).stamp(who)
        if old.is_used() or uses(old):
            return False
        old.delete()
        return True
