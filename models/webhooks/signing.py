"""Secrets and signatures by the Standard Webhooks specification: `v1,` and HMAC-SHA256 over id, moment and body."""

import base64
import hmac
import secrets
from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

PREFIX = "whsec_"
BYTES = 32  # the specification asks for 24 to 64


def fresh_secret() -> str:
    """A secret as partners' libraries take it."""
    return PREFIX + base64.b64encode(secrets.token_bytes(BYTES)).decode()


def signature(secret: str, id: UUID, at: datetime, body: bytes) -> str:
    """The signature with one secret. Raises `ValueError` for what is no secret."""
    key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    signed = f"{id}.{int(at.timestamp())}.".encode() + body
    return "v1," + base64.b64encode(hmac.digest(key, signed, "sha256")).decode()


def headers(known: Iterable[str], id: UUID, at: datetime, body: bytes) -> Mapping[str, str]:
    """The three headers; during a rotation with one signature for each secret that counts."""
    return {
        "webhook-id": str(id),
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": " ".join(signature(secret, id, at, body) for secret in known),
    }
