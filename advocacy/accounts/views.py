"""Pages of accounts beside Django's own log-in: all of them live under /admin/.

Links in mail open a page with a form; only sending the form acts.
"""

from typing import Any

import segno
from axes.utils import reset as forget_failures
from django.contrib import messages
from django.contrib.auth import logout, update_session_auth_hash
from django.contrib.auth import views as auth_views
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from advocacy.accounts import second_factor
from advocacy.accounts.forms import (
    AddAppForm,
    AddPasskeyForm,
    OwnAccountForm,
    PasswordAgainForm,
    PasswordLinkForm,
)
from advocacy.accounts.log import Sort, record
from advocacy.accounts.models import User
from advocacy.accounts.sessions import places


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def password_reset(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """Asks for a link to choose a new password."""
    form = PasswordLinkForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            form.send(at=timezone.now())
        return redirect("admin:password-reset-sent")
    status = 422 if form.errors else 200
    return render(request, "registration/password_reset_form.html", {**context, "form": form}, status=status)


@login_not_required
@require_http_methods(["GET", "HEAD"])
def password_reset_sent(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    return render(request, "registration/password_reset_done.html", context)


@method_decorator(login_not_required, name="dispatch")
class PasswordChoose(auth_views.PasswordResetConfirmView):
    """Where the link of an invitation and that of a forgotten password both lead."""

    template_name = "registration/password_reset_confirm.html"
    success_url = reverse_lazy("admin:password-chosen")

    def get_user(self, uidb64: str) -> User | None:
        user = super().get_user(uidb64)
        return user if user and user.is_active else None

    def form_valid(self, form: Any) -> HttpResponse:
        with transaction.atomic():
            response = super().form_valid(form)
            # Whoever forgot the password has often failed too often as well.
            forget_failures(username=form.user.get_username())
            record(form.user, Sort.PASSWORD_CHANGED, _("By a link in an e-mail."), at=timezone.now())
        return response


@login_not_required
@require_http_methods(["GET", "HEAD"])
def password_chosen(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    return render(request, "registration/password_reset_complete.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def own_account(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """A person's own name, language and time zone, how they log in, and where they are logged in."""
    person = User.objects.get(pk=request.user.pk)
    form = OwnAccountForm(request.POST or None, instance=person)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Your account was saved."))
        return redirect("admin:account")
    context |= {"form": form, **factors_of(person), "places": places(person, request, timezone.now())}
    return render(request, "accounts/own_account.html", context, status=422 if form.errors else 200)


@require_POST
def sign_out_everywhere(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """Ends every session of one's own, this one too."""
    with transaction.atomic():
        person = User.objects.select_for_update().get(pk=request.user.pk)
        person.sign_out_everywhere()
        record(person, Sort.SIGNED_OUT_EVERYWHERE, at=timezone.now())
    logout(request)
    messages.success(request, _("You are logged out everywhere."))
    return redirect("admin:login")


# The second factor


def factors_of(person: User) -> dict[str, Any]:
    """What the templates show of it."""
    return {
        "factors": [
            {
                "pk": row.pk,
                "name": second_factor.name_of(row),
                "added": row.created_at,
                "used": row.last_used_at,
            }
            for row in second_factor.factors(person)
        ],
        "has_app": second_factor.factors(person).filter(type=second_factor.APP).exists(),
        "codes_left": second_factor.recovery_codes_left(person),
    }


def at_the_door(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Who needs a second factor and has none sees no side bar: its links would all lead back here."""
    is_led = second_factor.needs_one(request.user) and not second_factor.has_one(request.user)
    return {**context, "is_led": is_led, "has_permission": not is_led}


@require_http_methods(["GET", "HEAD"])
def second_factor_page(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """The two ways to add one. Who needs one and has none is led here from every page."""
    return render(
        request,
        "accounts/second_factor.html",
        at_the_door(request, context) | factors_of(User.objects.get(pk=request.user.pk)),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def add_app(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """Shows a secret to the person's app, and takes the code that the app makes of it."""
    person = User.objects.get(pk=request.user.pk)
    if second_factor.factors(person).filter(type=second_factor.APP).exists():
        messages.info(request, _("You have an app already. Remove it first, if you want another one."))
        return redirect("admin:account")
    form = AddAppForm(request.POST or None, request=request)
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                second_factor.add_app(request, person, form.cleaned_data["code"], timezone.now())
                return added(request, context, person, _("Authenticator app"))
        except ValidationError as refused:
            form.add_error("code", refused)
    secret = second_factor.secret_on_screen(request)
    address = second_factor.app_address(person, secret)
    context = at_the_door(request, context) | {
        "form": form,
        "secret": " ".join(secret[place : place + 4] for place in range(0, len(secret), 4)),
        "address": address,
        "picture": segno.make(address, micro=False).svg_data_uri(scale=5, dark="#000", light="#fff"),
    }
    return render(request, "accounts/add_app.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def add_passkey(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """Asks the browser for a passkey, by static/admin/passkeys.js, and takes what it made."""
    person = User.objects.get(pk=request.user.pk)
    form = AddPasskeyForm(request.POST or None, request=request)
    if request.method == "POST" and form.is_valid():
        name, credential = form.cleaned_data["name"], form.cleaned_data["credential"]
        try:
            with transaction.atomic():
                second_factor.add_passkey(request, person, name, credential)
                return added(request, context, person, name)
        except ValidationError as refused:
            form.add_error(None, refused)
    context = at_the_door(request, context) | {
        "form": form,
        "options": second_factor.passkey_options(request, person),
    }
    return render(request, "accounts/add_passkey.html", context, status=422 if form.errors else 200)


def added(request: HttpRequest, context: dict[str, Any], person: User, name: str) -> HttpResponse:
    """What follows: with the first factor every other session ends, and recovery codes are shown once."""
    record(person, Sort.SECOND_FACTOR_ADDED, name, at=timezone.now())
    if second_factor.factors(person).count() == 1:
        person.sign_out_everywhere()
        update_session_auth_hash(request, person)
        return show_codes(request, context, person)
    messages.success(request, _("“%(name)s” was added.") % {"name": name})
    return redirect("admin:account")


@require_http_methods(["GET", "HEAD", "POST"])
def recovery_codes(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """Ten new recovery codes in the place of those before."""
    person = User.objects.get(pk=request.user.pk)
    if not second_factor.has_one(person):
        return redirect("admin:second-factor")
    form = PasswordAgainForm(request.POST or None, request=request)
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            record(person, Sort.SECOND_FACTOR_ADDED, _("New recovery codes"), at=timezone.now())
            return show_codes(request, context, person)
    context |= {
        "form": form,
        "says": _("You get ten new codes. Those that you have now open nothing any more."),
        "button": _("Make new recovery codes"),
    }
    return render(request, "accounts/password_again.html", context, status=422 if form.errors else 200)


def show_codes(request: HttpRequest, context: dict[str, Any], person: User) -> HttpResponse:
    """Shown in the answer itself, and nowhere again."""
    codes = second_factor.new_recovery_codes(person)
    context |= {"codes": codes, "title": _("Your recovery codes"), "has_permission": True}
    return render(request, "accounts/recovery_codes.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def remove_factor(request: HttpRequest, context: dict[str, Any], pk: int) -> HttpResponse:
    factor = get_object_or_404(second_factor.factors(request.user), pk=pk)
    person = User.objects.get(pk=request.user.pk)
    is_last = second_factor.factors(person).count() == 1
    name = second_factor.name_of(factor)
    form = PasswordAgainForm(request.POST or None, request=request)
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            second_factor.remove(factor)
            record(person, Sort.SECOND_FACTOR_REMOVED, name, at=timezone.now())
        messages.success(request, _("“%(name)s” was removed.") % {"name": name})
        return redirect("admin:account")
    context |= {
        "form": form,
        "title": _("Remove “%(name)s”") % {"name": name},
        "says": says_of_removing(person, is_last),
        "button": _("Remove it"),
        "is_destructive": True,
    }
    return render(request, "accounts/password_again.html", context, status=422 if form.errors else 200)


def says_of_removing(person: User, is_last: bool) -> str:
    if not is_last:
        return _("You can no longer log in with it. What else you added stays.")
    if second_factor.needs_one(person):
        return _("It is the last one. You are asked to add another before you can go on working.")
    return _("It is the last one. After that your password alone opens your account.")
