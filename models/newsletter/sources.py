"""Where items come from: each source turns what the event log says into candidates for sections.

A word that has something to tell (hours, exchange, learning) registers a source; nothing else changes. How to do that
stands at the end of `docs/subsystems/newsletter.md`.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import urlsplit
from uuid import UUID

from tortoise.queryset import QuerySet

from models import dates, text
from models.exchange import Listing, ListingState
from models.hours import AHEAD, OfficeHourSession
from models.hours.session_row import ANNOUNCED
from models.language import Language
from models.learning import ANNOUNCED as NEW_RESOURCE
from models.learning import LearningResource, ResourceState
from models.newsletter.sections import SectionKey
from models.outbox import OutboxEvent
from models.programme import PUBLIC, Milestone, MilestoneState, Success
from models.stories import Asset, Story
from models.stories.states import PUBLIC_STATES


@dataclass(frozen=True)
class Candidate:
    """Something that could stand in an issue. `weight` is editorial: how much a kind counts beside the others."""

    kind: str
    id: UUID
    section: SectionKey
    published_at: datetime
    headline_de: str = ""
    headline_en: str = ""
    blurb_de: str = ""
    blurb_en: str = ""
    path_de: str = ""
    path_en: str = ""
    team_id: UUID | None = None
    team_name: str = ""
    picture_path: str = ""
    picture_alt_de: str = ""
    picture_alt_en: str = ""
    picture_width: int = 0
    picture_height: int = 0
    starts_at: datetime | None = None
    as_of: date | None = None
    source: str = ""
    weight: float = 1.0


@dataclass(frozen=True)
class Source:
    """`event` is the type whose subjects are told; `tell` turns subjects (with their moments) into candidates, but only
    those that are public now; `public` says which of some ids still are.
    """

    kind: str
    event: str
    tell: Callable[[Mapping[UUID, datetime]], Awaitable[list[Candidate]]]
    public: Callable[[Sequence[UUID]], Awaitable[set[UUID]]]


ENDINGS = {"image/jpeg": "jpg", "image/png": "png", "image/gif": "gif"}
"""What mail programs show; WebP is not among it."""


async def _stories(at: Mapping[UUID, datetime]) -> list[Candidate]:
    rows = await Story.filter(id__in=list(at), state__in=list(PUBLIC_STATES)).prefetch_related(
        "texts", "images", "team"
    )
    return [_story(row, at[row.id]) for row in rows]


def _story(row: Story, at: datetime) -> Candidate:
    texts = {each.language: each for each in row.texts}
    de, en = texts.get(Language.DE), texts.get(Language.EN)
    shown = sorted((each for each in row.images if each.media_type in ENDINGS), key=lambda each: each.position)
    image: Asset | None = shown[0] if shown else None
    return Candidate(
        kind=Story.kind,
        id=row.id,
        section=SectionKey.PROJECTS,  # the story of the week moves up into the developments
        published_at=at,
        headline_de=de.headline if de else "",
        headline_en=en.headline if en else "",
        blurb_de=de.teaser if de else "",
        blurb_en=en.teaser if en else "",
        path_de=row.path(Language.DE),
        path_en=row.path(Language.EN),
        team_id=row.team.id,
        team_name=row.team.name,
        picture_path=f"/media/{image.sha256}.{ENDINGS[image.media_type]}" if image else "",
        picture_alt_de=image.alt(Language.DE) if image else "",
        picture_alt_en=image.alt(Language.EN) if image else "",
        picture_width=image.width if image else 0,
        picture_height=image.height if image else 0,
        weight=1.5,  # a story was written, reviewed and agreed to; a figure is quickly recorded
    )


async def _public_stories(ids: Sequence[UUID]) -> set[UUID]:
    return {row.id for row in await Story.filter(id__in=list(ids), state__in=list(PUBLIC_STATES)).only("id")}


async def _successes(at: Mapping[UUID, datetime]) -> list[Candidate]:
    rows = await Success.filter(id__in=list(at), state__in=list(PUBLIC)).prefetch_related("team", "block")
    return [_success(row, at[row.id]) for row in rows]


def _success(row: Success, at: datetime) -> Candidate:
    value = f"**{row.value}{' ' + row.unit if row.unit else ''}**"
    team = row.team
    return Candidate(
        kind=Success.kind,
        id=row.id,
        section=SectionKey.PROJECTS if team else SectionKey.BLOCKS,
        published_at=at,
        headline_de=row.title_de,
        headline_en=row.title_en,
        blurb_de=f"{row.metric}: {value}",
        blurb_en=f"{row.metric_en or row.metric}: {value}" if row.title_en else "",
        path_de=row.source_url,
        path_en=row.source_url,
        team_id=team.id if team else None,
        team_name=getattr(team, "name", ""),
        as_of=row.as_of,
        source=urlsplit(row.source_url).hostname or "",
    )


async def _public_successes(ids: Sequence[UUID]) -> set[UUID]:
    return {row.id for row in await Success.filter(id__in=list(ids), state__in=list(PUBLIC)).only("id")}


async def _milestones(at: Mapping[UUID, datetime]) -> list[Candidate]:
    rows = await _reached(list(at)).prefetch_related("block")
    return [_milestone(row, at[row.id]) for row in rows]


def _reached(ids: Sequence[UUID]) -> QuerySet[Milestone]:
    return Milestone.filter(id__in=list(ids), state=MilestoneState.REACHED)


def _milestone(row: Milestone, at: datetime) -> Candidate:
    """What a Baustein has reached; its day stands in the words, because it is no figure with a source."""
    block, day = row.block, row.reached_on or row.due_on
    de, en = dates.day(day, Language.DE, short=True), dates.day(day, Language.EN, short=True)
    title_en = block.title_en or block.title_de
    return Candidate(
        kind=Milestone.kind,
        id=row.id,
        section=SectionKey.BLOCKS,
        published_at=at,
        headline_de=row.title_de,
        headline_en=row.title_en,
        blurb_de=f"{block.title_de}, erreicht am {de}.",
        blurb_en=f"{title_en}, reached on {en}." if row.title_en else "",
        path_de=block.path(Language.DE),
        path_en=block.path(Language.EN),
        weight=0.9,  # beside figures of the same block, which say how much
    )


async def _public_milestones(ids: Sequence[UUID]) -> set[UUID]:
    return {row.id for row in await _reached(ids).only("id")}


PUBLISHED_ROLE = "listing.published"
"""Written once, when it first goes on the board; `listing.open` comes again with each confirmation."""


async def _listings(at: Mapping[UUID, datetime]) -> list[Candidate]:
    rows = await _open_roles(list(at)).prefetch_related("team")
    return [_listing(row, at[row.id]) for row in rows]


def _open_roles(ids: Sequence[UUID]) -> QuerySet[Listing]:
    """What strangers may read: roles of teams. Listings of people stay among members."""
    return Listing.filter(id__in=list(ids), state=ListingState.OPEN, team_id__isnull=False)


def _listing(row: Listing, at: datetime) -> Candidate:
    german, blurb = row.language is Language.DE, text.excerpt(row.public_text, 200)
    return Candidate(
        kind=Listing.kind,
        id=row.id,
        section=SectionKey.EXCHANGE,
        published_at=at,
        headline_de=row.title if german else "",
        headline_en="" if german else row.title,
        blurb_de=blurb if german else "",
        blurb_en="" if german else blurb,
        path_de=f"/de/exchange/{row.id}",
        path_en=f"/en/exchange/{row.id}",
        team_id=row.team_id,
        team_name=getattr(row.team, "name", ""),
        weight=0.8,  # there are many, and each is of interest to a few
    )


async def _public_listings(ids: Sequence[UUID]) -> set[UUID]:
    return {row.id for row in await _open_roles(ids).only("id")}


async def _sessions(at: Mapping[UUID, datetime]) -> list[Candidate]:
    rows = await OfficeHourSession.filter(id__in=list(at), state__in=list(AHEAD)).prefetch_related("series")
    return [_session(row, at[row.id]) for row in rows]


def _session(row: OfficeHourSession, at: datetime) -> Candidate:
    series = row.series
    return Candidate(
        kind=OfficeHourSession.kind,
        id=row.id,
        section=SectionKey.HOURS,
        published_at=at,
        headline_de=series.title_de,
        headline_en=series.title_en,
        blurb_de=text.excerpt(series.about_de, 200),
        blurb_en=text.excerpt(series.about_en, 200),
        path_de=f"/de/hours/{row.id}",
        path_en=f"/en/hours/{row.id}",
        starts_at=row.starts_at,
    )


async def _public_sessions(ids: Sequence[UUID]) -> set[UUID]:
    """Those that have not taken place yet, nor been called off."""
    return {row.id for row in await OfficeHourSession.filter(id__in=list(ids), state__in=list(AHEAD)).only("id")}


async def _resources(at: Mapping[UUID, datetime]) -> list[Candidate]:
    rows = await LearningResource.filter(id__in=list(at), state=ResourceState.PUBLISHED)
    return [_resource(row, at[row.id]) for row in rows]


def _resource(row: LearningResource, at: datetime) -> Candidate:
    return Candidate(
        kind=LearningResource.kind,
        id=row.id,
        section=SectionKey.LEARNING,
        published_at=at,
        headline_de=row.title_de,
        headline_en=row.title_en,
        blurb_de=text.excerpt(row.body_de, 200),
        blurb_en=text.excerpt(row.body_en, 200),
        path_de=f"/de/learning/{row.id}",
        path_en=f"/en/learning/{row.id}",
    )


async def _public_resources(ids: Sequence[UUID]) -> set[UUID]:
    rows = LearningResource.filter(id__in=list(ids), state=ResourceState.PUBLISHED)
    return {row.id for row in await rows.only("id")}


SOURCES: dict[str, Source] = {
    Story.kind: Source(Story.kind, "story.published", _stories, _public_stories),
    Success.kind: Source(Success.kind, "success.published", _successes, _public_successes),
    Milestone.kind: Source(Milestone.kind, "milestone.reached", _milestones, _public_milestones),
    Listing.kind: Source(Listing.kind, PUBLISHED_ROLE, _listings, _public_listings),
    OfficeHourSession.kind: Source(OfficeHourSession.kind, ANNOUNCED, _sessions, _public_sessions),
    LearningResource.kind: Source(LearningResource.kind, NEW_RESOURCE, _resources, _public_resources),
}
"""By kind. Sources of later words are added here."""


async def candidates(since: datetime, until: datetime) -> list[Candidate]:
    """Everything that was published in [since, until) and is public now, oldest first; ties broken by id."""
    found: list[Candidate] = []
    for source in SOURCES.values():
        events = OutboxEvent.filter(type=source.event, at__gte=since, at__lt=until).order_by("at", "id")
        at = dict(await events.values_list("subject_id", "at"))
        found += await source.tell(at)
    return sorted(found, key=lambda each: (each.published_at, str(each.id)))


async def public(kind: str, ids: Sequence[UUID]) -> set[UUID]:
    """Which of these may (still) be told; what no source knows is nobody's to take away."""
    source = SOURCES.get(kind)
    return await source.public(ids) if source and ids else set(ids)
