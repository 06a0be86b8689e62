"""What was asked before: a viewer types, and finds the questions that mean the same, as far as they may see them."""

from collections.abc import Sequence
from typing import Any, NamedTuple
from uuid import UUID

from models.access import Viewer, visible
from models.language import Language
from models.questions.question import Question
from models.questions.similar.features import of_typed
from models.questions.similar.shelves import shelf
from models.questions.words import SHOWN, QuestionState

MOST = 10
LEAST = 3  # letters, of which a word consists at least that says what somebody wants to ask
READ = 1_000  # characters of what somebody types, title and text
LOOKED_AT = 400  # questions that are looked at, best first; whatever is behind them is not like it
AT_ONCE = 60


class Similar(NamedTuple):
    """A question to show; `found` is the one whose words it was found by: itself, or a duplicate of it."""

    question_id: UUID
    found: UUID


async def similar(typed: str, viewer: Viewer, most: int, language: Language | None = None) -> list[Similar]:
    """Never raises, whatever was typed: a title, and below the first line break a text, if it has come to that.

    `language` is the one it is typed in; without it, it is read in both.
    Duplicates lead to the question they were merged into. What one may not see is not there and is not counted.
    """
    if viewer.person_id is None or sum(map(str.isalnum, typed[:READ])) < LEAST:
        return []
    looked_for = of_typed(typed[:READ], (language,) if language else tuple(Language))
    nearest = (await shelf()).nearest(looked_for, LOOKED_AT)
    found: dict[UUID, Similar] = {}
    for start in range(0, len(nearest), AT_ONCE):
        for one in await _seen(nearest[start : start + AT_ONCE], viewer):
            found.setdefault(one.question_id, one)
        if len(found) >= most:
            break
    return list(found.values())[:most]


async def _seen(ids: Sequence[UUID], viewer: Viewer) -> list[Similar]:
    """In the order of the ids, where they lead the viewer."""
    rows: Any = visible(Question.filter(id__in=list(ids), state__in=list(SHOWN)), viewer)
    leads = {id: canonical or id for id, canonical in await rows.values_list("id", "canonical_id")}
    ends = sorted(set(leads.values()) - set(leads))
    if ends:
        others: Any = visible(Question.filter(id__in=ends), viewer).exclude(state=QuestionState.CLOSED)
        there = {*leads, *await others.values_list("id", flat=True)}
        leads = {id: end for id, end in leads.items() if end in there}
    return [Similar(leads[id], id) for id in ids if id in leads]
