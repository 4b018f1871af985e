"""What a mailing says, in each of its languages, and the places in it that are each recipient's own."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from django.conf import settings
from django.utils.html import escape
from django.utils.translation import override

from advocacy.delivery.printed import day, printing
from advocacy.organisation.models import Organisation

# Stand in the words of an edition once for everybody, and are filled for each recipient as their mail goes out.
UNSUBSCRIBE_URL = "%%unsubscribe%%"
PREFERENCES_URL = "%%preferences%%"
JOINED = "%%joined%%"  # the day on which they asked for the bulletin, as their language prints it
PLACES = (UNSUBSCRIBE_URL, PREFERENCES_URL, JOINED)


class Guarded:
    """The places while words are put around them, under names that nobody can type: whoever writes a title such as
    "%%unsubscribe%%" makes no place of it."""

    def __init__(self) -> None:
        self.sign = "".join(chr(0xE000 + secrets.randbelow(6400)) for _ in "%%")

    def hidden(self, place: str) -> str:
        return place.replace("%%", self.sign)

    def text(self, words: str) -> str:
        return self.opened(words, "% %")

    def html(self, words: str) -> str:
        return self.opened(words, "%&#37;")

    def opened(self, words: str, broken: str) -> str:
        """The words with the places under their own names, and everything else that looks like one broken."""
        for place in PLACES:
            words = words.replace(place, place.replace("%%", broken, 1))
        for place in PLACES:
            words = words.replace(self.hidden(place), place)
        return words


class NotReady(Exception):
    """A mailing can't go out as things stand; the message is a sentence for staff."""


@dataclass(frozen=True, kw_only=True)
class Edition:
    """A mailing's words in one language, written once and shared by all who get it."""

    language: str
    subject: str
    html: str
    text: str
    sender_name: str
    reply_to: str = ""
    preheader: str = ""  # what an inbox shows behind the subject; it stands in the HTML too
    links: tuple[str, ...] = ()  # addresses in its own text, to be checked before it goes out
    versions: tuple[int, ...] = ()  # ids of the texts it shows, so that a correction finds who was sent them


def fill(words: str, values: Mapping[str, str]) -> str:
    """The plain words with the places filled: `values` by placeholder."""
    for place, value in values.items():
        words = words.replace(place, value)
    return words


def fill_html(words: str, values: Mapping[str, str]) -> str:
    return fill(words, {place: escape(value) for place, value in values.items()})


def filled_for_nobody(made: Edition, at: datetime) -> Edition:
    """The edition as somebody would get it who joined today; its links to leave lead to the site alone."""
    home = f"{settings.SITE_URL}/{made.language}/"
    organisation = Organisation.current()
    with override(made.language), printing(organisation.date_order, organisation.zone):
        values = {UNSUBSCRIBE_URL: home, PREFERENCES_URL: home, JOINED: day(at)}
    return replace(made, html=fill_html(made.html, values), text=fill(made.text, values))
