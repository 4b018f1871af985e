"""Sample subscribers: invented people at domains that belong to nobody (RFC 2606), and topics to choose among."""

from datetime import datetime, timedelta
from itertools import cycle, islice

from advocacy.subscribers.models import Subscriber, Topic
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
TOPICS = (
    {
        "en": "Letters and their demands",
        "hy": "Նամակներ և պահանջներ",
        "ru": "Письма и требования",
        "fr": "Les lettres et leurs demandes",
        "ar": "الرسائل ومطالبها",
    },
    {
        "en": "Media coverage",
        "hy": "Լրատվամիջոցների արձագանքը",
        "ru": "Пресса о нас",
        "fr": "Revue de presse",
        "ar": "ما كتبته الصحافة",
    },
)
CHOOSES_ONE = 5  # each fifth; the others hear of everything


def make_samples(at: datetime) -> None:
    """Fifty who get the bulletin, a few who have not confirmed, two who left, and two topics."""
    addresses = (f"{name}@{domain}" for domain in DOMAINS for name in NAMES)
    people = zip(islice(addresses, GET_IT + ASKED + LEFT), cycle(LANGUAGES), strict=False)
    Subscriber.objects.bulk_create(
        [sample(number, address, language, at) for number, (address, language) in enumerate(people)],
        ignore_conflicts=True,
    )
    topics = cycle([sample_topic(position, names) for position, names in enumerate(TOPICS, start=1)])
    for subscriber in Subscriber.objects.filter(sample=True).order_by("pk")[::CHOOSES_ONE]:
        subscriber.topics.add(next(topics))


def sample_topic(position: int, names: dict[str, str]) -> Topic:
    made, _new = Topic.objects.get_or_create(sample=True, position=position, defaults={"names": names})
    return made


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
    Topic.objects.filter(sample=True, subscribers=None).delete()
