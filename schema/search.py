"""Search: hits with their words in marked pieces, and what was found."""

import base64
import json
from typing import Annotated, Any

import strawberry

import models
from models.language import Language
from models.search import SOURCES, Hit, Place, SearchKind
from schema.binding import shown
from schema.context import Info
from schema.described import answer, computed, enum
from schema.exchange import Listing
from schema.learning import LearningResource
from schema.paging import InvalidCursor, Order
from schema.questions import Question
from schema.stories import Story
from schema.teams import Team

enum(SearchKind)

SearchSubject = Annotated[
    Team | Story | Listing | LearningResource | Question,
    strawberry.union("SearchSubject", description="What can be found."),
]
LARGEST = 2**63  # what a column of either database can hold


@answer
class TextPiece:
    """A part of a text. It is text, not HTML: escape it, and mark it in your own way when it is a `hit`."""

    text: str
    hit: bool
    """One of the words that were looked for, however it was typed."""


@answer
class SearchHit:
    """A row that was found by one of its texts."""

    kind: SearchKind
    language: Language | None
    """The language of the text; none where nobody has said it."""
    title: list[TextPiece]
    excerpt: list[TextPiece]
    """About two lines of the text, around the first words that were looked for."""

    @computed
    async def subject(self, info: Info) -> SearchSubject | None:
        """What was found."""
        hit: Any = self
        row: SearchSubject = shown(await info.context.loaders.row(SOURCES[hit.kind].model, True).load(hit.subject_id))
        return row


class ByRelevance(Order):
    """The order of hits. A cursor holds a score and an entry of the index; see `models/search/finding.py`."""

    def cursor(self, row: Hit) -> str:
        text = json.dumps(["search", row.place.score, row.place.entry])
        return base64.urlsafe_b64encode(text.encode()).rstrip(b"=").decode()

    def place(self, cursor: str) -> Place:
        """Raises `InvalidCursor` for a foreign or broken one."""
        try:
            order, *numbers = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
            if order != "search" or any(type(one) is not int or abs(one) >= LARGEST for one in numbers):
                raise ValueError(order)
            return Place(*numbers)
        except (ValueError, TypeError, RecursionError) as problem:
            raise InvalidCursor("after") from problem


BY_RELEVANCE = ByRelevance(models.SearchEntry, ("-score", "id"))
