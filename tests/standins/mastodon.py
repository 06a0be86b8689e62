"""A Mastodon instance as our driver meets it: idempotency keys with a life, media that take time, lists that lag."""

import html
import time
from datetime import UTC, datetime
from typing import Any

from aiohttp import web

from models.publishing.networks import mastodon_count
from tests.standins import mastodon_schema
from tests.standins.network import Network, Seen

FIELDS = {"status", "media_ids", "in_reply_to_id", "language", "visibility", "spoiler_text", "sensitive"}
KEY_LIFE = 3600.0


class MastodonStandin(Network):
    """`keeps_keys` off is a fork; `replay_500` is the bug of the versions of spring 2026 (mastodon#40399)."""

    token = "a-token-of-mastodon"
    account_id = "23634"

    def __init__(self) -> None:
        super().__init__()
        self.max_characters = 500
        self.keeps_keys = True
        self.replay_500 = False
        self.polls_until_ready = 0
        self.media: dict[str, dict[str, Any]] = {}
        self.keys: dict[str, tuple[float, Seen]] = {}
        self._next = 103_270_115_826_000_000

    def route(self, router: web.UrlDispatcher) -> None:
        router.add_get("/api/v2/instance", self.instance)
        router.add_get("/api/v1/accounts/verify_credentials", self.account)
        router.add_get("/api/v1/accounts/{id}/statuses", self.statuses)
        router.add_post("/api/v1/statuses", self.create)
        router.add_get("/api/v1/statuses/{id}", self.one)
        router.add_delete("/api/v1/statuses/{id}", self.delete)
        router.add_post("/api/v2/media", self.upload)
        router.add_get("/api/v1/media/{id}", self.poll)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def _id(self) -> str:
        self._next += 1
        return str(self._next)

    def _stranger(self, request: web.Request) -> bool:
        return request.headers.get("Authorization") != f"Bearer {self.token}"

    async def instance(self, request: web.Request) -> web.StreamResponse:
        statuses = {
            "max_characters": self.max_characters,
            "characters_reserved_per_url": 23,
            "max_media_attachments": 4,
        }
        return web.json_response({"domain": "127.0.0.1", "configuration": {"statuses": statuses}})

    async def account(self, request: web.Request) -> web.StreamResponse:
        if self._stranger(request):
            return _error(401, "The access token is invalid")
        return web.json_response({"id": self.account_id, "username": "leuchtturm", "acct": "leuchtturm"})

    async def create(self, request: web.Request) -> web.StreamResponse:
        if self._stranger(request):
            return _error(401, "The access token is invalid")
        body = await request.json()
        key = request.headers.get("Idempotency-Key", "")
        limited = _error(429, "Too many requests")
        limited.headers["X-RateLimit-Reset"] = datetime.fromtimestamp(time.time() + 300, UTC).isoformat()
        return await self.created(
            request, lambda: self._accepted(body, key), limited, _error(401, "The access token has expired")
        )

    def _accepted(self, body: dict[str, Any], key: str) -> tuple[int, Any]:
        if why := self._refusal(body, key):
            self.mistake(why)
            return 422, {"error": f"Validation failed: {why}"}
        if key in self.keys and self.keeps_keys and time.monotonic() - self.keys[key][0] < KEY_LIFE:
            return (500, {"error": "Internal error"}) if self.replay_500 else (200, self._told(self.keys[key][1]))
        unready = [one for one in body.get("media_ids", []) if self.media[one]["polls"] > 0]
        if unready:
            return 422, {"error": "Cannot attach files that have not finished processing. Try again in a moment!"}
        post = Seen(self._id(), body["status"], body.get("media_ids", []), body.get("in_reply_to_id", ""))
        post.language, post.key = body.get("language", ""), key
        self.posts.append(post)
        self.keys[key] = (time.monotonic(), post)
        return 200, self._told(post)

    def _refusal(self, body: dict[str, Any], key: str) -> str:
        if unknown := set(body) - FIELDS:
            return f"unknown fields {sorted(unknown)}"
        if not key:
            return "no Idempotency-Key"
        if why := mastodon_schema.objection("/api/v1/statuses", "post", "application/json", body):
            return why
        if mastodon_count(body.get("status", "")) > self.max_characters:
            return "Text character limit exceeded"
        if any(one not in self.media for one in body.get("media_ids", [])):
            return "media"
        return ""

    async def upload(self, request: web.Request) -> web.StreamResponse:
        if self._stranger(request):
            return _error(401, "The access token is invalid")
        form = await request.post()
        fields = {name: value if isinstance(value, str) else "binary" for name, value in form.items()}
        why = mastodon_schema.objection("/api/v2/media", "post", "multipart/form-data", fields)
        if (
            why
            or set(fields) - {"file", "description", "focus", "thumbnail"}
            or not isinstance(form["file"], web.FileField)
        ):
            self.mistake(why or "media upload")
            return _error(422, "Validation failed")
        new = self._id()
        self.media[new] = {"description": fields.get("description", ""), "polls": self.polls_until_ready}
        return web.json_response(self._medium(new), status=202 if self.polls_until_ready else 200)

    def _medium(self, id: str) -> dict[str, Any]:
        ready = self.media[id]["polls"] <= 0
        return {"id": id, "type": "image", "url": f"{self.url}/m/{id}" if ready else None,
                "description": self.media[id]["description"]}  # fmt: skip

    async def poll(self, request: web.Request) -> web.StreamResponse:
        asked = request.match_info["id"]
        if asked not in self.media:
            return _error(404, "Record not found")
        self.media[asked]["polls"] -= 1
        return web.json_response(self._medium(asked), status=206 if self.media[asked]["polls"] > 0 else 200)

    async def statuses(self, request: web.Request) -> web.StreamResponse:
        if int(request.query.get("limit", 20)) > 40 or set(request.query) - {"exclude_reblogs", "limit", "max_id"}:
            self.mistake("statuses")
            return _error(422, "Validation failed")
        older_than = int(request.query.get("max_id", 2**63))
        shown = [self._told(post) for post in reversed(self.listed) if int(post.id) < older_than]
        return web.json_response(shown[: int(request.query.get("limit", 20))])

    def _told(self, post: Seen) -> dict[str, Any]:
        """As Mastodon tells it: HTML, every link cut into pieces for the eye."""
        words = [_linked(word) if word.startswith("http") else html.escape(word) for word in post.text.split()]
        return {
            "id": post.id,
            "url": f"{self.url}/@leuchtturm/{post.id}",
            "created_at": datetime.now(UTC).isoformat(),
            "content": f"<p>{' '.join(words)}</p>",
            "language": post.language,
        }

    async def one(self, request: web.Request) -> web.StreamResponse:
        for post in self.live:
            if post.id == request.match_info["id"]:
                return web.json_response(self._told(post))
        return _error(404, "Record not found")

    async def delete(self, request: web.Request) -> web.StreamResponse:
        for post in self.live:
            if post.id == request.match_info["id"]:
                post.deleted = True
                return web.json_response({**self._told(post), "text": post.text})
        return _error(404, "Record not found")


def _linked(link: str) -> str:
    scheme, _, rest = link.partition("//")
    shown = f'<span class="invisible">{scheme}//</span><span class="ellipsis">{html.escape(rest[:30])}</span>'
    return f'<a href="{html.escape(link)}" rel="nofollow noopener" target="_blank">{shown}</a>'


def _error(status: int, text: str) -> web.Response:
    return web.json_response({"error": text}, status=status)
