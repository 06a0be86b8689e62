"""X as our driver meets it: posts, media, the own timeline, and every way in which an answer gets lost.

Written from the vendor's documentation; which bodies are allowed stands in `ALLOWED`. It is not X's schema.
"""

import base64
import binascii
import random
import re
import time
from collections import deque
from datetime import UTC, datetime
from typing import Any

from aiohttp import web

from models.publishing.networks import twitter_weight
from tests.standins.network import Network, Seen

PROBLEMS = "https://api.x.com/2/problems"
ALLOWED = {"text", "media", "reply", "reply_settings"}
URL = re.compile(r"https?://\S+")


class TwitterStandin(Network):
    """`guard` is the probability with which a repeated text is answered "duplicate" (without the id, as X does)."""

    user_id = "2244994945"

    def __init__(self) -> None:
        super().__init__()
        self.media: dict[str, str] = {}
        """Alternative text by media id."""
        self.guard = 0.0
        self.bearer = ""
        """The only bearer token that counts; empty: any does."""
        self.refresh_token = "refresh-token-0"
        self.refreshes = 0
        self.token_faults: deque[str] = deque()
        self.credits = True
        self.summoned: set[str] = set()
        self._next = 1_880_000_000_000_000_000

    def route(self, router: web.UrlDispatcher) -> None:
        router.add_post("/2/tweets", self.create)
        router.add_get("/2/tweets/{id}", self.one)
        router.add_delete("/2/tweets/{id}", self.delete)
        router.add_get("/2/users/me", self.me)
        router.add_post("/2/oauth2/token", self.renew)
        router.add_get("/2/users/{id}/tweets", self.timeline)
        router.add_post("/2/media/upload", self.upload)
        router.add_post("/2/media/metadata", self.metadata)

    def _id(self) -> str:
        self._next += random.randint(1, 1000)
        return str(self._next)

    def _anonymous(self, request: web.Request) -> bool:
        signed = request.headers.get("Authorization", "")
        if signed.startswith("Bearer "):
            return bool(self.bearer) and signed != f"Bearer {self.bearer}"
        return not (signed.startswith("OAuth ") and "oauth_signature=" in signed)

    async def create(self, request: web.Request) -> web.StreamResponse:
        if self._anonymous(request):
            return _problem(401, "Unauthorized", "Unauthorized")
        body = await request.json()
        reset = str(int(time.time()) + 900)
        limited = _problem(429, "Too Many Requests", "Too Many Requests")
        limited.headers["x-rate-limit-reset"], limited.headers["x-rate-limit-remaining"] = reset, "0"
        expired = _problem(401, "Unauthorized", "Unauthorized")
        return await self.created(request, lambda: self._accepted(body), limited, expired)

    def _accepted(self, body: dict[str, Any]) -> tuple[int, Any]:
        if why := self._refusal(body):
            self.mistake(why)
            return 400, {"title": "Invalid Request", "detail": why, "type": f"{PROBLEMS}/invalid-request"}
        if not self.credits:
            return 402, {"title": "CreditsDepleted", "detail": "Your account has no credits", "type": "about:blank"}
        text, parent = body.get("text", ""), body.get("reply", {}).get("in_reply_to_tweet_id", "")
        if parent and parent not in self.summoned:
            return 403, {
                "title": "Forbidden",
                "detail": "Reply to this conversation is not allowed.",
                "type": "about:blank",
                "status": 403,
            }
        if any(post.text == text for post in self.live) and random.random() < self.guard:
            detail = "You are not allowed to create a Tweet with duplicate content."
            return 403, {"title": "Forbidden", "detail": detail, "type": "about:blank", "status": 403}
        post = Seen(self._id(), text, body.get("media", {}).get("media_ids", []), parent)
        self.posts.append(post)
        return 201, {"data": {"id": post.id, "text": post.text, "edit_history_tweet_ids": [post.id]}}

    def _refusal(self, body: dict[str, Any]) -> str:
        if unknown := set(body) - ALLOWED:
            return f"unknown fields {sorted(unknown)}"
        if not body.get("text") or twitter_weight(body["text"]) > 280:
            return "text is empty or over 280"
        if len(re.findall(r"(?<!\w)\$[A-Za-z]{1,6}\b", body["text"])) > 1:
            return "more than one cashtag"
        media = body.get("media", {}).get("media_ids", ["0"])
        if not 1 <= len(media) <= 4 or ("media" in body and any(one not in self.media for one in media)):
            return "media ids"
        return ""

    async def upload(self, request: web.Request) -> web.StreamResponse:
        body = await request.json()
        try:
            picture = base64.b64decode(body["media"], validate=True)
        except (KeyError, binascii.Error):
            picture = b""
        if set(body) - {"media", "media_category"} or body.get("media_category") != "tweet_image" or not picture:
            self.mistake("media upload")
            return _problem(400, "Invalid Request", "media upload", f"{PROBLEMS}/invalid-request")
        new = self._id()
        self.media[new] = ""
        return web.json_response({"data": {"id": new, "media_key": f"3_{new}", "expires_after_secs": 86_400}})

    async def metadata(self, request: web.Request) -> web.StreamResponse:
        body = await request.json()
        text = body.get("metadata", {}).get("alt_text", {}).get("text", "")
        if body.get("id") not in self.media or not 1 <= len(text) <= 1000:
            self.mistake("media metadata")
            return _problem(400, "Invalid Request", "metadata", f"{PROBLEMS}/invalid-request")
        self.media[body["id"]] = text
        return web.json_response({"data": {"id": body["id"], "associated_metadata": {"alt_text": {"text": text}}}})

    async def renew(self, request: web.Request) -> web.StreamResponse:
        """A refresh token is good for one use; a second one ends the whole family (X, as far as is known)."""
        form = await request.post()
        given = str(form.get("refresh_token", ""))
        if self.token_faults and self.token_faults.popleft() == "unavailable_503":
            return web.Response(status=503, text="<html>", content_type="text/html")
        if form.get("grant_type") != "refresh_token" or given != self.refresh_token:
            self.bearer = self.refresh_token = ""
            return web.json_response({"error": "invalid_grant", "error_description": "revoked"}, status=400)
        self.refreshes += 1
        self.bearer, self.refresh_token = f"bearer-token-{self.refreshes}", f"refresh-token-{self.refreshes}"
        answer = {"token_type": "bearer", "expires_in": 7200, "access_token": self.bearer, "scope": "tweet.write"}
        return web.json_response({**answer, "refresh_token": self.refresh_token})

    async def me(self, request: web.Request) -> web.StreamResponse:
        return web.json_response({"data": {"id": self.user_id, "name": "Leuchtturm", "username": "leuchtturm"}})

    async def timeline(self, request: web.Request) -> web.StreamResponse:
        if request.match_info["id"] != self.user_id or not 5 <= int(request.query.get("max_results", 10)) <= 100:
            self.mistake("timeline")
            return _problem(400, "Invalid Request", "timeline", f"{PROBLEMS}/invalid-request")
        shown = [self._told(post) for post in reversed(self.listed)]
        return web.json_response(
            {"data": shown, "meta": {"result_count": len(shown)}} if shown else {"meta": {"result_count": 0}}
        )

    def _told(self, post: Seen) -> dict[str, Any]:
        """As X tells it: every link behind t.co, the text escaped."""
        urls, text = [], post.text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        for number, link in enumerate(URL.findall(post.text)):
            short = f"https://t.co/{post.id[-6:]}{number}"
            text = text.replace(link, short)
            urls.append({"url": short, "expanded_url": link, "start": 0, "end": 23, "display_url": link[8:30]})
        told = {"id": post.id, "text": text, "created_at": datetime.now(UTC).isoformat()}
        return {**told, "entities": {"urls": urls}} if urls else told

    async def one(self, request: web.Request) -> web.StreamResponse:
        for post in self.live:
            if post.id == request.match_info["id"]:
                return web.json_response({"data": self._told(post)})
        missing = {
            "title": "Not Found Error",
            "detail": "Could not find tweet",
            "type": f"{PROBLEMS}/resource-not-found",
        }
        return web.json_response({"errors": [missing]})

    async def delete(self, request: web.Request) -> web.StreamResponse:
        for post in self.posts:
            if post.id == request.match_info["id"]:
                post.deleted = True
        return web.json_response({"data": {"deleted": True}})


def _problem(status: int, title: str, detail: str, type: str = "about:blank") -> web.Response:
    return web.json_response({"title": title, "detail": detail, "type": type, "status": status}, status=status)
