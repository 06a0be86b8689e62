"""The floor: what somebody writes by hand who knows the six operations beforehand. Starlette, asyncpg, orjson."""

import os
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

import asyncpg
import orjson
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from uuid_utils.compat import uuid7

Given = dict[str, Any]
Pool = asyncpg.Pool
NONE: list[Any] = []

STORIES = """SELECT s.id, s.slug, s.title, s.tags, s.published_at, t.slug, t.name, f.key
FROM story s JOIN team t ON t.id = s.team_id LEFT JOIN field_of_action f ON f.id = t.field_of_action_id
WHERE s.state IN ('published', 'corrected') {after} ORDER BY s.published_at DESC, s.id DESC LIMIT $1"""
FEED = STORIES.format(after="")
FEED_AFTER = STORIES.format(after="AND (s.published_at, s.id) < ($2, $3)")
TEXTS = "SELECT story_id, upper(language), headline, teaser FROM story_text WHERE story_id = ANY($1) ORDER BY language"
PAGE = """SELECT t.id, t.slug, t.name, t.pitch, upper(t.stage), f.key, f.title_de, f.title_en
FROM team t LEFT JOIN field_of_action f ON f.id = t.field_of_action_id
WHERE t.slug = $1 AND t.state IN ('listed', 'dormant')"""
MEMBERS = """SELECT upper(m.role), p.handle, p.display_name, p.pronouns
FROM team_membership m JOIN person p ON p.id = m.person_id
WHERE m.team_id = $1 AND m.state = 'active' AND (m.person_id = $2 OR m.team_id = ANY($3)) ORDER BY m.id LIMIT 100"""
REACHED = """SELECT title_de, title_en, metric, value, unit, as_of, source_url FROM success
WHERE team_id = $1 AND state IN ('published', 'corrected') ORDER BY as_of DESC, id DESC LIMIT 3"""
CATALOGUE = """SELECT s.id, s.title_de, s.title_en, s.metric, s.value, s.unit, s.as_of, t.slug, t.name, f.key, b.key
FROM success s LEFT JOIN team t ON t.id = s.team_id LEFT JOIN field_of_action f ON f.id = t.field_of_action_id
LEFT JOIN programme_block b ON b.id = s.block_id
WHERE s.state IN ('published', 'corrected') ORDER BY s.as_of DESC, s.id DESC LIMIT $1"""
ONE = "SELECT id, slug, name, upper(state) FROM team WHERE id = $1 AND state IN ('listed', 'dormant')"
TEAMS = """SELECT id, slug, name, pitch, upper(stage), place
FROM team WHERE state = 'listed' {after} ORDER BY place, id LIMIT 21"""
TEAMS_FIRST, TEAMS_AFTER = TEAMS.format(after=""), TEAMS.format(after="AND (place, id) > ($1, $2)")
COUNT = "SELECT count(*) FROM team WHERE state = 'listed'"
WHO = """SELECT p.id,
  array(SELECT team_id FROM team_membership WHERE person_id = p.id AND role = 'lead' AND state = 'active')
FROM api_token a JOIN person p ON p.id = a.person_id
WHERE a.token_hash = $1 AND a.revoked_at IS NULL AND p.state = 'active'"""
INSERTS = """INSERT INTO story (id, created_at, updated_at, version, team_id, author_id, last_editor_id, title, slug,
tags, state, text_hash, review_note, correction_de, correction_en)
VALUES ($1, $2, $2, 1, $3, $4, $4, $5, $6, '[]', 'lead', '', '', '', '')"""
INSERT_TEXT = """INSERT INTO story_text (id, created_at, updated_at, version, story_id, language, headline, teaser,
body, body_html) VALUES ($1, $2, $2, 1, $3, $4, $5, $6, $7, $7)"""
INSERT_AUDIT = """INSERT INTO audit_event (id, created_at, updated_at, version, actor_id, action, subject_kind,
subject_id, before, after, note, request_id, at)
VALUES ($1, $2, $2, 1, $3, 'lead', 'story', $4, '', 'lead', '', '', $2)"""
INSERT_EVENT = """INSERT INTO outbox_event (id, created_at, updated_at, version, type, subject_kind, subject_id,
team_id, visible_to, payload, at) VALUES ($1, $2, $2, 1, 'story.lead', 'story', $3, $4, 'staff', '{}', $2)"""


def cursor(*values: Any) -> str:
    return orjson.dumps([str(value) for value in values]).decode()


async def who(pool: Pool, token: str) -> tuple[UUID, list[UUID]]:
    row = await pool.fetchrow(WHO, sha256(token.encode()).hexdigest())
    return row[0], row[1]


async def feed(pool: Pool, given: Given, token: str) -> Any:
    size = given["first"]
    if given.get("after"):
        moment, id = orjson.loads(given["after"])
        rows = await pool.fetch(FEED_AFTER, size + 1, datetime.fromisoformat(moment), UUID(id))
    else:
        rows = await pool.fetch(FEED, size + 1)
    shown = rows[:size]
    texts: dict[UUID, list[Any]] = {}
    for story, language, headline, teaser in await pool.fetch(TEXTS, [row[0] for row in shown]):
        texts.setdefault(story, []).append({"language": language, "headline": headline, "teaser": teaser})
    edges = [
        {
            "node": {
                "id": str(id),
                "slug": slug,
                "title": title,
                "tags": orjson.loads(tags),
                "publishedAt": published,
                "team": {"slug": team, "name": name, "fieldOfAction": {"key": key} if key else None},
                "texts": texts.get(id, NONE),
            }
        }
        for id, slug, title, tags, published, team, name, key in shown
    ]
    end = cursor(shown[-1][4], shown[-1][0]) if shown else None
    return {"lighthouses": {"edges": edges, "pageInfo": {"hasNextPage": len(rows) > size, "endCursor": end}}}


