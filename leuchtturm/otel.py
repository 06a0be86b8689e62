"""OpenTelemetry, where an operator wants it: `pip install "leuchtturm[otel]"` and LEUCHTTURM_TRACES_URL.

A request has the trace of its request id: a line of the log leads to the trace and back. A job has a trace of its own,
linked to the request that wanted it by the id in its row; nothing else is carried, and nothing of a person. What a
stranger sends as `traceparent` is linked as well, never continued.

Attributes pass the same last belt as log lines. Exceptions are told by their kind alone: their texts quote addresses.
"""

import asyncio
import hashlib
import re
from collections.abc import AsyncIterator
from contextlib import AbstractContextManager, asynccontextmanager
from importlib.metadata import version
from types import TracebackType
from typing import Any, Self

from opentelemetry import context as contexts
from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.id_generator import RandomIdGenerator
from opentelemetry.sdk.trace.sampling import ParentBased, TraceIdRatioBased
from opentelemetry.trace import Link, Span, SpanContext, SpanKind, Status, StatusCode, TraceFlags, set_span_in_context

from models import spans
from models.base import request_id
from models.redaction import redacted

KINDS = {"server": SpanKind.SERVER, "consumer": SpanKind.CONSUMER, "client": SpanKind.CLIENT}
LONGEST = 200  # characters of an attribute
PATIENCE = 5.0  # seconds for the collector to take a batch; it is sent beside the work, never within
TRACE_PARENT = re.compile(r"00-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}")


def trace_id_of(request: str) -> int:
    """The request id itself where it is ours, 32 hexadecimal digits; else a hash of it."""
    known = re.fullmatch(r"[0-9a-f]{32}", request) and int(request, 16)
    return known or int.from_bytes(hashlib.sha256(request.encode()).digest()[:16])


def span_id_of(request: str) -> int:
    """The id of the span with which the request or the work began."""
    return int.from_bytes(hashlib.sha256(b"span " + request.encode()).digest()[:8])


def trace_of(cause: str) -> SpanContext | None:
    """What a request id or a `traceparent` points to."""
    if given := TRACE_PARENT.fullmatch(cause):
        trace, span = int(given[1], 16), int(given[2], 16)
    else:
        trace, span = trace_id_of(cause), span_id_of(cause)
    found = SpanContext(trace, span, is_remote=True, trace_flags=TraceFlags(TraceFlags.SAMPLED))
    return found if found.is_valid else None


class Ids(RandomIdGenerator):
    """Random ids, but for the one span with which a request or a job begins."""

    def __init__(self) -> None:
        self.next_trace = self.next_span = 0

    def generate_trace_id(self) -> int:
        given, self.next_trace = self.next_trace, 0
        return given or super().generate_trace_id()

    def generate_span_id(self) -> int:
        given, self.next_span = self.next_span, 0
        return given or super().generate_span_id()


class Open:
    """A span while it is under way, as the current one of its task."""

    def __init__(self, span: Span) -> None:
        self._span = span

    def __enter__(self) -> Self:
        self._token = contexts.attach(set_span_in_context(self._span))
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: BaseException | TracebackType | None) -> None:
        contexts.detach(self._token)
        if kind is not None and self._span.is_recording():
            self._span.set_attribute("error.type", kind.__name__)
            self._span.set_status(Status(StatusCode.ERROR))
        self._span.end()

    def note(self, about: spans.About, name: str = "") -> None:
        if self._span.is_recording():
            self._span.set_attributes(told(about))
            if name:
                self._span.update_name(name)


def told(about: spans.About) -> dict[str, spans.Value]:
    """The attributes behind the last belt."""
    return {key: redacted(value)[:LONGEST] if isinstance(value, str) else value for key, value in about.items()}


class Tracing:
    """Tells OpenTelemetry; satisfies `models.spans.Watcher`."""

    def __init__(self, *processors: SpanProcessor, share: float = 1.0) -> None:
        self._ids = Ids()
        self.provider = TracerProvider(
            resource=Resource.create({"service.name": "leuchtturm", "service.version": version("leuchtturm")}),
            sampler=ParentBased(TraceIdRatioBased(share)),
            id_generator=self._ids,
            shutdown_on_exit=False,
        )
        for processor in processors:
            self.provider.add_span_processor(processor)
        self._tracer: Any = self.provider.get_tracer("leuchtturm")

    def span(self, name: str, about: spans.About, kind: str) -> AbstractContextManager[spans.Span]:
        return Open(self._tracer.start_span(name, kind=KINDS.get(kind, SpanKind.INTERNAL), attributes=told(about)))

    def begun(
        self, name: str, about: spans.About, kind: str, cause: str, again: bool
    ) -> AbstractContextManager[spans.Span]:
        current = request_id.get()
        found = trace_of(cause) if cause and (kind != "server" or TRACE_PARENT.fullmatch(cause)) else None
        self._ids.next_trace = trace_id_of(current) if current else 0
        # Work that is begun again is the same trace, and another span.
        self._ids.next_span = span_id_of(current) if current and not again else 0
        return Open(
            self._tracer.start_span(
                name,
                context=Context(),
                kind=KINDS.get(kind, SpanKind.INTERNAL),
                attributes=told({**about, "leuchtturm.request_id": current}),
                links=[Link(found)] if found else [],
            )
        )


@asynccontextmanager
async def sent_to(url: str, share: float) -> AsyncIterator[None]:
    """Have the spans of this process sent to a collector, this share of the traces; the last ones at the end."""
    tracing = Tracing(BatchSpanProcessor(OTLPSpanExporter(endpoint=url, timeout=PATIENCE)), share=share)
    spans.watch(tracing)
    try:
        yield
    finally:
        spans.watch(None)
        await asyncio.to_thread(tracing.provider.shutdown)
