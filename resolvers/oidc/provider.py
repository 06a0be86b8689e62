"""One provider: discovery, the way there, and the answer of its token endpoint.

Addresses come from the provider's own discovery document, which must name the issuer that the operator has set. Nothing
follows redirects, waits longer than `PATIENCE`, or reads more than `MOST_BYTES`.
"""

import asyncio
import base64
import hashlib
import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit

import httpx2

from models.identities import Claims, OidcAttempt, ProviderDown, SignInBroken
from resolvers.oidc.verifying import verified

SCOPE = "openid email profile"
PATIENCE = 5.0  # seconds for one request: somebody waits in front of a page
MOST_BYTES = 200_000  # discovery documents have a few kilobytes, sets of keys as well
KNOWN_FOR = timedelta(hours=1)
ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")


@dataclass(frozen=True)
class ProviderSettings:
    """What the operator has set."""

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    back: str
    """Our address to which the provider sends browsers back."""
    name: str = ""

    @property
    def label(self) -> str:
        """What the button calls it."""
        return self.name or urlsplit(self.issuer).hostname or self.issuer


@dataclass
class Provider:
    """Knows what the provider said about itself for an hour, and its keys until one is asked for that it lacks."""

    settings: ProviderSettings
    transport: httpx2.AsyncBaseTransport | None = None
    _said: dict[str, Any] = field(default_factory=dict)
    _keys: dict[str, Any] = field(default_factory=dict)
    _known_until: datetime | None = None
    _alone: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def way_there(self, attempt: OidcAttempt, *, now: datetime) -> str:
        """Where to send the browser. Raises `ProviderDown`."""
        said = await self._about(now)
        asked = {
            "response_type": "code",
            "client_id": self.settings.client_id,
            "redirect_uri": self.settings.back,
            "scope": SCOPE,
            "state": attempt.state,
            "nonce": attempt.nonce,
            "code_challenge": challenge(attempt.verifier),
            "code_challenge_method": "S256",
        }
        return _with(said["authorization_endpoint"], asked)

    async def way_out(self, back: str, *, now: datetime) -> str | None:
        """Where one signs out of the provider as well; None when it has no such page or does not answer."""
        try:
            said = await self._about(now)
        except ProviderDown:
            return None
        page = said.get("end_session_endpoint")
        asked = {"client_id": self.settings.client_id, "post_logout_redirect_uri": back}
        return _with(page, asked) if isinstance(page, str) and is_sound(page) else None

    async def claims(self, code: str, attempt: OidcAttempt, *, now: datetime) -> Claims:
        """Exchange the code, and verify what the provider says. Raises `SignInBroken`, `ProviderDown`."""
        said = await self._about(now)
        tokens = await self._exchange(said["token_endpoint"], code, attempt.verifier)
        id_token = tokens.get("id_token")
        if not isinstance(id_token, str):
            raise SignInBroken("code")
        expected = {"iss": self.settings.issuer, "aud": self.settings.client_id, "nonce": attempt.nonce}
        try:
            told = verified(id_token, await self._signing_keys(said["jwks_uri"]), expected, now)
        except KeyError:  # signed with a key that we do not know: the provider has changed its keys
            self._keys = {}
            told = verified(id_token, await self._signing_keys(said["jwks_uri"]), expected, now, last=True)
        if "email" not in told and said.get("userinfo_endpoint"):
            told = {**await self._userinfo(said["userinfo_endpoint"], tokens, told["sub"]), **told}
        return Claims(
            issuer=self.settings.issuer,
            subject=told["sub"],
            email=str(told.get("email") or ""),
            email_verified=told.get("email_verified") is True,  # some say "true": a word is not a promise
            name=str(told.get("name") or "")[:120],
        )

    async def _about(self, now: datetime) -> dict[str, Any]:
        async with self._alone:
            if self._known_until is None or self._known_until <= now:
                said = await self._get(self.settings.issuer.rstrip("/") + "/.well-known/openid-configuration")
                if said.get("issuer") != self.settings.issuer or not all(is_sound(said.get(one)) for one in ENDPOINTS):
                    raise ProviderDown()
                self._said, self._known_until = said, now + KNOWN_FOR
            return self._said

    async def _signing_keys(self, address: str) -> dict[str, Any]:
        if not self._keys:
            self._keys = await self._get(address)
        return self._keys

    async def _exchange(self, address: str, code: str, verifier: str) -> dict[str, Any]:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.settings.back,
            "code_verifier": verifier,
        }
        return await self._ask("POST", address, data=form, auth=(self.settings.client_id, self.settings.client_secret))

    async def _userinfo(self, address: str, tokens: dict[str, Any], subject: str) -> dict[str, Any]:
        """What an id_token leaves out; it counts only for the same person (OpenID Connect Core 1.0, 5.3.2)."""
        if not is_sound(address):
            raise ProviderDown()
        said = await self._ask("GET", address, headers={"authorization": f"Bearer {tokens.get('access_token')}"})
        if said.get("sub") != subject:
            raise SignInBroken("code")
        return said

    async def _get(self, address: str) -> dict[str, Any]:
        return await self._ask("GET", address)

    async def _ask(self, method: str, address: str, **more: Any) -> dict[str, Any]:
        """A JSON object. What the provider refuses is a broken sign-in, what it does not answer is its being down."""
        try:
            async with (
                httpx2.AsyncClient(timeout=PATIENCE, transport=self.transport) as client,
                client.stream(method, address, **more) as answer,
            ):
                content = b""
                async for part in answer.aiter_bytes():
                    content += part
                    if len(content) > MOST_BYTES:
                        raise ProviderDown()
        except (httpx2.HTTPError, OSError) as down:
            raise ProviderDown() from down
        if 400 <= answer.status_code < 500:
            raise SignInBroken("code")
        return _object(answer.status_code, content)


def _object(status: int, content: bytes) -> dict[str, Any]:
    try:
        said = json.loads(content) if status == 200 else None
    except ValueError:
        said = None
    if not isinstance(said, dict):
        raise ProviderDown()
    return said


def challenge(verifier: str) -> str:
    """S256 of RFC 7636."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def _with(address: str, asked: dict[str, str]) -> str:
    return f"{address}{'&' if '?' in address else '?'}{urlencode(asked)}"


def is_sound(address: Any) -> bool:
    """HTTPS, or a provider on this very machine."""
    if not isinstance(address, str):
        return False
    parts = urlsplit(address)
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in ("127.0.0.1", "localhost", "::1"))
