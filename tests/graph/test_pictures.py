"""The addresses of pictures that the graph gives away are the ones that the pages serve."""

import httpx2
import pytest
from starlette.applications import Starlette

import models
from models.site import Site
from resolvers.http import pictures
from schema.context import Services
from schema.pictures import picture_url


@pytest.mark.parametrize("media_type", ["image/jpeg", "image/png", "image/gif", "image/webp"])
def test_the_graph_and_the_pages_agree_where_a_picture_is(media_type: str) -> None:
    image = models.Asset(sha256="a" * 64, media_type=media_type)

    assert picture_url(Site(base_url="http://test"), image.sha256, media_type) == "http://test" + (
        pictures.picture_path(image)
    )


async def test_a_picture_of_nothing_public_is_not_served(database: str) -> None:
    app = Starlette(routes=pictures.routes)
    app.state.services = Services()
    transport = httpx2.ASGITransport(app)
    async with httpx2.AsyncClient(transport=transport, base_url="http://test") as client:
        answer = await client.get(picture_url(Site(base_url=""), "a" * 64, "image/png"))

    assert answer.status_code == 404
