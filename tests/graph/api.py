"""A client of the API in the same process: the real routes, over HTTP, by the documents that frontends send."""

import asyncio
import dataclasses
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx2
from graphql import parse, print_ast
from graphql.utilities import separate_operations
from starlette.applications import Starlette

from models.access import Viewer
from models.base import utcnow
from models.signin import ApiToken, Session
from resolvers import endpoint
from resolvers.http import joining, login, provider
from schema.context import Services
from tests.planner.doubting import doubted

FOLDER = Path(__file__).parent / "documents"


def _operations() -> dict[str, str]:
    """Every operation of every file with just the fragments that it uses, as a frontend's compiler would send it."""
    found: dict[str, str] = {}
    for file in sorted(FOLDER.glob("*.graphql")):
        for name, document in separate_operations(parse(file.read_text())).items():
            assert name not in found, f"two operations are called {name}"
            found[name] = print_ast(document)
    return found


OPERATIONS = _operations()
"""The documents that frontends send, by the name of their operation."""


@dataclasses.dataclass
class Api:
    """`await api.ask("Teams", by=ada, first=3)` gives the data; `answer` gives the whole response."""

    client: httpx2.AsyncClient
    app: Starlette
    rings: list[bool]

    async def token(self, viewer: Viewer) -> str:
        """A personal token of the viewer."""
        assert viewer.person_id is not None
        _, secret = await ApiToken.issue(viewer.person_id, "test", by=viewer, now=utcnow(), life=timedelta(days=1))
        return secret

    async def cookie(self, viewer: Viewer) -> str:
        """A `Cookie` header of a browser in which the viewer is signed in."""
        assert viewer.person_id is not None
        _, value = await Session.open(viewer.person_id, now=utcnow())
        return f"leuchtturm-session={value}"

    async def post(
        self, query: str, variables: Any = None, by: Viewer | None = None, **headers: str
    ) -> httpx2.Response:
        """One POST as a client sends it. Header names are written with underscores."""
        sent = {"accept": "application/json", **{k.replace("_", "-"): v for k, v in headers.items()}}
        if by is not None:
            sent["authorization"] = f"Bearer {await self.token(by)}"
        return await self.client.post("/graphql", json={"query": query, "variables": variables}, headers=sent)

    async def answer(self, operation: str, by: Viewer | None = None, **variables: Any) -> dict[str, Any]:
        """The response to an operation of `documents/`, or to a document."""
        query = OPERATIONS.get(operation, operation)
        response = await self.post(query, _plain(variables), by)
        assert response.status_code == 200, response.text
        return dict(response.json())

    async def ask(self, operation: str, by: Viewer | None = None, **variables: Any) -> Any:
        """The data of an answer that must have no errors."""
        answer = await self.answer(operation, by, **variables)
        assert "errors" not in answer, answer["errors"]
        return answer["data"]

    async def code(self, operation: str, by: Viewer | None = None, **variables: Any) -> str:
        """The code of the first error of an answer that must have one."""
        answer = await self.answer(operation, by, **variables)
        return str(answer["errors"][0]["extensions"]["code"])


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: _plain(v) for k, v in value.items()}
    if isinstance(value, list):
        return [_plain(v) for v in value]
    return value if value is None or isinstance(value, bool | int | float | str) else str(value)


def app_of(
    services: Services, options: endpoint.Options | None = None, stopping: asyncio.Event | None = None
) -> Starlette:
    """The routes of the graph and of signing in."""
    graph = doubted(endpoint.routes(services, options or endpoint.Options(), stopping or asyncio.Event()))
    routes = [*graph, *provider.routes, *joining.routes, *login.routes]
    app = Starlette(routes=routes)
    app.state.services, app.state.site = services, services.site
    return app
