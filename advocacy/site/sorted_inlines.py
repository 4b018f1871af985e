"""Rows that people put in order: a number field that works alone; static/admin/cms.js adds Up, Down and drag.

    class QuoteInline(SortedInline, admin.TabularInline):
        model = Quote
        sort_field = "position"

A row that was given the number of another takes its place, a row without a number stands last, and on every
save the numbers become 1 to n. The column must not be unique with its parent: rows are saved one by one.
"""

from typing import Any

from django import forms
from django.forms.models import BaseInlineFormSet
from django.utils.translation import gettext_lazy as _

from advocacy.publishing.models import Work

LAST = float("inf")


class PlaceInput(forms.NumberInput):
    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(
            {"class": "place", "data-place": "", "min": 1, "inputmode": "numeric", **(attrs or {})}
        )


class PlaceField(forms.IntegerField):
    """A row's number. In a new row it alone is no reason to save the row: scripts number empty rows too."""

    is_new = False
    widget = PlaceInput

    def has_changed(self, initial: Any, data: Any) -> bool:
        return not self.is_new and super().has_changed(initial, data)


class SortedFormSet(BaseInlineFormSet):
    sort_field = "position"

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        place = form.fields.get(self.sort_field)
        if isinstance(place, PlaceField) and form.instance._state.adding:
            place.is_new = True
            form.initial[self.sort_field] = None
        if isinstance(place, PlaceField):
            # What stood there before it was typed over: the script has the rule of _place(), too.
            before = form.initial.get(self.sort_field)
            place.widget.attrs["data-place"] = "" if before is None else before

    def in_order(self) -> list[Any]:
        """The forms that will stand, in their order: what a preview shows and what saving numbers."""
        standing = [form for form in self.forms if self._stands(form)]
        return sorted(standing, key=self._place)  # sorted() keeps the order of equals

    def _stands(self, form: Any) -> bool:
        if not hasattr(form, "cleaned_data") or (self.can_delete and self._should_delete_form(form)):
            return False
        return not form.instance._state.adding or form.has_changed()

    def _place(self, form: Any) -> tuple[float, int]:
        place = form.cleaned_data.get(self.sort_field)
        if place is None:
            return LAST, 0
        before = form.initial.get(self.sort_field)
        if before == place:
            return place, 0
        # Moved up or new: before the row that has the number. Moved down: behind it.
        return place, -1 if before is None or place < before else 1

    def clean(self) -> None:
        super().clean()
        for number, form in enumerate(self.in_order(), start=1):
            setattr(form.instance, self.sort_field, number)

    def save_existing_objects(self, commit: bool = True) -> list[Any]:
        """Saves rows that a move of others renumbered, although nothing was typed into them."""
        saved = super().save_existing_objects(commit)
        for form in self.initial_forms:
            if form.has_changed() or form not in self.in_order():
                continue
            if getattr(form.instance, self.sort_field) != form.initial.get(self.sort_field):
                self.changed_objects.append((form.instance, [self.sort_field]))
                saved.append(form.instance)
                if commit:
                    form.instance.save()
        return saved


class SortedInline:
    """For a TabularInline or StackedInline of rows with a number. Stands before it among the bases."""

    sort_field = "position"
    formset = SortedFormSet
    extra = 0

    def get_formset(self, request: Any, obj: Any = None, **kwargs: Any) -> Any:
        formset = super().get_formset(request, obj, **kwargs)  # type: ignore[misc]
        formset.sort_field = self.sort_field
        return formset

    def get_ordering(self, request: Any) -> tuple[str, ...]:
        return (self.sort_field, "pk")

    def formfield_for_dbfield(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        if db_field.name != self.sort_field:
            field = super().formfield_for_dbfield(db_field, request, **kwargs)  # type: ignore[misc]
            if db_field.related_model is Work:
                field.widget.can_view_related = (
                    False  # it has no page of its own, and the sign makes rows tall
                )
            return field
        return PlaceField(required=False, min_value=0, max_value=32767, label=_("Number"))
