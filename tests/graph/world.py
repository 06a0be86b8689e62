"""One row of each kind and everybody who may come along: what tests over *all* mutations begin with."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import models
from models.access import ANONYMOUS, Viewer
from models.language import Language
from models.publishing import ChannelKind
from tests import people
from tests.graph.frontend import Frontend
from tests.graph.told import reviewed, room


@dataclass
class World:
    """One row of each kind, and everybody who may come along."""

    now: datetime
    people: dict[str, Viewer]
    team: models.Team
    story: models.Story
    consent: models.StoryConsent
    channel: models.Channel
    post: models.ChannelPost
    issue: models.NewsletterIssue
    item: models.IssueItem
    delivery: models.Delivery
    job: models.JobRun
    rows: dict[str, Any] = field(default_factory=dict)


async def a_world(frontend: Frontend, now: datetime) -> World:
    here = await room(now)
    story = await models.Story.get(id=(await reviewed(frontend, here))["id"])
    channel = await models.Channel.open(ChannelKind.RECORD, "Probe", [Language.DE])
    planned = await frontend.do(here.writer, "PlanChannelPosts", storyId=str(story.id))
    issue = await models.NewsletterIssue.create(iso_year=2020, iso_week=16, planned_at=now + timedelta(days=3))
    item = models.IssueItem(issue_id=issue.id, section="exchange", kind="note", source_id=issue.id)
    item.headline_de = "Ein Gesuch"
    await item.save(force_create=True)
    await models.IssueProof.create(issue_id=issue.id, revision=1, snapshot={}, sha256="", filled=63)
    await models.JobRun.enqueue("story.publish", "a key", due_at=now)
    return World(
        now=now,
        people={
            "anonymous": ANONYMOUS,
            "participant": await people.participant(now=now),
            "lead": here.lead,
            "editor": here.editor,
            "manager": here.manager,
            "administrator": await people.administrator(now=now),
        },
        team=here.team,
        story=story,
        consent=await models.StoryConsent.get(),
        channel=channel,
        post=await models.ChannelPost.get(id=planned["posts"][0]["id"]),
        issue=issue,
        item=item,
        delivery=await models.Delivery.create(issue_id=issue.id, variant="de", next_at=now),
        job=await models.JobRun.get(key="a key"),
    )


NO_RIGHT = {"SIGN_IN_NEEDED", "NOT_ALLOWED", "NOT_FOUND"}
"""What is not yours to do, or not yours to see."""


def mutations_of(*types: Any) -> set[str]:
    """The names of the mutations that these classes declare."""

    def camel(name: str) -> str:
        first, *rest = name.split("_")
        return first + "".join(word.title() for word in rest)

    return {camel(f.python_name) for t in types for f in t.__strawberry_definition__.fields}


DOCUMENT = """mutation ($input: {type}!) {{
  {name}(input: $input) {{ __typename ... on Problem {{ code messageDe messageEn path }} }}
}}"""


async def answer(frontend: Frontend, viewer: Viewer, name: str, input: dict[str, Any]) -> Any:
    document = DOCUMENT.format(name=name, type=name[0].upper() + name[1:] + "Input")
    told = await frontend.post(viewer, document, {"input": input})
    assert "errors" not in told, told["errors"]
    return told["data"][name]
