"""Demands, their wording in each language, and the ledger of what happened to them."""

import uuid
from datetime import date, datetime
from typing import Any, ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from advocacy.mail.models import Message
from advocacy.pictures.cards import look_again
from advocacy.publishing.models import Work, zone
from advocacy.publishing.rows import PlacedRow
from campaigns.models.officeholders import OfficeHolder


class DemandStatus(models.TextChoices):
    OPEN = "open", _("Open")
    PARTLY = "partly", _("Partly met")
    MET = "met", _("Met")
    REFUSED = "refused", _("Refused")
    OVERTAKEN = "overtaken", _("Overtaken")


class Demand(models.Model):
    """One numbered demand of a letter, whatever the language. Its ledger hangs here and is live by design."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    work = models.ForeignKey(Work, on_delete=models.CASCADE, related_name="demands", verbose_name=_("letter"))
    number = models.PositiveSmallIntegerField(
        _("number"), validators=[MinValueValidator(1), MaxValueValidator(99)]
    )
    last_checked = models.DateField(
        _("last checked"),
        null=True,
        blank=True,
        help_text=_("The day somebody last looked whether anything happened."),
    )

    PERSONAL: ClassVar[dict] = {}
    NOT_PERSONAL: ClassVar[tuple] = ()
    ROLES: ClassVar[dict] = {"Editor": ("view", "change"), "Writer": ("view",), "Press desk": ("view",)}

    class Meta:
        verbose_name = _("demand")
        verbose_name_plural = _("demands")
        ordering = ["work", "number"]
        constraints = [models.UniqueConstraint(fields=["work", "number"], name="demand_number")]

    def __str__(self) -> str:
        wording = self.wordings.first()
        return f"{self.number}. {wording.title}" if wording else str(self.number)

    def record(
        self,
        *,
        status: str,
        on: date,
        note: str,
        language: str = "en",
        who: Any = None,
        who_acted: str = "",
        addressee: OfficeHolder | None = None,
        source_url: str = "",
        source_title: str = "",
        proposed_by: Any = None,
        at: datetime | None = None,
        known: datetime | None = None,
    ) -> "DemandChange":
        """Enters what happened into the ledger. Raises ValidationError in sentences; entries never change.

        Readers have it at once, or from a moment `known` on that lies ahead.
        """
        at = at or timezone.now()
        change = DemandChange(
            demand=self,
            status=status,
            on=on,
            note=note,
            language=language,
            who=who,
            who_acted=who_acted,
            addressee=addressee,
            source_url=source_url,
            source_title=source_title,
            proposed_by=proposed_by,
            known=at,
        )
        change.full_clean()  # it has to have happened by now, whenever readers are told
        change.known = max(known or at, at)
        with transaction.atomic():
            change.save(force_insert=True)
            if change.known <= at:  # else readers would learn that somebody looked, and not what they found
                self.mark_checked(at)
        return change

    def mark_checked(self, at: datetime) -> None:
        """Notes that somebody looked at `at` whether anything happened. Recording a change is looking, too."""
        day = at.astimezone(zone()).date()
        earlier = Q(last_checked__isnull=True) | Q(last_checked__lt=day)
        if Demand.objects.filter(earlier, pk=self.pk).update(last_checked=day):
            self.last_checked = day

    @property
    def public_number(self) -> int | None:
        """The number under which a text of its letter was or will be public; it never changes from then on."""
        for card in self.work.versions.not_voided().values_list("card", flat=True):
            if str(self.uid) in card.get("demands", {}):
                return card["demands"][str(self.uid)]
        return None


class DemandWording(PlacedRow):
    """A demand's words in the language of one letter."""

    letter = models.ForeignKey("campaigns.Letter", on_delete=models.CASCADE, related_name="demands")
    demand = models.ForeignKey(Demand, on_delete=models.CASCADE, related_name="wordings", editable=False)
    label = models.CharField(
        _("short label"),
        max_length=12,
        help_text=_(
            "At most 12 characters. It names what is asked, such as “Recognition”, beside which “met” reads well."
        ),
    )
    title = models.CharField(_("demand in one line"), max_length=200)
    wording = models.TextField(_("wording"), blank=True, help_text=_("The demand as the letter puts it."))

    PERSONAL: ClassVar[dict] = {}
    NOT_PERSONAL = ("label", "title", "wording")

    class Meta(PlacedRow.Meta):
        verbose_name = _("demand")
        verbose_name_plural = _("demands")
        constraints = [models.UniqueConstraint(fields=["letter", "demand"], name="demand_wording_once")]

    def __str__(self) -> str:
        return f"{self.number}. {self.title}"

    @property
    def number(self) -> int:
        return self.demand.number

    @property
    def uid(self) -> uuid.UUID:
        """The key is the demand's own, so that restoring finds the demand and its ledger."""
        return self.demand.uid

    def moved_from(self, row: "DemandWording") -> None:
        """In a copy of the letter each demand begins anew, without the record of the first."""
        if self.letter.work_id != row.letter.work_id:
            self.demand = Demand.objects.create(work=self.letter.work, number=row.number)

    @classmethod
    def restored(cls, letter: Any, uid: str) -> "DemandWording":
        """The wording made anew on the demand it had: the ledger is still there."""
        return cls(letter=letter, demand=Demand.objects.get(uid=uid))


