"""Mail services that an organisation may use in place of this site's own sending: the tags that they fill for each
recipient. Another service is another row of SERVICES.

Taken from the services' own manuals in November 2026.
"""

import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO

from advocacy.mail.editions import PREFERENCES_URL, UNSUBSCRIBE_URL, Edition, Guarded, fill
from newsroom.bulletin_mail import Places


@dataclass(frozen=True)
class Service:
    """A service and its tags. Empty tags: the service adds such a link itself below the message.

    `opens` is what begins a tag there: where it stands in our own words it must not be read as one.
    """

    key: str
    name: str
    unsubscribe: str
    preferences: str
    opens: tuple[str, ...]

    @property
    def places(self) -> Places:
        """A service knows no day of joining that every list has, so that no such day is named."""
        return Places(
            unsubscribe_url=UNSUBSCRIBE_URL if self.unsubscribe else "",
            preferences_url=PREFERENCES_URL if self.preferences else "",
            joined="",
        )

    def tagged(self, words: str, apart: Callable[[str], str]) -> str:
        """The words with the service's tags in their places; `apart` keeps what only looks like a tag from being one."""
        for sign in self.opens:
            words = words.replace(sign, apart(sign))
        return fill(words, {UNSUBSCRIBE_URL: self.unsubscribe, PREFERENCES_URL: self.preferences})

    def html(self, edition: Edition) -> str:
        return self.tagged(edition.html, lambda sign: f"{sign[:-1]}&#{ord(sign[-1])};")

    def text(self, edition: Edition) -> str:
        return self.tagged(edition.text, " ".join)

    def subject(self, edition: Edition) -> str:
        """Services fill tags in a subject too; none of ours stands there."""
        return self.tagged(Guarded().text(edition.subject), " ".join)


SERVICES = {
    service.key: service
    for service in (
        Service("mailchimp", "Mailchimp", "*|UNSUB|*", "*|UPDATE_PROFILE|*", ("*|",)),
        Service("constant-contact", "Constant Contact", "", "", ("[[", "[#", "${", "<@")),
        Service("brevo", "Brevo", "{{ unsubscribe }}", "{{ update_profile }}", ("{{", "{%")),
        Service("listmonk", "listmonk", "{{ UnsubscribeURL }}", "{{ ManageURL }}", ("{{",)),
    )
}


def packed(service: Service, edition: Edition, name: str) -> bytes:
    """A ZIP with the finished HTML, the text, and the subject in a file of its own."""
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(f"{name}.html", service.html(edition))
        archive.writestr(f"{name}.txt", service.text(edition))
        archive.writestr("subject.txt", service.subject(edition) + "\n")
    return stream.getvalue()
