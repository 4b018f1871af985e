"""The admin as editors see it: a side bar grouped by what people do, and a page that says what is waiting."""

import logging
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.admin import AdminSite
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import BadRequest, FieldDoesNotExist, PermissionDenied
from django.db import DataError, ProgrammingError
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

# A ModelAdmin names its group by `desk_group` and its place in it by `desk_order` (50 where it says nothing).
PUBLISH, ANSWER, SET_UP = "Publish", "Answer", "Set up"
GROUPS = {PUBLISH: _("Publish"), ANSWER: _("Answer"), SET_UP: _("Set up")}


def group_named(named: Any) -> str:
    """The group a ModelAdmin names, in English or translated."""
    return next((group for group, label in GROUPS.items() if str(named) in (group, str(label))), SET_UP)


logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class NavLink:
    label: str
    url: str
    current: bool


@dataclass(frozen=True)
class NavGroup:
    label: Any
    links: list[NavLink]


# What Django makes of lookups in an address such as dated__year=9999, id__range=1 or _to_field= without a name.
NONSENSE = (
    OverflowError,
    ValueError,
    LookupError,
    TypeError,
    DataError,
    ProgrammingError,
    FieldDoesNotExist,
)
PATTERNS = ("__regex", "__iregex")  # one pattern can hold a server for hours


