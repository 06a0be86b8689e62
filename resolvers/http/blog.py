"""The blog: stories for readers, search engines and networks that make a card of a link."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route
from tortoise.queryset import QuerySet

from models.language import Language
from models.publishing import ChannelPost
from models.stories import Asset, Story, StoryState, StoryText
from models.stories.states import PUBLIC_STATES
from resolvers.http.fresh import conditional
from resolvers.http.page import page
from resolvers.http.problems import problem

PER_PAGE = 12
LAST_PAGE = 10_000
# What `models/stories/content.slug` makes. Everything else is not asked for: Tortoise raises for values longer than the
# column (1.1.9), PostgreSQL for NUL.
SLUG = re.compile(r"[a-z0-9-]{1,100}")
CODE = re.compile(r"[A-Za-z0-9]{1,24}")
SHOWN = [*PUBLIC_STATES, StoryState.RETRACTED]
CACHED = {"Cache-Control": "public, max-age=60"}


@dataclass(frozen=True)
class Told:
    """A story as one reader sees it: in the language asked for, or else in the other one (`stands_in`, E23)."""

    story: Story
    text: StoryText
    images: tuple[Asset, ...]
    language: Language

    @property
    def stands_in(self) -> bool:
        return self.text.language is not self.language

    @property
    def path(self) -> str:
        return self.story.path(self.language)

    @property
    def changed_at(self) -> datetime:
        assert self.story.changed_at is not None  # it is public
        return self.story.changed_at

    @property
    def correction(self) -> str:
        de, en = self.story.correction_de, self.story.correction_en
        return (en or de) if self.language is Language.EN else de


async def told(stories: QuerySet[Story], language: Language, *more: str) -> list[Told]:
    """Fetch stories with all that a page shows of them: four statements, however many stories. `more` names relations.

    They come along here because a second `prefetch_related` forgets the first (Tortoise 1.1.9).
    """
    rows = await stories.prefetch_related("texts", "images", "team", *more)
    return [each for story in rows if (each := _in(story, language))]


def _in(story: Story, language: Language) -> Told | None:
    texts = {text.language: text for text in story.texts}
    text = texts.get(language) or texts.get(language.other)
    images = tuple(sorted(story.images, key=lambda image: image.position))
    return Told(story, text, images, language) if text else None


def language_in_path(request: Request) -> Language:
    """The language that the path begins with; 404 for any other word."""
    try:
        return Language(request.path_params["language"])
    except ValueError:
        raise HTTPException(404) from None


def _number(request: Request) -> int:
    given = request.query_params.get("page", "1")
    if not (given.isascii() and given.isdigit()) or not 1 <= int(given[:6]) <= LAST_PAGE or len(given) > 6:
        raise HTTPException(404)
    return int(given)


async def index(request: Request) -> Response:
    """All stories, newest first, a dozen per page."""
    language, number = language_in_path(request), _number(request)
    rows = await told(Story.lighthouses().offset((number - 1) * PER_PAGE).limit(PER_PAGE + 1), language)
    if not rows and number > 1:
        raise HTTPException(404)
    query = f"?page={number}" if number > 1 else ""
    answer = page(
        request, "stories.html", language=language, headers=CACHED,
        alternates={each: f"/{each.value}/stories{query}" for each in Language},
        told=rows[:PER_PAGE], number=number, more=len(rows) > PER_PAGE,
    )  # fmt: skip
    return conditional(request, answer, latest(row.changed_at for row in rows))


async def story(request: Request) -> Response:
    """One story. A retracted one answers 410 with a kind page; whatever is not public is not there (E50)."""
    language = language_in_path(request)
    slug = request.path_params["slug"]
    if not SLUG.fullmatch(slug):
        raise HTTPException(404)
    found = await Story.filter(slug=slug, state__in=SHOWN).first()
    if found is None:
        raise HTTPException(404)
    if found.state is StoryState.RETRACTED:
        return problem(request, 410, CACHED)
    (shown,) = await told(Story.filter(id=found.id), language, "facts")
    answer = page(
        request, "story.html", language=language, headers=CACHED,
        alternates={each: found.path(each) for each in Language},
        told=shown, facts=sorted(shown.story.facts, key=lambda fact: fact.position),
    )  # fmt: skip
    return conditional(request, answer, shown.changed_at)


def latest(moments: Iterable[datetime]) -> datetime | None:
    return max(moments, default=None)


async def short_link(request: Request) -> Response:
    """`/s/{code}`: from a post on a network to the story. Counts nothing and keeps nothing about who follows it."""
    code = request.path_params["code"]
    post = await ChannelPost.by_link(code) if CODE.fullmatch(code) else None
    found = await Story.filter(id=post.story_id, state__in=SHOWN).first() if post else None
    if post is None or found is None:
        raise HTTPException(404)
    # Found, not Moved: the address follows the headline for as long as the story is not public.
    return RedirectResponse(found.path(post.language), 302, headers=CACHED)


async def old_index(request: Request) -> Response:
    """`/stories` without a language, as people type it."""
    return RedirectResponse(f"/{Language.DE.value}/stories", 302)


routes = [
    Route("/s/{code}", short_link, methods=["GET"]),
    Route("/stories", old_index, methods=["GET"]),
    Route("/{language}/stories", index, methods=["GET"]),
    Route("/{language}/stories/{slug}", story, methods=["GET"]),
]
