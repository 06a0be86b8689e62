"""Mastodon: five calls of its REST API. It keeps an Idempotency-Key for an hour: ours is the part's own key."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2

from models.base import utcnow
from models.publishing.networks import mastodon_count
from workers.channels import (
    Absent,
    Capabilities,
    Certainty,
    Finding,
    Found,
    Gone,
    Inconclusive,
    MediaRef,
    Message,
    Outcome,
    PreparedImage,
    Present,
    Reason,
    RemoteRef,
    Token,
)
from workers.channels.matching import carries, says_the_same

# docs.joinmastodon.org, rate limits: per account
WINDOWS = {"post": ((300, 300),), "media": ((30, 1_800),), "delete": ((30, 1_800),)}
REPLAY_FOR = timedelta(minutes=50)  # the key lives for 1 h; ten minutes are left for a slow request
LIMITS_LIVE = timedelta(hours=24)
PAUSE_WITHOUT_RESET = timedelta(minutes=5)  # the length of Mastodon's usual window
PAGE, PAGES = 40, 5
POLLS = 8
UNFINISHED = "have not finished processing"  # the one 422 that is worth another try (mixpost#146)
NEVER_CONNECTED = (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout, httpx2.UnsupportedProtocol)


def capabilities(*, settle: timedelta, replay: bool, patience: timedelta) -> Capabilities:
    """What Mastodon itself does; forks have no keys or other lifetimes, so `replay` is off for them."""
    return Capabilities(settle=settle, replay_for=REPLAY_FOR if replay else None, patience=patience, windows=WINDOWS)


class Mastodon:
    """The instance at `client`'s base URL."""

    def __init__(
        self,
        client: httpx2.AsyncClient,
        caps: Capabilities,
        token: Token | None = None,
        now: Callable[[], datetime] = utcnow,
        poll_pause: timedelta = timedelta(seconds=1),
    ) -> None:
        self.caps, self.token = caps, token
        self._client, self._now, self._poll_pause = client, now, poll_pause
        self._accounts: dict[str, str] = {}
        self._limit: tuple[datetime, int] | None = None

    async def _call(self, method: str, path: str, token: Token, **options: Any) -> httpx2.Response:
        headers = {"Authorization": f"Bearer {token.get('access_token', '')}", **options.pop("headers", {})}
        return await self._client.request(method, path, headers=headers, **options)

    async def check(self, message: Message, token: Token) -> list[Finding]:
        """The instance says itself how much it takes; it is asked once a day. Unreachable is no finding."""
        most, count = await self._max_characters(token), mastodon_count(message.text)
        if count <= most:
            return []
        return [Finding("error", "TOO_LONG", f"{count} von {most} Zeichen.", f"{count} of {most} characters.")]

    async def _max_characters(self, token: Token) -> int:
        if self._limit and self._limit[0] > self._now():
            return self._limit[1]
        try:
            answer = await self._call("GET", "/api/v2/instance", token)
            most = int(answer.json()["configuration"]["statuses"]["max_characters"])
        except Exception:
            return 500
        self._limit = (self._now() + LIMITS_LIVE, most)
        return most

    async def upload(self, image: PreparedImage, token: Token) -> MediaRef | Outcome:
        """The picture with its description; 202 means that the instance still works on it."""
        file = {"file": (f"{image.sha256[:16]}.{image.media_type.rpartition('/')[2]}", image.content, image.media_type)}
        described = {"description": image.alt} if image.alt else {}
        try:
            answer = await self._call("POST", "/api/v2/media", token, files=file, data=described)
            if answer.status_code not in (200, 202):
                return self._media_outcome(self._outcome(answer, token))
            media_id = str(answer.json()["id"])
            return await self._finished(media_id, token) if answer.status_code == 202 else MediaRef(media_id)
        except Exception as problem:
            return self._media_outcome(self._trouble(problem))

    async def _finished(self, id: str, token: Token) -> MediaRef | Outcome:
        for _ in range(POLLS):
            answer = await self._call("GET", f"/api/v1/media/{id}", token)
            if answer.status_code == 200:
                return MediaRef(id)
            await asyncio.sleep(self._poll_pause.total_seconds())
        return Outcome.later(self._now() + timedelta(seconds=30), Reason.MEDIA, "still processing")

    def _media_outcome(self, outcome: Outcome) -> Outcome:
        """Nothing was posted, whatever became of the upload."""
        if outcome.certainty is Certainty.NOT_POSTED:
            return outcome
        return Outcome.later(self._now() + timedelta(minutes=1), Reason.OUTAGE, outcome.detail, outcome.status)

    async def send(self, message: Message, parent: RemoteRef | None, token: Token) -> Outcome:
        status: dict[str, Any] = {"status": message.text, "language": message.language, "visibility": "public"}
        if message.media:
            status["media_ids"] = [media.id for media in message.media]
        if parent:
            status["in_reply_to_id"] = parent.id
        key = {"Idempotency-Key": str(message.key)}
        try:
            answer = await self._call("POST", "/api/v1/statuses", token, json=status, headers=key)
            if answer.status_code == 200:
                return _posted(answer.json())
            return self._outcome(answer, token)
        except Exception as problem:
            return self._trouble(problem)

    def _trouble(self, problem: Exception) -> Outcome:
        if isinstance(problem, NEVER_CONNECTED):
            pause = self._now() + timedelta(minutes=1)
            return Outcome.later(pause, Reason.OUTAGE, f"not connected: {type(problem).__name__}")
        return Outcome.unknown(type(problem).__name__)

    def _outcome(self, answer: httpx2.Response, token: Token) -> Outcome:
        status, said = answer.status_code, token.hidden(_error(answer))
        if status == 429:
            return Outcome.later(self._reset(answer.headers), Reason.RATE, said, status)
        if status == 422 and UNFINISHED in said:
            return Outcome.later(self._now() + timedelta(seconds=15), Reason.MEDIA, said, status)
        if said and (reason := REASONS.get(status)):
            return Outcome.refused(reason, said, status)
        return Outcome.unknown(f"HTTP {status}", status)

    def _reset(self, headers: Any) -> datetime:
        """An ISO moment on Mastodon, seconds since 1970 on GoToSocial."""
        value = headers.get("X-RateLimit-Reset", "")
        try:
            moment = datetime.fromtimestamp(int(value), UTC) if value.isdigit() else datetime.fromisoformat(value)
        except ValueError:
            moment = self._now() + PAUSE_WITHOUT_RESET
        return moment.astimezone(UTC) + timedelta(seconds=1)

    async def probe(self, message: Message, since: datetime, token: Token) -> Found | Absent | Inconclusive:
        """Our own statuses, newest first, until those that are older than the first request."""
        query: dict[str, Any] = {"exclude_reblogs": "true", "limit": PAGE}
        try:
            account = await self._account(token)
            for _ in range(PAGES):
                answer = await self._call("GET", f"/api/v1/accounts/{account}/statuses", token, params=query)
                answer.raise_for_status()
                statuses = answer.json()
                if found := _among(statuses, message):
                    return Found(found)
                if len(statuses) < PAGE or _moment(statuses[-1]) < since - timedelta(minutes=2):
                    return Absent()
                query["max_id"] = statuses[-1]["id"]
        except Exception as problem:
            return Inconclusive(type(problem).__name__)
        return Inconclusive("more statuses than we look through")

    async def _account(self, token: Token) -> str:
        key = token.get("access_token", "")
        if key not in self._accounts:
            answer = await self._call("GET", "/api/v1/accounts/verify_credentials", token)
            answer.raise_for_status()
            self._accounts[key] = str(answer.json()["id"])
        return self._accounts[key]

    async def verify(self, remote: RemoteRef, token: Token) -> Present | Gone | Inconclusive:
        try:
            answer = await self._call("GET", f"/api/v1/statuses/{remote.id}", token)
        except Exception as problem:
            return Inconclusive(type(problem).__name__)
        if answer.status_code == 200:
            return Present()
        return Gone() if answer.status_code in (404, 410) else Inconclusive(f"HTTP {answer.status_code}")

    async def retract(self, remote: RemoteRef, token: Token) -> Outcome:
        try:
            answer = await self._call("DELETE", f"/api/v1/statuses/{remote.id}", token)
        except Exception as problem:
            return self._trouble(problem)
        if answer.status_code in (200, 404, 410):
            return Outcome.posted(remote, answer.status_code)
        return self._outcome(answer, token)


REASONS = {
    400: Reason.CONTENT,
    401: Reason.AUTH,
    403: Reason.PERMISSION,
    404: Reason.PERMISSION,
    410: Reason.PERMISSION,
    413: Reason.MEDIA,
    422: Reason.CONTENT,
}


def _error(answer: httpx2.Response) -> str:
    """What the instance says; empty when its answer is not one of Mastodon's (a proxy's page, say)."""
    try:
        said = answer.json()
    except ValueError:
        return ""
    return str(said.get("error", "")) if isinstance(said, dict) else ""


def _posted(status: Any) -> Outcome:
    remote_id = str(status.get("id", "")) if isinstance(status, dict) else ""
    if not remote_id:
        return Outcome.unknown("accepted without an id", 200)
    return Outcome.posted(RemoteRef(remote_id, str(status.get("url") or "")), 200)


def _moment(status: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(str(status["created_at"])).astimezone(UTC)


def _among(statuses: list[dict[str, Any]], message: Message) -> RemoteRef | None:
    for status in statuses:
        content = str(status.get("content", ""))
        if carries(message.link, content, []) or (not message.link and says_the_same(message.text, content)):
            return RemoteRef(str(status["id"]), str(status.get("url") or ""))
    return None
