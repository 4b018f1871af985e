"""A letter's title beside the rows that hang on its work: of the original, or of the first text there is."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from advocacy.publishing.models import Publication, Work


def letter_title(work: str = "work") -> Coalesce:
    """The title of the letter that the column `work` names, for a queryset to be annotated with."""
    texts = Publication.objects.filter(work=OuterRef(work)).order_by("pk")
    language = f"{work}__original_language" if work != "pk" else "original_language"
    original = texts.filter(language=OuterRef(language))
    return Coalesce(Subquery(original.values("title")[:1]), Subquery(texts.values("title")[:1]))


def letters() -> QuerySet[Work]:
    """The works of all letters with their titles, newest first."""
    return Work.objects.filter(kind="letter").annotate(title=letter_title("pk")).order_by("-pk")


class LetterField(forms.ModelChoiceField):
    """A letter, chosen by its title."""

    def __init__(self, **kwargs: Any):
        super().__init__(
            **{"queryset": letters(), "label": _("Letter"), "empty_label": _("Choose a letter"), **kwargs}
        )

    def label_from_instance(self, work: Any) -> str:
        return work.title or str(work.pk)


class LetterFilter(admin.SimpleListFilter):
    title = _("letter")
    parameter_name = "letter"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        with_rows = letters().filter(pk__in=model_admin.model.objects.order_by().values("work"))
        return [(str(work.pk), work.title or str(work.pk)) for work in with_rows]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        value = self.value() or ""
        if value.isascii() and value.isdigit() and len(value) < 19:
            return queryset.filter(work=int(value))
        return queryset
