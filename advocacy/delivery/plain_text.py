"""Plain text in 72 columns: what mail programs and terminals show whole (RFC 3676 advises fewer than 78)."""

import re
from textwrap import fill
from typing import Any

from django.template import Context
from django.template.loader import get_template

COLUMNS = 72
HANGING = re.compile(r" *(?:\d+\. |- )?")


def written(template: str, context: dict[str, Any]) -> str:
    """A template's text, wrapped. Nothing is escaped: it is no markup."""
    text = get_template(template).template.render(Context(context, autoescape=False))  # type: ignore[attr-defined]
    lines = "\n".join(wrapped(line) for line in text.splitlines())
    return re.sub(r"\n{3,}", "\n\n", lines).strip() + "\n"


def wrapped(line: str) -> str:
    """The line in as many as it takes; what follows stands under the words of a list's item. Addresses stay whole."""
    words = line.strip()
    start = len(line) - len(line.lstrip(" "))
    hanging = len(HANGING.match(line).group())  # type: ignore[union-attr]
    return fill(
        words,
        COLUMNS,
        initial_indent=" " * start,
        subsequent_indent=" " * hanging,
        break_long_words=False,
        break_on_hyphens=False,
    )
