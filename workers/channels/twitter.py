"""X, through tweepy. It has no idempotency key: what is uncertain is looked for in the own timeline.

Where the code looks roundabout, tweepy 4.17 has a surprise: docs/subsystems/publishing.md lists them.
"""

import base64
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import tweepy
from tweepy.asynchronous import AsyncClient

from models.base import utcnow
from models.publishing.networks import NETWORKS, ChannelKind
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
    Reconnect,
    RemoteRef,
    Token,
)
from workers.channels.matching import carries, says_the_same

# docs.x.com: 100 posts per 15 minutes; another page of the same docs says 300 per 3 hours: the smaller one holds
WINDOWS = {"post": ((100, 900), (300, 10_800)), "media": ((500, 900),), "delete": ((50, 900),)}
PRICES = {"media": 5_000, "delete": 10_000}  # millionths of a dollar; docs.x.com, pricing of 16 April 2026
PAUSE_WITHOUT_RESET = timedelta(minutes=15)  # the length of X's usual window
TOKEN_URL = "https://api.twitter.com/2/oauth2/token"  # noqa: S105 - an address, not a secret
PAGES = 3  # of 100 posts; no account of ours posts more between two probes
DUPLICATE = "duplicate content"


def capabilities(*, settle: timedelta, money_cap_micros: int, patience: timedelta) -> Capabilities:
    """What X is known to do; the money cap is a hard stop, 0 posts nothing."""
    return Capabilities(
        settle=settle,
        absences=2,
        patience=patience,
        windows=WINDOWS,
        prices=PRICES,
        money_cap_micros=money_cap_micros,
    )


