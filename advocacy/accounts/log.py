"""The staff log: who did what, and when.

It is the table that Django's admin writes anyway (`LogEntry`), with more sorts of action: one record, in which the
log-in stands beside what was published after it. It makes two promises at once: nobody rewrites it, and nothing of
it is kept for longer than two years. Triggers in the database keep both (migration 0003_guard_staff_log): they refuse
every change of a line, and its deletion until it is 729 days old; the rule of the table (advocacy/privacy/borrowed.py)
deletes it at 730. The day between is for clocks that differ.
"""

from datetime import datetime
from typing import Any

from django.contrib.admin.models import ADDITION, CHANGE, DELETION, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils.translation import gettext_lazy as _


class Sort(models.IntegerChoices):
    """What was done. The first three are Django's numbers; numbers are in the table and never change."""

    ADDED = ADDITION, _("Added")
    CHANGED = CHANGE, _("Changed")
    DELETED = DELETION, _("Deleted")
    LOGGED_IN = 11, _("Logged in")
    LOG_IN_FAILED = 12, _("Log-in failed")
    SECOND_STEP_FAILED = 13, _("Second step failed")
    LOGGED_OUT = 14, _("Logged out")
    SIGNED_OUT_EVERYWHERE = 15, _("Logged out everywhere")
    PASSWORD_CHANGED = 16, _("Password changed")
    SECOND_FACTOR_ADDED = 17, _("Second factor added")
    SECOND_FACTOR_REMOVED = 18, _("Second factor removed")
    INVITED = 21, _("Invited")
    DISABLED = 22, _("Account disabled")
    ENABLED = 23, _("Account enabled")
    UNLOCKED = 24, _("Let in after failed log-ins")
    LINK_SENT = 25, _("Link for a new password sent")
    ROLES_CHANGED = 26, _("Groups changed")


def record(who: Any, sort: Sort, words: Any = "", *, at: datetime, about: Any = None) -> None:
    """Writes one line; `about` is what it was done to, the account of `who` itself where nothing is said."""
    about = who if about is None else about
    LogEntry.objects.create(
        user_id=who.pk,
        content_type=ContentType.objects.get_for_model(about),
        object_id=str(about.pk),
        object_repr=str(about)[:200],
        action_flag=sort,
        change_message=str(words),
        action_time=at,
    )


def lately(person: Any, sort: Sort, *, since: datetime, until_one_of: tuple[Sort, ...]) -> int:
    """How often this was written of the person since then, and since the last line of the other sorts."""
    lines = LogEntry.objects.filter(
        content_type=ContentType.objects.get_for_model(person),
        object_id=str(person.pk),
        action_time__gte=since,
        action_flag__in=[sort, *until_one_of],
    )
    count = 0
    for flag in lines.order_by("-action_time", "-pk").values_list("action_flag", flat=True):
        if flag != sort:
            break
        count += 1
    return count
