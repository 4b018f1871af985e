"""What the share bar of a page shows."""

from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse

from advocacy.publishing.models import Version
from advocacy.sharing.networks import NETWORKS


@dataclass(frozen=True)
class ShareLink:
    """One chip: its label and our own address, which leads on to the network."""

    key: str
    label: str
    url: str


@dataclass(frozen=True)
class ShareBar:
    """The bar of one text: the networks in order, the QR code, the address to copy."""

    links: tuple[ShareLink, ...]
    qr_url: str
    short_url: str


def share_bar(version: Version) -> ShareBar:
    """The share bar of a public version, in the active language. Asks for nothing but `version.work`."""
    language, short_id = version.language, version.work.short_id or ""
    return ShareBar(
        links=networks(language, short_id),
        qr_url=reverse("sharing:qr", args=[language, short_id]),
        short_url=settings.SITE_URL + version.short_url,
    )


def networks(language: str, short_id: str) -> tuple[ShareLink, ...]:
    return tuple(
        ShareLink(
            network.key, str(network.label), reverse("sharing:share", args=[network.key, language, short_id])
        )
        for network in NETWORKS.values()
    )
