import re

from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from advocacy.mail.models import CaughtMail, Delivery, Message

LINK = re.compile(r"""(https?://[^\s<>"]*[^\s<>".,;:!?)\]])""")


class ReadOnly:
    """Rows that the site writes and staff read."""

    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


def as_read(text: str) -> str:
    """A plain text as it was written, with its links to follow."""
    pieces = (
        (format_html('<a href="{0}" rel="noreferrer">{0}</a>', piece) if LINK.fullmatch(piece) else piece,)
        for piece in LINK.split(text)
    )
    return format_html('<pre class="mail-text" dir="auto">{}</pre>', format_html_join("", "{}", pieces))


class DeliveryInline(ReadOnly, admin.TabularInline):
    model = Delivery
    fields = ["recipient", "state", "due", "attempts", "settled_at", "last_error", "mail_id"]
    extra = 0


@admin.register(Message)
class MessageAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["subject", "purpose", "language", "created"]
    list_filter = ["purpose", "language"]
    search_fields = ["purpose", "subject", "deliveries__recipient"]
    search_help_text = _("Search by purpose, subject or recipient.")
    date_hierarchy = "created"
    fieldsets = [
        (
            None,
            {
                "fields": ["subject", "purpose", "language", "created", "from_whom", "reply_to", "words"],
                "description": _(
                    "The site wrote this message itself. It can be read here until 30 days after it was sent."
                ),
            },
        ),
        (_("For technicians"), {"classes": ["collapse"], "fields": ["headers", "formatted"]}),
    ]

    def get_inlines(self, request, message):
        """A mailing goes to thousands: what became of it stands on its own page."""
        return [] if message is None or message.mailing_id else [DeliveryInline]

    @admin.display(description=_("from"))
    def from_whom(self, message):
        return message.from_header()

    @admin.display(description=_("text"))
    def words(self, message):
        if message.private:
            return _("The text holds a key for its recipient alone. It is not shown here.")
        return as_read(message.text)

    @admin.display(description=_("formatted text, source"))
    def formatted(self, message):
        if message.private or not message.html:
            return _("There is none to show.")
        return format_html('<pre class="mail-text" dir="auto">{}</pre>', message.html)


@admin.register(Delivery)
class DeliveryAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["recipient", "subject", "purpose", "state", "due", "attempts", "settled_at"]
    list_filter = ["state", "message__purpose"]
    list_select_related = ["message"]
    search_fields = ["recipient", "message__purpose", "message__subject", "mail_id"]
    search_help_text = _("Search by recipient, purpose, subject or Message-ID.")
    ordering = ["-pk"]
    actions = ["send_again"]
    fieldsets = [
        (
            None,
            {
                "fields": [
                    "recipient",
                    "message",
                    "state",
                    "due",
                    "attempts",
                    "settled_at",
                    "last_error",
                    "mail_id",
                ],
                "description": _(
                    "A mail that could not be sent is tried again for about a day, then given up. Once the "
                    "cause is mended, tick it in the list of deliveries and choose “Send again now”."
                ),
            },
        ),
    ]

    def get_queryset(self, request):
        return super().get_queryset(request).urgent()

    @admin.display(description=_("subject"), ordering="message__subject")
    def subject(self, delivery):
        return delivery.message.subject

    @admin.display(description=_("purpose"), ordering="message__purpose")
    def purpose(self, delivery):
        return delivery.message.purpose

    def has_send_again_permission(self, request):
        return request.user.has_perm("mail.change_delivery")

    @admin.action(description=_("Send again now"), permissions=["send_again"])
    def send_again(self, request, deliveries):
        at = timezone.now()
        queued = sum(delivery.send_again(at) for delivery in deliveries)
        passed = len(deliveries) - queued
        if queued:
            told = ngettext(
                "%(count)d mail is in the outbox again.", "%(count)d mails are in the outbox again.", queued
            )
            self.message_user(request, told % {"count": queued}, messages.SUCCESS)
        if passed:
            told = ngettext(
                "%(count)d mail was left alone, because it is sent or still waiting.",
                "%(count)d mails were left alone, because they are sent or still waiting.",
                passed,
            )
            self.message_user(request, told % {"count": passed}, messages.WARNING)


class CaughtMailAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["subject", "recipients", "sender", "received"]
    search_fields = ["subject", "recipients", "text"]
    search_help_text = _("Search by subject, recipient or text.")
    fieldsets = [
        (
            None,
            {
                "fields": ["subject", "recipients", "sender", "received", "words", "look"],
                "description": _(
                    "This mail was caught on this machine and went to nobody. It is kept for seven days."
                ),
            },
        ),
        (_("For technicians"), {"classes": ["collapse"], "fields": ["headers", "source"]}),
    ]

    def has_module_permission(self, request):
        return self.has_view_permission(request)

    def has_view_permission(self, request, obj=None):
        """On a developer's machine everybody on the staff: what was caught there went to nobody."""
        return settings.DEBUG or super().has_view_permission(request, obj)

    @admin.display(description=_("text"))
    def words(self, mail):
        return as_read(mail.text)

    @admin.display(description=_("formatted text"))
    def look(self, mail):
        if not mail.html:
            return _("This mail has a plain text only.")
        address = reverse("admin:mail_caughtmail_html", args=[mail.pk])
        return format_html('<a href="{}">{}</a>', address, _("See the mail as its reader does"))

    @admin.display(description=_("source"))
    def source(self, mail):
        return format_html('<pre class="mail-text">{}</pre>', bytes(mail.raw).decode("utf-8", "replace"))

    def get_urls(self):
        page = path("<int:pk>/html/", self.admin_site.admin_view(self.html_view), name="mail_caughtmail_html")
        return [page, *super().get_urls()]

    def html_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The mail's own HTML, which anyone may have written: nothing in it may run, load or act."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        response = HttpResponse(get_object_or_404(CaughtMail, pk=pk).html)
        response["Content-Security-Policy"] = (
            "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'; "
            "base-uri 'none'; frame-ancestors 'none'; sandbox allow-popups allow-popups-to-escape-sandbox"
        )
        return response


if settings.CATCH_MAIL:
    admin.site.register(CaughtMail, CaughtMailAdmin)
