"""What a partner's key looks like: `lt_live_<12 characters>_<256 random bits><checksum>`.

The beginning and the checksum are for scanners of secrets: they find a key that was committed somewhere, and can tell
it from an invented one without asking us. Digits and letters alone, so that a double click takes all of it.
"""

import re
import secrets
import string
import zlib
from typing import NamedTuple

ALPHABET = string.digits + string.ascii_uppercase + string.ascii_lowercase
WORD = "lt_live_"
NAME, RANDOM, CHECK = 12, 43, 6  # 43 of 62 characters are 256 bits, 6 hold a CRC-32
SHAPE = re.compile(rf"{WORD}[0-9A-Za-z]{{{NAME}}}_[0-9A-Za-z]{{{RANDOM + CHECK}}}")


class Secret(NamedTuple):
    """A fresh key: what is shown of it in lists, and all of it."""

    prefix: str
    whole: str


def fresh() -> Secret:
    prefix = WORD + _random(NAME)
    body = f"{prefix}_{_random(RANDOM)}"
    return Secret(prefix, body + checksum(body))


def checksum(body: str) -> str:
    """CRC-32 of everything before it, in base 62."""
    number, told = zlib.crc32(body.encode()), ""
    for _ in range(CHECK):
        number, digit = divmod(number, len(ALPHABET))
        told = ALPHABET[digit] + told
    return told


def is_key(said: str) -> bool:
    """Whether this is a key of ours by its shape and checksum; nobody was asked."""
    return SHAPE.fullmatch(said) is not None and checksum(said[:-CHECK]) == said[-CHECK:]


def _random(length: int) -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(length))
