"""Search: one root field over everything that can be found."""

from typing import Any

import strawberry

from models.language import Language
from models.search import Question, Search, SearchKind
from schema.context import Info
from schema.described import text
from schema.paging import Connection, Cut, Slice, Window
from schema.search import BY_RELEVANCE, SearchHit

OFTEN = "120/1 minute"  # per person or address: whoever types is slower, and a search may cost many times a page


async def search(
    self: Any,
    info: Info,
    query: str,
    kinds: list[SearchKind] | None = None,
    language: Language | None = None,
    first: int | None = None,
    after: str | None = None,
) -> Any:
    """Everything that holds all words of `query`, the best hits first, however its words are typed or inflected.

    No word is an operator. `language` leaves out texts in the other one. You find only what you may see.
    """
    context = info.context
    window = Window(first=first, after=after).checked()
    place = BY_RELEVANCE.place(after) if after is not None else None
    await context.limit(OFTEN, "search", context.who)
    asked = Search(Question.of(query, language), context.viewer, kinds, reader=language or context.language)

    async def read() -> Cut:
        return Cut.of(await asked.hits(window.size + 1, place), window)

    return Slice(BY_RELEVANCE, window, read, asked.count)


@strawberry.type
class SearchQuery:
    search = strawberry.field(resolver=search, graphql_type=Connection[SearchHit], description=text(search))
