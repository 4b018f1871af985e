"""Names that a line never breaks, by CSS alone: what readers copy and search for stays the plain text."""

import re
from collections.abc import Iterable

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString


def keep_names_together(text: str, names: Iterable[str]) -> SafeString:
    """The text with each of the names, and all that stands at it without a space, in a span that does not break."""
    wanted = sorted((re.escape(name) for name in names if name), key=len, reverse=True)
    if not wanted:
        return format_html("{}", str(text) + "")
    pieces = re.split(rf"(\S*(?<!\w)(?:{'|'.join(wanted)})\S*)", str(text) + "")
    return format_html_join(
        "",
        "{}",
        (
            (format_html('<span class="keep">{}</span>', piece) if place % 2 else piece,)
            for place, piece in enumerate(pieces)
        ),
    )
