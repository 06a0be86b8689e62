"""The networks that are never spoken to: whatever is not the public internet."""

from ipaddress import IPv4Address, IPv4Network, IPv6Network, ip_address

_NOT_PUBLIC_4 = [
    IPv4Network(net)
    for net in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
        "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24",
        "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/3", "168.63.129.16/32",
    )
]  # fmt: skip
"""The special-purpose registry of IANA, multicast and above; the last one is a cloud's metadata server on a public
address."""
_PUBLIC_6 = IPv6Network("2000::/3")
_NOT_PUBLIC_6 = [
    IPv6Network(net) for net in ("2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20")
]
"""Teredo and its neighbours, documentation, 6to4. Mapped, compatible, NAT64, unique local, link-local and multicast
addresses lie outside of 2000::/3: what wraps another address is never taken, whatever it wraps."""


def is_public(address: str) -> bool:
    """Whether an address, as the resolver writes it, belongs to the public internet."""
    try:
        read = ip_address(address)
    except ValueError:
        return False
    if isinstance(read, IPv4Address):
        return not any(read in net for net in _NOT_PUBLIC_4)
    return read in _PUBLIC_6 and read.scope_id is None and not any(read in net for net in _NOT_PUBLIC_6)