class Happening(models.Model):
    """What happened to a demand: what a proposal says, and what the ledger keeps of it."""

    FIELDS = ("status", "on", "note", "language", "who_acted", "addressee", "source_url", "source_title")

    status = models.CharField(_("status"), max_length=10, choices=DemandStatus)
    on = models.DateField(
        _("happened on"), help_text=_("The day it happened, not the day it is entered here.")
    )
    language = models.CharField(
        _("language of the note"), max_length=10, choices=settings.LANGUAGES, default="en"
    )
    note = models.TextField(
        _("what happened"), max_length=1000, help_text=_("One or two sentences that a reader can check.")
    )
    who_acted = models.CharField(
        _("who acted"), max_length=200, blank=True, help_text=_("Leave it empty where an addressee acted.")
    )
    addressee = models.ForeignKey(
        OfficeHolder,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("addressee"),
        help_text=_("The addressee it concerns. Leave it empty for all of them."),
    )
    source_url = models.URLField(_("source"), max_length=500, help_text=_("Where a reader can check it."))
    source_title = models.CharField(_("name of the source"), max_length=200, blank=True)

    PERSONAL: ClassVar[dict] = {}
    NOT_PERSONAL: ClassVar[tuple[str, ...]] = (
        "status",
        "language",
        "note",
        "who_acted",
        "source_url",
        "source_title",
    )

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.on}: {self.get_status_display()}"

    def clean(self) -> None:
        super().clean()
        if self.status == DemandStatus.OVERTAKEN and self.note and not self.note.strip():
            raise ValidationError({"note": _("Say what overtook the demand.")})
        if self.who_acted and self.addressee_id:
            raise ValidationError(
                {"who_acted": _("Either an addressee acted or somebody else. Choose one of the two.")}
            )
        if self.on and self.on > self.entered_at.astimezone(zone()).date():
            raise ValidationError({"on": _("Enter the day it happened. That day has not come yet.")})

    @property
    def entered_at(self) -> datetime:
        """The moment by which it has to have happened: a proposal and an entry of the ledger each say their own."""
        raise NotImplementedError


class DemandChange(Happening):
    """An entry of the ledger: what happened, who acted, where it can be read. Inserted only.

    Readers have it from the moment `known` on. While that lies ahead it can be taken back, and at no time changed.
    """

    demand = models.ForeignKey(
        Demand, on_delete=models.CASCADE, related_name="changes", verbose_name=_("demand")
    )
    known = models.DateTimeField(_("entered"), editable=False)
    who = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, editable=False, related_name="+"
    )
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, editable=False, related_name="+"
    )
    told = models.ManyToManyField(Message, editable=False, related_name="+")

    ROLES: ClassVar[dict] = {"Editor": ("view", "add"), "Writer": ("view",), "Press desk": ("view",)}

    class Meta:
        verbose_name = _("change of a demand")
        verbose_name_plural = _("changes of demands")
        ordering = ["on", "known", "pk"]
        indexes = [models.Index(fields=["on", "known"], name="demand_change_newest")]
        constraints = [
            models.CheckConstraint(
                condition=~Q(status="overtaken") | ~Q(note=""), name="demand_overtaken_needs_reason"
            )
        ]

    @property
    def entered_at(self) -> datetime:
        return self.known or timezone.now()

    @property
    def by_one_person(self) -> bool:
        """True where nobody but who proposed it approved it. What was imported names nobody."""
        return self.who_id is not None and self.proposed_by_id in (None, self.who_id)

    def save(self, *args: Any, **kwargs: Any) -> None:
        super().save(*args, **kwargs)
        look_again(self.demand.work_id, self.known)


class DemandChangeText(models.Model):
    """The note of an entry in another language."""

    change = models.ForeignKey(DemandChange, on_delete=models.CASCADE, related_name="texts")
    language = models.CharField(_("language"), max_length=10, choices=settings.LANGUAGES)
    note = models.TextField(_("what happened"), max_length=1000)

    PERSONAL: ClassVar[dict] = {}
    NOT_PERSONAL = ("language", "note")
    ROLES: ClassVar[dict] = {
        "Editor": ("view", "add", "change"),
        "Writer": ("view",),
        "Press desk": ("view",),
    }

    class Meta:
        verbose_name = _("note in another language")
        verbose_name_plural = _("notes in other languages")
        constraints = [models.UniqueConstraint(fields=["change", "language"], name="demand_change_text_once")]

    def __str__(self) -> str:
        return f"{self.language}: {self.note[:60]}"
