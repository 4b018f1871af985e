"""The pages by which a list is read from a file into a model: a form, a report of what would happen, and its button."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext

from advocacy.people_lists import TOLD
from advocacy.spreadsheets import Headers


class FileField(forms.FileField):
    """A list as CSV or XLSX."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=forms.FileInput(attrs={"accept": ".csv,.tsv,.txt,.xlsx"}), **kwargs)


class ImportsLists(admin.ModelAdmin):
    """An admin whose list can be read from a file. Whoever may add rows may do so.

    The class names the parts below and fills the three methods; the pages are `import.html` and `import_report.html` in
    the folder of the model's admin templates, on admin/upload.html and admin/import_report.html.
    """

    import_form: ClassVar[Any]
    import_model: ClassVar[Any]
    import_columns: ClassVar[Headers]
    import_title: ClassVar[Any]

    def read_file(self, request: HttpRequest, given: dict[str, Any]) -> Any:
        """The stored import, made of what the form gave. ValidationError where the file can't be read."""
        raise NotImplementedError

    def add_rows(self, read: Any) -> tuple[int, str]:
        """Adds what was read; says how many, and a sentence for whoever pressed the button."""
        raise NotImplementedError

    def row_shown(self, row: dict[str, Any]) -> Any:
        """A row of the import as the report shows it."""
        raise NotImplementedError

    # -- addresses and pages

    def import_name(self, page: str) -> str:
        return f"{self.opts.app_label}_{self.opts.model_name}_{page}"

    def get_urls(self) -> list[Any]:
        def staff(view: Any) -> Any:
            return self.admin_site.admin_view(view)

        return [
            path("import/", staff(self.import_view), name=self.import_name("import")),
            path("import/<int:pk>/", staff(self.report_view), name=self.import_name("report")),
            *super().get_urls(),
        ]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        may = {"may_import": self.has_add_permission(request)}
        return super().changelist_view(request, {**may, **(extra_context or {})})

    def import_view(self, request: HttpRequest) -> HttpResponse:
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = self.import_form(request.POST or None, request.FILES or None)
        if request.method == "POST" and form.is_valid():
            try:
                read = self.read_file(request, dict(form.cleaned_data))
            except ValidationError as refused:
                form.add_error("file", refused.messages)
            else:
                report = reverse(f"admin:{self.import_name('report')}", args=[read.pk])
                return HttpResponseRedirect(report)
        columns = [(known[0].capitalize(), ", ".join(known[1:])) for known in self.import_columns.values()]
        return self.import_page(request, "import", title=self.import_title, form=form, columns=columns)

    def report_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        if not self.has_add_permission(request):
            raise PermissionDenied
        read = get_object_or_404(self.import_model, pk=pk)
        if request.method == "POST":
            added, sentence = self.add_rows(read)
            self.log_addition(request, read, f"imported {added}")
            messages.success(request, sentence)
            return HttpResponseRedirect(reverse(f"admin:{self.import_name('changelist')}"))
        return self.import_page(
            request,
            "import_report",
            title=gettext("This list was imported") if read.done else gettext("What the import would do"),
            read=read,
            first=[self.row_shown(row) for row in read.rows[:TOLD]],
            further=max(len(read.rows) - TOLD, 0),
            there_further=read.report.get("there_further", 0),
            wrong_further=read.report.get("wrong_further", 0),
            again=reverse(f"admin:{self.import_name('import')}"),
        )

    def import_page(self, request: HttpRequest, name: str, **context: Any) -> HttpResponse:
        back = reverse(f"admin:{self.import_name('changelist')}")
        return TemplateResponse(
            request,
            f"admin/{self.opts.app_label}/{self.opts.model_name}/{name}.html",
            {**self.admin_site.each_context(request), "opts": self.opts, "back": back, **context},
        )
