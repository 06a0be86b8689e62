"""Is this id_token the provider's, for us, for this attempt, and of now? (OpenID Connect Core 1.0, 3.1.3.7)"""

from datetime import datetime
from typing import Any

from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet

from models.identities import SignInBroken

ALGORITHMS = ["RS256", "PS256", "ES256", "ES384", "EdDSA", "Ed25519"]
"""Signatures of key pairs alone: neither `none` nor a secret that clients share."""
LEEWAY = 30  # seconds between two clocks


def verified(
    id_token: str, keys: dict[str, Any], expected: dict[str, str], now: datetime, *, last: bool = False
) -> dict[str, Any]:
    """The claims. Raises `SignInBroken`, and `KeyError` for an unknown key unless this is the `last` try."""
    try:
        token = jwt.decode(id_token, KeySet.import_key_set(keys), algorithms=ALGORITHMS)  # type: ignore[arg-type]
        told = token.claims
        known = {name: {"essential": True, "value": value} for name, value in expected.items()}
        registry: Any = jwt.JWTClaimsRegistry(
            now=int(now.timestamp()), leeway=LEEWAY, sub={"essential": True}, exp={"essential": True},
            iat={"essential": True}, **known,  # type: ignore[arg-type]
        )  # fmt: skip
        registry.validate(told)
    except InvalidKeyIdError as unknown:
        if last:
            raise SignInBroken("code") from unknown
        raise KeyError("kid") from unknown
    except (JoseError, ValueError, TypeError) as broken:
        raise SignInBroken("code") from broken
    several = isinstance(told["aud"], list) and len(told["aud"]) > 1
    if (several or "azp" in told) and told.get("azp") != expected["aud"]:
        raise SignInBroken("code")
    return dict(told)
