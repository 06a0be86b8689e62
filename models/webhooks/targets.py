"""Where a webhook may lead: the form of its address, and the networks that are never spoken to.

No network is asked here. What a name resolves to is looked at when something is sent (`workers/webhooks/safe.py`), by
`networks.is_public`. Whatever is read in two ways by two programs is refused rather than interpreted.
"""

import re
from dataclasses import dataclass
from ipaddress import AddressValueError, IPv4Address, IPv6Address

from models.webhooks.networks import is_public
from models.webhooks.unsafe import (
    TargetHasCredentials,
    TargetHost,
    TargetMalformed,
    TargetNotHttps,
    TargetPort,
    TargetPrivate,
)

URL_MAX = 500


@dataclass(frozen=True)
class Policy:
    """What the operator allows."""

    ports: frozenset[int] = frozenset({443, 8443})
    trusted: frozenset[str] = frozenset()
    """`host:port` that may be spoken to by plain http and although it is private: for tests and development only."""


@dataclass(frozen=True)
class Target:
    """A checked address, in parts, so that nobody has to read it again and perhaps otherwise."""

    scheme: str
    host: str
    port: int
    path: str
    trusted: bool = False


_URL = re.compile(
    r"(?P<scheme>[a-z][a-z0-9+.-]*)://(?P<authority>[^/?]*)(?P<path>(?:[/?][!$-;=?-\[\]^_a-~]*)?)", re.IGNORECASE
)
_AUTHORITY = re.compile(r"(?P<host>\[[0-9a-fA-F:.]+\]|[^:\[\]]+)(?::(?P<port>[0-9]{1,5}))?")
_NAME = re.compile(r"(?=.{4,253}\Z)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])")
_INSIDE = (
    "localhost", "local", "localdomain", "internal", "intranet", "lan", "home", "corp", "private", "home.arpa", "onion",
    "test", "invalid", "alt", "in-addr.arpa", "ip6.arpa",
)  # fmt: skip
"""Ends of names that are used inside of networks or lead nowhere (RFC 6761, RFC 6762, RFC 8375, RFC 9476)."""


def target(url: str, policy: Policy, path: str = "url") -> Target:
    """The address in parts. Raises a subclass of `UnsafeTarget`; `path` names the input field."""
    if len(url) > URL_MAX or not url.isascii() or not url.isprintable() or " " in url or "\\" in url:
        raise TargetMalformed(path)
    parts = _URL.fullmatch(url)
    if parts is None:
        raise TargetMalformed(path)
    if "@" in parts["authority"]:
        raise TargetHasCredentials(path)
    found = _AUTHORITY.fullmatch(parts["authority"])
    if found is None:
        raise TargetMalformed(path)
    scheme, host = parts["scheme"].lower(), found["host"].lower()
    port = int(found["port"] or (80 if scheme == "http" else 443))
    trusted = f"{host}:{port}" in policy.trusted
    where = parts["path"] if parts["path"].startswith("/") else "/" + parts["path"]
    if not trusted:
        _allowed(scheme, host, port, policy, path)
    elif scheme not in ("http", "https"):
        raise TargetNotHttps(path)
    return Target(scheme, host.strip("[]"), port, where, trusted)


def _allowed(scheme: str, host: str, port: int, policy: Policy, path: str) -> None:
    if scheme != "https":
        raise TargetNotHttps(path)
    if port not in policy.ports:
        raise TargetPort(path)
    if host.startswith("["):
        _literal_6(host, path)
    elif _ends_in_a_number(host):
        _literal_4(host, path)
    elif not _NAME.fullmatch(host) or any(host == end or host.endswith(f".{end}") for end in _INSIDE):
        raise TargetHost(path)


def _ends_in_a_number(host: str) -> bool:
    """What browsers and resolvers take for an IPv4 address: decimal, octal, hexadecimal, with fewer parts."""
    last = host.rstrip(".").rpartition(".")[2]
    return last.isdigit() or re.fullmatch(r"0x[0-9a-f]*", last) is not None


def _literal_4(host: str, path: str) -> None:
    try:
        IPv4Address(host)  # four decimal parts without leading zeros, and nothing else
    except AddressValueError:
        raise TargetHost(path) from None
    if not is_public(host):
        raise TargetPrivate(path)


def _literal_6(host: str, path: str) -> None:
    try:
        IPv6Address(host[1:-1])
    except AddressValueError:
        raise TargetHost(path) from None
    if not is_public(host[1:-1]):
        raise TargetPrivate(path)
