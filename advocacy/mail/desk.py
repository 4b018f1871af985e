"""What the first page of the admin says of mailings: those under way, and those that wait for somebody."""

from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from advocacy.mail.admin.mailings import progress_of
from advocacy.mail.models import Mailing
from advocacy.site.desk import ROWS, Cell, Link, Part, Row, change_url, may


def desk_parts(user: Any, at: datetime) -> list[Part]:
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
