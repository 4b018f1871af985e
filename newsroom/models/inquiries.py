"""Inquiries from the press: what a journalist asks, by when, who takes it, and what became of it."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import ClassVar, Self
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from advocacy.accounts.models import User
from advocacy.delivery.printed import moment, printing
from advocacy.organisation.hours import check_zone
from advocacy.privacy.rules import Rule
from advocacy.publishing.models import Work

URGENT = timedelta(hours=3)  # due within it, the people on call are told at once
PRESSING = timedelta(hours=2)  # due within it and not taken, it is red at the desk
ALERT_EVERY = timedelta(minutes=30)  # so often the people on call are told until somebody takes it


class InquiryQuerySet(models.QuerySet["Inquiry"]):
    def waiting(self) -> Self:
        """Those that nobody has answered and nobody doubts."""
        return self.filter(state=Inquiry.State.NEW)

    def untaken(self) -> Self:
        """Those that nobody has taken who still works here."""
        return self.exclude(taken_by__is_active=True)

    def due_between(self, start: datetime, end: datetime) -> Self:
        return self.filter(deadline__gt=start, deadline__lte=end)

    def to_alert(self, at: datetime) -> Self:
        """Urgent, taken by nobody, and the people on call were not told in the last half hour."""
        return (
            self.waiting()
            .untaken()
            .due_between(at, at + URGENT)
            .filter(Q(alerted_at__isnull=True) | Q(alerted_at__lte=at - ALERT_EVERY))
        )

    def doubtful(self) -> Self:
        return self.filter(state=Inquiry.State.DOUBTFUL)

    def by_deadline(self) -> Self:
        """The next deadline first; those without one at the end, in the order in which they came."""
        return self.order_by(F("deadline").asc(nulls_last=True), "received", "pk")


class Inquiry(models.Model):
    """A question from the press. Its words are never changed, and it goes on the day the sender was told."""

    class State(models.TextChoices):
        NEW = "new", _("Waiting")
        ANSWERED = "answered", _("Answered")
        CLOSED = "closed", _("Closed")
        DOUBTFUL = "doubtful", _("Kept aside")

    class Doubt(models.TextChoices):
        TRAP = "trap", _("The field that people do not see was filled in.")
        LINKS = "links", _("It holds more web addresses than a question needs.")
        MANY = "many", _("More than five inquiries came from one network within an hour.")

    class Outcome(models.TextChoices):
        QUOTED = "quoted", _("We were quoted")
        INTERVIEW = "interview", _("Interview given")
        INFORMATION = "information", _("Information sent")
        DECLINED = "declined", _("We declined")
        NOTHING = "nothing", _("No answer needed")
        SPAM = "spam", _("Spam")
        UNRECORDED = "unrecorded", _("Closed before outcomes were recorded")

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
    taken_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("taken by")
    )
    outcome = models.CharField(_("outcome"), max_length=12, choices=Outcome, blank=True)
    coverage = models.ManyToManyField(
        Work,
        blank=True,
        related_name="+",
        limit_choices_to={"kind": "coverage"},
        verbose_name=_("coverage that came of it"),
    )

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
            models.CheckConstraint(
                condition=Q(state="closed") & ~Q(outcome="") | ~Q(state="closed") & Q(outcome=""),
                name="inquiry_closed_with_outcome",
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

    @property
    def taker(self) -> User | None:
        """Who has taken it and still works here."""
        return self.taken_by if self.taken_by and self.taken_by.is_active else None

    # -- deeds of the desk

    def assign(self, who: User | None) -> None:
        """It is theirs to answer; nobody's where `who` is None."""
        self.taken_by = who
        self.save(update_fields=["taken_by"])

    def answer(self, who: User) -> None:
        """Somebody has answered. Where nobody had taken it, they have."""
        self.taken_by = self.taker or who
        self._move(self.State.ANSWERED)

    def close(self, outcome: str, coverage: Iterable[Work] = ()) -> None:
        """It is over: what came of it, and the articles. Both may be set anew once it is closed."""
        self._move(self.State.CLOSED, outcome)
        self.coverage.set(coverage)

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

    def _move(self, state: str, outcome: str = "") -> None:
        self.state, self.outcome = state, outcome
        self.save(update_fields=["state", "outcome", "taken_by"])


class InquiryNote(models.Model):
    """What somebody of the desk wrote down about an inquiry. It is never changed, and goes with the inquiry."""

    inquiry = models.ForeignKey(Inquiry, on_delete=models.CASCADE, related_name="notes")
    who = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    written = models.DateTimeField(_("written"))
    words = models.TextField(_("note"), max_length=2000)

    ERASED = Rule(
        _("What the press desk noted about an inquiry is deleted with it."), since="inquiry__delete_on"
    )
    PERSONAL: ClassVar[dict] = {"words": ERASED}
    NOT_PERSONAL: ClassVar[tuple] = ()
    ROLES: ClassVar[dict] = {"Press desk": ("view", "add"), "Administrator": ("view", "add")}

    class Meta:
        verbose_name = _("note on an inquiry")
        verbose_name_plural = _("notes on inquiries")
        ordering = ["written", "pk"]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.inquiry_id}"


class Digest(models.Model):
    """The morning mail to the desk on one day: its row is there once the mail is queued, or was not needed."""

    day = models.DateField(_("day"), unique=True)

    PERSONAL: ClassVar[dict] = {}
    NOT_PERSONAL: ClassVar[tuple] = ()
    ROLES: ClassVar[dict] = {"Administrator": ()}

    class Meta:
        verbose_name = _("morning mail")
        verbose_name_plural = _("morning mails")
        default_permissions = ()

    def __str__(self) -> str:
        return self.day.isoformat()
