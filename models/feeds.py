"""Where the feeds are: the one place that knows their addresses, for whoever serves them and whoever announces them."""

from uuid import UUID

from models.language import Language
from models.programme import FieldOfAction, Milestone, ProgrammeBlock, Success
from models.stories import Story

KINDS = ("atom", "json")
STORIES, SUCCESSES, MILESTONES = "feed", "feeds/successes", "feeds/milestones"
EVENTS = "feeds/events"
INDEX = "feeds"


def of_block(key: str) -> str:
    return f"feeds/programme/{key}"


def of_field(key: str) -> str:
    return f"feeds/fields/{key}"


async def changed_with(kind: str, id: UUID) -> list[str]:
    """The paths, in both languages and formats, of the feeds in which such a row stands, whatever became of it."""
    stems = await _stems(kind, id)
    return [f"/{language.value}/{stem}.{form}" for stem in stems for language in Language for form in KINDS]


async def _stems(kind: str, id: UUID) -> list[str]:
    if kind == Story.kind:
        story = await Story.filter(id=id).prefetch_related("team").first()
        return [STORIES, *await _field(story.team.field_of_action_id)] if story else []
    if kind == Success.kind:
        success = await Success.filter(id=id).prefetch_related("team").first()
        of_team = await _field(getattr(success.team, "field_of_action_id", None)) if success else []
        return [SUCCESSES, *of_team, *await _block(success.block_id)] if success else []
    if kind == Milestone.kind:
        milestone = await Milestone.filter(id=id).first()
        return [MILESTONES, *await _block(milestone.block_id)] if milestone else []
    return []


async def _field(id: UUID | None) -> list[str]:
    found = await FieldOfAction.filter(id=id).first() if id else None
    return [of_field(found.key)] if found else []


async def _block(id: UUID | None) -> list[str]:
    found = await ProgrammeBlock.filter(id=id).first() if id else None
    return [of_block(found.key)] if found else []
