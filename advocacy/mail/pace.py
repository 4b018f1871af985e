"""How fast mailings go out: so many mails a minute in all, and so many to each domain, by all workers together."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self

from django.conf import settings
from django.db.models import Count

from advocacy.mail.models import Delivery

MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Pace:
    """So many in a span of time: a tenth of what a minute may have, so that a minute's mails don't go at once."""

    allowed: int
    span: timedelta

    @classmethod
    def a_minute(cls, count: int) -> Self:
        allowed = max(1, count // 10)
        return cls(allowed, MINUTE * allowed / max(1, count))


@dataclass(frozen=True)
class Room:
    """How many more mails may go out at a moment."""

    in_all: int
    each: int  # to a domain that had none
    taken: dict[str, int]  # by domain

    @classmethod
    def at(cls, at: datetime) -> Self:
        whole, each = Pace.a_minute(settings.MAIL_PER_MINUTE), Pace.a_minute(settings.MAIL_PER_DOMAIN)
        tried = Delivery.objects.order_by()
        by_domain = tried.filter(tried__gt=at - each.span).values_list("domain").annotate(Count("pk"))
        count = tried.filter(tried__gt=at - whole.span).count()
        return cls(max(0, whole.allowed - count), each.allowed, dict(by_domain))

    def full(self) -> list[str]:
        """The domains that have had their share."""
        return [domain for domain, taken in self.taken.items() if taken >= self.each]

    def share(self, deliveries: list[Delivery]) -> list[Delivery]:
        """Those that may go now, in their order: no domain gets more than its share."""
        taken, going = dict(self.taken), []
        for delivery in deliveries[: self.in_all]:
            if taken.get(delivery.domain, 0) < self.each:
                taken[delivery.domain] = taken.get(delivery.domain, 0) + 1
                going.append(delivery)
        return going
