"""What goes out for a delivery: the body, its three headers, and what the answer to it means."""

import contextlib
import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import orjson

from models.catalogue import VERSION
from models.outbox import OutboxEvent
from models.redaction import redacted
from models.webhooks import WebhookDelivery, WebhookEndpoint, signing
from models.webhooks.outcome import Outcome
from workers.webhooks.reply import Reply

KEPT_BYTES = 2048  # of an answer, for the delivery log
AGENT = "Leuchtturm-Webhooks/1"


@dataclass(frozen=True)
class Letter:
    """One request that is ready to leave."""

    url: str
    body: bytes
    headers: dict[str, str]

    @property
    def noted(self) -> dict[str, Any]:
        """What the log keeps: enough to compare with what arrived, and nothing to send it again with."""
        headers = {name: said for name, said in self.headers.items() if name != "webhook-signature"}
        return {"headers": headers, "bytes": len(self.body), "sha256": hashlib.sha256(self.body).hexdigest()}


def written(endpoint: WebhookEndpoint, delivery: WebhookDelivery, event: OutboxEvent | None, now: datetime) -> Letter:
    """The request for a delivery; without an event it is a trial. Its id is the event's, however often it is sent."""
    at = event.at if event else delivery.created_at
    said = {
        "type": delivery.type, "timestamp": _moment(at), "schemaVersion": VERSION, "data": _data(delivery, event)
    }  # fmt: skip
    body = orjson.dumps(said, default=str)
    signed = signing.headers(endpoint.secrets_at(now), delivery.event_id, now, body)
    return Letter(endpoint.url, body, {"content-type": "application/json", "user-agent": AGENT, **signed})


def _data(delivery: WebhookDelivery, event: OutboxEvent | None) -> dict[str, Any]:
    """Ids and plain words, named as in the graph's `CommunityEvent`."""
    if event is None:
        return {
            "id": delivery.event_id, "cursor": None, "subjectKind": "webhook", "subjectId": delivery.endpoint_id,
            "teamId": None, "payload": {},
        }  # fmt: skip
    return {
        "id": event.id, "cursor": str(event.seq), "subjectKind": event.subject_kind, "subjectId": event.subject_id,
        "teamId": event.team_id, "payload": event.payload,
    }  # fmt: skip


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def read(reply: Reply, took_ms: int, now: datetime) -> Outcome:
    """What an answer means. Only 2xx is a yes; a redirect is a no, and is not followed."""
    text = redacted(reply.body[:KEPT_BYTES].decode("utf-8", "replace").replace("\x00", "�"))
    ok = 200 <= reply.status < 300
    error = "" if ok else f"The answer was {reply.status}."
    if 300 <= reply.status < 400:
        error += " Redirects are not followed."
    wish = _wish(reply.headers.get("retry-after", ""), now) if reply.status in (429, 503) else None
    return Outcome(ok, reply.status, text, took_ms, error, wish)


def _wish(said: str, now: datetime) -> timedelta | None:
    """How long the other side asks us to wait, in seconds or until a moment; None when it cannot be read."""
    if said.strip().isascii() and said.strip().isdigit():
        return timedelta(seconds=min(int(said[:12]), 10**7))
    with contextlib.suppress(ValueError, TypeError, OverflowError):
        until = parsedate_to_datetime(said)
        until = until if until.tzinfo else until.replace(tzinfo=UTC)
        return max(until - now, timedelta(0))
    return None
