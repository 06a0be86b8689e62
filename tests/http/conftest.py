"""A browser in front of the public pages, without a server between."""

from collections.abc import AsyncIterator
from datetime import datetime

import httpx2
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from models.language import Language
from models.site import Site
from resolvers.http import assets, blog, feeds, landing, pictures, problems, programme, search
from resolvers.http.page import page
from schema.context import Services


async def broken(request: Request) -> Response:
    raise RuntimeError("a secret of the inside")


async def in_english(request: Request) -> Response:
    return page(request, "problem.html", language=Language.EN, title="<b>bold</b>", text="quite", status=200)


@pytest.fixture
async def browser(database: str, now: datetime) -> AsyncIterator[httpx2.AsyncClient]:
    own = [Route("/broken", broken), Route("/english", in_english)]
    words = (assets, landing, search, blog, feeds, programme, pictures)
    public = [route for word in words for route in word.routes]
    app = Starlette(routes=[*public, *own], exception_handlers=problems.handlers)
    app.state.site, app.state.now = Site(base_url="http://test"), lambda: now
    app.state.services = Services(site=app.state.site, now=app.state.now)
    transport = httpx2.ASGITransport(app, raise_app_exceptions=False)
    async with httpx2.AsyncClient(
        transport=transport, base_url="http://test", headers={"accept": "text/html,*/*;q=0.5"}
    ) as client:
        yield client