def refuse_nonsense(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Answers 400 to what no page of the admin asks for: rows that were not sent, lookups that make no sense."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method == "POST" and (claims_too_many_rows(request.POST) or hides_rows(request.POST)):
            raise BadRequest("Other rows are claimed than were sent.")
        if any(name.endswith(PATTERNS) for name in request.GET):
            raise BadRequest("Lists are not searched by patterns.")
        try:
            return view(request, *args, **kwargs)
        except NONSENSE as error:
            if request.method == "POST" or not request.GET:
                raise
            logger.warning("An address of the admin could not be answered.", exc_info=error)
            raise BadRequest("Something in the address makes no sense.") from error

    return wrapped


def claims_too_many_rows(posted: QueryDict) -> bool:
    """Each row of a form sends a field at least. Django would make two thousand rows for a number alone."""
    ends = [value for name, value in posted.items() if name.endswith("-TOTAL_FORMS")]
    return any(str(value).isdecimal() and int(str(value)[:9]) > len(posted) for value in ends)


def hides_rows(posted: QueryDict) -> bool:
    """A form counts the saved rows that it sends. A saved row beyond the count would be saved a second time."""
    for name, value in posted.items():
        prefix, end, _rest = name.partition("-INITIAL_FORMS")
        if end:
            counted = int(str(value)[:9]) if str(value).isdecimal() else 0
            saved = re.compile(re.escape(prefix) + r"-\d+-id")
            if sum(bool(key) for row, key in posted.items() if saved.fullmatch(row)) > counted:
                return True
    return False


class Choices(AutocompleteJsonView):
    """Choices by search: an admin may have words for each (`choice_words`) that tell more than its name."""

    def serialize_result(self, obj: Any, to_field_name: str) -> dict[str, str]:
        words = getattr(self.model_admin, "choice_words", str)
        return {"id": str(getattr(obj, to_field_name)), "text": words(obj)}


class DeskSite(AdminSite):
    index_title = _("Today")
    index_template = "admin/index.html"
    empty_value_display = "–"

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        from advocacy.organisation.chrome import load

        context = super().each_context(request)
        imprint = load(get_language() or settings.LANGUAGE_CODE)
        return {
            **context,
            "site_header": imprint.short_name,
            "site_title": imprint.short_name,
            "brand_css": imprint.brand_css,
            "desk_nav": self.nav(request, context),
        }

    def nav(self, request: HttpRequest, context: dict[str, Any]) -> list[NavGroup]:
        """The side bar: only what this person may open, grouped by what people do here."""
        found: dict[str, list[tuple[int, str, NavLink]]] = {group: [] for group in GROUPS}
        for app in context["available_apps"]:
            for entry in app["models"]:
                if not entry["admin_url"]:
                    continue
                model_admin = self._registry[entry["model"]]
                group = group_named(getattr(model_admin, "desk_group", SET_UP))
                order = getattr(model_admin, "desk_order", 50)
                label = str(entry["name"])
                current = request.path.startswith(entry["admin_url"])
                found[group].append((order, label, NavLink(label, entry["admin_url"], current)))
        return [
            NavGroup(
                GROUPS[group], [link for _order, _label, link in sorted(links, key=lambda entry: entry[:2])]
            )
            for group, links in found.items()
            if links
        ]

    def admin_view(self, view: Callable[..., HttpResponse], cacheable: bool = False) -> Any:
        return super().admin_view(self.explained(refuse_nonsense(view)), cacheable)

    def explained(self, view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        """Says on a page of the desk, whose side bar leads on, what is not there or not for this person."""

        @wraps(view)
        def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            try:
                return view(request, *args, **kwargs)
            except PermissionDenied:
                status = 403
            except Http404:
                status = 404
            return TemplateResponse(
                request, f"admin/{status}.html", self.each_context(request), status=status
            )

        return wrapped

    def autocomplete_view(self, request: HttpRequest) -> Any:
        return Choices.as_view(admin_site=self)(request)

    def get_urls(self) -> list[Any]:
        from advocacy.accounts import entrance, views

        def open_to_all(view: Any) -> Any:
            def shown(request: HttpRequest, **kwargs: Any) -> HttpResponse:
                return view(request, context=self.each_context(request), **kwargs)

            return login_not_required(never_cache(shown))

        def choose(request: HttpRequest, **kwargs: Any) -> Any:
            return views.PasswordChoose.as_view(extra_context=self.each_context(request))(request, **kwargs)

        def own(view: Any, title: Any) -> Any:
            def shown(request: HttpRequest, **kwargs: Any) -> HttpResponse:
                return view(request, context={**self.each_context(request), "title": title}, **kwargs)

            return self.admin_view(shown)

        app, passkey = _("Add an authenticator app"), _("Add a passkey")
        return [
            path("account/", own(views.own_account, _("Your account")), name="account"),
            path("account/sign-out/", own(views.sign_out_everywhere, ""), name="sign-out-everywhere"),
            path(
                "account/second-factor/",
                own(views.second_factor_page, _("Second factor")),
                name="second-factor",
            ),
            path("account/second-factor/app/", own(views.add_app, app), name="add-app"),
            path("account/second-factor/passkey/", own(views.add_passkey, passkey), name="add-passkey"),
            path(
                "account/second-factor/codes/",
                own(views.recovery_codes, _("New recovery codes")),
                name="recovery-codes",
            ),
            path(
                "account/second-factor/<int:pk>/remove/", own(views.remove_factor, ""), name="remove-factor"
            ),
            path("login/second-step/", open_to_all(entrance.second_step), name="second-step"),
            path("password-reset/", open_to_all(views.password_reset), name="password-reset"),
            path("password-reset/sent/", open_to_all(views.password_reset_sent), name="password-reset-sent"),
            path("password-reset/chosen/", open_to_all(views.password_chosen), name="password-chosen"),
            path("password-reset/<uidb64>/<token>/", login_not_required(choose), name="password-choose"),
            *super().get_urls(),
        ]

    @method_decorator(never_cache)
    @method_decorator(login_not_required)
    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """Django's view of the same name, but for the class that it calls."""
        from advocacy.accounts.entrance import LogIn

        if request.method == "GET" and self.has_permission(request):
            return redirect("admin:index")
        context = {
            **self.each_context(request),
            "title": _("Log in"),
            "subtitle": None,
            "app_path": request.get_full_path(),
            "username": request.user.get_username(),
            **(extra_context or {}),
        }
        request.current_app = self.name  # type: ignore[attr-defined]
        return LogIn.as_view(extra_context=context)(request)

    def logout(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        from advocacy.accounts.log import Sort, record

        if request.method == "POST" and request.user.is_authenticated:
            record(request.user, Sort.LOGGED_OUT, at=timezone.now())
        return super().logout(request, extra_context)

    def password_change(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        from advocacy.accounts.log import Sort, record

        response = super().password_change(request, extra_context)
        if request.method == "POST" and response.status_code == 302:
            record(request.user, Sort.PASSWORD_CHANGED, at=timezone.now())
        return response

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Today: what is new, due and waiting."""
        from advocacy.site import desk

        request.current_app = self.name  # type: ignore[attr-defined]
        context = {
            **self.each_context(request),
            "title": self.index_title,
            "subtitle": None,
            "desk": desk.page(request.user, timezone.now()),
            **(extra_context or {}),
        }
        return TemplateResponse(request, self.index_template or "admin/index.html", context)
