"""Who is asking: the client's address behind the proxies we trust, and a keyed hash that does not give it away."""

import ipaddress

from django.conf import settings
from django.http import HttpRequest
from django.utils.crypto import salted_hmac


def client_address(request: HttpRequest, *_args: object) -> str:
    """The address of the client. Only the entries that our own proxies added are believed (CMS_PROXIES)."""
    remote = request.META.get("REMOTE_ADDR", "")
    if settings.TRUSTED_PROXIES:
        chain = [
            part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if part.strip()
        ]
        if len(chain) >= settings.TRUSTED_PROXIES:
            remote = chain[-settings.TRUSTED_PROXIES]
    return remote


def lockout_address(request: HttpRequest, *_args: object) -> str | None:
    """The same for django-axes, whose column takes nothing but an address; None behind a socket without one."""
    try:
        return str(ipaddress.ip_address(client_address(request).split("%")[0]))
    except ValueError:
        return None


def network_of(address: str) -> str:
    """The network one household or office shares: /32 for IPv4, /64 for IPv6; what is no address stays as it is."""
    try:
        ip = ipaddress.ip_address(address.split("%")[0])
    except ValueError:
        return address[:100]
    if ip.version == 6 and ip.ipv4_mapped:
        ip = ip.ipv4_mapped
    return str(ipaddress.ip_network((ip, 32 if ip.version == 4 else 64), strict=False))


def network_hash(request: HttpRequest, salt: str) -> str:
    """A keyed hash of the client's network; without our key it can't be turned back into an address."""
    return salted_hmac(f"advocacy.network.{salt}", network_of(client_address(request))).hexdigest()[:32]
