"""A row of each model with a person's data, as made at a moment (see tests/privacy/test_rules.py)."""

from advocacy.subscribers.models import ConsentText, Subscriber, SubscriberImport, Suppression, Topic, Turn
from tests.subscribers.makers import make_subscriber, make_topic


def subscriber(at):
    number = Subscriber.objects.count()
    return make_subscriber(email=f"reader{number}@reader.example", state="left", at=at, expires=at)


def subscriber_import(at):
    return SubscriberImport.objects.create(
        file_name="list.csv",
        rows=[
            {
                "email": f"listed{SubscriberImport.objects.count()}@reader.example",
                "language": "en",
                "topics": [],
                "consent": "Sign-up sheet",
                "consent_on": "2026-03-03",
            }
        ],
        made=at,
    )


def turn(at):
    address = f"reader{Turn.objects.count()}@reader.example"
    Turn.take("sign-up", address, at)
    return Turn.objects.latest("pk")


def suppression(at):
    Suppression.keep(f"reader{Suppression.objects.count()}@reader.example", "bounced", at)
    return Suppression.objects.latest("pk")


def consent(at):
    return ConsentText.write("en", "I want the bulletin.", at=at)


def topic(at):
    return make_topic()


SAMPLES = {
    ConsentText: consent,
    Subscriber: subscriber,
    SubscriberImport: subscriber_import,
    Suppression: suppression,
    Topic: topic,
    Turn: turn,
}
