"""The style sheet: written as one file per component, served as one file."""

import re
from pathlib import Path

from django.conf import settings

SOURCES = Path(settings.BASE_DIR) / "static/css"
SITE_CSS = Path(settings.BASE_DIR) / "static/site.css"

# Tokens and plain elements come before what builds on them; print overrules everything.
FIRST = ("tokens.css", "base.css", "layout.css")
LAST = ("print.css",)


def build() -> str:
    """The whole style sheet as readers get it: no comments, no needless white space."""
    return "".join(shortened(path.read_text(encoding="utf-8")) for path in in_order()) + "\n"


def in_order() -> list[Path]:
    """Every component file, in the order in which its rules apply."""
    rest = sorted(path.name for path in SOURCES.glob("*.css") if path.name not in FIRST + LAST)
    return [SOURCES / name for name in (*FIRST, *rest, *LAST)]


def shortened(css: str) -> str:
    """Leave out comments and white space that mean nothing; what stands in quotation marks stays as it is."""
    pieces = re.split(r'("[^"]*")', re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL))
    return "".join(piece if piece.startswith('"') else _without_space(piece) for piece in pieces).strip()


def _without_space(css: str) -> str:
    css = re.sub(r"\s+", " ", css)
    css = re.sub(r" ?([{};,]|[<>]=?) ?", r"\1", css)
    css = css.replace(" / ", "/").replace(" !important", "!important").replace("@media (", "@media(")
    # A plus sign between numbers needs its spaces, one between selectors does not.
    css = re.sub(r" \+ (?=[*.:])", "+", css)
    # A space before a colon may be the descendant combinator (".text :is(ul)"), one after it never matters.
    css = css.replace(": ", ":")
    css = re.sub(r"(?<![\w.])0\.(?=\d)", ".", css)
    return css.replace(";}", "}")
