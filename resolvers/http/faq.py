"""Frequent questions, and one resource of the Lernplattform, for everybody (C15.4)."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from models import learning
from models.access import ANONYMOUS, visible
from models.language import Language
from models.learning import KINDS, LearningResource, LearningTopic
from models.members import Person
from models.text import html
from resolvers.http.blog import CACHED, language_in_path
from resolvers.http.page import language_of, page

MOST = 200


@dataclass(frozen=True)
class Words:
    """A resource in the reader's language, part by part in the other one where there is no other (E23)."""

    row: LearningResource
    title: str
    title_in: Language
    body: str
    """Safe HTML."""
    body_in: Language
    url: str


def worded(row: LearningResource, language: Language) -> Words:
    titles = {Language.DE: row.title_de, Language.EN: row.title_en}
    bodies = {Language.DE: row.body_de, Language.EN: row.body_en}
    urls = {Language.DE: row.url_de, Language.EN: row.url_en}
    title_in = language if titles[language] else language.other
    body_in = language if bodies[language] else language.other
    return Words(
        row, titles[title_in], title_in, html(bodies[body_in]) if bodies[body_in] else "", body_in,
        urls[language] or urls[language.other],
    )  # fmt: skip


async def index(request: Request) -> Response:
    """`/{language}/faq`: all of them, by topic; what has no topic comes last."""
    language = language_in_path(request)
    rows = await visible(learning.faq(), ANONYMOUS).order_by(*learning.ORDER).limit(MOST)
    topics = await _topics([row.id for row in rows], language)
    words = await asyncio.to_thread(lambda: [worded(row, language) for row in rows])
    groups: dict[str, list[Words]] = {}
    for each in words:
        groups.setdefault(topics.get(each.row.id, ""), []).append(each)
    named = sorted(groups.items(), key=lambda group: (not group[0], group[0].casefold()))
    return page(
        request, "faq.html", language=language, headers=CACHED, groups=named,
        alternates={each: f"/{each.value}/faq" for each in Language},
    )  # fmt: skip


async def _topics(ids: Sequence[UUID], language: Language) -> dict[UUID, str]:
    """The first topic of each by its name; the alphabet orders topics, and nobody's answers."""
    found = LearningTopic.filter(resource_id__in=list(ids)).prefetch_related("skill", "field_of_action").order_by("-id")
    return {row.resource_id: _named(row, language) for row in await found} if ids else {}


def _named(topic: LearningTopic, language: Language) -> str:
    skill, area = topic.skill, topic.field_of_action
    de, en = (
        (skill.label_de, skill.label_en) if skill else (getattr(area, "title_de", ""), getattr(area, "title_en", ""))
    )
    return str((en or de) if language is Language.EN else de)


async def resource(request: Request) -> Response:
    """`/{language}/learning/{id}`: one of them. Its author is named to whom they show their name."""
    language = language_in_path(request)
    try:
        id = UUID(str(request.path_params["id"]))
    except ValueError:
        raise HTTPException(404) from None
    found = await visible(LearningResource.filter(id=id), ANONYMOUS).first()
    if found is None:
        raise HTTPException(404)
    author = await visible(Person.filter(id=found.author_id), ANONYMOUS).first() if found.author_id else None
    return page(
        request, "resource.html", language=language, headers=CACHED, author=author, kind=KINDS[found.form],
        each=await asyncio.to_thread(worded, found, language),
        alternates={each: f"/{each.value}/learning/{id}" for each in Language},
    )  # fmt: skip


async def without_language(request: Request) -> Response:
    return RedirectResponse(f"/{language_of(request).value}/faq", 302, headers={"Vary": "Accept-Language"})


routes = [
    Route("/faq", without_language, methods=["GET"]),
    Route("/{language}/faq", index, methods=["GET"]),
    Route("/{language}/learning/{id}", resource, methods=["GET"]),
]
