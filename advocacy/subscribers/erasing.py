"""What the site holds of a subscriber: shown to them whole, or erased whole."""

import json
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from advocacy.mail.models import Delivery, Message
from advocacy.subscribers.models import Subscriber, Suppression


def erase(subscriber: Subscriber, at: datetime) -> None:
    """Nothing of the person is left, mail to them included; what was sent to many counts on without them.

    A mark of the address stays, so that no list puts it back.
    """
    with transaction.atomic():
        Subscriber.objects.select_for_update().filter(pk=subscriber.pk).first()
        Suppression.keep(subscriber.email, Suppression.Reason.ERASED, at)
        # Where a mail of many to them still waits, it is left out when its turn comes.
        Delivery.objects.filter(subscriber=subscriber).update(domain="", last_error="")
        deliveries = mail_to_one(subscriber)
        own = list(deliveries.filter(message__private=True).values_list("message", flat=True))
        deliveries.delete()
        Message.objects.filter(pk__in=own, deliveries__isnull=True).delete()
        subscriber.delete()


def mail_to_one(subscriber: Subscriber) -> QuerySet[Delivery]:
    """Mails about the bulletin that went to their address alone, as far as they are still kept."""
    # By the few messages, not by the addresses of all that was ever sent: nothing is found by those quickly.
    about_it = Message.objects.filter(purpose__startswith="bulletin", mailing__isnull=True)
    return Delivery.objects.filter(message__in=about_it, mailing__isnull=True, recipient=subscriber.email)


def own_data(subscriber: Subscriber) -> dict[str, Any]:
    """Everything the site holds of them, under names that a person can read."""
    consent = subscriber.consent
    of_many = Delivery.objects.filter(subscriber=subscriber)
    mails = [*mail_to_one(subscriber).select_related("message"), *of_many.select_related("message")]
    return {
        "site": settings.SITE_URL,
        "e-mail address": subscriber.email,
        "state": subscriber.state,
        "language": subscriber.language,
        "topics": [topic.name(subscriber.language) for topic in subscriber.topics.all()],
        "asked for the bulletin": moment(subscriber.asked),
        "gets it since": moment(subscriber.joined),
        "left": moment(subscriber.ended),
        "why they left": subscriber.why_left,
        "is deleted": moment(subscriber.expires),
        "consent": {
            "from": subscriber.source,
            "said of it": subscriber.consent_words,
            "words": consent.words if consent else "",
            "version of the words": consent.number if consent else None,
            "language of the words": consent.language if consent else "",
        },
        "mails": [
            {
                "subject": "" if mail.is_untold else mail.message.subject,
                "written": moment(mail.message.created),
                "state": mail.state,
                "sent or given up": moment(mail.settled_at),
            }
            for mail in sorted(mails, key=lambda mail: (mail.message.created, mail.pk))
        ],
    }


def as_json(data: dict[str, Any]) -> str:
    """As a person can read it and a program, too."""
    return json.dumps(data, ensure_ascii=False, indent=2) + "\n"


def moment(at: datetime | None) -> str | None:
    return at.isoformat(timespec="seconds") if at else None
