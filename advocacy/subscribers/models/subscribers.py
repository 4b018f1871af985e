"""The people who get the bulletin, and the topics they may choose among."""

import secrets
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any, ClassVar, Self

from django.db import models, transaction
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from advocacy.organisation.languages import first_language, language_choices, wording
from advocacy.people_lists import check_address
from advocacy.privacy.rules import Rule
from advocacy.subscribers.models.consents import ConsentText
from advocacy.subscribers.models.suppressions import Suppression, normal

CONFIRM_WITHIN = timedelta(days=7)
KEPT_AFTER_LEAVING = timedelta(days=30)
MOST_TRIES = 5  # of the code in one mail


def new_token() -> str:
    """Names one subscriber in the links of their mail. It is stored, so no change of keys closes a link."""
    return secrets.token_urlsafe(24)


def new_code() -> str:
    return f"{secrets.randbelow(10**6):06}"


class Topic(models.Model):
    """What a subscriber may choose to hear of. Who chooses none hears of everything."""

    names = models.JSONField(
        _("name"), default=dict, help_text=_("As readers see it on the form, in each language.")
    )
    position = models.PositiveSmallIntegerField(
        _("order"), default=0, help_text=_("Topics with a lower number stand first.")
    )
    is_offered = models.BooleanField(
        _("on the form"),
        default=True,
        help_text=_("Untick it and nobody can choose it any more; who has chosen it keeps it."),
    )
    sample = models.BooleanField(_("sample"), default=False, editable=False)

    PERSONAL: ClassVar[dict] = {}
    NOT_PERSONAL = ("names",)
    ROLES: ClassVar[dict] = {"Editor": ("view", "add", "change", "delete")}

    class Meta:
        verbose_name = _("topic of the bulletin")
        verbose_name_plural = _("topics of the bulletin")
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return wording(self.names, first_language())

    def name(self, language: str) -> str:
        return wording(self.names, language, first_language())


class SubscriberQuerySet(models.QuerySet["Subscriber"]):
    def receiving(self) -> Self:
        """Those who get the bulletin."""
        return self.filter(state=Subscriber.State.CONFIRMED)

    def hearing_of(self, topics: Collection[Any]) -> Self:
        """Those who chose one of these topics (rows or ids), and those who chose none and hear of everything."""
        through = Subscriber.topics.through.objects.filter(subscriber=models.OuterRef("pk"))
        return self.filter(models.Exists(through.filter(topic__in=topics)) | ~models.Exists(through))

    def confirmable(self, at: datetime) -> Self:
        return self.filter(state=Subscriber.State.PENDING, expires__gt=at)


