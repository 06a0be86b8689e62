"""What operators are told about reads: how they ran and why, and which took long; never what was asked for."""

import pytest
from prometheus_client import REGISTRY
from structlog.testing import capture_logs

from tests import people
from tests.conftest import on_postgres
from tests.graph.api import Api

WHYS = {
    "computed": "{ viewer { sessions { current } } }",
    "document": "{ __schema { queryType { name } } }",
    "refusal": "{ teams(first: 0) { totalCount } }",
    "request": "query ($id: UUID) { team(id: $id) { name } }",
}


def counted(how: str, why: str) -> float:
    return REGISTRY.get_sample_value("leuchtturm_graphql_reads_total", {"how": how, "why": why}) or 0.0


@pytest.mark.parametrize("why", WHYS)
async def test_why_a_read_runs_plainly_is_counted_in_few_words(api: Api, why: str) -> None:
    before = counted("plain", why)

    await api.post(WHYS[why], {"id": "no id"})

    assert counted("plain", why) == before + 1


async def test_a_planned_read_tells_its_statements_and_rows(api: Api, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG", "leuchtturm.planner")
    await people.team("Anker", slug="anker")
    before = counted("planned", "")

    with capture_logs() as told:
        await api.post('{ team(slug: "anker") { name memberships { id } } }')

    assert counted("planned", "") == before + 1
    (planned,) = [one for one in told if one["event"] == "planned"]
    # A row and no members: PostgreSQL brings the list along with the team, SQLite reads it by itself.
    assert (planned["statements"], planned["rows"]) == (1 if on_postgres() else 2, 1)


@pytest.mark.parametrize("query", ["query Slow($slug: String) { team(slug: $slug) { name } }", WHYS["computed"]])
async def test_a_slow_operation_is_told_without_what_was_asked_for(
    api: Api, query: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("resolvers.slow.SLOW", 0.0)

    with capture_logs() as told:
        await api.post(query, {"slug": "a secret"})

    (slow,) = [one for one in told if one["event"] == "a slow operation"]
    assert set(slow) == {"event", "log_level", "how", "seconds", "operation", "document", "statements", "rows"}
    assert "a secret" not in str(slow)
