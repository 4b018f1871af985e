"""What rich text may hold, in one table. nh3's allow-list and the editor's filter are both made from it."""

import re
from typing import Any
from urllib.parse import urlsplit

BLOCK = ("id", "lang", "dir")
PICTURE = "data-picture"  # the key of a picture of the library, which is all that a text knows of it

# Every tag with its attributes, in the order in which they are written.
TAGS: dict[str, tuple[str, ...]] = {
    "p": BLOCK,
    "h2": BLOCK,
    "h3": BLOCK,
    "h4": BLOCK,
    "ul": BLOCK,
    "ol": (*BLOCK, "start"),
    "li": BLOCK,
    "blockquote": BLOCK,
    "table": BLOCK,
    "caption": ("lang", "dir"),
    "thead": (),
    "tbody": (),
    "tr": (),
    "th": ("scope", "colspan", "rowspan", "lang", "dir"),
    "td": ("colspan", "rowspan", "lang", "dir"),
    "div": ("class", *BLOCK),
    "hr": (),
    "figure": (PICTURE, "id"),
    "br": (),
    "a": ("href", "rel"),
    "strong": (),
    "em": (),
    "sub": (),
    "sup": (),
    "span": ("lang", "dir"),
}

NEEDED = {"a": "href", "span": "lang", "figure": PICTURE}  # without it the tag says nothing

VIDEO_CARD = "video-card"
OUTSIDE = "noopener noreferrer"  # rel of links that leave the site
SCHEMES = ("http", "https", "mailto", "tel")

VALUES = {
    "id": re.compile(r"b-[a-z0-9]{8}"),
    "lang": re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,4}"),
    "dir": re.compile(r"ltr|rtl|auto"),
    "class": re.compile(re.escape(VIDEO_CARD)),
    "rel": re.compile(re.escape(OUTSIDE)),
    "scope": re.compile(r"row|col|rowgroup|colgroup"),
    "colspan": re.compile(r"[2-9]|[1-9][0-9]"),
    "rowspan": re.compile(r"[2-9]|[1-9][0-9]"),
    PICTURE: re.compile(r"p[0-9a-f]{20}"),
    "start": re.compile(r"[2-9]|[1-9][0-9]{1,3}"),
}

# Tags that go with all their words, which were never meant to be read as text.
SILENCED = frozenset(
    "script style template noscript noembed noframes iframe object svg math title xml applet audio video"
    " select textarea".split()
)

# Characters that no reader sees and that browsers drop when they read an address.
UNSEEN = re.compile(r"[\x00-\x20\x7f-\xa0\xad\u061c\u180e\u200b\u200e\u200f\u2028-\u202f\u2060-\u206f\ufeff]")


def address(value: str) -> str | None:
    """The address as it may stand in a link, or None where it leads elsewhere than a link of ours may lead.

    Unseen characters are dropped before the scheme is read: `java\\tscript:` is one word to a browser.
    """
    seen = UNSEEN.sub(lambda match: "%20" if match[0] == " " else "", value.strip())
    scheme, colon, rest = seen.partition(":")
    if seen.startswith("/"):
        # A browser reads a backslash as a slash, and two slashes as the beginning of another host.
        return None if seen[1:2] in ("/", "\\") else seen
    if not colon or scheme.lower() not in SCHEMES:
        return None
    if scheme.lower() in ("mailto", "tel"):
        return f"{scheme.lower()}:{rest}" if rest and not rest.startswith("/") else None
    if not re.match(r"//[^/\\?#]", rest):
        return None
    try:
        host = urlsplit(seen).hostname
    except ValueError:
        return None
    return f"{scheme.lower()}:{rest}" if host else None


def allowed_value(tag: str, name: str, value: str) -> str | None:
    """The value an attribute may have, or None: then it is dropped. nh3 asks this of every attribute."""
    if name not in TAGS.get(tag, ()):
        return None
    if name == "href":
        return address(value)
    return value if VALUES[name].fullmatch(value) else None


def for_nh3() -> dict[str, Any]:
    """The arguments of `nh3.clean`. `link_rel` is off because `rel` is in the table: nh3 refuses both."""
    return {
        "tags": set(TAGS),
        "attributes": {tag: set(names) for tag, names in TAGS.items() if names},
        "attribute_filter": allowed_value,
        "clean_content_tags": set(SILENCED),
        "url_schemes": set(SCHEMES),
        "link_rel": None,
        "strip_comments": True,
    }


def for_editor(*, pictures: bool = True) -> str:
    """The same table in the words of CKEditor's filter: `p[id,lang,dir]; a[!href,rel]; ...`."""
    rules = []
    for tag, names in TAGS.items():
        if tag == "figure" and not pictures:
            continue
        classes = f"(!{VIDEO_CARD})" if "class" in names else ""
        plain = ",".join("!" * (NEEDED.get(tag) == name) + name for name in names if name != "class")
        rules.append(f"{tag}{classes}[{plain}]" if plain else tag)
    return "; ".join(rules)
