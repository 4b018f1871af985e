"""Public pages: a view gets a Page instead of a request, so that nothing but path, listed query names and the
moment can have a say in what it answers."""

import base64
import hashlib
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import wraps
from typing import Any

from django.apps import apps
from django.conf import settings
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseNotAllowed,
    HttpResponsePermanentRedirect,
)
from django.http.request import QueryDict
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language_info, gettext

from advocacy.delivery import stamps
from advocacy.delivery.feed_links import feed_links
from advocacy.delivery.printed import printing
from advocacy.organisation import chrome as organisation_chrome
from advocacy.pictures.cards import card_image
from advocacy.pictures.parts import PicturePart
from advocacy.publishing.kinds import kinds
from advocacy.publishing.models import Version
from advocacy.publishing.navigation import NavItem
from advocacy.publishing.public import Gone, Moved

View = Callable[..., HttpResponse]

CSS_ESCAPES = {ord("<"): "\\u003c", ord(">"): "\\u003e", ord("&"): "\\u0026"}


@dataclass
class Chrome:
    """What stands around every page's own content, and in its head."""

    organisation: Any
    language: str
    title: str
    description: str
    canonical: str
    languages: list[dict[str, Any]]
    nav: list[dict[str, Any]]
    footer_nav: list[dict[str, Any]]
    menu: list[dict[str, Any]]
    footer_pages: list[dict[str, Any]]
    feeds: list[dict[str, str]]
    alternates: list[dict[str, str]]
    og: list[dict[str, str]]
    json_ld_script: SafeString
    noindex: bool

    @property
    def dir(self) -> str:
        return "rtl" if get_language_info(self.language)["bidi"] else "ltr"


