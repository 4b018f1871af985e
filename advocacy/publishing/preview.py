"""The page that publishing would make of the form as it stands. Nothing of it is stored."""

import base64
import re
from datetime import datetime
from html import unescape
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.templatetags.static import static
from django.urls import path
from django.utils import timezone, translation
from django.utils.translation import gettext

from advocacy.delivery.pages import Page
from advocacy.delivery.styles import SITE_CSS
from advocacy.pictures import cards
from advocacy.pictures.parts import with_files_at
from advocacy.publishing.differences import differences, named
from advocacy.publishing.models import Version
from advocacy.publishing.public import shown_early
from advocacy.sharing.networks import NETWORKS, words_carried

STYLE_SHEET = re.compile(r'<link rel="stylesheet" href="[^"]*">')
FONT = re.compile(r"url\((fonts/[^)]+)\)")
WHEN_DARK = re.compile(r"@media \(prefers-color-scheme: ?dark\)")
OPEN_GRAPH = re.compile(r'<meta property="(og:[a-z_]+)" content="([^"]*)">')


class PreviewPage:
    """For PublicationAdmin: POST shows the form as it stands, GET the text as it was saved."""

    def preview_urls(self) -> list[Any]:
        name = self.url_name("add-preview").split(":")[1]
        view = self.admin_site.admin_view(self.preview_view)
        return [self.page("preview", self.preview_view), path("add/preview/", view, name=name)]

    def preview_view(self, request: HttpRequest, pk: int | None = None) -> HttpResponse:
        stored = self.viewed(request, pk) if pk is not None else self.opened(request, None)
        if request.method != "POST":
            if stored is None:
                return self.no_preview(request)
            now = timezone.now()
            return self.preview_page(request, stored, stored.version(starts=stored.soonest(now), at=now))
        typed = self.opened(request, pk)
        bound = self.bound(request, typed)
        if not bound.is_valid:
            return self.bound_page(request, typed, bound, url=self.form_url(typed))
        text, rows, now = bound.publication, bound.rows(), timezone.now()
        version = text.version(starts=text.soonest(now, rows), rows=rows, at=now)
        return self.preview_page(request, self.viewed(request, pk) if pk is not None else None, version)

    def no_preview(self, request: HttpRequest) -> HttpResponse:
        return HttpResponseRedirect(self.form_url(None))

    def preview_page(self, request: HttpRequest, stored: Any, version: Version) -> HttpResponse:
        """`stored` is the text as it was last saved, None for a new one."""
        now = timezone.now()
        html = page_of(version)
        public = stored.versions.public(now).first() if stored else None
        return TemplateResponse(
            request,
            "admin/publishing/preview.html",
            {
                **self.admin_site.each_context(request),
                "title": gettext("Preview: %(title)s") % {"title": version.title},
                "light": in_scheme(html, dark=False),
                "dark": in_scheme(html, dark=True),
                "original": stored,
                "version": version,
                "differs_from_saved": self.differing(stored.content() if stored else None, version),
                "public": public,
                "differs_from_public": self.differing(public.content, version) if public else "",
                "shared": dict(shared_words(html)),
                "card": card_of(version, now),
                "networks": [
                    (network.label, words_carried(network, version.title, version.url))
                    for network in NETWORKS.values()
                ],
                "others": self.translations(stored) if stored else [],
                "opts": self.opts,
            },
        )

    def differing(self, content: Any, version: Version) -> str:
        return named(differences(content, version.content, self.model))


def page_of(version: Version) -> str:
    """The very page that readers would get of a version."""
    with translation.override(version.language):
        page = Page(path=version.url, language=version.language, at=timezone.now(), host=settings.SITE_HOST)
        return shown_early(page, version).content.decode()


def card_of(version: Version, at: datetime) -> tuple[str, str] | None:
    """The share card as it would be drawn, as an address that holds the picture itself, and its words."""
    try:
        png, alt = cards.unsaved(version, at)
    except cards.NotSet:
        return None
    return f"data:image/png;base64,{base64.b64encode(png).decode()}", alt


def in_scheme(html: str, *, dark: bool) -> str:
    """The page as it looks in light or in dark, whatever the screen it is previewed on prefers."""
    sheet = FONT.sub(lambda found: f"url({static(found[1])})", SITE_CSS.read_text(encoding="utf-8"))
    with_styles = STYLE_SHEET.sub(
        lambda _found: f"<style>{sheet}</style>", with_files_at(html, "/admin/files/")
    )
    return WHEN_DARK.sub("@media all" if dark else "@media not all", with_styles)


def shared_words(html: str) -> list[tuple[str, str]]:
    """What networks are told of a page: og:title, og:description and so on, as it says itself."""
    return [(name.removeprefix("og:"), unescape(value)) for name, value in OPEN_GRAPH.findall(html)]
