"""Sample subscribers: invented people at domains that belong to nobody (RFC 2606)."""

from datetime import datetime, timedelta
from itertools import cycle, islice

from advocacy.subscribers.models import Subscriber
from advocacy.subscribers.models.subscribers import CONFIRM_WITHIN, KEPT_AFTER_LEAVING

NAMES = (
    "anna.sample boris.sample carine.sample david.sample elen.sample farid.sample gayane.sample hagop.sample "
    "irina.sample jonas.sample karen.sample lilit.sample mariam.sample narek.sample olga.sample paul.sample "
    "rima.sample samvel.sample tamar.sample vera.sample"
).split()
DOMAINS = ("reader.example", "campus.example", "parish.example")
LANGUAGES = ("en", "hy", "en", "ru", "hy", "fr", "en", "hy", "ar", "en")
GET_IT, ASKED, LEFT = 50, 3, 2
WORDS = "Sample: invented for the demonstration"


def make_samples(at: datetime) -> None:
    """Fifty who get the bulletin, a few who have not confirmed, and two who left."""
    addresses = (f"{name}@{domain}" for domain in DOMAINS for name in NAMES)
    people = zip(islice(addresses, GET_IT + ASKED + LEFT), cycle(LANGUAGES), strict=False)
    Subscriber.objects.bulk_create(
        [sample(number, address, language, at) for number, (address, language) in enumerate(people)],
        ignore_conflicts=True,
    )


def sample(number: int, address: str, language: str, at: datetime) -> Subscriber:
    made = Subscriber.of(
        address, language=language, source=Subscriber.Source.IMPORT, consent_words=WORDS, sample=True
    )
    made.asked = at - timedelta(days=7 * number + 6)
    if number < GET_IT:
        made.state, made.joined = Subscriber.State.CONFIRMED, made.asked
    elif number < GET_IT + ASKED:
        made.asked = at - timedelta(hours=number)
        made.state, made.expires = Subscriber.State.PENDING, made.asked + CONFIRM_WITHIN
    else:
        made.joined, made.ended = made.asked, at - timedelta(days=2)
        made.state, made.expires = Subscriber.State.LEFT, made.ended + KEPT_AFTER_LEAVING
    return made


def remove_samples() -> None:
    Subscriber.objects.filter(sample=True).delete()
