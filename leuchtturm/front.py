"""The application with a short way to `/graphql`: no route is looked for, and no layer made for pages lies around it.

`Telemetry` does: such an answer is counted, named and logged like every other.
"""

from starlette.applications import Starlette
from starlette.types import ASGIApp, Receive, Scope, Send

from leuchtturm.telemetry import Telemetry
from resolvers.http import problems

PATH = "/graphql"


class App(Starlette):
    """Starlette, but for what asks GraphQL over HTTP."""

    _graphql: ASGIApp | None = None

    def shorten(self, graphql: ASGIApp) -> None:
        """Take the short way to this one."""
        self._endpoint, self._graphql = graphql, Telemetry(graphql, problems.on_error)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._graphql is not None and scope["type"] == "http" and scope["path"] == PATH:
            scope["app"], scope["endpoint"] = self, self._endpoint
            await self._graphql(scope, receive, send)
        else:
            await super().__call__(scope, receive, send)
