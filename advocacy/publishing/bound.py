"""A form as it stands, with its rows, and no save: what a preview, a meeting of two editors and unsaved words need."""

import re
from collections.abc import Iterable, Iterator
from copy import copy
from dataclasses import dataclass
from typing import Any

from django.contrib.admin import helpers
from django.forms import all_valid
from django.http import HttpRequest, HttpResponse, QueryDict

from advocacy.publishing.models import Work
from advocacy.publishing.slugs import slug_from


@dataclass
class Bound:
    """The form of one text with what was typed. `publication` is not saved, and must not be."""

    form: Any
    formsets: list[Any]
    inlines: list[Any]
    publication: Any
    is_valid: bool

    def rows(self) -> dict[str, list[Any]]:
        """The unsaved rows by the name of their field in the content, in their order."""
        return {formset.fk.remote_field.related_name: self.rows_of(formset) for formset in self.formsets}

    def rows_of(self, formset: Any) -> list[Any]:
        instances = [form.instance for form in formset.in_order()]
        for instance in instances:
            setattr(instance, formset.fk.name, self.publication)
        return instances


class BoundForms:
    """For PublicationAdmin."""

    def bound(self, request: HttpRequest, publication: Any, typed: QueryDict | None = None) -> Bound:
        """The form bound to the post, or to `typed`; `publication` is None for a new text."""
        posted = as_post(request, typed if typed is not None else request.POST)
        form_class = self.get_form(posted, publication, change=publication is not None)
        form = form_class(posted.POST, posted.FILES, instance=publication)
        is_valid = form.is_valid()
        text = form.instance
        formsets, inlines = self._create_formsets(posted, text, change=publication is not None)
        is_valid = all_valid(formsets) and is_valid
        complete(text)
        return Bound(form, formsets, inlines, text, is_valid)

    def over_what_stands(self, request: HttpRequest, publication: Any, typed: QueryDict) -> QueryDict:
        """What was typed, with its rows laid over those that are stored now.

        A row that somebody else took out stands among the new ones, and a row that they added is there, too:
        nobody's words are lost, and the form can be saved.
        """
        asked = copy(request)
        asked.method = "GET"
        formsets, _inlines = self._create_formsets(asked, publication, change=True)
        made = typed.copy()
        for formset in formsets:
            lay_rows(made, formset)
        return made

    def bound_page(
        self, request: HttpRequest, publication: Any, bound: Bound, *, url: str, **context: Any
    ) -> HttpResponse:
        """The form again with all that was typed and what is wrong with it; it is sent to `url`."""
        stored = self.model.objects.get(pk=publication.pk) if publication else None
        shown = helpers.AdminForm(
            bound.form,
            list(self.get_fieldsets(request, stored)),
            {},
            self.get_readonly_fields(request, stored),
            model_admin=self,  # type: ignore[arg-type]
        )
        inlines = self.get_inline_formsets(request, bound.formsets, bound.inlines, stored)
        media = self.media + shown.media
        for inline in inlines:
            media += inline.media
        return self.render_change_form(
            request,
            {
                **self.admin_site.each_context(request),
                **self.form_context(request, stored),
                "title": str(stored) if stored else self.opts.verbose_name,
                "subtitle": None,
                "adminform": shown,
                "object_id": publication.pk if publication else None,
                "original": stored,
                "is_popup": False,
                "to_field": None,
                "media": media,
                "inline_admin_formsets": inlines,
                "errors": helpers.AdminErrorList(bound.form, bound.formsets),
                "preserved_filters": self.get_preserved_filters(request),
                **context,
            },
            add=stored is None,
            change=stored is not None,
            obj=stored,
            form_url=url,
        )


def as_post(request: HttpRequest, typed: QueryDict) -> Any:
    """The request as if `typed` had been posted with it."""
    made = copy(request)
    made.method = "POST"
    made._files = request.FILES  # asked for later, a request that was a GET would read its body over `typed`
    made.POST = typed  # type: ignore[assignment]
    return made


def lay_rows(typed: QueryDict, formset: Any) -> None:
    """Puts the rows that were typed for this formset over those that it has."""
    key = formset.model._meta.pk.name
    rows = typed_rows(typed, formset.prefix)
    mine = {"".join(row.get(key, [])): row for row in rows}
    stored = {str(form.instance.pk): dict(stored_values(form)) for form in formset.initial_forms}
    old = [mine.get(pk, row) for pk, row in stored.items()]
    new = [row | {key: [""]} for pk, row in mine.items() if pk and pk not in stored and "DELETE" not in row]
    new += [row for row in rows if not "".join(row.get(key, []))]
    for number, row in enumerate([*old, *new]):
        for name, values in row.items():
            typed.setlist(f"{formset.prefix}-{number}-{name}", values)
    typed[f"{formset.prefix}-INITIAL_FORMS"] = str(len(old))
    typed[f"{formset.prefix}-TOTAL_FORMS"] = str(len(old) + len(new))


def typed_rows(typed: QueryDict, prefix: str) -> Iterable[dict[str, list[str]]]:
    """Takes the rows of a formset out of what was typed; in their order, each by the names of its fields."""
    rows: dict[int, dict[str, list[str]]] = {}
    for name in list(typed):
        if found := re.fullmatch(rf"{re.escape(prefix)}-([0-9]{{1,6}})-(\w+)", name):
            rows.setdefault(int(found[1]), {})[found[2]] = typed.getlist(name)
            del typed[name]
    return [rows[number] for number in sorted(rows)]


def stored_values(form: Any) -> Iterator[tuple[str, list[str]]]:
    """The names and values that a browser would send of a row that nobody touched."""
    for field in form:
        value = field.value()
        if value not in (None, False):
            yield field.name, ["on" if value is True else str(value)]


def complete(text: Any) -> None:
    """What saving would fill in, without saving."""
    text.kind = text.kind_name()
    if text.work_id is None:
        text.work = Work(kind=text.kind, original_language=text.language)
    text.slug = text.slug or slug_from(text.title) or text.kind
    text.look_up()
