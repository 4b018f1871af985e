"""What the first page of the admin says of mail: that what comes back is not being read, to those who can mend it."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.translation import gettext

from advocacy.mail.models import ReadMailbox
from advocacy.site.desk import Part, Row


def desk_parts(user: Any, at: datetime) -> list[Part]:
    box = settings.BOUNCE_MAILBOX
    if box is None or not user.has_perm("mail.view_readmailbox"):
        return []
    failing = ReadMailbox.objects.filter(name=box.name).exclude(last_error="").first()
    if failing is None:
        return []
    words = gettext("The mailbox for mail that comes back can't be read, and is tried again: %(error)s")
    row = Row(cells=(words % {"error": failing.last_error},), when=failing.read)
    return [Part(title=gettext("Mail"), order=6, rows=[row])]
