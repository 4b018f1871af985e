"""Changes of demands that wait for a second person, and who is told of a change before the public is."""

from datetime import datetime, timedelta
from typing import Any, ClassVar, Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from advocacy.organisation.models import Organisation
from advocacy.privacy.rules import Rule
from advocacy.publishing.models import Work, zone
from campaigns.models.demands import Demand, DemandChange, Happening

LONGEST_WAIT = 7 * 24  # hours between telling the list and telling the public


class DemandProposalQuerySet(models.QuerySet["DemandProposal"]):
    def waiting(self) -> Self:
        """For a second person to look at."""
        return self.filter(change__isnull=True, sent_back__isnull=True)

    def returned(self) -> Self:
        """For who proposed it to mend or withdraw."""
        return self.filter(change__isnull=True, sent_back__isnull=False)

    def undecided(self) -> Self:
        return self.filter(change__isnull=True)


class DemandProposal(Happening):
    """A change of a demand as somebody proposes it. Readers see nothing of it; approved, it enters the ledger."""

    demand = models.ForeignKey(
        Demand, on_delete=models.CASCADE, related_name="proposals", verbose_name=_("demand"), editable=False
    )
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, editable=False, related_name="+"
    )
    proposed = models.DateTimeField(_("proposed"), editable=False)
    edition = models.PositiveSmallIntegerField(default=1, editable=False)
    sent_back = models.DateTimeField(_("sent back"), null=True, editable=False)
    sent_back_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, editable=False, related_name="+"
    )
    reason = models.TextField(_("why it was sent back"), max_length=1000, blank=True, editable=False)
    change = models.OneToOneField(
        DemandChange, on_delete=models.SET_NULL, null=True, editable=False, related_name="proposal"
    )

    objects = DemandProposalQuerySet.as_manager()

    NOT_PERSONAL = ("reason",)
    ROLES: ClassVar[dict] = {
        "Editor": ("view", "add", "change", "delete"),
        "Writer": ("view", "add", "change"),
        "Press desk": ("view",),
    }

    class Meta:
        verbose_name = _("proposed change of a demand")
        verbose_name_plural = _("proposed changes of demands")
        ordering = ["proposed", "pk"]

    @property
    def entered_at(self) -> datetime:
        return self.proposed

    @property
    def state(self) -> str:
        if self.change_id:
            return gettext("Approved")
        return gettext("Sent back") if self.sent_back else gettext("Waits for a second person")

    # -- verbs; each asks under a lock whether it still may

    def propose(self, *, at: datetime) -> None:
        """Puts it, new or mended, before a second person. It is checked as the ledger will check it."""
        with transaction.atomic():
            if not self._state.adding:
                self.edition = self.locked().edition + 1
            self.proposed, self.sent_back, self.sent_back_by, self.reason = at, None, None, ""
            self.full_clean()
            self.save()

    def withdraw(self) -> None:
        with transaction.atomic():
            self.locked().delete()

    def send_back(self, *, who: Any, reason: str, at: datetime) -> None:
        """Gives it back to who proposed it, who is told why."""
        with transaction.atomic():
            here = self.locked()
            here.refuse_own(who)
            here.sent_back, here.sent_back_by, here.reason = at, who, reason
            here.full_clean()
            here.save()

    def approve(self, *, who: Any, at: datetime, hours: int = 0, edition: int | None = None) -> DemandChange:
        """Enters it into the ledger. With `hours`, those on the list are told now and readers so much later."""
        from campaigns.mail import tell

        with transaction.atomic():
            here = self.locked()
            here.refuse_own(who)
            if edition not in (None, here.edition):
                raise ValidationError(gettext("The proposal was changed meanwhile. Read it again."))
            if here.sent_back:
                raise ValidationError(gettext("The proposal was sent back meanwhile."))
            change = here.demand.record(
                **{name: getattr(here, name) for name in here.FIELDS},
                who=who,
                proposed_by=here.proposed_by,
                at=at,
                known=at + timedelta(hours=hours),
            )
            here.change = change
            here.save(update_fields=["change"])
            if hours:
                tell(change, at)
        return change

    def locked(self) -> "DemandProposal":
        here = DemandProposal.objects.select_for_update().filter(pk=self.pk, change__isnull=True).first()
        if here is None:
            raise ValidationError(gettext("Somebody else approved or withdrew the proposal meanwhile."))
        return here

    def refuse_own(self, who: Any) -> None:
        if not self.may_be_decided_by(who):
            raise ValidationError(gettext("A second person decides on what you proposed."))

    def may_be_decided_by(self, who: Any) -> bool:
        return who.pk != self.proposed_by_id or not Organisation.current().two_people


def take_back(change: DemandChange, *, at: datetime) -> None:
    """Takes an approved change out of the ledger before readers have it; whoever was told is told of that.

    Its proposal waits again. From the moment `known` on the ledger refuses, and so does the database.
    """
    from campaigns.mail import tell_of_taking_back

    with transaction.atomic():
        here = DemandChange.objects.select_for_update().filter(pk=change.pk, known__gt=at).first()
        if here is None:
            raise ValidationError(gettext("The change is public, and stays. Record another one to mend it."))
        tell_of_taking_back(here, at)
        here.delete()


AGREED_FOR = timedelta(days=730)
ON_THE_LIST = Rule(
    _(
        "Partners whom we tell of a change before the public are on a list for two years after they agreed to "
        "it; then the entry is deleted, unless they agree anew."
    ),
    since="agreed",
    after=AGREED_FOR,
)


class ToldBeforehandQuerySet(models.QuerySet["ToldBeforehand"]):
    def of(self, work_id: int) -> Self:
        """Those who are told of this letter's demands, those on its own list first."""
        whose = Q(work=work_id) | Q(work__isnull=True)
        return self.filter(whose).order_by(F("work_id").asc(nulls_last=True), "pk")


class ToldBeforehand(models.Model):
    """A partner or a member of staff who is told of a change of a demand before the public is."""

    name = models.CharField(_("name"), max_length=200)
    email = models.EmailField(_("e-mail address"))
    language = models.CharField(
        _("language"), max_length=10, choices=settings.LANGUAGES, default="en", help_text=_("Of the mail.")
    )
    work = models.ForeignKey(
        Work,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="told_beforehand",
        verbose_name=_("letter"),
    )
    consent = models.CharField(
        _("where the agreement came from"),
        max_length=300,
        help_text=_("Such as: by e-mail to Anna, kept in the folder of partners."),
    )
    agreed = models.DateField(
        _("agreed on"),
        help_text=_("Two years after this day the entry is deleted. Enter a newer day when they agree anew."),
    )

    objects = ToldBeforehandQuerySet.as_manager()

    PERSONAL: ClassVar[dict] = {"name": ON_THE_LIST, "email": ON_THE_LIST, "consent": ON_THE_LIST}
    NOT_PERSONAL = ("language",)
    ROLES: ClassVar[dict] = {"Editor": ("view", "add", "change", "delete")}

    class Meta:
        verbose_name = _("person told beforehand")
        verbose_name_plural = _("people told beforehand")
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                "work",
                name="told_beforehand_once_per_letter",
                violation_error_message=_("This address is on the list of this letter already."),
            ),
            models.UniqueConstraint(
                Lower("email"),
                condition=Q(work__isnull=True),
                name="told_beforehand_once_for_all",
                violation_error_message=_("This address is on the list for all letters already."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        super().clean()
        if self.agreed and self.agreed > timezone.now().astimezone(zone()).date():
            raise ValidationError({"agreed": _("Enter the day they agreed. That day has not come yet.")})
