"""Deliveries of webhooks as figures and spans: how they ended and how long it took, never where to and what."""

from collections.abc import Iterator
from contextlib import contextmanager

from prometheus_client import Counter, Histogram

from models import spans
from models.webhooks import WebhookDelivery
from models.webhooks.outcome import Outcome

DELIVERIES = Counter("leuchtturm_webhook_deliveries_total", "Webhook requests and how they ended", ["outcome"])
SECONDS = Histogram(
    "leuchtturm_webhook_seconds", "Time of one webhook request", buckets=(0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15)
)


class Watch:
    """One delivery while it is under way."""

    def __init__(self, span: spans.Span) -> None:
        self._span = span

    def ended(self, outcome: Outcome) -> None:
        how = "taken" if outcome.ok else "refused" if outcome.status else "unanswered"
        DELIVERIES.labels(how).inc()
        SECONDS.observe(outcome.took_ms / 1000)
        status = {"http.response.status_code": outcome.status} if outcome.status else {}
        self._span.note({"leuchtturm.outcome": how, **status})

    def dropped(self) -> None:
        """Not sent: its owner may not see it any more, or it has left the log."""
        DELIVERIES.labels("dropped").inc()
        self._span.note({"leuchtturm.outcome": "dropped"})


@contextmanager
def watched(delivery: WebhookDelivery) -> Iterator[Watch]:
    """A span of its own for each delivery, in a trace of its own: a lane lives for hours."""
    about: spans.About = {
        "leuchtturm.webhook": str(delivery.endpoint_id),
        "leuchtturm.delivery": str(delivery.id),
        "leuchtturm.event": str(delivery.event_id),
        "leuchtturm.event_type": delivery.type,
        "leuchtturm.tries": delivery.tries,
    }
    with spans.begun("deliver webhook", about, kind="client", again=True) as span:
        yield Watch(span)
