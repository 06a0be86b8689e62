"""Links to a subscription, split by power (newsletter.md, 4): whoever is forwarded a mail can at most leave the list.

An unsubscribe token never expires and can do nothing else; a preferences token lasts 90 days and cannot unsubscribe
by accident. Both are made again from the row, so nothing is stored that could leak. Confirm, erase and export links
are rows (`models/newsletter/links.py`). The purpose is part of the keyed hash: no token works for another purpose.
"""

import re
import secrets
from datetime import date, timedelta
from typing import NamedTuple

from models import vault
from models.newsletter.refusals import LinkInvalid

EPOCH = date(2020, 1, 1)
PREFERENCES_LIFE = timedelta(days=90)
MAC = 32  # characters of base64url, 192 bits: newsletter.md asks for at least 128
REF = 22  # 128 random bits
SHAPE = re.compile(rf"(?P<ref>[\w-]{{{REF}}})(?P<day>[0-9a-f]{{4}})?(?P<mac>[\w-]{{{MAC}}})", re.ASCII)


class Named(NamedTuple):
    """A token taken apart; nothing is proved yet."""

    ref: str
    day: str
    mac: str


def new_ref() -> str:
    """How links name a subscription: random, so that an address in the browser tells neither id nor date."""
    return secrets.token_urlsafe(16)


def unsubscribe(ref: str, version: int) -> str:
    """The token that leaves the list."""
    return ref + vault.token("newsletter.unsubscribe", ref, version)[:MAC]


def preferences(ref: str, version: int, day: date) -> str:
    """The token that changes language, sections, frequency and pause; good for 90 days from `day`."""
    code = f"{(day - EPOCH).days:04x}"
    return ref + code + vault.token("newsletter.preferences", ref, version, code)[:MAC]


def read(token: str) -> Named:
    """Take a token apart, or `LinkInvalid`."""
    found = SHAPE.fullmatch(token[:200])
    if found is None:
        raise LinkInvalid("token")
    return Named(found["ref"], found["day"] or "", found["mac"])


def check_unsubscribe(named: Named, version: int) -> None:
    """Raises `LinkInvalid` unless the token may unsubscribe; tokens under older secrets still may."""
    if named.day or not _proved(named.mac, "newsletter.unsubscribe", named.ref, version):
        raise LinkInvalid("token")


def check_preferences(named: Named, version: int, today: date) -> None:
    """Raises `LinkInvalid` unless the token may change preferences today."""
    if not named.day or not _proved(named.mac, "newsletter.preferences", named.ref, version, named.day):
        raise LinkInvalid("token")
    if today > EPOCH + timedelta(days=int(named.day, 16)) + PREFERENCES_LIFE:
        raise LinkInvalid("token")


def _proved(mac: str, purpose: str, *parts: object) -> bool:
    # Every key is compared, so the time says nothing about which one it was.
    matches = [vault.same(mac, right[:MAC]) for right in vault.tokens(purpose, *parts)]
    return any(matches)
