"""The forms of accounts: logging in, asking for a new password, one's own account, and inviting people."""

from datetime import datetime
from typing import Any

from django import forms
from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.auth import authenticate
from django.contrib.auth.forms import UsernameField
from django.contrib.auth.models import Group
from django.utils.text import slugify
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from advocacy.accounts.mail import send_password_link
from advocacy.accounts.models import User
from advocacy.accounts.roles import ROLE_NAMES, ROLES
from advocacy.organisation.hours import zone_names


def time_zones() -> list[tuple[str, str]]:
    return [(name, name.replace("_", " ")) for name in zone_names()]


class TimeZoneField(forms.TypedChoiceField):
    def __init__(self, **kwargs: Any) -> None:
        for unused in ("max_length", "empty_value", "coerce"):
            kwargs.pop(unused, None)
        super().__init__(choices=time_zones, **kwargs)


class LogInForm(AdminAuthenticationForm):
    """Log-in by e-mail address or log-in name; failures are counted under the log-in name either way."""

    username = UsernameField(
        label=_("E-mail address or log-in name"),
        max_length=254,
        widget=forms.TextInput(
            attrs={"autofocus": True, "autocomplete": "username", "autocapitalize": "none"}
        ),
    )
    error_messages = {
        **AdminAuthenticationForm.error_messages,
        "invalid_login": _(
            "This e-mail address and password do not belong together. Check both and try again."
        ),
    }

    def __init__(self, request: Any = None, *args: Any, **kwargs: Any) -> None:
        super().__init__(request, *args, **kwargs)
        # The form of Django takes length and label from the column of the log-in name, which is shorter.
        self.fields["username"].max_length = 254
        self.fields["username"].widget.attrs["maxlength"] = 254
        self.fields["username"].label = _("E-mail address or log-in name")

    def clean_username(self) -> str:
        typed = self.cleaned_data["username"]
        return User.objects.known_as(typed).values_list("username", flat=True).first() or typed


class SecondStepForm(forms.Form):
    """A code that was typed, or what the browser says of a passkey."""

    code = forms.CharField(
        label=_("Code"),
        required=False,
        max_length=20,
        help_text=_("Six digits from your app, or one of your recovery codes."),
        widget=forms.TextInput(
            attrs={"autofocus": True, "autocomplete": "one-time-code", "autocapitalize": "none"}
        ),
    )
    credential = forms.JSONField(required=False, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors and not cleaned.get("code") and not cleaned.get("credential"):
            self.add_error("code", gettext("Enter the code."))
        return cleaned


class PasswordAgainForm(forms.Form):
    """Before somebody changes how they log in: an open browser alone is not enough. Failures are counted."""

    password = forms.CharField(
        label=_("Your password"),
        strip=False,
        max_length=4096,
        help_text=_("Once more, so that nobody else does this at your open browser."),
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def __init__(self, *args: Any, request: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request = request

    def clean_password(self) -> str:
        password = self.cleaned_data["password"]
        if authenticate(self.request, username=self.request.user.get_username(), password=password) is None:
            raise forms.ValidationError(gettext("This is not your password."))
        return password


class AddAppForm(PasswordAgainForm):
    code = forms.CharField(
        label=_("Code that the app shows"),
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )
    field_order = ["code", "password"]


class AddPasskeyForm(PasswordAgainForm):
    name = forms.CharField(
        label=_("Name of the passkey"),
        max_length=60,
        help_text=_("Such as “My phone”, so that you know later which one it is."),
    )
    credential = forms.JSONField(
        widget=forms.HiddenInput,
        error_messages={"required": _("Your browser sent no passkey. Try again, or use an app.")},
    )
    field_order = ["name", "password", "credential"]


class PasswordLinkForm(forms.Form):
    """Asks for a link to choose a new password. The answer is the same for known and unknown addresses."""

    email = forms.EmailField(
        label=_("E-mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={
            "required": _("Enter your e-mail address"),
            "invalid": _("Enter an e-mail address such as name@example.org"),
        },
    )

    def send(self, *, at: datetime) -> None:
        for user in User.objects.active().filter(email__iexact=self.cleaned_data["email"]):
            send_password_link(user, at=at)


class OwnAccountForm(forms.ModelForm):
    """What everybody may change of their own account."""

    class Meta:
        model = User
        fields = ("first_name", "last_name", "language", "time_zone")
        field_classes = {"time_zone": TimeZoneField}
        widgets = {"time_zone": forms.Select}


class GroupsField(forms.ModelMultipleChoiceField):
    """Groups as check boxes, each with what it may do."""

    def label_from_instance(self, group: Any) -> str:
        if group.name not in ROLES:
            return str(group.name)
        return f"{ROLE_NAMES[group.name]}: {ROLES[group.name]}"


def groups_field() -> GroupsField:
    return GroupsField(
        queryset=Group.objects.order_by("pk"),
        widget=forms.CheckboxSelectMultiple,
        label=_("Groups"),
        help_text=_("What this person may do here. Someone in two groups may do what either may."),
        error_messages={"required": _("Choose at least one group.")},
    )


class InvitationForm(forms.ModelForm):
    """Asks somebody in. The log-in name is made from the address; the person chooses the password."""

    groups = groups_field()

    class Meta:
        model = User
        fields = ("first_name", "last_name", "email", "groups", "language", "time_zone")
        field_classes = {"time_zone": TimeZoneField}
        widgets = {"time_zone": forms.Select}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["first_name"].required = True

    def _post_clean(self) -> None:
        # Before the model is validated: its log-in name must be there.
        self.instance.username = free_username(self.cleaned_data.get("email", ""))
        self.instance.is_staff = True
        self.instance.set_unusable_password()
        super()._post_clean()


class PersonForm(forms.ModelForm):
    groups = groups_field()

    class Meta:
        model = User
        fields = (
            "first_name",
            "last_name",
            "email",
            "username",
            "groups",
            "language",
            "time_zone",
            "is_superuser",
            "user_permissions",
        )
        field_classes = {"time_zone": TimeZoneField}
        widgets = {"time_zone": forms.Select}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "groups" in self.fields and self.instance.is_superuser:
            self.fields["groups"].required = False

    def clean_email(self) -> str:
        email = self.cleaned_data["email"]
        if not email:
            raise forms.ValidationError(gettext("Enter the person's e-mail address."))
        return email


def free_username(email: str) -> str:
    """The part before the @, with -2, -3 where others have it."""
    stem = slugify(email.split("@")[0].replace(".", "-"))[:100] or "person"
    taken = set(User.objects.filter(username__startswith=stem).values_list("username", flat=True))
    if stem not in taken:
        return stem
    return next(name for number in range(2, len(taken) + 3) if (name := f"{stem}-{number}") not in taken)
