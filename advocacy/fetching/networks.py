"""Which addresses belong to the internet at large. Explicit lists: what Python 3.11.2 calls global is wrong for some."""

from ipaddress import IPv4Address, ip_address, ip_network

# IANA's registry of special addresses (RFC 6890 and later), multicast and what is reserved.
DENIED_4 = [
    ip_network(network)
    for network in (
        "0.0.0.0/8",  # this host
        "10.0.0.0/8",
        "100.64.0.0/10",  # behind a provider's NAT
        "127.0.0.0/8",
        "168.63.129.16/32",  # a public address by which Azure answers to its own machines alone
        "169.254.0.0/16",  # link-local, where clouds hand out keys
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",  # for documentation
        "192.88.99.0/24",  # 6to4 relays
        "192.168.0.0/16",
        "198.18.0.0/15",  # for measurements
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",
    )
]
# Only what is given out for the internet, which leaves out loopback, mapped (::ffff:0:0/96) and compatible IPv4, NAT64
# (64:ff9b::/96), unique local, link-local, site-local and multicast addresses ...
ALLOWED_6 = ip_network("2000::/3")
# ... and of that nothing that stands for another address or for nobody's.
DENIED_6 = [
    ip_network(network)
    for network in (
        "2001::/23",  # Teredo, ORCHID, benchmarks
        "2001:db8::/32",  # for documentation
        "2002::/16",  # 6to4
        "3fff::/20",  # for documentation
    )
]


def is_public(address: str) -> bool:
    """Whether the address, written out, is anybody's on the internet; False for what is no address."""
    try:
        ip = ip_address(address)
    except ValueError:
        return False
    if isinstance(ip, IPv4Address):
        return not any(ip in network for network in DENIED_4)
    return ip.scope_id is None and ip in ALLOWED_6 and not any(ip in network for network in DENIED_6)
