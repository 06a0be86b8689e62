"""The first answer that a single-page application gets."""

import gzip
from datetime import datetime

from graphql import get_operation_ast, parse

from models.signin import viewer_of
from models.teams import TeamMembership
from tests.graph.documents import operations
from tests.graph.frontend import Frontend
from tests.living import move_in

LIGHT = 50_000  # bytes on the line


async def test_the_start_fits_through_a_thin_line(frontend: Frontend, now: datetime) -> None:
    """E44: viewer, news, teasers, teams and the contact board of the demo community, in less than 50 kB."""
    await move_in(now)
    membership = await TeamMembership.filter(role="lead", state="active").first()
    assert membership is not None
    lead = await viewer_of(membership.person_id, now=now)
    assert lead is not None

    answer = await frontend.client.post(
        "/graphql", json={"query": operations()["Start"]}, headers=await frontend.headers(lead)
    )

    data = answer.json()["data"]
    operation = get_operation_ast(parse(operations()["Start"]))
    assert operation is not None and set(data) == {
        field.name.value  # type: ignore[union-attr]
        for field in operation.selection_set.selections
    }
    fewest = min(len(data[name]["edges"]) for name in ("lighthouses", "teams", "contactBoard"))
    assert fewest >= 3, "the community tells stories, has teams, and looks for people"
    size = len(gzip.compress(answer.content, 6))
    assert size * 20 / fewest < LIGHT, "and so it is when every list is as long as the page"
