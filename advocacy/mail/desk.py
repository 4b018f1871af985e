"""What the first page of the admin says of mail: a mailbox that can't be read, and mailings that are under way."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from advocacy.mail.admin.mailings import progress_of
from advocacy.mail.models import Mailing, ReadMailbox
from advocacy.site.desk import ROWS, Cell, Link, Part, Row, change_url, may


def desk_parts(user: Any, at: datetime) -> list[Part]:
    return [*mailbox(user), *mailings(user)]


def mailbox(user: Any) -> list[Part]:
    """To those who can mend it: mail that comes back is not being read."""
    box = settings.BOUNCE_MAILBOX
    if box is None or not user.has_perm("mail.view_readmailbox"):
        return []
    failing = ReadMailbox.objects.filter(name=box.name).exclude(last_error="").first()
    if failing is None:
        return []
    words = _("The mailbox for mail that comes back can't be read, and is tried again: %(error)s")
    row = Row(cells=(words % {"error": failing.last_error},), when=failing.read)
    return [Part(title=_("Mail"), order=6, rows=[row])]


def mailings(user: Any) -> list[Part]:
    """Those under way, and those that wait for somebody."""
    if not may(user, Mailing, "view"):
        return []
    rows = [
        row_of(mailing) for mailing in Mailing.objects.under_way().titled().order_by("starts", "pk")[:ROWS]
    ]
    link = Link(_("All mailings"), reverse("admin:mail_mailing_changelist"))
    return [Part(title=_("Mailings under way"), order=20, link=link, rows=rows)] if rows else []


def row_of(mailing: Mailing) -> Row:
    """Red where it stands still: nobody gets it until somebody acts."""
    progress = progress_of(mailing, mailing.counts())
    state = str(mailing.get_state_display())
    if progress:
        state = _("%(state)s, %(done)d of %(total)d") % {"state": state, **progress}
    return Row(
        when=mailing.starts,
        cells=(Cell(mailing.title, url=change_url(Mailing, mailing.pk), note=mailing.reason), state),
        urgent=mailing.state == Mailing.State.PAUSED,
    )
