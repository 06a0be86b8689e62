"""What is searchable, in one place: which rows, in which states, and which of their words.

A word becomes searchable by a `Source` in `SOURCES`; the index, its jobs, the rebuild, the check and the query follow
from it. Who may see a row is said in `models/access.py`, for the search as for everything else.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Any, NamedTuple
from uuid import UUID

from tortoise.queryset import QuerySet

from models import text
from models.exchange import Listing, ListingState
from models.language import Language
from models.learning import LearningResource, ResourceState
from models.machine import Stateful
from models.questions import Question, QuestionState
from models.stories import Story
from models.stories.states import PUBLIC_STATES
from models.teams import Team, TeamState


class SearchKind(StrEnum):
    """What can be searched for."""

    TEAM = "team"
    STORY = "story"
    LISTING = "listing"
    LEARNING = "learning"
    QUESTION = "question"


class Said(NamedTuple):
    """What can be found of a row. `language` is None when nobody has said in which one it is written."""

    subject_id: UUID
    language: Language | None
    title: str
    body: str
    more: str = ""
    """Words by which it is found, and which an excerpt does not show."""


@dataclass(frozen=True)
class Source:
    """One searchable model. `states` are those in which people may come across a row; in all others it is not there."""

    model: type[Stateful]
    states: frozenset[StrEnum]
    read: Callable[[Sequence[Any]], Awaitable[list[Said]]]
    """The words of some rows, read in a few statements for all of them."""
    also: tuple[str, ...] = ()
    """Events that change words without an arrow of the table, such as `team.renamed`."""

    def findable(self) -> QuerySet[Any]:
        """The rows that may be in the index, whoever asks."""
        return self.model.filter(state__in=[state.value for state in self.states])

    @cached_property
    def events(self) -> frozenset[str]:
        """The types of events after which an entry may be wrong."""
        touching = [e for e in self.model.transitions if e.source in self.states or e.target in self.states]
        return frozenset({*(f"{self.model.kind}.{edge.target.value}" for edge in touching), *self.also})


async def _of_teams(teams: Sequence[Team]) -> list[Said]:
    return [Said(team.id, None, team.name, team.pitch) for team in teams]


async def _of_stories(stories: Sequence[Story]) -> list[Said]:
    await Story.fetch_for_list(list(stories), "texts")

    def read() -> list[Said]:
        return [
            Said(story.id, row.language, row.headline, _paragraphs(row.teaser, row.body), " ".join(story.tags))
            for story in stories
            for row in story.texts
        ]

    return await asyncio.to_thread(read)


async def _of_listings(listings: Sequence[Listing]) -> list[Said]:
    """Found by the skills it asks for, too, as they are called in its language."""
    await Listing.fetch_for_list(list(listings), "skills__skill")
    return [
        Said(row.id, row.language, row.title, row.public_text, _named(row.skills, row.language)) for row in listings
    ]


def _named(topics: Iterable[Any], language: Language) -> str:
    """What the skills of these rows are called."""
    skills = [topic.skill for topic in topics if topic.skill is not None]
    german = language is Language.DE
    return " ".join(sorted(skill.label_de if german else skill.label_en or skill.label_de for skill in skills))


async def _of_resources(resources: Sequence[LearningResource]) -> list[Said]:
    def read() -> list[Said]:
        return [
            Said(row.id, language, title, _paragraphs("", body))
            for row in resources
            for language, title, body in (
                (Language.DE, row.title_de, row.body_de), (Language.EN, row.title_en, row.body_en)
            )
            if title or body
        ]  # fmt: skip

    return await asyncio.to_thread(read)


async def _of_questions(questions: Sequence[Question]) -> list[Said]:
    """Found by what it is about, too, as it is called in its language."""
    await Question.fetch_for_list(list(questions), "topics__skill")

    def read() -> list[Said]:
        return [
            Said(row.id, row.language, row.title, _paragraphs("", row.body), _named(row.topics, row.language))
            for row in questions
        ]

    return await asyncio.to_thread(read)


def _paragraphs(teaser: str, markdown: str) -> str:
    parts = [teaser, *text.blocks(markdown)]
    return "\n".join(part for part in parts if part)


SOURCES: Mapping[SearchKind, Source] = {
    SearchKind.TEAM: Source(Team, frozenset({TeamState.LISTED, TeamState.DORMANT}), _of_teams, ("team.edited",)),
    SearchKind.STORY: Source(Story, frozenset(PUBLIC_STATES), _of_stories),
    SearchKind.LISTING: Source(Listing, frozenset({ListingState.OPEN}), _of_listings),
    SearchKind.LEARNING: Source(LearningResource, frozenset({ResourceState.PUBLISHED}), _of_resources),
    SearchKind.QUESTION: Source(
        Question,
        frozenset({QuestionState.QUEUED, QuestionState.CLAIMED, QuestionState.ANSWERED, QuestionState.ACCEPTED}),
        _of_questions,
    ),
}
