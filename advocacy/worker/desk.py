"""What the first page of the admin says of the worker: nothing, as long as it runs."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext

from advocacy.site.desk import Notice, Part, Row
from advocacy.worker.models import Heartbeat


def desk_parts(user: Any, at: datetime) -> list[Part]:
    """A warning to everybody on the staff: while the worker is silent no mail goes out."""
    heartbeat = Heartbeat.latest()
    if heartbeat is None or heartbeat.is_silent(at):
        words = gettext(
            "The worker is not running. No mail is sent until it runs again. Tell whoever keeps the server."
        )
        row = Row(cells=(words,), urgent=True)
        return [Part(title=gettext("The server"), order=5, rows=[row], notice=Notice(words))]
    troubles = [trouble for trouble in heartbeat.troubles.splitlines() if trouble]
    if not troubles:
        return []
    words = gettext("Something the worker does fails and is tried again: %(jobs)s.") % {
        "jobs": ", ".join(troubles)
    }
    return [Part(title=gettext("The server"), order=5, rows=[Row(cells=(words,))])]
