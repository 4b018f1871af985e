"""What may stand in a mail. Subjects, names and texts, which may quote the public, are made harmless;
addresses and headers, which only the site writes, are refused when they are not what they should be."""

import re
import unicodedata
from collections.abc import Mapping

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _

LONGEST_LINE = 200
LONGEST_ADDRESS = 254
BREAKS = {"Cc", "Cs", "Zl", "Zp"}  # control characters, lone surrogates, separators of lines and paragraphs
HEADER_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,60}")
# These are made from the columns of the message, once.
OWN_HEADERS = {
    "from", "sender", "to", "cc", "bcc", "reply-to", "subject", "date", "message-id", "mime-version",
    "return-path", "received",
}  # fmt: skip


def one_line(text: str) -> str:
    """A subject or a name: one line without control characters, shortened to what a header can hold."""
    spaced = "".join(" " if unicodedata.category(sign) in BREAKS else sign for sign in str(text))
    # "=?" opens an encoded word, which would be decoded in the reader's program into signs that nobody has
    # checked.
    line = " ".join(spaced.replace("=?", "= ?").split())
    return line if len(line) <= LONGEST_LINE else line[: LONGEST_LINE - 1] + "…"


def body(text: str) -> str:
    """A text with plain line ends and without signs that a mail or the database cannot hold."""
    lines = str(text).replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
    return lines.encode("utf-8", "replace").decode("utf-8")


def plain_address(address: str) -> str:
    """The address, if it is one and nothing else: no name, no quotation marks, no list; else ValueError."""
    try:
        validate_email(address)
    except ValidationError:
        raise ValueError(f"Not an e-mail address: {address!r}") from None
    odd = any(sign in '"()<>,;:\\[]' or sign.isspace() or not sign.isprintable() for sign in address)
    # A few letters beyond ASCII pass for ASCII where case is ignored: ſ, ı and the sign for Kelvin.
    if odd or "=?" in address or len(address) > LONGEST_ADDRESS or not address.rpartition("@")[0].isascii():
        raise ValueError(f"Not a plain e-mail address: {address!r}")
    return address


def check_headers(headers: Mapping[str, str]) -> None:
    """ValidationError for a header that would break out of its line or speak for a column of the message."""
    if not isinstance(headers, Mapping):
        raise ValidationError(_("Headers are pairs of a name and a text."))
    for name, value in headers.items():
        if not isinstance(name, str) or not HEADER_NAME.fullmatch(name):
            raise ValidationError(_("A header's name consists of letters, digits and hyphens."))
        if name.lower() in OWN_HEADERS or name.lower().startswith("content-t"):
            raise ValidationError(_("This header is made from the message itself."))
        if not isinstance(value, str) or len(value) > 900:
            raise ValidationError(_("A header's value is a text of at most 900 characters."))
        if "=?" in value or any(unicodedata.category(sign) in BREAKS for sign in value):
            raise ValidationError(_("A header's value is a single line of plain text."))