@dataclass
class Page:
    """One public page in the making. `query` holds the listed names only; `post` is set on POST alone."""

    path: str
    language: str
    at: datetime
    query: dict[str, str] = field(default_factory=dict)
    post: QueryDict | None = None
    origin: str | None = None
    host: str = ""
    request_hash: Callable[[str], str] = lambda salt: ""
    notice: Any = None  # over a text that is not public: a preview or a pass (see publishing/passes.py)

    @cached_property
    def organisation(self) -> Any:
        """The organisation with its words in this page's language; one query."""
        return organisation_chrome.load(self.language, self.at)

    @cached_property
    def plain_pages(self) -> list[Version]:
        """The pages that staff put into menu and footer; one query."""
        names = [kind.kind_name() for kind in kinds() if kind.in_chrome]
        return list(Version.objects.without_content(self.language, self.at).filter(kind__in=names))

    def stamp(self, form: str) -> str:
        return stamps.stamp(form, self.path, self.at)

    def is_stamped(self, form: str) -> bool:
        """True where the post carries this page's stamp and comes from no other site."""
        given = self.post.get("stamp", "") if self.post is not None else ""
        return stamps.is_own_origin(self.origin, self.host) and stamps.is_good(
            given, form, self.path, self.at
        )

    def render(
        self,
        template: str,
        context: dict[str, Any] | None = None,
        *,
        title: str,
        description: str = "",
        version: Version | None = None,
        siblings: Iterable[Version] = (),
        feeds: Sequence[dict[str, str]] = (),
        json_ld: dict[str, Any] | None = None,
        card: Version | None = None,
        status: int = 200,
        has_form: bool = False,
        noindex: bool = False,
        canonical: str = "",
        alternates: dict[str, str] | None = None,
    ) -> HttpResponse:
        """The finished response. `version` and `siblings` (the same work in other languages) make the language
        links, or `alternates` (address by language) does; without them each language leads to the same page.
        `canonical` defaults to this path. Shared, the page shows the card that came with `version`, or with `card`
        where it is a part of a text; the text's own picture stands in until one is drawn."""
        organisation = self.organisation
        if status in {404, 410}:
            alternates = {code: f"/{code}/" for code in organisation.languages}
        elif version is not None:
            alternates = {each.language: each.url for each in siblings} | {version.language: version.url}
        links = self.language_links(alternates)
        path = canonical or (version.url if version else self.path)
        chrome = Chrome(
            organisation=organisation,
            language=self.language,
            title=title,
            description=description,
            canonical=settings.SITE_URL + path,
            languages=links,
            nav=self.nav_entries(in_header=True),
            footer_nav=self.nav_entries(in_header=False),
            menu=self.page_entries("menu"),
            footer_pages=self.page_entries("footer"),
            feeds=[*feeds, *self.site_feeds()],
            alternates=[
                {"language": link["code"], "url": settings.SITE_URL + link["url"]}
                for link in links
                if link["url"]
            ],
            og=open_graph(
                organisation.name,
                self.language,
                title,
                description,
                settings.SITE_URL + path,
                version,
                shared_image(card or version, version.content.lead if version else None),
            ),
            json_ld_script=json_ld_script(json_ld),
            noindex=noindex or organisation.sample or status != 200,
        )
        with printing(organisation.date_order, organisation.zone):
            html = render_to_string(template, self.around(chrome) | (context or {}))
        response = HttpResponse(html, status=status)
        response["Content-Language"] = self.language
        response["Cache-Control"] = "public, max-age=0, must-revalidate"
        if has_form:
            response["Referrer-Policy"] = "same-origin"  # no-referrer would make browsers send "Origin: null"
        if chrome.noindex:
            response["X-Robots-Tag"] = "noindex"
        response._csp_update = {"style-src": [style_hash(organisation.brand_css)]}
        return response

    def around(self, chrome: Chrome) -> dict[str, Any]:
        """What every public template finds."""
        method = next((page.url for page in self.plain_pages if page.card.get("is_method")), "")
        press = next((item.url_name for item in nav_items() if item.press), "")
        return {
            "page": self,
            "chrome": chrome,
            "brand_css": chrome.organisation.brand_css,
            "method_url": method,
            "press_url": reverse(press, kwargs={"language": self.language}) if press else "",
        }

    def language_links(self, urls: dict[str, str] | None) -> list[dict[str, Any]]:
        if urls is None:
            urls = {code: self.in_language(code) for code in self.organisation.languages}
        return [self.language_link(code, urls.get(code)) for code in self.organisation.languages]

    def language_link(self, code: str, url: str | None) -> dict[str, Any]:
        return {"code": code, "name": LANGUAGE_NAMES[code], "url": url, "current": code == self.language}

    def in_language(self, code: str) -> str:
        """This page's address in another language."""
        rest = self.path.split("/", 2)[2] if self.path.count("/") >= 2 else ""
        return f"/{code}/{rest}"

    def nav_entries(self, *, in_header: bool) -> list[dict[str, Any]]:
        entries = []
        chosen = [item for item in nav_items() if item.in_header == in_header]
        for item in sorted(chosen, key=lambda item: item.order):
            url = reverse(item.url_name, kwargs={"language": self.language})
            entries.append({"title": str(item.label), "url": url, "current": self.path.startswith(url)})
        return entries

    def page_entries(self, place: str) -> list[dict[str, Any]]:
        chosen = [page for page in self.plain_pages if page.card.get("place") == place]
        chosen.sort(key=lambda page: (page.card.get("position", 0), page.title))
        return [
            {
                "title": page.title,
                "url": page.url,
                "language": page.language,
                "current": page.url == self.path,
            }
            for page in chosen
        ]

    def site_feeds(self) -> list[dict[str, str]]:
        return feed_links(self.language)


LANGUAGE_NAMES = dict(settings.LANGUAGES)


def nav_items() -> list[NavItem]:
    """The navigation: what the kinds say of themselves, and what an app's config lists beside them."""
    items = [kind.nav for kind in kinds() if kind.nav]
    for config in apps.get_app_configs():
        items.extend(getattr(config, "navigation", ()))
    return items


def style_hash(css: str) -> str:
    """The CSP source that allows exactly this inline style block (CSP level 2, hash-source)."""
    return "'sha256-" + base64.b64encode(hashlib.sha256(css.encode()).digest()).decode() + "'"


def json_ld_script(data: dict[str, Any] | None) -> SafeString:
    if not data:
        return SafeString("")
    text = json.dumps({"@context": "https://schema.org", **data}, ensure_ascii=False).translate(CSS_ESCAPES)
    return format_html('<script type="application/ld+json">{}</script>', SafeString(text))


