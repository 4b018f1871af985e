"""How a mailing went out over time, as bars of a picture that staff see and as numbers that they can read."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from django.db.models import Count, Max, Min, Q

from advocacy.mail.models import Mailing

FEWEST_BARS, MOST_BARS = 6, 24
MINUTES = (1, 5, 10, 15, 30, 60, 2 * 60, 6 * 60, 12 * 60, 24 * 60, 7 * 24 * 60, 30 * 24 * 60)
WIDTH, HEIGHT = 480, 120
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Bar:
    """What went out in one span of time, and where its bar stands in a picture of WIDTH by HEIGHT."""

    starts: datetime
    count: int
    x: float
    width: float
    height: float

    @property
    def y(self) -> float:
        return round(HEIGHT - self.height, 1)


@dataclass(frozen=True)
class Plot:
    bars: list[Bar]
    ends: datetime

    @property
    def starts(self) -> datetime:
        return self.bars[0].starts

    @property
    def most(self) -> int:
        return max(bar.count for bar in self.bars)

    @property
    def span(self) -> timedelta:
        """The time for which each bar stands."""
        return (self.ends - self.starts) / len(self.bars)


def plot_of(mailing: Mailing) -> Plot | None:
    """The mails of a mailing that went out, in at most 24 spans of equal length; None where there are none."""
    sent = mailing.deliveries.had().order_by()
    ends = sent.aggregate(first=Min("settled_at"), last=Max("settled_at"))
    if ends["first"] is None:
        return None
    edges = spans(ends["first"], ends["last"])
    pairs = list(pairwise(edges))
    counted = sent.aggregate(
        **{
            f"bar{number}": Count("pk", filter=Q(settled_at__gte=start, settled_at__lt=end))
            for number, (start, end) in enumerate(pairs)
        }
    )
    counts = [counted[f"bar{number}"] for number in range(len(pairs))]
    step = WIDTH / len(counts)
    return Plot(
        [
            Bar(
                start,
                count,
                x=round(number * step + step * 0.1, 1),
                width=round(step * 0.8, 1),
                height=round(HEIGHT * count / max(counts), 1),
            )
            for number, ((start, _end), count) in enumerate(zip(pairs, counts, strict=True))
        ],
        ends=edges[-1],
    )


def spans(first: datetime, last: datetime) -> list[datetime]:
    """The edges of the shortest spans of a round length of which few enough hold both moments.

    A short sending gets a few empty spans before it: one bar alone is no picture, and what comes behind it may not
    have passed yet.
    """
    for minutes in MINUTES:
        span = timedelta(minutes=minutes)
        start = first - (first - EPOCH) % span
        count = (last - start) // span + 1
        if count <= MOST_BARS:
            break
    end = start + min(count, MOST_BARS) * span
    bars = max(FEWEST_BARS, min(count, MOST_BARS))
    return [end - number * span for number in range(bars, -1, -1)]
