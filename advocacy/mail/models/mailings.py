"""One text on its way to many subscribers, from the moment it is due until the last mail is recorded."""

from collections.abc import Collection
from datetime import datetime
from typing import Any, ClassVar, Self

from django.db import models, transaction
from django.db.models import Count, Exists, OuterRef, Q, Subquery
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from advocacy.mail.models.messages import Delivery, Message
from advocacy.subscribers.models import Subscriber
from advocacy.subscribers.models.suppressions import normal

# More refusals than this, and they are no longer about single addresses: something is wrong with the list, or with
# how the sender is seen. Going on would only make it worse.
HIGHEST_REFUSED = 0.05
FEWEST_REFUSED = 10


class MailingRows(models.QuerySet["Mailing"]):
    def to_prepare(self, at: datetime) -> Self:
        """Whose moment has come and whose rows are not all there yet.

        Where another one of the work was cancelled, it is cleared away first: until then nobody knows who had that.
        """
        early = [Mailing.State.WAITING, Mailing.State.PREPARING]
        unclear = Mailing.objects.to_clear().filter(work=OuterRef("work"))
        return self.filter(~Exists(unclear), state__in=early, starts__lte=at).order_by("starts", "pk")

    def to_clear(self) -> Self:
        """Those that were cancelled and may have left mails waiting."""
        return self.filter(state=Mailing.State.CANCELLED, finished__isnull=True)

    def sending(self) -> Self:
        return self.filter(state=Mailing.State.SENDING).order_by("starts", "pk")

    def titled(self) -> Self:
        """Each with `title`, that of its work's first text at the desk, as staff know it."""
        from advocacy.publishing.models import Publication

        texts = Publication.objects.filter(work=OuterRef("work")).order_by("pk")
        return self.annotate(title=Subquery(texts.values("title")[:1]))

    def under_way(self) -> Self:
        """Those that staff may still have to do something about."""
        return self.exclude(state__in=[Mailing.State.CANCELLED, Mailing.State.DONE])