def open_graph(
    site: str,
    language: str,
    title: str,
    description: str,
    url: str,
    version: Version | None,
    image: list[tuple[str, str]],
) -> list[dict[str, str]]:
    pairs = [
        ("og:site_name", site),
        ("og:type", "article" if version else "website"),
        ("og:title", title),
        ("og:description", description),
        ("og:url", url),
        ("og:locale", language),
        *image,
        ("article:published_time", version.first_public.isoformat() if version else ""),
    ]
    return [{"property": name, "content": value} for name, value in pairs if value]


def shared_image(version: Version | None, lead: PicturePart | None) -> list[tuple[str, str]]:
    """The share card once it is drawn, or else the lead picture, cut to the networks' shape."""
    card = card_image(version) if version else None
    if card:
        return [
            ("og:image", settings.SITE_URL + card.url),
            ("og:image:width", str(card.width)),
            ("og:image:height", str(card.height)),
            ("og:image:alt", card.alt),
            ("twitter:card", "summary_large_image"),
        ]
    if lead is None:
        return []
    return [
        ("og:image", settings.SITE_URL + lead.wide),
        ("og:image:alt", lead.alt),
        ("twitter:card", "summary_large_image"),
    ]


def public_page(
    *,
    queries: Sequence[str] = (),
    methods: Sequence[str] = ("GET", "HEAD"),
    any_language: bool = False,
) -> Callable[[View], View]:
    """Turns a function of a Page into a Django view.

    Only the query names in `queries` reach it. A language the organisation does not publish in is a 404; a
    text that moved is a redirect, one that was withdrawn a 410. `any_language` is for addresses in old mail, which
    answer in a language that the organisation has given up, too.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def wrapped(
            request: HttpRequest, language: str = settings.LANGUAGE_CODE, **kwargs: Any
        ) -> HttpResponse:
            if request.method not in methods:
                return HttpResponseNotAllowed(methods)
            page = page_of(
                request, language, queries, post=request.POST if request.method == "POST" else None
            )
            if language not in page.organisation.languages and not any_language:
                raise Http404
            try:
                return view(page, **kwargs)
            except Moved as moved:
                return HttpResponsePermanentRedirect(moved.url)
            except Gone as withdrawn:
                return gone(page, withdrawn.explanation)
            except Http404:
                return nowhere(page)

        return wrapped

    return decorate


def page_of(
    request: HttpRequest, language: str, queries: Sequence[str] = (), post: QueryDict | None = None
) -> Page:
    from advocacy.delivery.network import network_hash

    return Page(
        path=request.path,
        language=language,
        at=timezone.now(),
        query={name: request.GET[name] for name in queries if name in request.GET},
        post=post,  # given by who wants it: reading it raises where the body is too large or broken
        origin=request.headers.get("Origin"),
        host=request.get_host(),
        request_hash=lambda salt: network_hash(request, salt),
    )


def kept_private(response: HttpResponse) -> HttpResponse:
    """The page of one person, whose address is a key: no cache and no search engine keeps it."""
    response["Cache-Control"] = "private, no-store"
    response["X-Robots-Tag"] = "noindex"
    return response


def gone(page: Page, explanation: str = "") -> HttpResponse:
    title = gettext("This page was withdrawn")
    return page.render("site/410.html", {"explanation": explanation}, title=title, status=410)


def nowhere(page: Page) -> HttpResponse:
    return page.render("site/404.html", title=gettext("This page is not here"), status=404)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Django's handler404. The same page for whatever was never public."""
    language = translation.get_language() or settings.LANGUAGE_CODE
    return nowhere(page_of(request, language))


def server_fault(request: HttpRequest) -> HttpResponse:
    """Django's handler500. Asks the database for nothing: it may be what is at fault."""
    return HttpResponse(render_to_string("site/500.html"), status=500)


def bad_request(request: HttpRequest | None = None, exception: Exception | None = None) -> HttpResponse:
    """Django's handler400, and the answer to addresses that are no text."""
    return HttpResponse(render_to_string("site/400.html"), status=400)
