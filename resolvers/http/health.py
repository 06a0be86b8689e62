"""For those who operate it: is the process alive, can it work, and how is it."""

import asyncio
from collections.abc import Iterator

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    REGISTRY,
    CollectorRegistry,
    Counter,
    Histogram,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from models import sql
from models.upgrade import pending
from models.vitals import ABOUT, Vital, vitals

disable_created_metrics()  # type: ignore[no-untyped-call]  # when a counter was first seen: twice the lines, no answer to any question

PATIENCE = 3.0  # seconds for the database; whoever asks about health has a deadline as well

HTTP_REQUESTS = Counter("leuchtturm_http_requests", "Answered requests.", ["method", "route", "status"])
HTTP_SECONDS = Histogram("leuchtturm_http_request_seconds", "How long answers took.", ["route"])


async def live(request: Request) -> Response:
    """The loop turns. Says nothing about the database: restarting a process does not heal that."""
    return JSONResponse({"live": True}, headers={"Cache-Control": "no-store"})


async def ready(request: Request) -> Response:
    """The database answers a query and has the tables that this code wants; 503 otherwise."""
    try:
        async with asyncio.timeout(PATIENCE):
            await sql.clock()
            missing = await pending(request.app.state.database_url)
        problem = f"not migrated: {missing}" if missing else ""
    except Exception as error:  # whatever a driver says: who asks wants to know that it is not well
        problem = f"database: {type(error).__name__}"
    answer = {"ready": not problem, **({"problem": problem} if problem else {})}
    return JSONResponse(answer, status_code=503 if problem else 200, headers={"Cache-Control": "no-store"})


async def metrics(request: Request) -> Response:
    """Prometheus text: what this process counted, and the vital signs read from the database at this moment."""
    try:
        async with asyncio.timeout(PATIENCE):
            signs, up = await vitals(), True
    except Exception:
        signs, up = [], False
    text = generate_latest(REGISTRY) + generate_latest(_registry(signs, up))
    return Response(text, headers={"Content-Type": CONTENT_TYPE_LATEST, "Cache-Control": "no-store"})


routes = [
    Route("/live", live, methods=["GET"]),
    Route("/ready", ready, methods=["GET"]),
    Route("/metrics", metrics, methods=["GET"]),
]
"""The application's `state.database_url` is the URL of the open database."""


class _Signs(Collector):
    def __init__(self, signs: list[Vital], up: bool) -> None:
        self._signs, self._up = signs, up

    def collect(self) -> Iterator[GaugeMetricFamily]:
        yield GaugeMetricFamily("leuchtturm_database_up", "1 when the database answers.", value=float(self._up))
        for name, about in ABOUT.items():
            mine = [sign for sign in self._signs if sign.name == name]
            if not mine:
                continue
            family = GaugeMetricFamily(f"leuchtturm_{name}", about, labels=["kind"] if mine[0].kind else [])
            for sign in mine:
                family.add_metric([sign.kind] if sign.kind else [], sign.value)
            yield family


def _registry(signs: list[Vital], up: bool) -> CollectorRegistry:
    registry = CollectorRegistry()
    registry.register(_Signs(signs, up))
    return registry
