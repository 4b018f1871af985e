"""What is written to subscribers one by one: whether they asked for the bulletin, and the link to their page.

Each mail is a key to the subscriber's page, so it is private: its words are erased once it is sent.
"""

from datetime import datetime
from typing import Any

from advocacy.delivery.printed import printing
from advocacy.mail.outbox import queue, write
from advocacy.organisation.chrome import load
from advocacy.subscribers import links
from advocacy.subscribers.erasing import as_json, own_data
from advocacy.subscribers.models import Subscriber
from advocacy.subscribers.models.subscribers import CONFIRM_WITHIN


def send_opt_in(subscriber: Subscriber, at: datetime) -> None:
    """Asks whether they want the bulletin; who gets it already is told so."""
    language = subscriber.language
    if subscriber.state == Subscriber.State.CONFIRMED:
        send("already", subscriber, {"link": links.preferences_url(language, subscriber.token)}, at)
        return
    words = {
        "link": links.confirm_url(language, subscriber),
        "erase": links.erase_url(language, subscriber.token),
        "code": subscriber.code,  # in one piece: two numbers in a line of Arabic would change places
        "last_day": at + CONFIRM_WITHIN,
    }
    send("opt_in", subscriber, words, at)


def send_link(subscriber: Subscriber, at: datetime) -> None:
    """The link to their own page, or to the button for who has not confirmed yet."""
    language, is_pending = subscriber.language, subscriber.state == Subscriber.State.PENDING
    own = links.preferences_url(language, subscriber.token)
    send("link", subscriber, {"link": links.confirm_url(language, subscriber) if is_pending else own}, at)


def send_data(subscriber: Subscriber, at: datetime) -> None:
    """Everything the site holds of them."""
    send("data", subscriber, {"data": as_json(own_data(subscriber))}, at)


def send(name: str, subscriber: Subscriber, words: dict[str, Any], at: datetime) -> None:
    language = subscriber.language
    organisation = load(language, at)
    context = {**words, "sender_name": organisation.name, "sample": organisation.sample}
    with printing(organisation.date_order, organisation.zone):
        written = write(f"subscribers/mail/{name}", context, language)
    queue(
        purpose=f"bulletin-{name}".replace("_", "-"),
        to=[subscriber.email],
        language=language,
        at=at,
        sender_name=organisation.name,
        private=True,
        **written,
    )
