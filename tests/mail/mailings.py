"""Mailings of minutes, the kind of the tests' own, to subscribers on one list."""

from datetime import timedelta

from advocacy.mail.bulk import Sender
from advocacy.mail.models import Delivery, Mailing
from advocacy.mail.preparing import prepare_next
from advocacy.subscribers.models import Subscriber
from tests.minutes.models import Minutes
from tests.publishing.makers import START, make_text

HOUR = timedelta(hours=1)
AT = START + 2 * HOUR


def make_minutes(*, word="Assembly", languages=("en",), at=START, **given):
    """Minutes that are public in these languages, the first of which is the original; gives their work."""
    first, *others = languages
    text = make_text(Minutes, word=word, language=first, **given)
    text.publish(at=at)
    for language in others:
        make_text(Minutes, word=word + language, language=language, work=text.work).publish(at=at)
    return text.work


def make_mailing(*, work=None, starts=AT, topics=(), **given):
    mailing = Mailing.objects.create(
        work=work or make_minutes(), starts=starts, **({"purpose": "bulletin"} | given)
    )
    mailing.topics.set(topics)
    return mailing


def subscribe(count=1, *, domain="reader.example", start=0, **given):
    """So many who receive, quickly; gives them in order."""
    columns = {"state": "confirmed", "asked": START, "joined": START, "language": "en"} | given
    return Subscriber.objects.bulk_create(
        Subscriber.of(f"reader{number}@{domain}", **columns) for number in range(start, start + count)
    )


def prepare(at=AT):
    """Everything that has to be made ready at this moment."""
    while prepare_next(at):
        pass


def send(at=AT, sender=None):
    """Everything that may go out at this moment, by a worker whose clock stands still."""
    sender = sender or Sender(tick=lambda: 0.0)
    while sender.send_some(at):
        pass


def made(*, count=3, at=AT, work=None, **given):
    """A mailing that is ready to be sent to so many."""
    subscribe(count)
    mailing = make_mailing(work=work, starts=at, **given)
    prepare(at)
    mailing.refresh_from_db()
    return mailing


def states(mailing):
    """How many deliveries are in each state."""
    return {str(state): count for state, count in mailing.counts().items()}


def delivery_to(subscriber, mailing=None):
    found = Delivery.objects.filter(subscriber=subscriber)
    return (found.filter(mailing=mailing) if mailing else found).get()
