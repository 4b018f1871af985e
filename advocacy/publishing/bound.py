"""A form as it stands, with its rows, and no save: what a preview, a meeting of two editors and unsaved words need."""

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
    made.POST = typed  # type: ignore[assignment]
    return made


def complete(text: Any) -> None:
    """What saving would fill in, without saving."""
    text.kind = text.kind_name()
    if text.work_id is None:
        text.work = Work(kind=text.kind, original_language=text.language)
    text.slug = text.slug or slug_from(text.title) or text.kind
