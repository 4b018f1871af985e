"""Rows of the bulletin's people, each with what matters in a test and the rest filled in."""

from datetime import UTC, datetime, timedelta

from advocacy.delivery.stamps import stamp
from advocacy.mail.models import Message
from advocacy.subscribers.models import ConsentText, Subscriber, Topic
from advocacy.subscribers.models.subscribers import CONFIRM_WITHIN, KEPT_AFTER_LEAVING

AT = datetime(2026, 3, 24, 15, 40, tzinfo=UTC)
SUBSCRIBE, CONFIRM, LINK = "/en/bulletin/subscribe/", "/en/bulletin/confirm/", "/en/bulletin/link/"


def make_subscriber(*, email="anna@reader.example", state="confirmed", at=AT, topics=(), **columns):
    """Somebody who gets the bulletin since `at`, or is in another state since then."""
    moments = {
        "pending": {"expires": at + CONFIRM_WITHIN},
        "confirmed": {"joined": at},
        "left": {"joined": at - timedelta(days=9), "ended": at, "expires": at + KEPT_AFTER_LEAVING},
        "suppressed": {"joined": at - timedelta(days=9), "ended": at, "expires": at + KEPT_AFTER_LEAVING},
    }[state]
    made = Subscriber.objects.create(email=email, state=state, asked=at, **(moments | columns))
    made.topics.set(topics)
    return made


def make_topic(name="Hearings", **columns):
    return Topic.objects.create(names={"en": name}, **columns)


def sign_up(client, path=SUBSCRIBE, *, email="anna@reader.example", at=AT, headers=None, **fields):
    """Posts the form as the page at `path` gives it."""
    language = path.split("/")[1]
    given = {
        "email": email,
        "language": language,
        "consent": ConsentText.shown(language).key,
        "website": "",
        "stamp": stamp("bulletin", path, at),
    }
    return client.post(path, given | fields, headers=headers or {})


def ask_for_link(client, email="anna@reader.example", at=AT, **fields):
    return client.post(
        LINK, {"email": email, "website": "", "stamp": stamp("bulletin-link", LINK, at), **fields}
    )


def type_code(client, code, email="anna@reader.example", at=AT, **fields):
    given = {"email": email, "code": code, "website": "", "stamp": stamp("bulletin-code", CONFIRM, at)}
    return client.post(CONFIRM, given | fields)


def newest():
    """The newest message in the outbox."""
    return Message.objects.order_by("-pk").first()


def links_in(text):
    """The paths of the links to pages of the bulletin."""
    return [word.removeprefix("http://testserver") for word in text.split() if "/bulletin/" in word]