class Subscriber(models.Model):
    """Somebody who gets the bulletin, asked for it, or left."""

    class State(models.TextChoices):
        PENDING = "pending", _("Has not confirmed yet")
        CONFIRMED = "confirmed", _("Gets the bulletin")
        LEFT = "left", _("Left")
        SUPPRESSED = "suppressed", _("Suppressed: the address takes no mail, or complained")

    class Source(models.TextChoices):
        FORM = "form", _("The form on this site")
        IMPORT = "import", _("A list that was imported")
        STAFF = "staff", _("Entered by staff")

    class Why(models.TextChoices):
        MANY = "many", _("There were too many mails")
        TOPIC = "topic", _("They were not what I wanted to read")
        UNASKED = "unasked", _("I never asked for them")
        ELSEWHERE = "elsewhere", _("I follow you elsewhere")
        SAFETY = "safety", _("It is not safe for me to get them")

    email = models.EmailField(
        _("e-mail address"),
        unique=True,
        validators=[check_address],
        error_messages={"unique": _("Somebody with this address is on the list already.")},
    )
    domain = models.CharField(max_length=254, editable=False)
    language = models.CharField(
        _("language"),
        max_length=10,
        choices=language_choices,
        default=first_language,
        help_text=_("The language in which they like to get the bulletin."),
    )
    topics = models.ManyToManyField(
        Topic,
        blank=True,
        related_name="subscribers",
        verbose_name=_("topics"),
        help_text=_("Who chose none hears of everything."),
    )
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.PENDING)
    token = models.CharField(max_length=43, unique=True, default=new_token, editable=False)
    code = models.CharField(max_length=6, blank=True, editable=False)
    tries = models.PositiveSmallIntegerField(default=0, editable=False)
    asked = models.DateTimeField(_("asked for it"), editable=False)
    joined = models.DateTimeField(_("gets it since"), null=True, editable=False)
    ended = models.DateTimeField(_("left"), null=True, editable=False)
    expires = models.DateTimeField(_("is deleted"), null=True, editable=False)
    why_left = models.CharField(_("why they left"), max_length=10, choices=Why, blank=True, editable=False)
    consent = models.ForeignKey(
        ConsentText,
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("words agreed to"),
    )
    source = models.CharField(
        _("where the consent came from"), max_length=10, choices=Source, default=Source.FORM, editable=False
    )
    consent_words = models.CharField(
        _("their consent, in words"),
        max_length=300,
        blank=True,
        help_text=_("In words that a colleague can check, such as: sign-up sheet of the vigil on 3 March."),
    )
    sample = models.BooleanField(_("sample"), default=False, editable=False)

    objects = SubscriberQuerySet.as_manager()

    GOES = Rule(
        _(
            "Who gets the bulletin is kept until they leave it. Who asked for it and did not confirm is deleted "
            "after seven days; who left, 30 days later; who asks to be erased, at once."
        ),
        since="expires",
    )
    PERSONAL: ClassVar[dict] = dict.fromkeys(["email", "domain", "token", "code", "consent_words"], GOES)
    NOT_PERSONAL: ClassVar[tuple] = ()
    ROLES: ClassVar[dict] = {"Editor": ("view", "add", "change", "delete")}

    class Meta:
        verbose_name = _("subscriber")
        verbose_name_plural = _("subscribers")
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["state", "language"], name="subscriber_state_language"),
            models.Index(fields=["expires"], name="subscriber_expires"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(email=Lower("email")), name="subscriber_email_lower"),
            models.CheckConstraint(
                condition=Q(state="confirmed", joined__isnull=False, expires__isnull=True)
                | (~Q(state="confirmed") & Q(expires__isnull=False)),
                name="subscriber_confirmed_or_going",
            ),
        ]

    def __str__(self) -> str:
        # The admin's list of changes keeps this for years: it names nobody.
        return f"{self._meta.verbose_name} {self.pk}"

    @classmethod
    def of(cls, address: str, **columns: Any) -> "Subscriber":
        """An unsaved subscriber with this address, fit for `bulk_create` too."""
        email = normal(address)
        return cls(email=email, domain=domain_of(email), **columns)

    def clean(self) -> None:
        super().clean()
        self.email = normal(self.email)

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.email = normal(self.email)
        self.domain = domain_of(self.email)
        if (only := kwargs.get("update_fields")) is not None and "email" in only:
            kwargs["update_fields"] = {*only, "domain"}
        super().save(*args, **kwargs)

    # -- verbs: each is one statement on the row as it stands, so that two at once do no harm

    def confirm(self, at: datetime) -> bool:
        """They said yes from their own mailbox. False where there is nothing to confirm, or it is too late."""
        with transaction.atomic():
            rows = Subscriber.objects.filter(pk=self.pk).confirmable(at)
            done = rows.update(
                state=self.State.CONFIRMED, joined=at, ended=None, expires=None, code="", why_left=""
            )
            if done:
                Suppression.objects.of(self.email).filter(reason=Suppression.Reason.LEFT).delete()
        self.refresh_from_db()
        return bool(done)

    def leave(self, at: datetime) -> bool:
        """They get nothing from now on. False where they got nothing before."""
        with transaction.atomic():
            there = Subscriber.objects.filter(
                pk=self.pk, state__in=[self.State.PENDING, self.State.CONFIRMED]
            )
            done = there.update(state=self.State.LEFT, ended=at, expires=at + KEPT_AFTER_LEAVING, code="")
            if done:
                Suppression.keep(self.email, Suppression.Reason.LEFT, at)
        self.refresh_from_db()
        return bool(done)


def domain_of(email: str) -> str:
    return email.rpartition("@")[2]
