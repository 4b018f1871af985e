"""What the worker does for texts: it empties the bin."""

from datetime import datetime, timedelta

from django.db import transaction

from advocacy.publishing.models import Publication
from advocacy.worker.loop import Job

KEPT_IN_BIN = timedelta(days=30)


def empty_bin(at: datetime) -> bool:
    """Deletes one draft that has lain in the bin for thirty days, with its work where that has no other text."""
    with transaction.atomic():
        due = Publication.objects.filter(binned__lte=at - KEPT_IN_BIN).order_by("binned")
        draft = due.select_for_update().first()
        if draft is None:
            return False
        work = draft.work
        draft.delete()
        if not work.publications.exists():
            work.delete()
    return True


JOBS = [Job("bin", empty_bin)]
