"""The event log as a feed, as far as it is public, a page at a time (RFC 5005, 3).

It is lossy, as the log is: after 30 days an event is gone. What lasts stands in the other feeds.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from starlette.datastructures import QueryParams
from starlette.exceptions import HTTPException

from models.access import ANONYMOUS, visible
from models.catalogue import catalogue
from models.language import Language
from models.outbox import OutboxEvent
from models.programme import Milestone
from models.site import Site
from models.stories import Story
from models.teams import Team
from resolvers.http.atom import escape
from resolvers.http.feeds import topics
from resolvers.http.feeds.item import BEGINNING, Document, Item
from resolvers.http.page import Say

PER_PAGE = 50
HERE = {
    "success": "/{language}/successes/{id}",
    "office_hour_session": "/{language}/hours/{id}",
    "learning_resource": "/{language}/learning/{id}",
    "partner": "/{language}/partners",
}
"""Pages whose address is made of the row's id."""


async def page(language: Language, site: Site, query: QueryParams) -> Document:
    """The latest, or those `before` or `after` a place in the log."""
    rows = visible(OutboxEvent.filter(seq__isnull=False), ANONYMOUS)
    before, after = _place(query, "before"), _place(query, "after")
    if after is not None:
        # From below, and then turned round: the page that ends right behind that place.
        above = await rows.filter(seq__gt=after).order_by("seq").limit(PER_PAGE)
        found, more = above[::-1], bool(above) and await rows.filter(seq__lt=above[0].seq).exists()
    else:
        rows = rows.filter(seq__lt=before) if before is not None else rows
        some = await rows.order_by("-seq").limit(PER_PAGE + 1)
        found, more = some[:PER_PAGE], len(some) > PER_PAGE
    others = {"first": ""}
    if found and more:
        others["next"] = f"?before={found[-1].seq}"
    if found and await visible(OutboxEvent.filter(seq__gt=found[0].seq), ANONYMOUS).exists():
        others["previous"] = f"?after={found[0].seq}"
    topic, paths = topics.events(site), await _paths(found, language)
    return Document(
        site,
        language,
        topic.face(language, site),
        topic.face(language.other, site),
        [_item(event, language, site, paths.get(event.id, "")) for event in found],
        updated=max([BEGINNING, *(event.at for event in found)]),
        name=f"?after={after}" if after is not None else f"?before={before}" if before is not None else "",
        others=others,
    )


def _place(query: QueryParams, name: str) -> int | None:
    said = query.get(name)
    if said is None:
        return None
    if not (said.isascii() and said.isdigit() and len(said) <= 18):
        raise HTTPException(404)
    return int(said)


def _item(event: OutboxEvent, language: Language, site: Site, path: str) -> Item:
    say, declared = Say(language), catalogue().get(event.type)
    sentence = say(declared.de, declared.en) if declared else event.type
    facts = {"type": event.type, "subjectId": event.subject_id, "cursor": event.seq, **event.payload}
    rows = "".join(f"<dt>{escape(name)}</dt><dd>{escape(str(value))}</dd>" for name, value in facts.items())
    return Item(
        id=f"event:{event.id}",
        title=sentence,
        url=site.url(path) if path else "",
        html=f"<p>{escape(sentence)}</p>\n<dl>{rows}</dl>",
        summary=sentence,
        published=event.at,
        changed=event.at,
        author=site.name,
        tags=(event.type, event.subject_kind),
    )


async def _paths(events: Sequence[OutboxEvent], language: Language) -> Mapping[UUID, str]:
    """The page of what each event is about, where strangers have one: three statements, however many events."""

    def ids(kind: str) -> list[UUID]:
        return list({event.subject_id for event in events if event.subject_kind == kind})

    stories: Iterable[Any] = await visible(Story.filter(id__in=ids("story")), ANONYMOUS)
    teams: Iterable[Any] = await visible(Team.filter(id__in=ids("team")), ANONYMOUS)
    steps = await visible(Milestone.filter(id__in=ids("milestone")), ANONYMOUS).prefetch_related("block")
    known = {row.id: row.path(language) for row in stories}
    known |= {row.id: f"/{language.value}/teams/{row.slug}" for row in teams}
    known |= {row.id: row.block.path(language) for row in steps}
    return {
        event.id: known.get(event.subject_id)
        or HERE.get(event.subject_kind, "").format(language=language.value, id=event.subject_id)
        for event in events
    }
