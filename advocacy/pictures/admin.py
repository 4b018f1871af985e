from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.defaultfilters import filesizeformat
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from advocacy.organisation.languages import language_name
from advocacy.organisation.models import Organisation
from advocacy.pictures.cards import card_url
from advocacy.pictures.forms import (
    DocumentForm,
    ManyDocumentsForm,
    ManyPicturesForm,
    PictureForm,
    ReplaceForm,
)
from advocacy.pictures.models import Document, DrawnCard, LibraryItem, Picture
from advocacy.pictures.usage import Use, is_in_use, replace, uses
from advocacy.publishing.models import Version
from advocacy.site.admin_site import PUBLISH

CHOICES = 24  # pictures on a page of the window in which one is chosen for a text


class UsedFilter(admin.SimpleListFilter):
    title = _("use")
    parameter_name = "used"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", _("Used")), ("no", _("Used nowhere"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        if self.value() not in ("yes", "no"):
            return queryset
        wanted = is_in_use(queryset.model)
        return queryset.filter(wanted if self.value() == "yes" else ~wanted)


class WordsFilter(admin.SimpleListFilter):
    title = _("alternative text")
    parameter_name = "without"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            (code, gettext("None in this language: %(language)s") % {"language": language_name(code)})
            for code in Organisation.current().languages
        ]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        code = self.value()
        if code not in Organisation.current().languages:
            return queryset
        return queryset.exclude(Q(alt__has_key=code) & ~Q(**{f"alt__{code}": ""}))


