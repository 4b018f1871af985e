"""Rules for tables of other packages that hold a person's data, by label and column."""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from advocacy.privacy.rules import Kept, Rule

LOG_IN_TRIES = Rule(
    _("Tries to log in, with the network address they came from, are deleted after 30 days."),
    since="attempt_time",
    after=timedelta(days=30),
)
SESSIONS = Rule(
    _("What the site keeps while a member of staff is logged in is deleted when the log-in has run out."),
    since="expire_date",
)
SECOND_FACTOR = Kept(
    _(
        "What proves that a member of staff is logging in, such as a passkey, is kept, as long as they use it, "
        "in a form that opens nothing elsewhere."
    )
)
# The database lets go of these rows a day earlier and not before: advocacy/accounts/log.py.
STAFF_LOG = Rule(
    _("The list of what staff did in the editing pages is deleted after two years."),
    since="action_time",
    after=timedelta(days=730),
)
_TRIES: dict[str, Rule | Kept] = dict.fromkeys(
    ["user_agent", "ip_address", "username", "http_accept", "path_info"], LOG_IN_TRIES
)

BORROWED: dict[str, dict[str, Rule | Kept]] = {
    "axes.AccessAttempt": _TRIES | {"get_data": LOG_IN_TRIES, "post_data": LOG_IN_TRIES},
    "axes.AccessAttemptExpiration": {},  # goes with its attempt
    "axes.AccessFailureLog": _TRIES,
    "axes.AccessLog": _TRIES | {"session_hash": LOG_IN_TRIES},
    "sessions.Session": {"session_key": SESSIONS, "session_data": SESSIONS},
    "admin.LogEntry": {"user": STAFF_LOG, "object_repr": STAFF_LOG, "change_message": STAFF_LOG},
    "account.EmailAddress": {},  # these two stay empty
    "account.EmailConfirmation": {},
    "mfa.Authenticator": {"data": SECOND_FACTOR},
    "auth.Group": {},
    "auth.Permission": {},
    "contenttypes.ContentType": {},
}
