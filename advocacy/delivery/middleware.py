"""What happens around every request. Public pages see none of the staff machinery: no session, no cookie."""

import gzip
import re
from collections.abc import Callable
from typing import Any

from axes.middleware import AxesMiddleware
from csp.constants import NONE, SELF, UNSAFE_INLINE
from django.conf import settings
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import CsrfViewMiddleware
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers

from advocacy.delivery.pages import bad_request

View = Callable[[HttpRequest], HttpResponse]

STAFF_PATHS = ("/admin/",)
LANGUAGE_CODES = {code for code, _name in settings.LANGUAGES}

# CKEditor writes style attributes; its script attributes are turned into listeners by our own file.
STAFF_POLICY = {
    "default-src": [NONE],
    "script-src": [SELF],
    "style-src": [SELF, UNSAFE_INLINE],
    "img-src": [SELF, "data:"],
    "font-src": [SELF],
    "connect-src": [SELF],
    "frame-src": [SELF],
    "form-action": [SELF],
    "base-uri": [NONE],
    "frame-ancestors": [SELF],
}


def is_staff_path(path: str) -> bool:
    return path.startswith(STAFF_PATHS)


class StaffOnly:
    """Narrows one of Django's middlewares to the admin."""

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if is_staff_path(request.path_info):
            return super().__call__(request)  # type: ignore[misc]
        return self.get_response(request)  # type: ignore[attr-defined]


class StaffSession(StaffOnly, SessionMiddleware):
    def process_request(self, request: HttpRequest) -> None:
        """A cookie that is no key of ours is none: PostgreSQL would refuse to look some of them up."""
        key = request.COOKIES.get(settings.SESSION_COOKIE_NAME, "")
        request.session = self.SessionStore(key if key.isascii() and key.isalnum() else None)


class StaffLogin(StaffOnly, AuthenticationMiddleware):
    pass


class StaffMessages(StaffOnly, MessageMiddleware):
    pass


class StaffLockout(StaffOnly, AxesMiddleware):
    pass


class StaffCsrf(StaffOnly, CsrfViewMiddleware):
    def process_view(self, request: HttpRequest, callback: Any, args: Any, kwargs: Any) -> Any:
        if not is_staff_path(request.path_info):
            return None  # public forms carry a stamp instead (stamps.py)
        return super().process_view(request, callback, args, kwargs)


def staff_settings(get_response: View) -> View:
    """The staff member's own language and zone, and the policy that the editor needs; never stored."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if not is_staff_path(request.path_info):
            return get_response(request)
        user = request.user
        language = user.language if user.is_authenticated else settings.LANGUAGE_CODE
        zone = user.time_zone if user.is_authenticated else settings.TIME_ZONE
        with translation.override(language), timezone.override(zone):
            response = get_response(request)
        response._csp_replace = STAFF_POLICY
        response.setdefault("Cache-Control", "no-store, private")
        response["Referrer-Policy"] = "same-origin"
        return response

    return middleware


def language_of_path(get_response: View) -> View:
    """Activates the language that the address begins with. No header and no cookie has a say."""

    def middleware(request: HttpRequest) -> HttpResponse:
        first = request.path_info.split("/", 2)[1] if request.path_info.startswith("/") else ""
        language = first if first in LANGUAGE_CODES else settings.LANGUAGE_CODE
        with translation.override(language):
            return get_response(request)

    return middleware


CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


def is_utf8(charset: str) -> bool:
    return charset.strip().lower() in {"utf-8", "utf8", "us-ascii"}


def refuse_broken_input(get_response: View) -> View:
    """Answers 400 to addresses that hold control characters or broken UTF-8, and to bodies whose encoding or length
    nobody can tell; no view has to think of them."""

    def middleware(request: HttpRequest) -> HttpResponse:
        try:
            if not is_utf8(request.content_params.get("charset", "utf-8")):
                return bad_request()  # our forms never say so, and some codecs give what no text can be
            if not (request.META.get("CONTENT_LENGTH") or "0").isascii():
                return bad_request()
            int(request.META.get("CONTENT_LENGTH") or 0)
            request.path_info.encode("utf-8")
            query = request.GET
        except (UnicodeError, ValueError):
            return bad_request()
        if CONTROL.search(request.path_info) or any(
            CONTROL.search(text) or "\ufffd" in text for pair in query.lists() for text in [pair[0], *pair[1]]
        ):
            return bad_request()
        return get_response(request)

    return middleware


COMPRESSED = (
    "text/html",
    "text/css",
    "application/rss+xml",
    "application/atom+xml",
    "application/xml",
    "image/svg+xml",
)


def compress_public(get_response: View) -> View:
    """Gzip for public pages, always the same bytes for the same page.

    Pages of the admin carry a secret beside what was typed and are never compressed (BREACH); Django's own
    middleware adds random bytes, so that no two readers would get the same page.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        kind = response.get("Content-Type", "").split(";")[0]
        if is_staff_path(request.path_info) or response.streaming or kind not in COMPRESSED:
            return response
        patch_vary_headers(response, ["Accept-Encoding"])
        wants = "gzip" in request.META.get("HTTP_ACCEPT_ENCODING", "")
        if not wants or response.has_header("Content-Encoding") or len(response.content) < 500:
            return response
        response.content = gzip.compress(response.content, compresslevel=6, mtime=0)
        response["Content-Encoding"] = "gzip"
        response["Content-Length"] = str(len(response.content))
        return response

    return middleware
