"""The public pages of the sample site, one address for each template or all of them, as a reader finds them."""

import re

import pytest
from django.conf import settings

from advocacy.publishing.models import Version

LANGUAGES = [code for code, _name in settings.LANGUAGES]


# Pages of the bulletin that belong to nobody alone.
BULLETIN = ("subscribe", "sent", "confirm", "confirmed", "link", "link/sent", "erased")


def one_quickly(*quick):
    """Every language, of which a quick run tries these alone."""
    return [each if each in quick else pytest.param(each, marks=pytest.mark.slow) for each in LANGUAGES]


def every_page(client):
    """Every address that the sitemaps name, and the pages of the site that no sitemap names."""
    found = []
    for part in locations(client, "/sitemap.xml"):
        found += locations(client, part)
    for code in LANGUAGES:
        found += [
            f"/{code}/press/",
            f"/{code}/press/sent/",
            f"/{code}/press/sent/many/",
            *(f"/{code}/bulletin/{page}/" for page in BULLETIN),
            f"/{code}/no-such-page/",
        ]
    return list(dict.fromkeys(found))


def locations(client, address):
    text = client.get(address).content.decode()
    return [url.removeprefix(settings.SITE_URL) for url in re.findall(r"<loc>(.*?)</loc>", text)]


def feeds():
    kinds = ["", "/release", "/letter", "/coverage"]
    return [f"/{code}/feed{kind}.{form}" for code in LANGUAGES for kind in kinds for form in ("rss", "atom")]


def templates(language):
    """One address for each template and state, in `language` where the sample is, else in its original."""
    letter = in_language("letter", language)
    return {
        "home": f"/{language}/",
        "releases": f"/{language}/releases/",
        "releases, none found": f"/{language}/releases/?word=nothing-like-it&year=2024",
        "release": in_language("release", language, slug_of_original="groups-ask-the-un-to-act"),
        "letters": f"/{language}/letters/",
        "letter": letter,
        "demand": f"{letter}demands/1/",
        "organisations": f"{letter}signatories/organisations/",
        "people": f"{letter}signatories/people/",
        "coverage": f"/{language}/coverage/",
        "article": in_language("coverage", language),
        "press": f"/{language}/press/",
        "sent": f"/{language}/press/sent/",
        "subscribe": f"/{language}/bulletin/subscribe/",
        "asked back": f"/{language}/bulletin/sent/",
        "page": in_language("page", language),
        "not found": f"/{language}/no-such-page/",
    }


def in_language(kind, language, slug_of_original=""):
    """The address of the newest sample of `kind`, in `language` or else in its original."""
    versions = Version.objects.filter(kind=kind, work__sample=True).order_by("-dated", "-publication")
    if slug_of_original:
        versions = versions.filter(work=Version.objects.get(kind=kind, slug=slug_of_original).work)
    return (versions.filter(language=language).first() or versions.filter(is_original=True).first()).url
