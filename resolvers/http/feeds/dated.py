"""Rows with columns that say when they were published and when they were changed, as a source of entries."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tortoise.queryset import QuerySet

from models.language import Language
from resolvers.http.feeds.item import Item
from resolvers.http.feeds.sources import MOST


@dataclass(frozen=True)
class Dated:
    """Rows with a column that says when they were published, and one that says when they were changed."""

    rows: Callable[[Language], QuerySet[Any]]
    item: Callable[[Any, Language], Item]
    published: str = "published_at"
    related: tuple[str, ...] = ()
    gone: Callable[[], QuerySet[Any]] | None = None

    async def latest(self, language: Language, most: int) -> list[Item]:
        return await self._items(self.rows(language).order_by("-changed_at", "-id").limit(most), language)

    async def within(self, language: Language, since: datetime, until: datetime | None) -> list[Item]:
        rows = self.rows(language).filter(**{f"{self.published}__gte": since}).order_by(f"-{self.published}", "-id")
        rows = rows.filter(**{f"{self.published}__lt": until}) if until else rows
        return await self._items(rows.limit(MOST), language)

    async def before(self, language: Language, at: datetime) -> datetime | None:
        rows = self.rows(language).filter(**{f"{self.published}__lt": at}).order_by(f"-{self.published}")
        return self._moment(await rows.first())

    async def after(self, language: Language, at: datetime) -> datetime | None:
        rows = self.rows(language).filter(**{f"{self.published}__gte": at}).order_by(self.published)
        return self._moment(await rows.first())

    async def taken_back(self) -> datetime | None:
        found = await self.gone().order_by("-changed_at").first() if self.gone else None
        return found.changed_at if found else None

    def _moment(self, row: Any) -> datetime | None:
        return getattr(row, self.published) if row else None

    async def _items(self, rows: QuerySet[Any], language: Language) -> list[Item]:
        return [self.item(row, language) for row in await rows.prefetch_related(*self.related)]
