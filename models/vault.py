"""Secrets at rest: sealing addresses, fingerprints for finding them, and tokens for links.

One secret per installation is handed in by `leuchtturm/wiring.py` at start; keys for each purpose are derived from it.
Nothing here is ever logged: `Keys` has a redacted repr, and sealed text is bound to the row that holds it.
"""

import base64
import hashlib
import hmac
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM


class Unreadable(Exception):
    """The sealed text belongs to another row or another secret."""


class Keys:
    """The keys of one installation. `older` secrets still open what they sealed and verify their tokens."""

    def __init__(self, secret: str, older: tuple[str, ...] = ()) -> None:
        if len(secret) < 32:
            raise ValueError(
                "LEUCHTTURM_SECRET must have at least 32 characters; `leuchtturm secret` prints a new one."
            )
        self._secrets = (secret, *older)

    def __repr__(self) -> str:
        return f"Keys({len(self._secrets)} secrets, redacted)"

    def derived(self, purpose: str) -> list[bytes]:
        """The key for a purpose from each secret, the present one first."""
        return [hmac.digest(s.encode(), b"leuchtturm:" + purpose.encode(), "sha256") for s in self._secrets]


_keys: list[Keys] = []


def use(keys: Keys) -> None:
    """Set the keys of this process; the wiring calls it once, tests once per run."""
    _keys[:] = [keys]


def _derived(purpose: str) -> list[bytes]:
    if not _keys:
        raise RuntimeError("vault.use(...) has not been called")
    return _keys[0].derived(purpose)


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def seal(text: str, about: str) -> str:
    """Encrypt with AES-256-GCM. `about` (say `person:<id>`) is authenticated, so a copy into another row fails."""
    nonce = secrets.token_bytes(12)
    return base64.b64encode(nonce + AESGCM(_derived("seal")[0]).encrypt(nonce, text.encode(), about.encode())).decode()


def unseal(sealed: str, about: str) -> str:
    """Decrypt what `seal` made. Raises `Unreadable`."""
    raw = base64.b64decode(sealed)
    for key in _derived("seal"):
        try:
            return AESGCM(key).decrypt(raw[:12], raw[12:], about.encode()).decode()
        except InvalidTag:
            continue
    raise Unreadable(about.partition(":")[0])


def fingerprint(address: str) -> str:
    """A keyed hash of a normalised e-mail address: finds the row, reveals nothing without the secret."""
    return hmac.new(_derived("fingerprint")[0], address.strip().lower().encode(), "sha256").hexdigest()


def token(purpose: str, *parts: object) -> str:
    """A link token that can be made again from ids: a job carries ids only, and still mails the same link on a retry.

    256 bits; the purpose is part of it, so no token works for another purpose.
    """
    return _text(hmac.digest(_derived(f"token:{purpose}")[0], "\x1f".join(map(str, parts)).encode(), "sha256"))


def tokens(purpose: str, *parts: object) -> list[str]:
    """The same token under every secret that still counts, for verification after a rotation of the secret."""
    text = "\x1f".join(map(str, parts)).encode()
    return [_text(hmac.digest(key, text, "sha256")) for key in _derived(f"token:{purpose}")]


def same(left: str, right: str) -> bool:
    """Compare without telling by the time how much was right."""
    return hmac.compare_digest(left.encode(), right.encode())


def random_token() -> str:
    """256 random bits for cookies and API tokens; store `digest(...)` of it, never itself."""
    return secrets.token_urlsafe(32)


def digest(value: str) -> str:
    """What is stored of a random token. A plain hash is right for 256 random bits (reliability.md, 4)."""
    return hashlib.sha256(value.encode()).hexdigest()