class Twitter:
    """One client per call, all over one session: tweepy's client keeps state that concurrent calls would share."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        caps: Capabilities,
        token: Token | None = None,
        now: Callable[[], datetime] = utcnow,
    ) -> None:
        self.caps, self.token = caps, token
        self._session, self._now = session, now
        self._user_ids: dict[str, str] = {}

    def _client(self, token: Token) -> tuple[AsyncClient, bool]:
        """A client, and whether it signs with OAuth 1.0a (tweepy's default of `user_auth` fits neither case)."""
        client = AsyncClient(
            bearer_token=token.get("bearer_token"),
            consumer_key=token.get("consumer_key"),
            consumer_secret=token.get("consumer_secret"),
            access_token=token.get("access_token"),
            access_token_secret=token.get("access_token_secret"),
            return_type=dict,
            wait_on_rate_limit=False,
        )
        client.session = self._session
        return client, "access_token_secret" in token

    async def check(self, message: Message, token: Token) -> list[Finding]:
        weight = NETWORKS[ChannelKind.TWITTER].count(message.text)
        if weight <= NETWORKS[ChannelKind.TWITTER].limit:
            return []
        return [Finding("error", "TOO_LONG", f"{weight} von 280 Zeichen.", f"{weight} of 280 characters.")]

    async def upload(self, image: PreparedImage, token: Token) -> MediaRef | Outcome:
        """The picture as base64 JSON, then its alternative text: two requests, both repeatable."""
        client, signed = self._client(token)
        picture = {"media": base64.b64encode(image.content).decode(), "media_category": "tweet_image"}
        try:
            answer = await client.request("POST", "/2/media/upload", json=picture, params={}, user_auth=signed)
            data = (await answer.json())["data"]
            if image.alt:
                described = {"id": data["id"], "metadata": {"alt_text": {"text": image.alt}}}
                await client.request("POST", "/2/media/metadata", json=described, params={}, user_auth=signed)
        except Exception as problem:
            return self._media_outcome(self._outcome(problem, token))
        expires = self._now() + timedelta(seconds=int(data.get("expires_after_secs", 3600)))
        return MediaRef(str(data["id"]), expires)

    def _media_outcome(self, outcome: Outcome) -> Outcome:
        """Nothing was posted, whatever became of the upload."""
        if outcome.certainty is Certainty.NOT_POSTED:
            return outcome
        return Outcome.later(self._now() + timedelta(minutes=1), Reason.OUTAGE, outcome.detail, outcome.status)

    async def send(self, message: Message, parent: RemoteRef | None, token: Token) -> Outcome:
        client, signed = self._client(token)
        try:
            answer = await client.create_tweet(
                text=message.text,
                media_ids=[media.id for media in message.media] or None,
                in_reply_to_tweet_id=parent.id if parent else None,
                user_auth=signed,
            )
            return _posted(answer)
        except Exception as problem:
            return self._outcome(problem, token)

    def _outcome(self, problem: Exception, token: Token) -> Outcome:
        """By the HTTP status where there is one, never by tweepy's class of exception."""
        if isinstance(problem, tweepy.HTTPException):
            said = token.hidden(" ".join(problem.api_messages) or str(problem))
            return self._by_status(problem.response.status, said, problem.response.headers)
        if isinstance(problem, aiohttp.ContentTypeError):
            if problem.status == 429:
                return self._by_status(429, "rate limited", problem.headers or {})
            return Outcome.unknown(f"HTTP {problem.status}, unreadable", problem.status)
        if isinstance(problem, aiohttp.ClientConnectorError | aiohttp.ConnectionTimeoutError):
            pause = self._now() + timedelta(minutes=1)
            return Outcome.later(pause, Reason.OUTAGE, f"not connected: {type(problem).__name__}")
        return Outcome.unknown(type(problem).__name__)

    def _by_status(self, status: int, said: str, headers: Any) -> Outcome:
        if status == 429:
            return Outcome.later(self._reset(headers), Reason.RATE, said, status)
        if status == 403 and DUPLICATE in said.lower():
            return Outcome.unknown(said, status, Reason.DUPLICATE)
        if reason := REASONS.get(status):
            return Outcome.refused(reason, said, status)
        return Outcome.unknown(said, status)

    def _reset(self, headers: Any) -> datetime:
        """When to ask again: the latest reset of the limits that are used up; tweepy reads the first header only."""
        resets = []
        for limit in ("x-rate-limit", "x-app-limit-24hour", "x-user-limit-24hour"):
            reset, remaining = headers.get(f"{limit}-reset", ""), headers.get(f"{limit}-remaining", "0")
            if reset.isdigit() and remaining == "0":
                resets.append(datetime.fromtimestamp(int(reset), UTC))
        return max(resets, default=self._now() + PAUSE_WITHOUT_RESET) + timedelta(seconds=1)

    async def probe(self, message: Message, since: datetime, token: Token) -> Found | Absent | Inconclusive:
        client, signed = self._client(token)
        page: str | None = None
        try:
            user = await self._user_id(client, signed, token)
            for _ in range(PAGES):
                answer = await client.get_users_tweets(
                    user,
                    start_time=since - timedelta(minutes=2),
                    max_results=100,
                    tweet_fields=["created_at", "entities", "referenced_tweets"],
                    pagination_token=page,
                    user_auth=signed,
                )
                if found := _among(answer.get("data") or [], message):
                    return Found(found)
                if not (page := answer.get("meta", {}).get("next_token")):
                    return Absent()
        except Exception as problem:
            return Inconclusive(self._outcome(problem, token).detail)
        return Inconclusive("more posts than we look through")

    async def _user_id(self, client: AsyncClient, signed: bool, token: Token) -> str:
        known = token.get("user_id") or self._user_ids.get(token.get("access_token", ""))
        if not known:
            answer = await client.request("GET", "/2/users/me", params={}, user_auth=signed)
            known = str((await answer.json())["data"]["id"])
            self._user_ids[token.get("access_token", "")] = known
        return known

    async def refresh(self, token: Token) -> tuple[Token, datetime] | Reconnect | Inconclusive:
        """Renew OAuth 2 tokens; tweepy cannot without blocking. The refresh token that was sent is used up."""
        form = {"grant_type": "refresh_token", "refresh_token": token["refresh_token"], "client_id": token["client_id"]}
        secret = token.get("client_secret")
        auth = aiohttp.BasicAuth(token["client_id"], secret) if secret else None
        try:
            async with self._session.post(TOKEN_URL, data=form, auth=auth) as answer:
                said = await answer.json()
        except Exception as problem:
            return Inconclusive(type(problem).__name__)
        if answer.status == 200 and said.get("access_token"):
            new = Token(bearer_token=said["access_token"], refresh_token=said.get("refresh_token", ""))
            return Token({**token, **new}), self._now() + timedelta(seconds=int(said.get("expires_in", 7200)))
        if answer.status in (400, 401) and said.get("error") in ("invalid_grant", "invalid_request", "invalid_client"):
            return Reconnect()
        return Inconclusive(f"HTTP {answer.status}")

    async def verify(self, remote: RemoteRef, token: Token) -> Present | Gone | Inconclusive:
        client, signed = self._client(token)
        try:
            answer = await client.get_tweet(remote.id, user_auth=signed)
        except tweepy.NotFound:
            return Gone()
        except Exception as problem:
            return Inconclusive(self._outcome(problem, token).detail)
        if answer.get("data"):
            return Present()
        kinds = [str(error.get("type", "")) for error in answer.get("errors", [])]
        return Gone() if any(kind.endswith("resource-not-found") for kind in kinds) else Inconclusive("no data")

    async def retract(self, remote: RemoteRef, token: Token) -> Outcome:
        client, signed = self._client(token)
        try:
            await client.delete_tweet(remote.id, user_auth=signed)
        except tweepy.NotFound:
            return Outcome.posted(remote, 404)
        except Exception as problem:
            return self._outcome(problem, token)
        return Outcome.posted(remote, 200)


REASONS = {
    400: Reason.CONTENT,
    401: Reason.AUTH,
    402: Reason.MONEY,
    403: Reason.PERMISSION,
    404: Reason.PERMISSION,
    413: Reason.MEDIA,
}


def _posted(answer: Any) -> Outcome:
    tweet = str((answer or {}).get("data", {}).get("id", ""))
    if not tweet.isdigit():
        return Outcome.unknown("accepted without an id")
    return Outcome.posted(RemoteRef(tweet, f"https://x.com/i/web/status/{tweet}"), 201)


def _among(posts: list[dict[str, Any]], message: Message) -> RemoteRef | None:
    for post in posts:
        urls = post.get("entities", {}).get("urls", [])
        links = [str(url.get(key, "")) for url in urls for key in ("expanded_url", "unwound_url")]
        text = str(post.get("text", ""))
        if carries(message.link, text, links) or (not message.link and says_the_same(message.text, text)):
            return RemoteRef(str(post["id"]), f"https://x.com/i/web/status/{post['id']}")
    return None
