"""The ASGI application: every route, the middleware around them, and what handlers find in `request.app.state`."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import BaseRoute

from leuchtturm import dev as dev_pages
from leuchtturm import dev_json
from leuchtturm.front import App
from leuchtturm.settings import Settings
from leuchtturm.telemetry import Telemetry
from leuchtturm.wiring import House, open_house
from models.base import utcnow
from models.partners.using import keep_written
from resolvers import endpoint, trusted
from resolvers.http import (
    account,
    archive,
    assets,
    blog,
    calendars,
    exchange,
    faq,
    feeds,
    health,
    hours,
    joining,
    landing,
    letters,
    login,
    notifications,
    partners,
    pictures,
    problems,
    programme,
    provider,
    search,
    teams,
)
from resolvers.limits import DOCUMENT, RateGate
from resolvers.oidc import Provider, ProviderSettings
from resolvers.seats import Capacity
from schema.context import Services


def public_routes() -> list[BaseRoute]:
    """What everybody may open, the narrow paths before the wide ones."""
    words = (
        health,
        assets,
        pictures,
        provider,
        joining,
        login,
        letters,
        notifications,
        account,
        exchange,
        calendars,
        faq,
        hours,
        archive,
        feeds,
        programme,
        teams,
        partners,
        search,
        blog,
        landing,
    )
    return [route for word in words for route in word.routes]


def services_of(house: House) -> Services:
    """What resolvers may use of this process."""
    settings = house.settings
    return Services(
        site=house.site,
        now=utcnow,
        ring=house.ringer.ring,
        heard=house.bell.heard,
        rung=lambda: house.bell.rung,
        gate=RateGate(settings.redis_url),
        secure=settings.secure,
        allowed_origins=frozenset(settings.allowed_origins),
        undo=timedelta(seconds=settings.undo_seconds),
        more={"oidc": provider_of(settings), "webhooks": settings.webhook_policy},
    )


def provider_of(settings: Settings) -> Provider | None:
    """Where members may sign in with an account elsewhere; None when the operator named nobody."""
    if not settings.oidc_issuer:
        return None
    return Provider(
        ProviderSettings(
            issuer=settings.oidc_issuer,
            client_id=settings.oidc_client_id,
            client_secret=settings.oidc_client_secret.get_secret_value(),
            back=settings.site.url("/sign-in/provider/back"),
            name=settings.oidc_name,
        )
    )


def options_of(house: House) -> endpoint.Options:
    """What the operator leaves switched on, and how much of it there may be."""
    settings = house.settings
    return endpoint.Options(
        explorer=settings.graphiql,
        introspection=settings.introspection,
        suggestions=settings.field_suggestions,
        limits=replace(DOCUMENT, depth=settings.query_depth, cost=settings.query_cost),
        rate=f"{settings.operations_per_minute}/minute",
        capacity=Capacity(
            per_address=settings.connections_per_address,
            per_person=settings.connections_per_person,
            subscriptions=settings.subscriptions_per_viewer,
        ),
        documents=documents_of(house),
        shared_seconds=settings.public_cache_seconds,
        kept_bytes=settings.answer_cache_mb * 1_000_000,
        kept_elsewhere=house.redis if settings.redis_url and not settings.one_process else None,
    )


def documents_of(house: House) -> trusted.Documents:
    """The documents that the operator registered, and a place for those that clients show. Raises ValueError."""
    settings = house.settings
    registered = trusted.read(Path(settings.trusted_documents)) if settings.trusted_documents else {}
    learned = trusted.InRedis(house.redis, settings.persisted_queries) if settings.persisted_queries else None
    return trusted.Documents(registered, only=settings.trusted_only, learned=learned)


def build_app(house: House, *, dev: bool = False) -> Starlette:
    """The application over an open house. `dev` adds the pages with caught mail and posts, and the developers' `/`."""
    services = services_of(house)
    graphql = endpoint.routes(services, options_of(house), house.stopping)
    routes = [*([*dev_pages.routes, *dev_json.routes] if dev else []), *graphql, *public_routes()]

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        writing = asyncio.create_task(keep_written(), name="uses of keys")
        yield
        writing.cancel()
        await asyncio.gather(writing, return_exceptions=True)
        await app.state.gate.close()

    app = App(
        routes=routes, middleware=[Middleware(Telemetry)], exception_handlers=problems.handlers, lifespan=lifespan
    )
    app.shorten(endpoint.http_of(graphql))
    set_state(app, house, services)
    return app


def set_state(app: Starlette, house: House, services: Services) -> None:
    """What page handlers find in `request.app.state`."""
    app.state.site = house.site
    app.state.now = services.now
    app.state.ring = services.ring
    app.state.gate = services.gate
    app.state.services = services
    app.state.secure = house.settings.secure
    app.state.database_url = house.settings.database


def app() -> Starlette:
    """For other servers: `uvicorn --factory leuchtturm.asgi:app`. Opens its own house when it starts."""
    settings = Settings()

    @asynccontextmanager
    async def lifespan(shell: Starlette) -> AsyncIterator[None]:
        async with open_house(settings) as house:
            inner = build_app(house, dev=settings.dev_pages)
            shell.mount("/", inner)
            async with inner.router.lifespan_context(inner):
                yield

    return Starlette(lifespan=lifespan)
