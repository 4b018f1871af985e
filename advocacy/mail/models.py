from datetime import datetime, timedelta
from email.utils import format_datetime

from django.core.mail import EmailMultiAlternatives
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from advocacy.mail.words import check_headers
from advocacy.privacy.rules import Rule
from advocacy.worker.claims import Due, DueRows


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

    def erase_words(self) -> None:
        """Forget the text of a private message once all are sent; one that is stuck may be sent again."""
        unsent = [state for state in Delivery.State if state != Delivery.State.SENT]
        private = Message.objects.filter(pk=self.pk, private=True)
        private.exclude(deliveries__state__in=unsent).update(text="", html="")


class DeliveryRows(DueRows):
    def settled(self):
        """Deliveries about which nothing more is done."""
        return self.exclude(state=Delivery.State.QUEUED)


class Delivery(Due):
    """A message on its way to one address. Its Message-ID is made once, so that a mail sent twice shows."""

    class State(models.TextChoices):
        QUEUED = "queued", _("Waiting to be sent")
        SENT = "sent", _("Sent")
        REFUSED = "refused", _("Refused by the other side")
        FAILED = "failed", _("Given up")

    message = models.ForeignKey(
        Message, on_delete=models.CASCADE, related_name="deliveries", verbose_name=_("message")
    )
    recipient = models.CharField(_("recipient"), max_length=254)
    mail_id = models.CharField(_("Message-ID"), max_length=320, unique=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.QUEUED)
    settled_at = models.DateTimeField(_("sent or given up"), null=True, blank=True)

    objects = DeliveryRows.as_manager()

    ERASED = Rule(
        _("The address that a message went to is deleted 30 days after the site sent it or gave up."),
        since="settled_at",
        after=timedelta(days=30),
    )
    PERSONAL = {"recipient": ERASED, "last_error": ERASED}  # servers repeat the address in what they answer
    NOT_PERSONAL = ("mail_id",)

    class Meta(Due.Meta):
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        indexes = [
            *Due.Meta.indexes,
            models.Index(fields=["settled_at"], name="mail_delivery_settled"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["message", "recipient"], name="mail_delivery_once_each"),
            models.CheckConstraint(
                condition=Q(state="queued", due__isnull=False, settled_at__isnull=True)
                | (~Q(state="queued") & Q(due__isnull=True, settled_at__isnull=False)),
                name="mail_delivery_queued_or_settled",
            ),
        ]

    def __str__(self) -> str:
        return self.recipient

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
        if message.html:
            email.attach_alternative(message.html, "text/html")
        return email

    def settle_as(self, state: State, *, at: datetime, error: str = "") -> bool:
        """Write how it ended, if the claim is still mine."""
        return self.settle(state=state, settled_at=at, last_error=error)

    def put_off(self, *, until: datetime, error: str) -> bool:
        """Try again at that moment, if the claim is still mine."""
        return self.settle(due=until, last_error=error)

    def send_again(self, at: datetime) -> bool:
        """Queue a mail that was given up or refused once more; False if it is neither."""
        stuck = Delivery.objects.filter(pk=self.pk, state__in=[self.State.FAILED, self.State.REFUSED])
        return bool(stuck.update(state=self.State.QUEUED, due=at, attempts=0, settled_at=None, claim=None))


class CaughtMail(models.Model):
    """A mail that the catcher took in on a developer's machine, where nothing leaves the house."""

    recipients = models.TextField(_("to"))
    sender = models.TextField(_("from"), blank=True)
    subject = models.TextField(_("subject"), blank=True)
    text = models.TextField(_("text"), blank=True)
    html = models.TextField(_("formatted text"), blank=True)
    headers = models.TextField(_("headers"), blank=True)
    raw = models.BinaryField(_("source"))
    received = models.DateTimeField(_("received"), db_index=True)

    ERASED = Rule(
        _("Mail that is caught on a developer's machine is deleted after seven days."),
        since="received",
        after=timedelta(days=7),
    )
    PERSONAL = dict.fromkeys(["recipients", "sender", "subject", "text", "html", "headers", "raw"], ERASED)

    class Meta:
        verbose_name = _("caught mail")
        verbose_name_plural = _("caught mail")
        ordering = ["-received", "-pk"]

    def __str__(self) -> str:
        return self.subject or str(_("(no subject)"))
