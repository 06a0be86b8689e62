"""Where a webhook may lead: the form of its address, and the networks that are never spoken to.

No network is asked here. What a name resolves to is looked at when something is sent (`workers/webhooks/safe.py`), by
`is_public` of this module. Whatever is read in two ways by two programs is refused rather than interpreted.
"""

import re
from dataclasses import dataclass
from ipaddress import AddressValueError, IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

from models.errors import ValidationProblem

URL_MAX = 500


class UnsafeTarget(ValidationProblem):
    """An address that nothing is sent to. Its subclasses say why."""

    code = "UNSAFE_TARGET"


class TargetMalformed(UnsafeTarget):
    code = "TARGET_MALFORMED"
    de = "Das ist keine Adresse, die wir lesen können. Sie sieht so aus: https://hooks.example.org/pfad"
    en = "This is no address that we can read. It looks like this: https://hooks.example.org/path"


class TargetNotHttps(UnsafeTarget):
    code = "TARGET_NOT_HTTPS"
    de = "Die Adresse muss mit https:// beginnen, damit niemand unterwegs mitliest."
    en = "The address must begin with https://, so that nobody reads along on the way."


class TargetHasCredentials(UnsafeTarget):
    code = "TARGET_HAS_CREDENTIALS"
    de = "Name und Passwort gehören nicht in die Adresse. Die Signatur zeigt, dass etwas von uns kommt."
    en = "Name and password do not belong into the address. The signature shows that something comes from us."


class TargetPort(UnsafeTarget):
    code = "TARGET_PORT"
    de = "Diesen Port sprechen wir nicht an. Bitte nehmt 443 oder fragt, welche noch erlaubt sind."
    en = "We do not speak to this port. Please take 443, or ask which others are allowed."


class TargetHost(UnsafeTarget):
    code = "TARGET_HOST"
    de = (
        "Diesen Rechnernamen sprechen wir nicht an: Er muss öffentlich sein, aus Kleinbuchstaben, Ziffern und "
        "Bindestrichen bestehen; Umlaute bitte als xn--…"
    )
    en = (
        "We do not speak to a host of this name: it must be public and consist of lower-case letters, digits and "
        "hyphens; other letters please as xn--…"
    )


class TargetPrivate(UnsafeTarget):
    code = "TARGET_PRIVATE"
    de = "Die Adresse führt in ein Netz, das nicht öffentlich ist. Dorthin senden wir nichts."
    en = "The address leads into a network that is not public. We send nothing there."


class TargetUnknown(UnsafeTarget):
    code = "TARGET_UNKNOWN"
    de = "Diesen Rechnernamen gibt es nicht. Bitte prüft die Schreibweise."
    en = "There is no host of this name. Please check the spelling."


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
