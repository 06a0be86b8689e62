"""The rows that every server reads: 1,500 teams, 28,000 members, 5,000 stories, 20,000 successes; ten times more later.

One row of each table is written through the models, so that every column has a value that the product gives it; the
database makes the others from it. Rows are numbered, and a row's number is in its id: `uid(STORY, 7)`.
"""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import models
from models import sql
from models.base import Row, utcnow
from models.language import Language
from models.members import PersonState
from models.programme import SuccessState
from models.signin import ApiToken
from models.stories import StoryState, StoryText
from models.teams import Stage, TeamRole, TeamState
from models.vault import digest

FIELD, BLOCK, TEAM, PERSON, MEMBERSHIP, STORY, TEXT, SUCCESS = range(1, 9)
FIELDS, BLOCKS = 12, 8
NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
TOKENS = 2_000
MOST_TOLD = 20_000


def uid(kind: int, number: int) -> UUID:
    return UUID(f"{kind:08x}-0000-7000-8000-{number:012x}")


def _uid(kind: int, number: str) -> str:
    """The same in SQL."""
    return f"('{kind:08x}-0000-7000-8000-' || lpad(to_hex(({number})::bigint), 12, '0'))::uuid"


def secret_of(number: int) -> str:
    """The personal token of a member; the first `TOKENS` have one."""
    return f"{ApiToken.PREFIX}{number:043d}"


async def multiplied(template: Row, kind: int, begin: int, end: int, **columns: str) -> None:
    """Write the rows `begin` to `end - 1` like the template, but for the named columns, in SQL over `n`."""
    table = template._meta.db_table
    made = {"id": _uid(kind, "n"), **columns}
    found = await sql.rows(
        "SELECT column_name AS name FROM information_schema.columns WHERE table_name = $1 ORDER BY 1", table
    )
    names = [row["name"] for row in found]
    into = ", ".join(f'"{name}"' for name in names)
    values = ", ".join(f"{made[name]}" if name in made else f'one."{name}"' for name in names)
    await sql.changed(
        f'INSERT INTO "{table}" ({into}) SELECT {values}'
        f' FROM (SELECT * FROM "{table}" WHERE id = $1) one, generate_series($2::bigint, $3::bigint) n',
        template.id,
        begin,
        end - 1,
    )


async def settle(scale: float = 1.0) -> None:
    """Fill an empty database."""
    teams, people, stories, successes = (max(40, int(n * scale)) for n in (1_500, 28_000, 5_000, 20_000))
    for number in range(FIELDS):
        await models.FieldOfAction.create(id=uid(FIELD, number), key=f"field-{number:02}", title_de=f"Feld {number}")
    for number in range(BLOCKS):
        await models.ProgrammeBlock.create(id=uid(BLOCK, number), key=f"block-{number}", title_de=f"Baustein {number}")
    await _teams(teams)
    await _people(people, teams)
    await more_stories(0, stories, teams, people)
    await _successes(successes, teams)
    await ApiToken.bulk_create(
        [
            ApiToken(
                person_id=uid(PERSON, n), name="bench", token_hash=digest(secret_of(n)), hint="", last_used_at=utcnow()
            )
            for n in range(min(TOKENS, people))
        ]
    )
    await sql.changed("VACUUM (ANALYZE)")


async def _teams(count: int) -> None:
    one = await models.Team.create(
        id=uid(TEAM, 0),
        slug="team-0",
        name="Team 000000",
        pitch="Wir bauen etwas, das bleibt: " + "für Schulen, Kliniken und Vereine. " * 3,
        stage=Stage.PILOT,
        state=TeamState.LISTED,
        field_of_action_id=uid(FIELD, 0),
        shuffle_key=0,
        place=0,
    )
    await multiplied(
        one,
        TEAM,
        1,
        count,
        slug="'team-' || n",
        name="'Team ' || lpad(n::text, 6, '0')",
        field_of_action_id=_uid(FIELD, f"n % {FIELDS}"),
        shuffle_key="n",
        place="n",  # today's order of the list
    )


