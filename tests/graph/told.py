"""A story on its way, told through the graph: what the tests of this folder begin with."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from models.access import Viewer
from models.stories import Story
from models.teams import Team
from tests import people
from tests.graph.frontend import Frontend

GERMAN = {
    "language": "DE",
    "headline": "Wärme aus Servern",
    "teaser": "Ein Team heizt ein Schwimmbad mit Rechenzeit.",
    "body": "Das **Kreidekasten**-Team heizt ein Schwimmbad.\n\nMit der Abwärme von vierzig Rechnern.",
}
ENGLISH = {
    "language": "EN",
    "headline": "Heat from servers",
    "teaser": "A team heats a pool with computing time.",
    "body": "The **Kreidekasten** team heats a pool.\n\nWith the waste heat of forty computers.",
}


@dataclass
class Room:
    """Who is there: a writer and a second editor, a community manager, the team and its lead."""

    writer: Viewer
    editor: Viewer
    manager: Viewer
    team: Team
    lead: Viewer


async def room(now: datetime) -> Room:
    team = await people.team()
    return Room(
        writer=await people.editor("Edda Lorenz", now=now),
        editor=await people.editor("Emil Sommer", now=now),
        manager=await people.manager(now=now),
        team=team,
        lead=await people.lead_of(team.id, now=now),
    )


async def drafted(frontend: Frontend, room: Room, **more: Any) -> Any:
    """A draft in both languages."""
    answer = await frontend.do(room.writer, "DraftStory", teamId=str(room.team.id), texts=[GERMAN, ENGLISH], **more)
    return answer["story"]


async def reviewed(frontend: Frontend, room: Room) -> Any:
    """A story in review that the team has consented to."""
    story = await drafted(frontend, room, tags=["Energie", "open data"])
    await frontend.do(room.writer, "SubmitForReview", id=story["id"])
    asked = await frontend.do(room.writer, "RequestTeamConsent", id=story["id"])
    await frontend.do(room.lead, "GrantConsent", id=asked["consent"]["id"])
    return await frontend.ask(room.editor, "StoryOnDesk", id=story["id"])


async def approved(frontend: Frontend, room: Room) -> Any:
    """A story that may be scheduled."""
    story = await reviewed(frontend, room)
    return (await frontend.do(room.editor, "ApproveStory", id=story["id"], version=story["version"]))["story"]


async def published(frontend: Frontend, room: Room, now: datetime) -> Any:
    """A public story. The worker's step is the model's own verb: nobody waits for a clock here."""
    story = await approved(frontend, room)
    await frontend.do(room.editor, "PublishStory", id=story["id"])
    await Story.go_public(UUID(story["id"]), now=now)
    return await frontend.ask(room.editor, "StoryOnDesk", id=story["id"])
