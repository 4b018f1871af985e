"""What the worker does for inquiries: the morning's mail, and the alert that repeats until somebody takes it."""

from datetime import datetime, time, timedelta

from django.db import IntegrityError, transaction

from advocacy.organisation.hours import Desk
from advocacy.organisation.models import Organisation
from advocacy.worker.loop import Job
from newsroom.mail import alert_again, send_digest
from newsroom.models.inquiries import Digest, Inquiry

MORNING, MIDNIGHT = time(8), time(0)  # the desk's day where the organisation has set no hours


def tell_the_desk(at: datetime) -> bool:
    """The morning's mail, once a day from the start of the desk hours on; says whether this worker saw to it."""
    organisation = Organisation.current()
    desk = organisation.desk or Desk(MORNING, MIDNIGHT, organisation.zone)
    opened = desk.opened(at)
    if opened is None or Digest.objects.filter(day=opened.date()).exists():
        return False
    try:
        # The day's row and the mail are written together, and the row once: whoever comes second writes neither.
        with transaction.atomic():
            Digest.objects.create(day=opened.date())
            send_digest(at)
    except IntegrityError:
        if not Digest.objects.filter(day=opened.date()).exists():
            raise
        return False
    return True


def alert_one(at: datetime) -> bool:
    """Tells the people on call of one urgent inquiry that nobody has taken; says whether there was one."""
    if not Inquiry.objects.to_alert(at).exists():  # looking takes no lock
        return False
    with transaction.atomic(durable=True):
        # Another worker may be telling of the first, or somebody taking it: the lock passes over it.
        waiting = Inquiry.objects.to_alert(at).by_deadline()
        inquiry = waiting.select_for_update(skip_locked=True, of=("self",)).first()
        if inquiry is None:
            return False
        inquiry.alerted_at = at
        inquiry.save(update_fields=["alerted_at"])
        alert_again(inquiry, at)
    return True


JOBS = [
    Job("morning mail", tell_the_desk, every=timedelta(minutes=1)),
    Job("alerts", alert_one, every=timedelta(seconds=30)),
]