async def _people(count: int, teams: int) -> None:
    one = await models.Person.create(
        id=uid(PERSON, 0),
        handle="person-0",
        display_name="Person 0",
        pronouns="sie/ihr",
        email_hash="0" * 64,
        state=PersonState.ACTIVE,
        last_active_at=utcnow(),
    )
    await multiplied(
        one,
        PERSON,
        1,
        count,
        handle="'person-' || n",
        display_name="'Person ' || n",
        email_hash="lpad(n::text, 64, '0')",
    )
    member = await models.TeamMembership.create(
        id=uid(MEMBERSHIP, 0), team_id=uid(TEAM, 0), person_id=uid(PERSON, 0), role=TeamRole.LEAD
    )
    await multiplied(
        member,
        MEMBERSHIP,
        1,
        count,
        team_id=_uid(TEAM, f"n % {teams}"),
        person_id=_uid(PERSON, "n"),
        role=f"CASE WHEN n < {teams} THEN 'lead' ELSE 'member' END",
    )


async def more_stories(begin: int, end: int, teams: int, people: int) -> None:
    """Published stories, each in two languages; a higher number is older."""
    if begin == 0:
        await models.Story.create(
            id=uid(STORY, 0),
            team_id=uid(TEAM, 0),
            author_id=uid(PERSON, 0),
            slug="story-0",
            title="Geschichte 0",
            tags=["Bildung", "offen", "Pilot"],
            state=StoryState.PUBLISHED,
            published_at=NOW,
        )
        await StoryText.create(
            id=uid(TEXT, 0),
            story_id=uid(STORY, 0),
            language=Language.DE,
            headline="Geschichte 0",
            teaser="Was in drei Monaten daraus wurde. " * 4,
            body="Lang. " * 200,
        )
    moment = "(timestamptz '2026-11-20 09:00:00+00' - n * interval '1 minute')"
    story = await models.Story.get(id=uid(STORY, 0))
    await multiplied(
        story,
        STORY,
        max(1, begin),
        end,
        team_id=_uid(TEAM, f"n % {teams}"),
        author_id=_uid(PERSON, f"n % {people}"),
        slug="'story-' || n",
        title="'Geschichte ' || n",
        published_at=moment,
    )
    text: Any = await StoryText.get(id=uid(TEXT, 0))
    # Of many stories those around the middle have texts, which is where a bench looks.
    told = (begin, end) if end <= MOST_TOLD else (end // 2 - 100, end // 2 + 100)
    await multiplied(
        text,
        TEXT,
        max(1, 2 * told[0]),
        2 * told[1],
        story_id=_uid(STORY, "n / 2"),
        language="CASE n % 2 WHEN 0 THEN 'de' ELSE 'en' END",
        headline="(CASE n % 2 WHEN 0 THEN 'Geschichte ' ELSE 'Story ' END) || n / 2",
    )


async def fewer_stories(left: int) -> None:
    """Take away all but so many."""
    await sql.changed("DELETE FROM story_text WHERE story_id >= $1", uid(STORY, left))
    await sql.changed("DELETE FROM story WHERE id >= $1", uid(STORY, left))


async def _successes(count: int, teams: int) -> None:
    """Every fifth belongs to a Baustein, the others to teams."""
    one = await models.Success.create(
        id=uid(SUCCESS, 0),
        title_de="Erfolg 0",
        title_en="Success 0",
        metric="ausgeliehene Geräte",
        value="1200",
        unit="Stück",
        as_of=NOW.date(),
        source_url="https://example.org/bericht",
        state=SuccessState.PUBLISHED,
        block_id=uid(BLOCK, 0),
    )
    await multiplied(
        one,
        SUCCESS,
        1,
        count,
        title_de="'Erfolg ' || n",
        title_en="'Success ' || n",
        value="n::text",
        as_of="(date '2026-11-20' - (n / 20)::int)",
        team_id=f"CASE WHEN n % 5 = 0 THEN NULL ELSE {_uid(TEAM, f'n % {teams}')} END",
        block_id=f"CASE WHEN n % 5 = 0 THEN {_uid(BLOCK, f'n % {BLOCKS}')} END",
    )
