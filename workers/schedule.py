"""What runs when, as data, each line with its reason; and the loop that begins what is owed."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from models import sql
from models.schedule import CatchUp, Rule, Schedule
from workers.crew import Loop


@dataclass(frozen=True)
class Line:
    """One line: its name, the kind of job, the rule, and why it is there."""

    name: str
    work: str
    rule: dict[str, Any]
    why: str
    catch_up: CatchUp = CatchUp.LATEST


LINES = (
    Line(
        "newsletter.compose",
        "issue.compose",
        {"weekly": "fri 09:00"},
        "People look back on the week on Friday morning; editors need the rest of the day for the review.",
    ),
    Line(
        "newsletter.tick",
        "issue.tick",
        {"every_minutes": 5},
        "An approved issue whose hour has come, one whose sending stopped half-way, a reminder that is due.",
    ),
    Line(
        "stories.publish",
        "story.publish_due",
        {"every_minutes": 1},
        "A story is scheduled to the minute; nobody waits longer than that.",
    ),
    Line(
        "posts.reconcile",
        "post.reconcile",
        {"every_minutes": 1},
        "A post whose fate is unknown is looked for on its network until it is found or its settle window has passed.",
    ),
    Line(
        "posts.verify",
        "post.verify",
        {"every_minutes": 15},
        "Networks delete and hide posts without telling; whoever looks at the desk should know within the hour.",
    ),
    Line(
        "exchange.tick",
        "exchange.tick",
        {"every_minutes": 5},
        "Whoever applied seven days ago gets an answer from us, and a listing that nobody confirmed ends.",
    ),
    Line(
        "exchange.shuffle",
        "exchange.shuffle",
        {"daily": "04:15"},
        "The contact board has another order each day; at this hour hardly anybody is on a page of it.",
    ),
    Line(
        "hours.tick",
        "hours.tick",
        {"every_minutes": 1},
        "A host who has not come is missed five minutes after the start; people are waiting meanwhile.",
    ),
    Line(
        "hours.materialise",
        "hours.materialise",
        {"daily": "03:15"},
        "Sessions stand in the list eight weeks ahead; one more day comes into sight each night.",
    ),
    Line(
        "hours.suggest",
        "hours.suggest",
        {"weekly": "mon 07:30"},
        "Managers plan the week on Monday morning; the digest in which they read of it leaves at half past eight.",
    ),
    Line(
        "questions.sla_sweep",
        "questions.sla_sweep",
        {"every_minutes": 5},
        "Half of eight hours, for an urgent question, is over to the minute; five later is soon enough to ask others.",
    ),
    Line(
        "questions.release_stale_claims",
        "questions.release_stale_claims",
        {"every_minutes": 10},
        "A claim holds for a day; whoever waits behind it should not wait for a quarter of an hour more.",
    ),
    Line(
        "learning.review_due",
        "learning.review_due",
        {"daily": "05:30"},
        "What was checked half a year ago may be wrong today; editors find it with the morning's digest.",
    ),
    Line(
        "teams.tick",
        "teams.tick",
        {"every_minutes": 10},
        "Whoever was invited by mail and has arrived finds the team's invitation while still looking around.",
    ),
    Line(
        "teams.shuffle",
        "teams.shuffle",
        {"daily": "04:20"},
        "The list of teams has another order each day, so that neither the alphabet nor age is a merit.",
    ),
    Line(
        "search.rebuild",
        "search.rebuild",
        {"daily": "03:45"},
        "The index follows events; what was changed without one is found a night later, and said in the log.",
    ),
    Line(
        "suggest.all",
        "suggest.all",
        {"daily": "04:30"},
        "Exposure is shared among all lists, so they are made together; profiles that changed yesterday count today.",
    ),
    Line(
        "privacy.tick",
        "privacy.tick",
        {"every_minutes": 30},
        "Whoever left a week ago is forgotten within the hour; files that nobody fetched go.",
    ),
    Line(
        "circles.build",
        "circles.build",
        {"weekly": "mon 07:00"},
        "Whoever stayed without a team last week is asked at the beginning of a new one.",
    ),
    Line(
        "circles.tick",
        "circles.tick",
        {"every_minutes": 30},
        "A proposal that too few wanted ends when it said it would; those who came are told.",
    ),
    Line(
        "members.daily",
        "members.daily",
        {"daily": "04:10"},
        "Accounts of people who are gone, invitations that nobody took up, links of accounts that are new no longer.",
    ),
    Line(
        "upkeep.daily",
        "upkeep.daily",
        {"daily": "03:30"},
        "Expired links and sessions, finished jobs, old events, addresses never confirmed. Nobody waits at night.",
    ),
)


async def plant(lines: Sequence[Line], zone: str) -> None:
    """Bring the rows in line with this page. What people have edited (rule, zone, enabled) is left as it is."""
    known = {row.name for row in await Schedule.all()}
    now = await sql.clock()
    fresh = [
        Schedule(name=line.name, work=line.work, rule=line.rule, zone=zone, catch_up=line.catch_up, begun_until=now)
        for line in lines
        if line.name not in known and Rule.read(line.rule)
    ]
    if fresh:
        await Schedule.bulk_create(fresh, ignore_conflicts=True)


def loop(zone: str, lines: Sequence[Line] = LINES) -> Loop:
    """Begins what is owed at every sweep. Local times are meant in `zone` unless the row says otherwise."""
    planted = False

    async def step() -> bool:
        nonlocal planted
        if not planted:
            await plant(lines, zone)
            planted = True
        return await Schedule.begin_due() > 0

    return Loop("schedule", step)
