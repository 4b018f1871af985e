"""What the share bar of a page shows."""

from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse

from advocacy.publishing.models import Version
from advocacy.sharing.networks import NETWORKS, Network


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


def share_bar(version: Version, part: str = "") -> ShareBar:
    """The share bar of a public version, or of a part of it by its id (see `Publication.shared_part`).

    In the active language. Asks for nothing but `version.work`.
    """
    shared = {"language": version.language, "short_id": version.work.short_id or ""}
    if part:
        shared["part"] = part
    return ShareBar(
        links=tuple(share_link(network, shared) for network in NETWORKS.values()),
        qr_url=reverse("sharing:qr", kwargs=shared),
        short_url=settings.SITE_URL + version.short_url + (f"#{part}" if part else ""),
    )


def share_link(network: Network, shared: dict[str, str]) -> ShareLink:
    address = reverse("sharing:share", kwargs={"network": network.key, **shared})
    return ShareLink(network.key, str(network.label), address)
