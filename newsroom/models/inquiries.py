"""Inquiries from the press: what a journalist asks, by when, and what became of it."""

from datetime import datetime, timedelta
from typing import ClassVar, Self
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from advocacy.delivery.printed import moment, printing
from advocacy.organisation.hours import check_zone
from advocacy.privacy.rules import Rule

URGENT = timedelta(hours=3)  # due within it, the people on call are told at once
PRESSING = timedelta(hours=2)  # due within it and not answered, it is red at the desk


class InquiryQuerySet(models.QuerySet["Inquiry"]):
    def waiting(self) -> Self:
        """Those that nobody has answered and nobody doubts."""
        return self.filter(state=Inquiry.State.NEW)

    def doubtful(self) -> Self:
        return self.filter(state=Inquiry.State.DOUBTFUL)

    def by_deadline(self) -> Self:
        """The next deadline first; those without one at the end, in the order in which they came."""
        return self.order_by(F("deadline").asc(nulls_last=True), "received", "pk")


class Inquiry(models.Model):
    """A question from the press. It is never changed, and goes on the day the sender was told."""

    class State(models.TextChoices):
        NEW = "new", _("Waiting")
        ANSWERED = "answered", _("Answered")
        CLOSED = "closed", _("Closed")
        DOUBTFUL = "doubtful", _("Kept aside")

    class Doubt(models.TextChoices):
        TRAP = "trap", _("The field that people do not see was filled in.")
        LINKS = "links", _("It holds more web addresses than a question needs.")
        MANY = "many", _("More than five inquiries came from one network within an hour.")

    class Topic(models.TextChoices):
        INTERVIEW = "interview", _("A quote or an interview")
        DOCUMENTS = "documents", _("Documents or pictures")
        FACT = "fact", _("A fact to check")
        OTHER = "other", _("Something else")

    name = models.CharField(_("name"), max_length=120)
    outlet = models.CharField(_("outlet"), max_length=200)
    email = models.EmailField(_("e-mail address"))
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    topic = models.CharField(_("topic"), max_length=20, choices=Topic, blank=True)
    deadline = models.DateTimeField(_("deadline"), null=True, blank=True)
    deadline_zone = models.CharField(
        _("time zone of the deadline"), max_length=64, blank=True, validators=[check_zone]
    )
    message = models.TextField(_("question"))
    language = models.CharField(_("language"), max_length=10, choices=settings.LANGUAGES)
    received = models.DateTimeField(_("received"))
    delete_on = models.DateField(_("deleted on"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.NEW)
    doubt = models.CharField(_("why it is kept aside"), max_length=10, choices=Doubt, blank=True)
    network = models.CharField(_("network"), max_length=32, blank=True)
    alerted_at = models.DateTimeField(_("people on call told"), null=True, blank=True)

    objects = InquiryQuerySet.as_manager()

    ERASED = Rule(
        _("An inquiry from the press is deleted on the day that the form told to the sender."),
        since="delete_on",
    )
    NETWORK_ERASED = Rule(
        _("A scrambled form of the network that an inquiry came from is deleted after seven days."),
        since="received",
        after=timedelta(days=7),
        blank={"network": ""},
    )
    PERSONAL: ClassVar[dict] = {
        **dict.fromkeys(["name", "outlet", "email", "phone", "message", "deadline_zone"], ERASED),
        "network": NETWORK_ERASED,
    }
    NOT_PERSONAL: ClassVar[tuple] = ()
    ROLES: ClassVar[dict] = {"Press desk": ("view", "change", "delete")}

    class Meta:
        verbose_name = _("inquiry")
        verbose_name_plural = _("inquiries")
        indexes = [
            models.Index(fields=["state", "deadline"], name="inquiry_state_deadline"),
            models.Index(fields=["delete_on"], name="inquiry_delete_on"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(deadline__isnull=False) | Q(deadline_zone=""), name="inquiry_zone_has_deadline"
            ),
            models.CheckConstraint(
                condition=~Q(state="doubtful") | ~Q(doubt=""), name="inquiry_doubt_has_reason"
            ),
        ]

    def __str__(self) -> str:
        # The admin's list of changes keeps this for years: it names nobody.
        return f"{self._meta.verbose_name} {self.pk}"

    # -- what is asked of it

    def is_due_within(self, span: timedelta, at: datetime) -> bool:
        """Whether the deadline is that near, or past."""
        return self.deadline is not None and self.deadline - at <= span

    @property
    def sender_zone(self) -> ZoneInfo | None:
        """The zone in which the sender gave the deadline; None for "within three hours", which needs none."""
        return ZoneInfo(self.deadline_zone) if self.deadline_zone else None

    def deadline_said(self, zone: ZoneInfo, order: str) -> str:
        """24 March 2026, 18:00 Berlin (UTC+1): by the clock of `zone`; nothing where there is no deadline."""
        with printing(order, zone):
            return moment(self.deadline)

    # -- deeds of the desk

    def answer(self) -> None:
        self._move(self.State.ANSWERED)

    def close(self) -> None:
        """It needs no answer, or no more of them."""
        self._move(self.State.CLOSED)

    def reopen(self) -> None:
        self._move(self.State.NEW)

    def believe(self, at: datetime) -> bool:
        """It is no spam: it joins the others and the desk is told as if it had just come. False if it had."""
        from newsroom.mail import tell

        believed = Inquiry.objects.filter(pk=self.pk, state=self.State.DOUBTFUL).update(state=self.State.NEW)
        if believed:
            self.state = self.State.NEW
            tell(self, at)
        return bool(believed)

    def _move(self, state: str) -> None:
        self.state = state
        self.save(update_fields=["state"])
