from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from advocacy.pictures.forms import DocumentForm, PictureForm
from advocacy.pictures.models import Document, LibraryItem, Picture
from advocacy.publishing.models import Version
from advocacy.site.admin_site import PUBLISH


class LibraryAdmin(admin.ModelAdmin):
    """What the library's two lists share: who added it, where it is used, no deleting of what is used."""

    desk_group = PUBLISH
    desk_order = 70
    date_hierarchy = "created"
    list_per_page = 50

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("uploaded_by")

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

    def in_use(self, item: LibraryItem) -> str:
        return gettext(
            "“%(item)s” can't be deleted, because it is used. “Where it is used” below says where."
        ) % {"item": item}

    @admin.display(description=_("Where it is used"))
    def where_used(self, item: Any) -> SafeString | str:
        places = self.places(item)
        if not places:
            return gettext("It is not used in anything that was published.")
        return format_html("<ul>{}</ul>", format_html_join("", "<li>{}</li>", ((place,) for place in places)))

    def places(self, item: Any) -> list[str]:
        now = timezone.now()
        versions = (
            Version.objects.filter(references__in=item.references.all()).defer("data").order_by("-starts")
        )
        newest: dict[int, Version] = {}
        for version in versions:
            newest.setdefault(version.publication_id, version)
        return [place(version, version.is_public(now)) for version in newest.values()]

    @admin.display(description=_("Size"), ordering="size")
    def shown_size(self, item: Any) -> str:
        return filesizeformat(item.size)


def place(version: Version, is_public: bool) -> str:
    names = {"title": version.title, "language": version.language}
    if is_public:
        return gettext("“%(title)s” (%(language)s), public now") % names
    return gettext("“%(title)s” (%(language)s), not public now") % names


@admin.register(Picture)
class PictureAdmin(LibraryAdmin):
    form = PictureForm
    list_display = ["thumbnail", "__str__", "credit", "pixels", "shown_size", "uploaded_by", "created"]
    list_display_links = ["thumbnail", "__str__"]
    search_fields = ["words", "credit"]

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        words = ["alt", "credit", "caption"]
        return (
            ["shown", *words, "pixels", "shown_size", "uploaded_by", "where_used"]
            if obj
            else ["upload", *words]
        )

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["shown", "pixels", "shown_size", "uploaded_by", "where_used"] if obj else []

    @admin.display(description=_("Preview"))
    def thumbnail(self, picture: Picture) -> SafeString:
        return self.image(picture, 96)

    @admin.display(description=_("Picture"))
    def shown(self, picture: Picture) -> SafeString:
        whole = reverse("pictures:staff-file", args=[picture.key, picture.whole_url.rsplit("/", 1)[-1]])
        return format_html('<a href="{}">{}</a>', whole, self.image(picture, 400))

    def image(self, picture: Picture, longest: int) -> SafeString:
        """The picture within a square of `longest` pixels, never larger than it is."""
        share = min(longest / picture.width, longest / picture.height, 1)
        return format_html(
            '<img src="{}" width="{}" height="{}" alt="{}" loading="lazy">',
            reverse("pictures:staff-file", args=[picture.key, picture.rendition(400)["name"]]),
            max(round(picture.width * share), 1),
            max(round(picture.height * share), 1),
            str(picture),
        )

    @admin.display(description=_("Pixels"))
    def pixels(self, picture: Picture) -> str:
        return f"{picture.width} × {picture.height}"

    def places(self, item: Picture) -> list[str]:
        logo = [gettext("It is the organisation's logo.")] if item.logo_of.exists() else []
        return logo + super().places(item)


@admin.register(Document)
class DocumentAdmin(LibraryAdmin):
    form = DocumentForm
    list_display = ["__str__", "language", "format", "pages", "shown_size", "uploaded_by", "created"]
    list_filter = ["language"]
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