async def page(pool: Pool, given: Given, token: str) -> Any:
    person, leads = await who(pool, token)
    team = await pool.fetchrow(PAGE, given["slug"])
    members = await pool.fetch(MEMBERS, team[0], person, leads)
    reached = await pool.fetch(REACHED, team[0])
    id, slug, name, pitch, stage, key, de, en = team
    return {
        "team": {
            "id": str(id),
            "slug": slug,
            "name": name,
            "pitch": pitch,
            "stage": stage,
            "fieldOfAction": {"key": key, "title": {"de": de, "en": en}},
            "memberships": [
                {"role": role, "person": {"handle": handle, "displayName": display, "pronouns": pronouns}}
                for role, handle, display, pronouns in members
            ],
            "successes": {
                "edges": [
                    {
                        "node": {
                            "title": {"de": de, "en": en},
                            "metric": metric,
                            "value": value,
                            "unit": unit,
                            "asOf": as_of,
                            "sourceUrl": url,
                            "team": {"name": name},
                        }
                    }
                    for de, en, metric, value, unit, as_of, url in reached
                ]
            },
        }
    }


async def catalogue(pool: Pool, given: Given, token: str) -> Any:
    edges = [
        {
            "node": {
                "id": str(id),
                "title": {"de": de, "en": en},
                "metric": metric,
                "value": value,
                "unit": unit,
                "asOf": as_of,
                "team": {"slug": slug, "name": name, "fieldOfAction": {"key": field} if field else None}
                if slug
                else None,
                "block": {"key": block} if block else None,
            }
        }
        for id, de, en, metric, value, unit, as_of, slug, name, field, block in await pool.fetch(
            CATALOGUE, given["first"]
        )
    ]
    return {"successes": {"edges": edges}}


async def one(pool: Pool, given: Given, token: str) -> Any:
    row = await pool.fetchrow(ONE, UUID(given["id"]))
    return {"team": {"id": str(row[0]), "slug": row[1], "name": row[2], "state": row[3]} if row else None}


async def teams(pool: Pool, given: Given, token: str) -> Any:
    if given.get("after"):
        place, id = orjson.loads(given["after"])
        rows = await pool.fetch(TEAMS_AFTER, int(place), UUID(id))
    else:
        rows = await pool.fetch(TEAMS_FIRST)
    total = await pool.fetchval(COUNT)
    edges = [
        {
            "cursor": cursor(place, id),
            "node": {"id": str(id), "slug": slug, "name": name, "pitch": pitch, "stage": stage},
        }
        for id, slug, name, pitch, stage, place in rows[:20]
    ]
    info = {"hasNextPage": len(rows) > 20, "endCursor": edges[-1]["cursor"] if edges else None}
    return {"teams": {"totalCount": total, "pageInfo": info, "edges": edges}}


async def lead(pool: Pool, given: Given, token: str) -> Any:
    person, _ = await who(pool, token)
    text, team = given["input"]["text"], UUID(given["input"]["teamId"])
    now, id, title = datetime.now(UTC), uuid7(), text["headline"]
    async with pool.acquire() as connection, connection.transaction():
        await connection.fetchval("SELECT 1 FROM team WHERE id = $1", team)
        await connection.execute(INSERTS, id, now, team, person, title, f"lead-{id}")
        language = text["language"].lower()
        await connection.execute(INSERT_TEXT, uuid7(), now, id, language, title, text["teaser"], text["body"])
        await connection.execute(INSERT_AUDIT, uuid7(), now, person, id)
        await connection.execute(INSERT_EVENT, uuid7(), now, id, team)
        await connection.execute("SELECT pg_notify('bell', '')")
    story = {"state": "LEAD", "title": title, "tags": NONE}
    return {"createStoryLead": {"__typename": "CreateStoryLeadPayload", "story": story}}


ANSWERS: dict[str, Callable[[Pool, Given, str], Awaitable[Any]]] = {
    "Feed": feed,
    "Page": page,
    "Catalogue": catalogue,
    "One": one,
    "Teams": teams,
    "Lead": lead,
}


async def graphql(request: Request) -> Response:
    asked = orjson.loads(await request.body())
    token = request.headers.get("authorization", "").removeprefix("Bearer ")
    data = await ANSWERS[asked["operationName"]](request.app.state.pool, asked["variables"], token)
    return Response(orjson.dumps({"data": data}), media_type="application/json")


async def _nothing(connection: Any) -> None:
    """No reset when a connection is given back, as in `models/pool.py`."""


@asynccontextmanager
async def lifespan(app: Starlette) -> AsyncIterator[None]:
    async with asyncpg.create_pool(os.environ["DATABASE_URL"], min_size=1, max_size=10, reset=_nothing) as pool:
        app.state.pool = pool
        yield


app = Starlette(routes=[Route("/graphql", graphql, methods=["POST"])], lifespan=lifespan)

if __name__ == "__main__":
    uvicorn.run(app, host="127.0.0.1", port=int(os.environ["PORT"]), access_log=False, log_level="warning")
