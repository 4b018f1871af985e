"""What is said, and to whom it is on its way."""

from datetime import datetime, timedelta
from email.charset import QP, Charset
from email.utils import format_datetime
from typing import Any, Self

from django.core.mail import EmailMultiAlternatives
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from advocacy.mail.words import check_headers
from advocacy.privacy.rules import Rule
from advocacy.worker.claims import Due, DueRows

# Servers need not take more (RFC 6152), and of Django's backend nobody hears whether this one does.
SEVEN_BITS = Charset("utf-8")
SEVEN_BITS.body_encoding = QP


class Message(models.Model):
    """What is said, once, however many people it goes to."""

    purpose = models.SlugField(
        _("purpose"), max_length=60, help_text=_("What this mail is for, in a word or two.")
    )
    subject = models.CharField(_("subject"), max_length=255)
    text = models.TextField(_("text"))
    html = models.TextField(_("formatted text"), blank=True)
    language = models.CharField(_("language"), max_length=10)
    sender = models.CharField(_("sender's address"), max_length=254)
    sender_name = models.CharField(_("sender's name"), max_length=255, blank=True)
    reply_to = models.CharField(
        _("answers go to"), max_length=254, blank=True, help_text=_("Where answers go, if not to the sender.")
    )
    headers = models.JSONField(_("headers"), default=dict, blank=True, validators=[check_headers])
    private = models.BooleanField(
        _("private"),
        default=False,
        help_text=_(
            "The text holds a key, such as a link that sets a password. It is erased once it is sent."
        ),
    )
    created = models.DateTimeField(_("written"))
    mailing = models.ForeignKey(
        "mail.Mailing",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="messages",
        verbose_name=_("mailing"),
    )
    versions = models.ManyToManyField(
        "publishing.Version",
        blank=True,
        related_name="+",
        verbose_name=_("texts it showed"),
        help_text=_("So that a correction reaches those who had the text."),
    )

    ERASED = Rule(
        _("Messages that the site has sent are deleted 30 days after it sent them or gave up."),
        since="created",
        after=timedelta(days=30),
        only=Q(
            deliveries__isnull=True
        ),  # each delivery waits for its own date, and the message for the last of them
    )
    PERSONAL = dict.fromkeys(["subject", "text", "html", "reply_to", "headers"], ERASED)
    NOT_PERSONAL = ("purpose", "language", "sender", "sender_name")

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ["-created", "-pk"]
        indexes = [models.Index(fields=["-created", "-id"], name="mail_message_created")]

    def __str__(self) -> str:
        return self.subject

    def from_header(self) -> str:
        if not self.sender_name:
            return self.sender
        name = self.sender_name.replace("\\", "").replace('"', "'")
        return f'"{name}" <{self.sender}>'

    def shows_what_is_gone(self, at: datetime) -> bool:
        """True where a text that it shows was withdrawn or barred since, or is not going to be public any more."""
        return self.versions.gone(at).exists()

    def erase_words(self) -> None:
        """Forget the text of a private message once all are sent; one that is stuck may be sent again."""
        unsent = [state for state in Delivery.State if state != Delivery.State.SENT]
        private = Message.objects.filter(pk=self.pk, private=True)
        private.exclude(deliveries__state__in=unsent).update(text="", html="")


class DeliveryRows(DueRows):
    def urgent(self) -> Self:
        """What never waits behind a mailing: mail to one person about one thing."""
        return self.filter(mailing__isnull=True)

    def queued(self) -> Self:
        return self.filter(state=Delivery.State.QUEUED)

    def settled(self) -> Self:
        """Deliveries about which nothing more is done."""
        return self.exclude(state=Delivery.State.QUEUED)

    def had(self) -> Self:
        """Deliveries whose text a person has, or may have."""
        return self.filter(state__in=[Delivery.State.SENT, Delivery.State.UNCERTAIN])


