"""What a model can say of a column with a person's data, and how to find what the models said."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from sysconfig import get_path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import models
from django.db.models import Q, QuerySet
from django.db.models.constants import LOOKUP_SEP
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Words = str | Promise

INSTALLED_PACKAGES = get_path("purelib")

# Numbers, dates and switches say nothing of a person without the words that stand beside them.
HOLDS_WORDS = (
    models.CharField,
    models.TextField,
    models.JSONField,
    models.GenericIPAddressField,
    models.FileField,
    models.BinaryField,
)


@dataclass(frozen=True)
class Kept:
    """A person's data that stays by design; `text` says why, in a sentence for readers."""

    text: Words


@dataclass(frozen=True, eq=False)
class Rule:
    """A person's data with a date.

    `text` is the sentence for readers. A row is past its date once the moment (or day) in the column `since`,
    a path over relations if need be, lies `after` or more in the past; `only` narrows the rows further. Then
    the row is deleted or, where `blank` names columns and their empty values, these are emptied.
    """

    text: Words
    since: str
    after: timedelta = timedelta(0)
    blank: Mapping[str, Any] | None = None
    only: Q = field(default_factory=Q)

    def past(self, model: type[models.Model], at: datetime) -> QuerySet:
        """The rows of the model that are past their date at this moment and still hold the data."""
        limit = at - self.after
        rows = model._base_manager.filter(self.only)
        if is_day(model, self.since):
            rows = rows.filter(**{f"{self.since}__lte": limit.date()})
        else:
            rows = rows.filter(**{f"{self.since}__lte": limit})
        return rows.exclude(**self.blank) if self.blank else rows


STAFF = Kept(
    _("The names of staff stay beside what they published, changed or answered, as long as it is kept.")
)


def is_day(model: Any, path: str) -> bool:
    """Whether the column at the end of the path holds a day, not a moment."""
    *relations, name = path.split(LOOKUP_SEP)
    for relation in relations:
        model = model._meta.get_field(relation).related_model
    column = model._meta.get_field(name)
    return isinstance(column, models.DateField) and not isinstance(column, models.DateTimeField)


def is_ours(model: type[models.Model]) -> bool:
    """Whether the model belongs to this project, in whatever app, rather than to a package it uses."""
    return not Path(model._meta.app_config.path).is_relative_to(INSTALLED_PACKAGES)


def personal(model: type[models.Model]) -> dict[str, Rule | Kept]:
    """What the model and its parents say of columns with a person's data."""
    if not is_ours(model):
        from advocacy.privacy.borrowed import BORROWED

        return BORROWED.get(model._meta.label, {})
    said: dict[str, Rule | Kept] = {}
    for parent in reversed(model.__mro__):
        said |= vars(parent).get("PERSONAL", {})
    own = {column.name for column in model._meta.local_fields}
    return {name: rule for name, rule in said.items() if name in own}


def not_personal(model: type[models.Model]) -> set[str]:
    """The columns that the model and its parents declare free of a person's data."""
    return {name for parent in model.__mro__ for name in vars(parent).get("NOT_PERSONAL", ())}


def asks_for_a_line(column: models.Field) -> bool:
    """Whether a model has to say something of this column."""
    return isinstance(column, HOLDS_WORDS) and not column.choices


def is_staff(column: models.Field) -> bool:
    """Whether the column points to a member of staff, so that the general rule speaks for it."""
    return column.is_relation and column.related_model._meta.label == settings.AUTH_USER_MODEL


def our_models() -> Iterator[type[models.Model]]:
    """Every table of this project, those between two models apart."""
    return (model for model in apps.get_models() if is_ours(model) and not model._meta.proxy)


def undeclared() -> list[str]:
    """Columns of our models that could hold a person's data and say nothing, as app.Model.column."""
    return [
        f"{model._meta.label}.{column.name}"
        for model in our_models()
        for column in model._meta.local_fields
        if asks_for_a_line(column)
        and column.name not in personal(model)
        and column.name not in not_personal(model)
    ]


def rules() -> Iterator[tuple[type[models.Model], Rule]]:
    """Each rule that has a date, once for each model that declares it."""
    for model in apps.get_models():
        for rule in dict.fromkeys(personal(model).values()):
            if isinstance(rule, Rule):
                yield model, rule


def sentences() -> list[Words]:
    """What readers are told about how long their data is kept, each sentence once."""
    said = [rule.text for model in apps.get_models() for rule in personal(model).values()]
    return list(dict.fromkeys([*said, STAFF.text]))
