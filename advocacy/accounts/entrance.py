"""Coming in and going out: the password, the second step, and what the log says of both."""

from typing import Any

from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import LoginView
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from advocacy.accounts import second_factor
from advocacy.accounts.forms import LogInForm, SecondStepForm
from advocacy.accounts.log import Sort, record
from advocacy.accounts.models import User


class LogIn(LoginView):
    """The password. Who has a second factor is not logged in by it, but led to the second step."""

    authentication_form = LogInForm
    template_name = "admin/login.html"

    def form_valid(self, form: Any) -> HttpResponse:
        user, at = form.get_user(), timezone.now()
        if second_factor.has_one(user):
            second_factor.ask(self.request, user, then=self.get_success_url(), at=at)
            return redirect("admin:second-step")
        with transaction.atomic():
            record(user, Sort.LOGGED_IN, at=at)
            return super().form_valid(form)

    def form_invalid(self, form: Any) -> HttpResponse:
        person = User.objects.filter(username=form.cleaned_data.get("username", "")).first()
        # What is typed at a door that is shut already would only fill the log.
        if person and not getattr(self.request, "axes_locked_out", False):
            record(person, Sort.LOG_IN_FAILED, at=timezone.now())
        return super().form_invalid(form)


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@transaction.atomic
def second_step(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """After the password: a code, a recovery code or a passkey."""
    at = timezone.now()
    person = second_factor.asked(request, at)
    if person is None:
        return redirect("admin:login")
    if second_factor.is_shut(person, at):
        return render(request, "accounts/second_step_shut.html", context, status=429)
    form = SecondStepForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if proves(request, person, form):
            return enter(request, person)
        record(person, Sort.SECOND_STEP_FAILED, at=at)
        if second_factor.is_shut(person, at):
            return render(request, "accounts/second_step_shut.html", context, status=429)
        form.add_error(None, wrong(form))
    context |= {
        "form": form,
        "options": second_factor.key_options(request, person),
        "has_app": second_factor.factors(person).filter(type=second_factor.APP).exists(),
    }
    return render(request, "accounts/second_step.html", context, status=422 if form.errors else 200)


def proves(request: HttpRequest, person: User, form: SecondStepForm) -> bool:
    at = timezone.now()
    if form.cleaned_data["credential"]:
        return second_factor.proves_passkey(request, person, form.cleaned_data["credential"], at)
    return second_factor.proves_code(person, form.cleaned_data["code"], at)


def wrong(form: SecondStepForm) -> str:
    if form.cleaned_data["credential"]:
        return _("The passkey did not fit. Try again, or use a code.")
    return _("This code is not the right one, or has been used. Wait for the next one and try again.")


def enter(request: HttpRequest, person: User) -> HttpResponse:
    kept = request.session.pop(second_factor.ASKED)
    login(request, person, backend=kept["backend"])
    second_factor.renew(person)
    record(person, Sort.LOGGED_IN, _("With the second factor."), at=timezone.now())
    return redirect(kept["then"])
