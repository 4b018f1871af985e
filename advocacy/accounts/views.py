"""Pages of accounts beside Django's own log-in: all of them live under /admin/.

Links in mail open a page with a form; only sending the form acts.
"""

from typing import Any

from axes.utils import reset as forget_failures
from django.contrib import messages
from django.contrib.auth import views as auth_views
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from advocacy.accounts.forms import OwnAccountForm, PasswordLinkForm
from advocacy.accounts.models import User


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
        return response


@login_not_required
@require_http_methods(["GET", "HEAD"])
def password_chosen(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    return render(request, "registration/password_reset_complete.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def own_account(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """A person's own name, language and time zone."""
    form = OwnAccountForm(request.POST or None, instance=User.objects.get(pk=request.user.pk))
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Your account was saved."))
        return redirect("admin:account")
    return render(
        request, "accounts/own_account.html", {**context, "form": form}, status=422 if form.errors else 200
    )
