"""While somebody types a question: what was asked before, and who would listen to them."""

import asyncio
from typing import Any

import strawberry

import models
from models.language import Language
from models.questions import crisis
from models.questions.similar import MOST, similar
from schema.context import Info
from schema.described import text
from schema.localised import LocalisedText
from schema.questions.similar import HelpLine, SimilarQuestions

OFTEN = "120/1 minute"  # per person or address; a client that waits for a pause asks once in a second or two


async def similar_questions(
    self: Any, info: Info, text: str, language: Language | None = None, first: int = 5
) -> SimilarQuestions:
    """Questions that mean the same as `text`, in either language, for members; and help lines, for everybody.

    To be asked while somebody types, whenever they pause; `text` may be unfinished and misspelt, and should be all that
    they have written so far: the title and, once there is one, the text below it after a line break. `language` is the
    one they write in, if you know. At most ten questions. Nothing about the text is stored or logged.
    """
    context = info.context
    await context.limit(OFTEN, "similarQuestions", context.who)
    found = await similar(text, context.viewer, max(0, min(first, MOST)), language)
    loader = context.loaders.row(models.Question, True)
    rows = await asyncio.gather(*(loader.load(one.question_id) for one in found))
    lines = [
        HelpLine(
            name=LocalisedText(de=line.name_de, en=line.name_en),
            about=LocalisedText(de=line.about_de, en=line.about_en),
            phones=list(line.phones),
            url=line.url or None,
        )
        for line in crisis.help_lines(text)
    ]
    return SimilarQuestions(questions=[row for row in rows if row is not None], help_lines=lines)


@strawberry.type
class SimilarQuery:
    similar_questions = strawberry.field(resolver=similar_questions, description=text(similar_questions))