class Delivery(Due):
    """A message on its way to one address. Its Message-ID is made once, so that a mail sent twice shows.

    In a mailing it names the subscriber and no address: whoever is erased there is erased here too.
    """

    class State(models.TextChoices):
        QUEUED = "queued", _("Waiting to be sent")
        SENT = "sent", _("Sent")
        REFUSED = "refused", _("Refused by the other side")
        FAILED = "failed", _("Given up")
        UNCERTAIN = "uncertain", _("May have arrived")  # the server took the text and fell silent, twice
        BOUNCED = "bounced", _("Came back")
        COMPLAINED = "complained", _("Reported as unwanted")
        LEFT_OUT = "left_out", _("Left out: unsubscribed before its turn")
        CANCELLED = "cancelled", _("Cancelled")

    message = models.ForeignKey(
        Message, on_delete=models.CASCADE, related_name="deliveries", verbose_name=_("message")
    )
    recipient = models.CharField(_("recipient"), max_length=254, blank=True)
    mailing = models.ForeignKey(
        "mail.Mailing",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        db_index=False,  # the indexes below begin with it
        related_name="deliveries",
        verbose_name=_("mailing"),
    )
    subscriber = models.ForeignKey(
        "subscribers.Subscriber",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("subscriber"),
    )
    domain = models.CharField(_("domain"), max_length=254, blank=True)
    mail_id = models.CharField(_("Message-ID"), max_length=320, unique=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.QUEUED)
    tried = models.DateTimeField(_("last tried"), null=True, blank=True)
    cuts = models.PositiveSmallIntegerField(
        _("times cut off"),
        default=0,
        help_text=_("How often the server had the whole mail and did not say whether it took it."),
    )
    settled_at = models.DateTimeField(_("sent or given up"), null=True, blank=True)

    objects = DeliveryRows.as_manager()

    ERASED = Rule(
        _("The address that a message went to is deleted 30 days after the site sent it or gave up."),
        since="settled_at",
        after=timedelta(days=30),
        only=Q(mailing__isnull=True),
    )
    KEPT_A_YEAR = Rule(
        _(
            "Which subscriber was sent which bulletin is kept for a year, so that a correction reaches whoever "
            "had the text, and then deleted."
        ),
        since="settled_at",
        after=timedelta(days=365),
        only=Q(mailing__isnull=False),
    )
    EMPTIED = Rule(
        _("What a mail server answered about a bulletin to one person is deleted after 30 days."),
        since="settled_at",
        after=timedelta(days=30),
        blank={"domain": "", "last_error": ""},  # servers repeat the address in what they answer
        only=Q(mailing__isnull=False),
    )
    PERSONAL = {
        "recipient": ERASED,
        "subscriber": KEPT_A_YEAR,
        "domain": EMPTIED,
        "last_error": EMPTIED,
    }
    NOT_PERSONAL = ("mail_id",)

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        indexes = [
            # Two queues: what is urgent is found without passing over a mailing, and each mailing by itself.
            models.Index(
                fields=["due"],
                condition=Q(due__isnull=False, mailing__isnull=True),
                name="mail_delivery_due",
            ),
            models.Index(
                fields=["mailing", "due", "id", "domain"],
                condition=Q(due__isnull=False, mailing__isnull=False),
                name="mail_delivery_mailing_due",
            ),
            models.Index(fields=["mailing", "state", "settled_at"], name="mail_delivery_mailing_state"),
            models.Index(
                fields=["tried", "domain"], condition=Q(tried__isnull=False), name="mail_delivery_tried"
            ),
            models.Index(fields=["settled_at"], name="mail_delivery_settled"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["message", "recipient"],
                condition=Q(mailing__isnull=True),
                name="mail_delivery_once_each",
            ),
            models.UniqueConstraint(fields=["mailing", "subscriber"], name="mail_delivery_once_a_mailing"),
            models.CheckConstraint(
                condition=Q(mailing__isnull=False) | ~Q(recipient=""), name="mail_delivery_has_recipient"
            ),
            models.CheckConstraint(
                condition=Q(state="queued", due__isnull=False, settled_at__isnull=True)
                | (~Q(state="queued") & Q(due__isnull=True, settled_at__isnull=False)),
                name="mail_delivery_queued_or_settled",
            ),
        ]

    def __str__(self) -> str:
        return self.recipient or self.mail_id

    @property
    def address(self) -> str:
        """Where it goes, or went; empty where a subscriber is erased."""
        return self.subscriber.email if self.subscriber else self.recipient

    @property
    def is_untold(self) -> bool:
        """True where its person has not a word of a mailing: what it says may have been withdrawn before their turn."""
        unsent = (self.State.QUEUED, self.State.LEFT_OUT, self.State.CANCELLED)
        return self.mailing_id is not None and self.state in unsent

    def email(self) -> EmailMultiAlternatives:
        """The mail as it goes out, the same on every attempt but for what the servers add."""
        message = self.message
        check_headers(message.headers)
        email = EmailMultiAlternatives(
            subject=message.subject,
            body=message.text,
            from_email=message.from_header(),
            to=[self.recipient],
            reply_to=[message.reply_to] if message.reply_to else None,
            headers={
                **message.headers,
                "Message-ID": self.mail_id,
                "Date": format_datetime(message.created),
                "Content-Language": message.language,
            },
        )
        email.encoding = SEVEN_BITS
        if message.html:
            email.attach_alternative(message.html, "text/html")
        return email

    def settle(self, **outcome: Any) -> bool:
        written = super().settle(**outcome)
        if outcome.get("last_error"):
            self.keep_no_answer_about_the_erased()
        return written

    def keep_no_answer_about_the_erased(self) -> None:
        """Servers repeat an address in what they answer, and its owner may have been erased meanwhile."""
        rows = Delivery.objects.filter(pk=self.pk, mailing__isnull=False, subscriber__isnull=True)
        rows.update(last_error="")

    def settle_as(self, state: State, *, at: datetime, error: str = "") -> bool:
        """Write how it ended, if the claim is still mine.

        Where the server had the whole mail before and fell silent, nothing is certain but that it was sent.
        """
        if self.cuts and state != self.State.SENT:
            state = self.State.UNCERTAIN
        return self.settle(state=state, settled_at=at, last_error=error)

    def put_off(self, *, until: datetime, error: str) -> bool:
        """Try again at that moment, if the claim is still mine."""
        return self.settle(due=until, last_error=error, cuts=self.cuts)

    def send_again(self, at: datetime) -> bool:
        """Queue a mail that was given up or refused once more; False if it is neither.

        What belongs to a mailing is sent again from the mailing's page.
        """
        stuck = Delivery.objects.urgent().filter(
            pk=self.pk, state__in=[self.State.FAILED, self.State.REFUSED]
        )
        return bool(stuck.update(**self.queued_anew(at)))

    def send_once_more(self, at: datetime, *, mail_id: str) -> bool:
        """Queue a mailing's mail once more, whatever became of it; False if it waits already."""
        had = self.state in (self.State.SENT, self.State.UNCERTAIN)
        settled = Delivery.objects.settled().filter(pk=self.pk)
        # Whatever becomes of the second mail, the first may lie in their mailbox.
        return bool(settled.update(**self.queued_anew(at), mail_id=mail_id, cuts=int(had)))

    @classmethod
    def queued_anew(cls, at: datetime) -> dict[str, Any]:
        """The columns of a delivery that is about to begin anew."""
        return {"state": cls.State.QUEUED, "due": at, "attempts": 0, "settled_at": None, "claim": None}
