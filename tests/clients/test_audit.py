"""GraphQL over HTTP as the authors of `graphql-http` audit it."""

from collections import Counter

from tests.clients.conftest import Running


async def test_every_audit_of_graphql_http_passes(running: Running) -> None:
    audits = await running.run("audit.mjs")

    levels = Counter(audit["name"].split()[0] for audit in audits)
    print(f"graphql-http audits: {dict(levels)}")
    assert [audit for audit in audits if audit["status"] != "ok"] == []
    assert levels["MUST"] >= 13
    assert levels["SHOULD"] >= 23
    assert levels["MAY"] >= 25
