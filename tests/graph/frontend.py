"""A single-page application in front of `/graphql`: it sends the documents in `documents/` as somebody signed in."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import httpx2
from starlette.applications import Starlette

from models.access import ANONYMOUS, Viewer
from models.signin import ApiToken
from models.site import Site
from resolvers import endpoint
from schema.context import Services
from tests.graph.documents import operations
from tests.planner.doubting import Doubted, doubted


class Said(Exception):
    """The answer had `errors`: a test that does not expect them must fail."""


@dataclass
class Frontend:
    """`ask` gives the data of the one root field; `errors` the errors. Each viewer gets a token of their own."""

    client: httpx2.AsyncClient
    services: Services
    tokens: dict[Any, str] = field(default_factory=dict)
    rung: list[int] = field(default_factory=list)
    """One item per ring of the bell."""
    clock: list[datetime] = field(default_factory=list)

    def at(self, now: datetime) -> None:
        """It is this moment from now on."""
        self.clock[0] = now

    async def headers(self, viewer: Viewer) -> dict[str, str]:
        if viewer.person_id is None:
            return {}
        if viewer.person_id not in self.tokens:
            _, secret = await ApiToken.issue(viewer.person_id, "test", by=viewer, now=self.services.now())
            self.tokens[viewer.person_id] = secret
        return {"authorization": f"Bearer {self.tokens[viewer.person_id]}"}

    async def post(self, viewer: Viewer, document: str, variables: dict[str, Any] | None = None) -> Any:
        """The whole answer to any document."""
        answer = await self.client.post(
            "/graphql", json={"query": document, "variables": variables or {}}, headers=await self.headers(viewer)
        )
        return answer.json()

    async def ask(self, viewer: Viewer, operation: str, **variables: Any) -> Any:
        """Send one of the documents; its root field's value. Raises `Said` for anything in `errors`."""
        answer = await self.post(viewer, operations()[operation], variables)
        if "errors" in answer:
            raise Said(operation, answer["errors"])
        (value,) = answer["data"].values()
        return value

    async def do(self, viewer: Viewer, operation: str, **input: Any) -> Any:
        """A mutation with one `input`."""
        return await self.ask(viewer, operation, input=input)

    async def code(self, viewer: Viewer, operation: str, **input: Any) -> str | None:
        """The code that a mutation was refused with; None when it was not."""
        code: str | None = (await self.do(viewer, operation, **input)).get("code")
        return code


@asynccontextmanager
async def opened(now: datetime) -> AsyncIterator[Frontend]:
    """A frontend whose clock stands at `now`."""
    clock, rung = [now], list[int]()

    async def ring() -> None:
        rung.append(1)

    services = Services(site=Site(base_url="http://test"), now=lambda: clock[0], ring=ring)
    app = Starlette(routes=doubted(endpoint.routes(services, endpoint.Options(), asyncio.Event())))
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://test") as client:
        yield Frontend(client, services, rung=rung, clock=clock)


async def heard(frontend: Frontend, viewer: Viewer, operation: str, **variables: Any) -> AsyncIterator[Any]:
    """What a subscription of `documents/` tells."""
    async for told in heard_document(frontend, viewer, operations()[operation], variables):
        yield told


async def heard_document(
    frontend: Frontend, viewer: Viewer, document: str, variables: dict[str, Any]
) -> AsyncIterator[Any]:
    """What a subscription tells, without a socket: the same schema, the same context."""
    from resolvers.contexts import context_of
    from resolvers.graph import build_schema

    schema = build_schema()
    context = replace(context_of(frontend.services, cache=False), viewer=viewer, tell=Doubted(schema).tell)
    stream = await schema.subscribe(document, variable_values=variables, context_value=context)
    async for told in stream:  # type: ignore[union-attr]
        if told.errors:
            raise Said(document, told.errors)
        assert told.data is not None
        (value,) = told.data.values()
        yield value


__all__ = ["ANONYMOUS", "Frontend", "Said", "heard", "heard_document", "opened"]
