"""The documents of a feed (RFC 5005, 4): the present one, and one archive per month whose address never changes.

The present document holds everything of this month, and whatever was published or changed last besides. So a reader who
knows the archives and the present document knows everything, corrections of old entries included.
"""

import re
from collections.abc import Iterable
from datetime import UTC, datetime

from starlette.exceptions import HTTPException

from models.language import Language
from models.site import Site
from resolvers.http.feeds.item import BEGINNING, Document, Item, newest_first
from resolvers.http.feeds.topics import Topic

LATEST = 50  # a feed of whole stories stays well below a megabyte; older ones are in the archives
MONTH = re.compile(r"(20[0-9]{2})-(0[1-9]|1[0-2])")


async def current(topic: Topic, language: Language, site: Site, now: datetime) -> Document:
    """The document that readers subscribe to."""
    start = month(now)
    found = [item for source in topic.sources for item in await source.within(language, start, None)]
    last = [item for source in topic.sources for item in await source.latest(language, LATEST)]
    last.sort(key=lambda item: (item.changed, item.id), reverse=True)
    others = {}
    if earlier := _last([await source.before(language, start) for source in topic.sources]):
        others["prev-archive"] = name(earlier)
    items = newest_first([*found, *last[:LATEST]])
    return await _document(topic, language, site, items, others=others)


async def archive(topic: Topic, language: Language, site: Site, of: str, now: datetime) -> Document:
    """Everything that was published in a month that is over; 404 for every other word."""
    since = _begin(of)
    if not month(BEGINNING) <= since < month(now):
        raise HTTPException(404)
    until = following(since)
    found = [item for source in topic.sources for item in await source.within(language, since, until)]
    others = {"current": ""}
    if earlier := _last([await source.before(language, since) for source in topic.sources]):
        others["prev-archive"] = name(earlier)
    later = [at for source in topic.sources if (at := await source.after(language, until)) is not None]
    if later and month(min(later)) < month(now):
        others["next-archive"] = name(min(later))
    return await _document(topic, language, site, newest_first(found), others=others, of=of)


async def _document(
    topic: Topic, language: Language, site: Site, items: list[Item], *, others: dict[str, str], of: str = ""
) -> Document:
    gone = [await source.taken_back() for source in topic.sources]
    return Document(
        site,
        language,
        topic.face(language, site),
        topic.face(language.other, site),
        items,
        updated=_last([BEGINNING, *(item.changed for item in items), *gone]) or BEGINNING,
        name=of,
        others=others,
        is_archive=bool(of),
    )


def _last(moments: Iterable[datetime | None]) -> datetime | None:
    return max((at for at in moments if at is not None), default=None)


def name(at: datetime) -> str:
    """`2020-04`: months are those of UTC, so that an entry is filed alike whatever the site's zone becomes."""
    return f"{at.astimezone(UTC):%Y-%m}"


def month(at: datetime) -> datetime:
    """The beginning of the month."""
    return at.astimezone(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def following(start: datetime) -> datetime:
    """The beginning of the month after that one."""
    return start.replace(year=start.year + start.month // 12, month=start.month % 12 + 1)


def _begin(of: str) -> datetime:
    found = MONTH.fullmatch(of)
    if found is None:
        raise HTTPException(404)
    return datetime(int(found[1]), int(found[2]), 1, tzinfo=UTC)