class LibraryAdmin(admin.ModelAdmin):
    """What the library's two lists share: adding many, where each is used, replacing, no deleting of what is used."""

    many_form: ClassVar[type[ManyPicturesForm | ManyDocumentsForm]]

    desk_group = PUBLISH
    desk_order = 70
    date_hierarchy = "created"
    list_per_page = 50

    def get_queryset(self, request: HttpRequest) -> Any:
        queryset = super().get_queryset(request).select_related("uploaded_by")
        return queryset.annotate(is_in_use=is_in_use(self.model))

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)  # one by one, so that each refusal says where the file is used
        return actions

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if not change:
            obj.uploaded_by = request.user
        super().save_model(request, obj, form, change)

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        item = self.get_object(request, object_id)
        if item is not None and self.has_delete_permission(request, item):
            protected = self.get_deleted_objects([item], request)[3]
            if protected or item.is_used():
                self.message_user(request, self.in_use(item), messages.ERROR)
                name = f"{self.admin_site.name}:{self.opts.app_label}_{self.opts.model_name}_change"
                return HttpResponseRedirect(reverse(name, args=[item.pk]))
        return super().delete_view(request, object_id, extra_context)

    def get_urls(self) -> list[Any]:
        def staff(view: Any) -> Any:
            return self.admin_site.admin_view(view)

        name = f"{self.opts.app_label}_{self.opts.model_name}"
        return [
            path("many/", staff(self.many_view), name=f"{name}_many"),
            path("<int:pk>/replace/", staff(self.replace_view), name=f"{name}_replace"),
            *super().get_urls(),
        ]

    def address(self, view: str, *args: Any) -> str:
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_{view}", args=args)

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        many = self.address("many") if self.has_add_permission(request) else ""
        return super().changelist_view(request, {"many_url": many, **(extra_context or {})})

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        item = self.get_object(request, object_id)
        may = item is not None and self.has_change_permission(request, item)
        address = self.address("replace", item.pk) if may and item else ""
        return super().change_view(
            request, object_id, form_url, {"replace_url": address, **(extra_context or {})}
        )

    def many_view(self, request: HttpRequest) -> HttpResponse:
        """Several files in one go. What is refused is said file by file, and the others stay."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = self.many_form(request.POST or None, request.FILES or None)
        if request.method == "POST" and form.is_valid():
            taken = form.take_all(request.user)
            if taken:
                told = ngettext("%(number)d file was added.", "%(number)d files were added.", taken)
                messages.success(request, told % {"number": taken})
            for sentence in form.refused:
                messages.error(request, sentence)
            return HttpResponseRedirect(self.address("changelist"))
        title = gettext("Add several files")
        return self.page(request, "many", form, title=title, back=self.address("changelist"))

    def replace_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """A new file wherever this one stands at the desk. What was published keeps the file it was published with."""
        item = self.get_object(request, str(pk))
        if item is None:
            raise Http404
        if not self.has_change_permission(request, item):
            raise PermissionDenied
        found = uses(item)
        chosen = [use for use in found if use.may_be_changed_by(request.user)]
        form = ReplaceForm(request.POST or None, request.FILES or None, item=item)
        if request.method == "POST" and form.is_valid():
            try:
                new = form.take(request.user)
            except ValidationError as refused:
                form.add_error("upload", refused)
            else:
                is_gone = replace(item, new, chosen, who=request.user)
                messages.success(request, replaced_words(chosen, is_gone))
                return HttpResponseRedirect(self.address("change", new.pk))
        return self.page(
            request,
            "replace",
            form,
            title=gettext("Replace “%(item)s”") % {"item": item},
            back=self.address("change", item.pk),
            texts=titled(use for use in chosen if use.is_text),
            at_once=titled(use for use in chosen if not use.is_text),
            kept=titled(use for use in found if use not in chosen),
            public=[place for place in self.versions_with(item) if place[1]],
        )

    def page(self, request: HttpRequest, name: str, form: forms.Form, **context: Any) -> TemplateResponse:
        told = {**self.admin_site.each_context(request), "opts": self.opts, "form": form, **context}
        return TemplateResponse(request, f"admin/pictures/{name}.html", told)

    def in_use(self, item: LibraryItem) -> str:
        return gettext(
            "“%(item)s” can't be deleted, because it is used. “Where it is used” below says where."
        ) % {"item": item}

    @admin.display(description=_("Where it is used"))
    def where_used(self, item: Any) -> SafeString | str:
        places = [*self.places(item), *(place(*told) for told in self.versions_with(item))]
        if not places:
            return gettext("It is not used in anything.")
        return format_html("<ul>{}</ul>", format_html_join("", "<li>{}</li>", ((each,) for each in places)))

    def places(self, item: Any) -> list[str | SafeString]:
        """Where it stands at the desk."""
        return [linked(use) for use in once_each(uses(item))]

    def versions_with(self, item: Any) -> list[tuple[Version, bool]]:
        """The newest version of each text that was published with it, and whether that is public now."""
        now = timezone.now()
        versions = (
            Version.objects.filter(references__in=item.references.all()).defer("data").order_by("-starts")
        )
        newest: dict[int, Version] = {}
        for version in versions:
            newest.setdefault(version.publication_id, version)
        return [(version, version.is_public(now)) for version in newest.values()]

    @admin.display(description=_("Size"), ordering="size")
    def shown_size(self, item: Any) -> str:
        return filesizeformat(item.size)


def once_each(found: Any) -> list[Use]:
    """One use for each owner: a text may show a picture twice."""
    return list({(type(use.owner), use.owner.pk): use for use in found}.values())


def linked(use: Use) -> str | SafeString:
    return format_html('<a href="{}">{}</a>', use.url, named(use)) if use.url else named(use)


def named(use: Use) -> str:
    if use.is_text:
        names = {"title": use.owner, "language": use.owner.language}
        return gettext("“%(title)s” (%(language)s), at the desk") % names
    return f"{use.owner._meta.verbose_name}: {use.owner}"


def titled(found: Any) -> list[str]:
    return [named(use) for use in once_each(found)]


def replaced_words(chosen: list[Use], is_gone: bool) -> str:
    places = len(once_each(chosen))
    told = ngettext(
        "The new file stands in %(number)d place at the desk.",
        "The new file stands in %(number)d places at the desk.",
        places,
    ) % {"number": places}
    if is_gone:
        return f"{told} {gettext('The old one was used nowhere else and is deleted.')}"
    return f"{told} {gettext('The old one stays for what was published with it.')}"


def place(version: Version, is_public: bool) -> str:
    names = {"title": version.title, "language": version.language}
    if is_public:
        return gettext("“%(title)s” (%(language)s), public now") % names
    return gettext("“%(title)s” (%(language)s), not public now") % names


@admin.register(Picture)
class PictureAdmin(LibraryAdmin):
    form = PictureForm
    many_form = ManyPicturesForm
    list_filter = [UsedFilter, WordsFilter]
    list_display = ["thumbnail", "__str__", "credit", "pixels", "shown_size", "uploaded_by", "created"]
    list_display_links = ["thumbnail", "__str__"]
    search_fields = ["words", "credit"]
    told = ("pixels", "shown_size", "uploaded_by", "where_used")

    class Media:
        js = (forms.Script("admin/focus.js", defer=True),)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        words = ["alt", "credit", "caption"]
        return ["shown", ("focus_x", "focus_y"), "cut", *words, *self.told] if obj else ["upload", *words]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["shown", "cut", *self.told] if obj else []

    @admin.display(description=_("Preview"))
    def thumbnail(self, picture: Picture) -> SafeString:
        return self.image(picture, 96)

    @admin.display(description=_("Picture"))
    def shown(self, picture: Picture) -> SafeString:
        whole = reverse("pictures:staff-file", args=[picture.key, picture.whole_url.rsplit("/", 1)[-1]])
        return format_html(
            '<span class="focus">{}</span> <a href="{}">{}</a>',
            self.image(picture, 400),
            whole,
            gettext("The whole picture"),
        )

    @admin.display(description=_("As it is cut"))
    def cut(self, picture: Picture) -> SafeString | str:
        """What the focal point does: on the wall of the library, and where networks show a page with it."""
        if not picture.crops:
            return gettext("Drawings and logos are never cut.")
        return format_html_join(
            " ", "{}", ((self.file_image(picture, made, made, 200),) for made in picture.crops)
        )

    def image(self, picture: Picture, longest: int) -> SafeString:
        """The whole picture within a square of `longest` pixels, never larger than it is."""
        whole = {"width": picture.width, "height": picture.height}
        return self.file_image(picture, picture.rendition(400), whole, longest)

    def tile_image(self, picture: Picture, longest: int) -> SafeString:
        """What the wall shows of it; its name stands below."""
        return self.file_image(picture, picture.square, picture.square, longest, alt="")

    def file_image(
        self, picture: Picture, file: Any, size: Any, longest: int, alt: str | None = None
    ) -> SafeString:
        share = min(longest / size["width"], longest / size["height"], 1)
        return format_html(
            '<img src="{}" width="{}" height="{}" alt="{}" loading="lazy">',
            reverse("pictures:staff-file", args=[picture.key, file["name"]]),
            max(round(size["width"] * share), 1),
            max(round(size["height"] * share), 1),
            str(picture) if alt is None else alt,
        )

    @admin.display(description=_("Pixels"))
    def pixels(self, picture: Picture) -> str:
        return f"{picture.width} × {picture.height}"

    def places(self, item: Picture) -> list[str | SafeString]:
        logo = [gettext("It is the organisation's logo.")] if item.logo_of.exists() else []
        rest = [use for use in uses(item) if not isinstance(use.owner, Organisation)]
        return [*logo, *(linked(use) for use in once_each(rest))]

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.choose_view)
        return [path("choose/", view, name="pictures_picture_choose"), *super().get_urls()]

    def choose_view(self, request: HttpRequest) -> HttpResponse:
        """Pictures to choose from, newest first: what the editor's window shows, by words and page by page."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        words = request.GET.get("q", "").strip()
        found, _twice = self.get_search_results(request, Picture.objects.all(), words)
        page = Paginator(found, CHOICES).get_page(request.GET.get("page"))
        context = {
            "words": words,
            "page": page,
            "choices": [(picture, self.tile_image(picture, 240)) for picture in page],
            "library_url": self.address("changelist"),
        }
        return TemplateResponse(request, "admin/pictures/_choose.html", context)

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """The list as a wall of pictures."""
        response = super().changelist_view(request, extra_context)
        context = getattr(response, "context_data", None)
        if context and "cl" in context:
            languages = Organisation.current().languages
            context["tiles"] = [self.tile(picture, languages) for picture in context["cl"].result_list]
        return response

    def tile(self, picture: Picture, languages: list[str]) -> dict[str, Any]:
        return {
            "url": self.address("change", picture.pk),
            "image": self.tile_image(picture, 240),
            "name": str(picture) if picture.alt else "",
            "credit": picture.credit,
            "size": f"{self.pixels(picture)}, {self.shown_size(picture)}",
            "lacks": [language_name(code) for code in languages if not picture.alt.get(code)],
            "is_used": picture.is_in_use,
        }


