"""Who works here: one row for each member of staff."""

from __future__ import annotations

import zoneinfo
from datetime import timedelta
from typing import Any, ClassVar

from django.apps import apps
from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.contrib.auth.models import AbstractUser, UserManager
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Lower
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from advocacy.organisation.hours import check_zone
from advocacy.privacy.rules import Kept, Rule


def language_choices() -> list[tuple[str, str]]:
    """A callable, so that a new language in the settings is no migration."""
    return list(settings.LANGUAGES)


def first_language() -> str:
    return settings.LANGUAGE_CODE


def organisation_time_zone() -> str:
    """The zone a new account starts with: the organisation's, or UTC while there is none."""
    Organisation = apps.get_model("organisation", "Organisation")
    return Organisation.objects.values_list("time_zone", flat=True).first() or "UTC"


def check_no_at_sign(name: str) -> None:
    """A log-in name with an @ could be another person's e-mail address; both open the same door."""
    if "@" in name:
        raise ValidationError(_("A log-in name has no @ in it. People may log in with their e-mail too."))


class UserQuerySet(models.QuerySet["User"]):
    def active(self) -> UserQuerySet:
        return self.filter(is_active=True)

    def disabled(self) -> UserQuerySet:
        return self.filter(is_active=False)

    def invited(self) -> UserQuerySet:
        """Asked in, and without a password so far."""
        return self.active().filter(password__startswith=UNUSABLE_PASSWORD_PREFIX)

    def known_as(self, login: str) -> UserQuerySet:
        """Whose account was meant at log-in: by an e-mail address in any case, or a log-in name."""
        if "@" in login:
            return self.filter(email__iexact=login)
        return self.filter(username=login)


class Manager(UserManager.from_queryset(UserQuerySet)):
    use_in_migrations = False


class User(AbstractUser):
    """A member of staff. They log in with their e-mail address or their log-in name."""

    username = models.CharField(
        _("log-in name"),
        max_length=150,
        unique=True,
        validators=[UnicodeUsernameValidator(), check_no_at_sign],
        help_text=_("A short name for logging in. The e-mail address works as well."),
        error_messages={"unique": _("Another account has this log-in name.")},
    )
    email = models.EmailField(
        _("e-mail address"),
        help_text=_("Invitations and new passwords go to this address. Each person has their own."),
    )
    language = models.CharField(
        _("language"),
        max_length=10,
        choices=language_choices,
        default=first_language,
        help_text=_("The language of the desk for this person, and of the mail the desk sends to them."),
    )
    time_zone = models.CharField(
        _("time zone"),
        max_length=64,
        blank=True,
        validators=[check_zone],
        help_text=_("Dates and times in forms and lists are shown to this person in this zone."),
    )
    sign_outs = models.PositiveIntegerField(default=0, editable=False)

    objects = Manager()

    REQUIRED_FIELDS = ["email"]

    ACCOUNT = Kept(
        _(
            "The account of a member of staff is kept while the record names them. "
            "When they leave it is disabled: the password is deleted and nobody can log in with it."
        )
    )
    PERSONAL: ClassVar[dict] = dict.fromkeys(
        ["username", "first_name", "last_name", "email", "password", "time_zone"], ACCOUNT
    )
    NOT_PERSONAL: ClassVar[tuple] = ()

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering = ["first_name", "last_name", "username"]
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                name="one_account_an_address",
                violation_error_message=_("Another account has this e-mail address."),
            ),
            models.CheckConstraint(
                condition=~models.Q(email=""),
                name="account_has_an_address",
                violation_error_message=_("Enter the person's e-mail address."),
            ),
        ]

    def __str__(self) -> str:
        return self.display_name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.time_zone = self.time_zone or organisation_time_zone()
        super().save(*args, **kwargs)

    @property
    def display_name(self) -> str:
        """First and last name as other people read it, else the log-in name."""
        return self.get_full_name() or self.username

    @property
    def zone(self) -> zoneinfo.ZoneInfo:
        return zoneinfo.ZoneInfo(self.time_zone)

    @property
    def is_invited(self) -> bool:
        """True from the invitation until the person has chosen a password."""
        return self.is_active and not self.has_usable_password()

    def disable(self) -> None:
        """End the account's every way in, and keep its name in the record.

        The password goes too: the hash of each session and each link for a new password is made of it,
        so that both are dead from this moment.
        """
        self.is_active = False
        self.set_unusable_password()
        self.save(update_fields=["is_active", "password"])
        self.forget_sessions()

    def enable(self) -> None:
        """Let the person in again. They choose a new password by the link in a new invitation."""
        self.is_active = True
        self.save(update_fields=["is_active"])

    def _get_session_auth_hash(self, secret: Any = None) -> str:
        """Each session carries this hash of the password and of how often its owner ended all of them."""
        salt = "advocacy.accounts.User.session"
        return salted_hmac(
            salt, f"{self.password} {self.sign_outs}", secret=secret, algorithm="sha256"
        ).hexdigest()

    def sign_out_everywhere(self) -> None:
        """End every session of this person, those that no list knows included."""
        User.objects.filter(pk=self.pk).update(sign_outs=models.F("sign_outs") + 1)
        self.refresh_from_db(fields=["sign_outs"])
        self.forget_sessions()

    def forget_sessions(self) -> None:
        keys = list(self.signed_in.values_list("session_key", flat=True))
        Session.objects.filter(session_key__in=keys).delete()
        self.signed_in.all().delete()


class SignedIn(models.Model):
    """A browser in which somebody is logged in: what its owner needs to recognise it, and no more."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="signed_in")
    session_key = models.CharField(max_length=40, unique=True)
    since = models.DateTimeField()
    seen = models.DateTimeField()
    browser = models.CharField(max_length=40, blank=True)
    system = models.CharField(max_length=40, blank=True)
    network = models.CharField(max_length=32)

    FORGOTTEN = Rule(
        _(
            "In which browsers a member of staff is logged in, with a scrambled form of the network address, "
            "is deleted 14 days after they were last seen there."
        ),
        since="seen",
        after=timedelta(days=14),
    )
    PERSONAL: ClassVar[dict] = dict.fromkeys(["session_key", "browser", "system", "network"], FORGOTTEN)
    ROLES: ClassVar[dict] = {"Administrator": ()}

    class Meta:
        verbose_name = _("browser logged in")
        verbose_name_plural = _("browsers logged in")
        default_permissions = ()
        indexes = [models.Index(fields=["seen"], name="signed_in_seen")]

    def __str__(self) -> str:
        return f"{self.user}: {self.browser} {self.system}"


class StaffAction(LogEntry):
    """A line of the staff log as administrators read it; see advocacy/accounts/log.py."""

    ROLES: ClassVar[dict] = {"Administrator": ("view",)}

    class Meta:
        proxy = True
        verbose_name = _("staff action")
        verbose_name_plural = _("staff actions")
        default_permissions = ("view",)

    def __str__(self) -> str:
        return self.get_change_message() or self.object_repr


class Grant(models.Model):
    """A permission that a role received once, so that a group changed by hand is never changed back."""

    role = models.CharField(max_length=150)
    permission = models.CharField(max_length=220)

    PERSONAL: ClassVar[dict] = {}
    NOT_PERSONAL = ("role", "permission")
    ROLES: ClassVar[dict] = {"Administrator": ()}

    class Meta:
        verbose_name = _("grant")
        verbose_name_plural = _("grants")
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["role", "permission"], name="grant_once")]

    def __str__(self) -> str:
        return f"{self.role}: {self.permission}"
