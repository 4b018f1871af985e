"""What happens around every page of the admin for who is logged in."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import Resolver404, resolve
from django.utils import timezone

from advocacy.accounts import second_factor
from advocacy.accounts.sessions import note
from advocacy.delivery.middleware import is_staff_path

View = Callable[[HttpRequest], HttpResponse]

# What people may open who need a second factor and have none.
OPEN_WITHOUT = {
    "admin:second-factor",
    "admin:add-app",
    "admin:add-passkey",
    "admin:login",
    "admin:logout",
    "admin:second-step",
    "admin:password_change",
    "admin:password_change_done",
    "admin:password-reset",
    "admin:password-reset-sent",
    "admin:password-choose",
    "admin:password-chosen",
}


def note_where(get_response: View) -> View:
    """Keeps the list of browsers on the own account page."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if is_staff_path(request.path_info) and request.user.is_authenticated:
            note(request, request.user, timezone.now())
        return get_response(request)

    return middleware


def second_factor_first(get_response: View) -> View:
    """Leads who needs a second factor and has none to the page that adds one, and to no other."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if (
            is_staff_path(request.path_info)
            and request.user.is_authenticated
            and second_factor.needs_one(request.user)
            and not second_factor.has_one(request.user)
            and view_name(request.path_info) not in OPEN_WITHOUT
        ):
            return redirect("admin:second-factor")
        return get_response(request)

    return middleware


def view_name(path: str) -> str:
    try:
        return resolve(path).view_name
    except Resolver404:
        return ""
