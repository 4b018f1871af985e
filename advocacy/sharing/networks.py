"""The networks a text can be shared to, and the address of each that carries its title and address."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from django.conf import settings
from django.utils.translation import gettext_lazy as _

LONGEST_TITLE = 200  # characters; every network cuts earlier, and each may become nine in an address


@dataclass(frozen=True)
class Network:
    """`address` makes the network's own address from a title and the shared one."""

    key: str
    label: Any
    address: Callable[[str, str], str]


def query(base: str, **values: str) -> str:
    # quote, not quote_plus: mail programs show a plus as a plus.
    return f"{base}?{urlencode(values, quote_via=quote, errors='replace')}"


NETWORKS = {
    network.key: network
    for network in (
        Network("x", "X", lambda title, url: query("https://x.com/intent/post", text=title, url=url)),
        Network(
            "linkedin",
            "LinkedIn",
            lambda title, url: query("https://www.linkedin.com/sharing/share-offsite/", url=url),
        ),
        Network(
            "bluesky",
            "Bluesky",
            lambda title, url: query("https://bsky.app/intent/compose", text=f"{title} {url}"),
        ),
        Network(
            "facebook",
            "Facebook",
            lambda title, url: query("https://www.facebook.com/sharer/sharer.php", u=url),
        ),
        Network("whatsapp", "WhatsApp", lambda title, url: query("https://wa.me/", text=f"{title} {url}")),
        Network(
            "telegram", "Telegram", lambda title, url: query("https://t.me/share/url", url=url, text=title)
        ),
        Network(
            "email", _("E-mail"), lambda title, url: query("mailto:", subject=title, body=f"{title}\r\n{url}")
        ),
    )
}


def outward_address(network: Network, title: str, path: str) -> str:
    """The network's address that shares the page at `path`."""
    return network.address(one_line(title), settings.SITE_URL + path)


def words_carried(network: Network, title: str, path: str) -> list[str]:
    """What that address hands over, line by line, as people find it in the network's window."""
    pairs = parse_qsl(urlsplit(outward_address(network, title, path)).query)
    return [line for _name, value in pairs for line in value.splitlines()]


def one_line(title: str) -> str:
    """The title as one line: no line ends, control characters or turned directions go into a link."""
    visible = "".join(
        " " if unicodedata.category(sign) in {"Cc", "Zl", "Zp"} else sign
        for sign in title
        if sign not in DIRECTIONS and unicodedata.category(sign) != "Cs"
    )
    line = re.sub(r"\s+", " ", visible).strip()
    return line if len(line) <= LONGEST_TITLE else line[: LONGEST_TITLE - 1].rstrip() + "…"


# Embeddings, overrides and isolates: in somebody else's window they would turn the text around them.
DIRECTIONS = set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