@admin.register(Document)
class DocumentAdmin(LibraryAdmin):
    form = DocumentForm
    many_form = ManyDocumentsForm
    list_display = ["__str__", "language", "format", "pages", "shown_size", "uploaded_by", "created"]
    list_filter = [UsedFilter, "language"]
    search_fields = ["title", "name"]

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj:
            return [
                "shown",
                "title",
                "language",
                "pages",
                "format",
                "shown_size",
                "uploaded_by",
                "where_used",
            ]
        return ["upload", "title", "language", "pages"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["shown", "format", "shown_size", "uploaded_by", "where_used"] if obj else []

    @admin.display(description=_("File"))
    def shown(self, document: Document) -> SafeString:
        address = reverse("pictures:staff-file", args=[document.key, document.name])
        return format_html('<a href="{}">{}</a>', address, document.name)

    @admin.display(description=_("Format"))
    def format(self, document: Document) -> str:
        return document.media_label


@admin.register(DrawnCard)
class DrawnCardAdmin(admin.ModelAdmin):
    """The share cards, to look at and to take away; the worker alone writes them."""

    desk_group = PUBLISH
    desk_order = 75
    list_display = ["card", "alt", "language", "part"]
    list_display_links = None
    search_fields = ["alt"]
    list_per_page = 20

    def get_queryset(self, request: HttpRequest) -> Any:
        drawn = super().get_queryset(request).exclude(hash="")
        return (
            drawn.select_related("version__work")
            .defer("version__data")
            .order_by("-version__starts", "version", "pk")
        )

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description=_("Card"))
    def card(self, row: DrawnCard) -> SafeString:
        """The drawing; it leads to its public address where it has one."""
        image = format_html(
            '<img src="{}" width="300" height="158" alt="" loading="lazy">',
            reverse("pictures:staff-card", args=[row.pk]),
        )
        if not row.version.is_public(timezone.now()):
            return image
        address = card_url(row.version.language, row.version.work.short_id or "", row.part)
        return format_html('<a href="{}">{}</a>', address, image)

    @admin.display(description=_("Language"))
    def language(self, row: DrawnCard) -> str:
        return language_name(row.version.language)