class Mailing(models.Model):
    """One sending of a work to many. The worker prepares it when its moment has come, and sends it."""

    class Purpose(models.TextChoices):
        BULLETIN = "bulletin", _("Bulletin")
        CORRECTION = "correction", _("Correction")

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting for its moment")
        PREPARING = "preparing", _("Being prepared")
        SENDING = "sending", _("Being sent")
        PAUSED = "paused", _("Paused")
        CANCELLED = "cancelled", _("Cancelled")
        DONE = "done", _("Sent")

    work = models.ForeignKey(
        "publishing.Work", on_delete=models.CASCADE, related_name="mailings", verbose_name=_("work")
    )
    purpose = models.CharField(_("purpose"), max_length=10, choices=Purpose)
    corrects = models.ForeignKey(
        "publishing.Version",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("corrected text"),
        help_text=_("The version that corrects the earlier ones. Who was sent one of those gets this mail."),
    )
    topics = models.ManyToManyField(
        "subscribers.Topic",
        blank=True,
        related_name="+",
        verbose_name=_("topics"),
        help_text=_("Who chose one of these gets it, and who chose none. Without topics everybody gets it."),
    )
    starts = models.DateTimeField(_("starts"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WAITING)
    reason = models.TextField(_("reason"), blank=True)  # why it is paused, or what it waits for
    cursor = models.BigIntegerField(default=0, editable=False)  # the last subscriber who was looked at
    recipients = models.PositiveIntegerField(_("recipients"), default=0, editable=False)
    prepared = models.DateTimeField(_("sending began"), null=True, editable=False)
    watched_from = models.DateTimeField(null=True, editable=False)  # refusals count from here on
    finished = models.DateTimeField(_("finished"), null=True, editable=False)

    objects = MailingRows.as_manager()

    PERSONAL: ClassVar[dict] = {}
    NOT_PERSONAL = ("reason",)
    ROLES: ClassVar[dict] = {"Editor": ("view", "add", "change", "delete"), "Press desk": ("view",)}

    class Meta:
        verbose_name = _("mailing")
        verbose_name_plural = _("mailings")
        ordering = ["-starts", "-pk"]
        indexes = [models.Index(fields=["state", "starts"], name="mail_mailing_state")]
        constraints = [
            models.CheckConstraint(
                condition=Q(purpose="bulletin", corrects__isnull=True)
                | Q(purpose="correction", corrects__isnull=False),
                name="mail_mailing_corrects_something",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["sending", "done"]) | Q(prepared__isnull=False),
                name="mail_mailing_sent_when_prepared",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.work}, {self.get_purpose_display()}"

    # -- who gets it

    def to_whom(self) -> models.QuerySet[Subscriber]:
        """Who receives it as things stand: nobody who has it from another mailing, or will get it from one."""
        receiving = Subscriber.objects.receiving()
        if self.purpose == self.Purpose.CORRECTION:
            return self._without_those_served(receiving.filter(Exists(self._had_an_earlier_version())))
        topics = list(self.topics.values_list("pk", flat=True))
        return self._without_those_served(receiving.hearing_of(topics) if topics else receiving)

    def _had_an_earlier_version(self) -> models.QuerySet[Delivery]:
        earlier = {
            "message__versions__publication": self.corrects.publication_id,
            "message__versions__number__lt": self.corrects.number,
        }
        # To whom it is on its way still, they will have it too; those of a cancelled mailing who do are told then.
        waiting = Delivery.objects.queued().exclude(mailing__state=self.State.CANCELLED)
        rows = Delivery.objects.had() | waiting
        return rows.filter(subscriber=OuterRef("pk"), **earlier)

    def _without_those_served(self, subscribers: models.QuerySet[Subscriber]) -> models.QuerySet[Subscriber]:
        alike = Mailing.objects.filter(work=self.work_id, purpose=self.purpose, corrects=self.corrects_id)
        twins = list(alike.exclude(pk=self.pk).values_list("pk", flat=True))
        served = (Delivery.objects.had() | Delivery.objects.queued()).filter(
            mailing__in=twins, subscriber=OuterRef("pk")
        )
        return subscribers.exclude(Exists(served)) if twins else subscribers

    # -- verbs: each is one statement on the row as it stands, so that staff and worker never undo one another

    def begin_preparing(self) -> bool:
        """False where it was paused or cancelled meanwhile, or stands further on."""
        early = [self.State.WAITING, self.State.PREPARING]
        return self._become(self.State.PREPARING, instead_of=early)

    def pause(self, reason: str = "") -> bool:
        """Nothing more goes out until it is resumed; False where there is nothing to pause."""
        active = [self.State.WAITING, self.State.PREPARING, self.State.SENDING]
        return self._become(self.State.PAUSED, instead_of=active, reason=reason)

    def resume(self, at: datetime) -> bool:
        """Goes on where it stood; refusals are counted anew. False where it is not paused."""
        paused = [self.State.PAUSED]
        if self._become(
            self.State.SENDING, instead_of=paused, only=Q(prepared__isnull=False), watched_from=at
        ):
            return True
        return self._become(self.State.WAITING, instead_of=paused, only=Q(prepared__isnull=True))

    def cancel(self) -> bool:
        """What has not gone out never will; False where it is sent or cancelled already."""
        active = [each for each in self.State if each not in ENDED]
        # It may have been sent whole before, and mails be sent once more: the worker has to clear those away.
        return self._become(self.State.CANCELLED, instead_of=active, finished=None)

    def finish(self, at: datetime) -> bool:
        """Everybody's mail is recorded. False where one waits: somebody may have asked for it at this moment."""
        with transaction.atomic():
            mailing = self.locked()
            done = not mailing.deliveries.queued().exists() and mailing._become(
                self.State.DONE, instead_of=[self.State.SENDING], finished=mailing.finished or at
            )
            if done:
                mailing.have_corrections_follow()
        self.refresh_from_db()
        return done

    def have_corrections_follow(self) -> None:
        """Who was sent a text after its correction was told is told of it too: that mailing looks for them once more."""
        shown = Message.versions.through.objects.filter(message__mailing=self.pk)
        publications = shown.order_by().values("version__publication")
        for told in Mailing.objects.filter(state=self.State.DONE, corrects__publication__in=publications):
            theirs = told.deliveries.filter(subscriber=OuterRef("pk"))
            if told.to_whom().exclude(Exists(theirs)).exists():
                told._become(self.State.PREPARING, instead_of=[self.State.DONE], cursor=0)

    def _become(
        self, state: "Mailing.State", *, instead_of: Collection[str], only: Q | None = None, **given: Any
    ) -> bool:
        rows = Mailing.objects.filter(only or Q(), pk=self.pk, state__in=instead_of)
        done = rows.update(state=state, **{"reason": "", **given})
        self.refresh_from_db()
        return bool(done)

    def stop_where_many_are_refused(self) -> bool:
        """Pauses it when too many mails are refused or come back; says whether it did."""
        counted = self.counts(since=self.watched_from)
        refused = counted.get(Delivery.State.REFUSED, 0) + counted.get(Delivery.State.BOUNCED, 0)
        if refused < FEWEST_REFUSED or refused <= HIGHEST_REFUSED * sum(counted.values()):
            return False
        return self.pause(
            gettext(
                "%(refused)d of %(count)d mails were refused or came back. Read what the mail servers answered, "
                "and resume once the cause is mended."
            )
            % {"refused": refused, "count": sum(counted.values())}
        )

    def stop_where_texts_are_gone(self, at: datetime) -> bool:
        """Pauses it when readers may not have any more what it shows; says whether it did."""
        reason = self.what_is_gone(at)
        return bool(reason) and self.pause(reason)

    def what_is_gone(self, at: datetime) -> str:
        """A sentence for staff where its words show what was withdrawn or barred since."""
        gone = self.texts_gone(at)
        words = gettext(
            "The mail shows what is not public any more: %(titles)s. Cancel it, or publish that again."
        )
        return words % {"titles": ", ".join(gone)} if gone else ""

    def texts_gone(self, at: datetime) -> list[str]:
        """Titles of the texts in its words that were withdrawn or barred since."""
        from advocacy.publishing.models import Version

        shown = Message.versions.through.objects.filter(message__mailing=self.pk).values("version")
        gone = Version.objects.filter(pk__in=shown).gone(max(at, self.prepared or at))
        return list(gone.order_by("pk").values_list("title", flat=True))

    def counts(self, since: datetime | None = None) -> dict[str, int]:
        """How many deliveries are in each state; with `since` those that were settled from then on."""
        rows = self.deliveries.filter(settled_at__gte=since) if since else self.deliveries.all()
        return dict(rows.order_by().values_list("state").annotate(Count("pk")))

    def send_to(self, address: str, at: datetime) -> bool:
        """Sends it (once more) to one address, in place of what became of it there before.

        False where the address is no subscriber's who receives, where a mail to it waits already, or where the
        mailing has not gone out or shows what is not public any more. A second mail has a Message-ID of its own: the same one might be dropped on arrival.
        """
        from advocacy.mail.outbox import another_mail_id
        from advocacy.mail.preparing import add_one

        with transaction.atomic():
            mailing = self.locked()
            subscriber = Subscriber.objects.receiving().filter(email=normal(address)).first()
            if subscriber is None or not mailing.may_be_sent_again(at):
                return False
            before = self.deliveries.filter(subscriber=subscriber).first()
            if before is None:
                add_one(mailing, subscriber, at)
            elif not before.send_once_more(at, mail_id=another_mail_id(before.mail_id)):
                return False
            mailing._become(self.State.SENDING, instead_of=[self.State.DONE])
        self.refresh_from_db()
        return True

    def may_be_sent_again(self, at: datetime) -> bool:
        """Whether it went out, and its words are still there and may still be read."""
        went_out = self.state in (self.State.SENDING, self.State.DONE)
        return went_out and self.messages.exists() and not self.texts_gone(at)

    def send_to_the_refused(self, at: datetime) -> int:
        """Tries those again who were refused or given up and still receive; says how many they are.

        Whose address does not exist is suppressed and no longer receives: the others were refused for the sake of
        the sender, or of the day.
        """
        with transaction.atomic():
            mailing = self.locked()
            if not mailing.may_be_sent_again(at):
                return 0
            receives = Subscriber.objects.receiving().filter(pk=OuterRef("subscriber"))
            count = self.refused().filter(Exists(receives)).update(**Delivery.queued_anew(at))
            if count:
                mailing._become(self.State.SENDING, instead_of=[self.State.DONE], watched_from=at)
        self.refresh_from_db()
        return count

    def locked(self) -> Self:
        """The row as it stands, held until the caller's transaction ends."""
        return type(self).objects.select_for_update().get(pk=self.pk)

    def refused(self) -> models.QuerySet[Delivery]:
        return self.deliveries.filter(state__in=[Delivery.State.REFUSED, Delivery.State.FAILED])


ENDED = (Mailing.State.CANCELLED, Mailing.State.DONE)
