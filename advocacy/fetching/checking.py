"""Looks whether links answer, one at a time, in the worker."""

from datetime import datetime, timedelta

from advocacy.fetching.fetch import NotFetched, Reason, fetch
from advocacy.fetching.models import LinkCheck
from advocacy.mail.words import one_line

SECONDS = 10  # for one link; mail waits meanwhile
BYTES = 1000  # that it is there is all we want to know
# What says in so many words that nothing is there. Other noes may be meant for us alone: many sites turn away whatever
# is no browser.
GONE = {404, 410}
RESTS = [timedelta(minutes=2), timedelta(minutes=15)]  # before what could not be checked is tried again


def check_next(at: datetime) -> bool:
    """Check the link that has waited longest; False when none is due."""
    check = LinkCheck.objects.claim_one(at)
    if check is None:
        return False
    state, status, error = look(check.address)
    again = state == LinkCheck.State.UNKNOWN and check.attempts <= len(RESTS)
    check.settle(
        state=state,
        status=status,
        last_error=error,
        checked=at,
        due=at + RESTS[check.attempts - 1] if again else None,
    )
    return True


def look(address: str) -> tuple[LinkCheck.State, int | None, str]:
    """State, status and error of a link. It is asked for as a reader would: many sites answer HEAD wrongly."""
    try:
        page = fetch(address, types=None, limit=BYTES, seconds=SECONDS)
    except NotFetched as failure:
        gone = failure.reason == Reason.NO_SUCH_HOST
        return LinkCheck.State.BROKEN if gone else LinkCheck.State.UNKNOWN, None, one_line(str(failure))
    if page.status in GONE:
        return LinkCheck.State.BROKEN, page.status, ""
    if 200 <= page.status < 300:
        return LinkCheck.State.ANSWERS, page.status, ""
    return LinkCheck.State.UNKNOWN, page.status, ""
