from datetime import UTC, datetime

from advocacy.mail import outbox
from advocacy.mail.models import Delivery

AT = datetime(2026, 3, 24, 16, 40, tzinfo=UTC)


def queue_mail(*, to=("desk@council.example",), at=AT, **given):
    """A message to the press desk about an inquiry."""
    words = {
        "purpose": "inquiry",
        "subject": "A journalist asks: Լաչին",
        "text": "An inquiry is waiting.\nIts deadline is at 18:00 in Yerevan.\n",
        "language": "en",
    }
    return outbox.queue(**(words | given), to=to, at=at)


def queue_delivery(**given) -> Delivery:
    return queue_mail(**given).deliveries.get()
