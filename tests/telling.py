"""Stories for tests, told and published through the verbs by people with the right roles."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from io import BytesIO
from uuid import UUID

from PIL import Image

from models.access import Viewer
from models.language import Language
from models.stories import Claim, Story, StoryConsent, Words
from models.teams import Team
from tests.people import editor, lead_of, team

GERMAN = Words(
    "Kreidekasten: 400 Wochenpläne, geteilt von Lehrer:innen",
    "Wie aus einer Idee am Sonntag ein Werkzeug für den Montag wurde.",
    "## Am Anfang war der Sonntag\n\nDas Team teilt **fertige** Wochenpläne.\n\n- kostenlos\n- geprüft",
)
ENGLISH = Words(
    "Kreidekasten: 400 weekly plans, shared by teachers",
    "How an idea on Sunday became a tool for Monday.",
    "## It began on a Sunday\n\nThe team shares **ready** weekly plans.",
)
BOTH = {Language.DE: GERMAN, Language.EN: ENGLISH}


def picture(colour: str = "teal", size: tuple[int, int] = (64, 36)) -> bytes:
    """A PNG of one colour."""
    file = BytesIO()
    Image.new("RGB", size, colour).save(file, "PNG")
    return file.getvalue()


async def approved(
    now: datetime,
    words: Mapping[Language, Words] = BOTH,
    *,
    of: Team | None = None,
    tags: Sequence[str] = ("Bildung",),
    facts: Sequence[Claim] = (),
    images: Sequence[bytes] = (),
) -> tuple[Story, Viewer]:
    """A story with consent that waits for its publication, and the editor who approved it."""
    of = of or await team()
    author, reviewer = await editor("Edda Lorenz", now=now), await editor("Ben Weiss", now=now)
    story = await Story.begin(of.id, words, by=author, now=now, tags=tags)
    for content in images:
        await Story.add_image(
            story.id, content, by=author, now=now, rights="Foto: Team", alt_de="Eine Tafel", alt_en="A blackboard"
        )
    if facts:
        await Story.state_facts(story.id, facts, by=author, now=now)
    await Story.submit(story.id, by=author, now=now)
    story = await Story.approve(story.id, by=reviewer, now=now)
    await consented(story.id, of.id, by=author, now=now)
    return story, reviewer


async def consented(story_id: UUID, team_id: UUID, *, by: Viewer, now: datetime) -> StoryConsent:
    """The team's lead agrees to the present text."""
    asked = await Story.request_consent(story_id, by=by, now=now)
    return await StoryConsent.grant(asked.id, by=await lead_of(team_id, now=now), now=now)


async def published(now: datetime, words: Mapping[Language, Words] = BOTH, **more: object) -> tuple[Story, Viewer]:
    """A public story, and the editor who published it."""
    story, reviewer = await approved(now, words, **more)  # type: ignore[arg-type]
    await Story.publish(story.id, by=reviewer, now=now)
    return await Story.go_public(story.id, now=now), reviewer
