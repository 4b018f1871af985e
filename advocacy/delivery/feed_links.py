"""Where the feeds are: what every page names in its head and footer."""

from django.urls import reverse
from django.utils.translation import gettext

from advocacy.publishing.kinds import kinds
from advocacy.publishing.models import Publication


def feed_kinds() -> list[type[Publication]]:
    """The kinds that have feeds, in the order of the navigation."""
    return sorted((k for k in kinds() if k.in_feeds), key=lambda kind: kind.nav.order if kind.nav else 99)


def kind_feed_url(kind: str, language: str, form: str = "rss") -> str:
    return reverse("feed-of-kind", kwargs={"language": language, "kind": kind, "form": form})


def feed_links(language: str) -> list[dict[str, str]]:
    """The feeds every page names in its footer and its head."""
    links = [
        {
            "title": gettext("%(what)s feed (RSS)") % {"what": str(kind.nav.label)},
            "url": kind_feed_url(kind.kind_name(), language),
        }
        for kind in feed_kinds()
        if kind.nav
    ]
    everything = reverse("feed", kwargs={"language": language, "form": "rss"})
    return [*links, {"title": gettext("Everything (RSS)"), "url": everything}]
