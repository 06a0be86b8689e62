"""Handles: the short name in an address, made from the name that somebody gave."""

import re
import secrets
import unicodedata

GERMAN = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "ı": "i", "ø": "oe", "ł": "l", "đ": "d"})


def handle_of(name: str) -> str:
    """A handle from a name: `Çiğdem Öztürk` -> `cigdem-oeztuerk-1f3a91`. The end is random: it tells nobody's rank."""
    german = unicodedata.normalize("NFC", name).lower().translate(GERMAN)
    plain = "".join(c for c in unicodedata.normalize("NFKD", german) if not unicodedata.combining(c))
    return f"{re.sub(r'[^a-z0-9]+', '-', plain).strip('-')[:40] or 'member'}-{secrets.token_hex(3)}"
