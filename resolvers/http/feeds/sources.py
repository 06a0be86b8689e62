"""What a source of entries can be asked; and the stories of the community as one."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from tortoise.expressions import Q
from tortoise.queryset import QuerySet

from models.language import Language
from models.site import Site
from models.stories import Story, StoryState
from resolvers.http import atom
from resolvers.http.blog import Told, told
from resolvers.http.feeds.item import Item
from resolvers.http.page import Say
from resolvers.http.pictures import picture_path

MOST = 500  # entries of one document; the busiest month of the community has had a tenth of that


class Source(Protocol):
    """Rows that become entries of a feed, in the language in which they are told."""

    async def latest(self, language: Language, most: int) -> list[Item]:
        """Those that were published or changed last: subscribers see a correction wherever the entry is filed."""

    async def within(self, language: Language, since: datetime, until: datetime | None) -> list[Item]:
        """Those that were published in [since, until)."""

    async def before(self, language: Language, at: datetime) -> datetime | None:
        """When the last one before that moment was published."""

    async def after(self, language: Language, at: datetime) -> datetime | None:
        """When the first one from that moment on was published."""

    async def taken_back(self) -> datetime | None:
        """When one vanished last: without this the date of a feed would go backwards."""


@dataclass(frozen=True)
class Stories:
    """Public stories; `where` narrows them down."""

    site: Site
    where: Q = field(default_factory=Q)

    def _rows(self, language: Language) -> QuerySet[Story]:
        return Story.lighthouses(language).filter(self.where)

    async def latest(self, language: Language, most: int) -> list[Item]:
        rows = self._rows(language)
        found = [
            *await self._items(rows.limit(most), language),
            *await self._items(rows.filter(corrected_at__isnull=False).order_by("-corrected_at").limit(most), language),
        ]
        return sorted(found, key=lambda item: item.changed, reverse=True)[: 2 * most]

    async def within(self, language: Language, since: datetime, until: datetime | None) -> list[Item]:
        rows = self._rows(language).filter(published_at__gte=since)
        return await self._items((rows.filter(published_at__lt=until) if until else rows).limit(MOST), language)

    async def before(self, language: Language, at: datetime) -> datetime | None:
        found = await self._rows(language).filter(published_at__lt=at).first()
        return found.published_at if found else None

    async def after(self, language: Language, at: datetime) -> datetime | None:
        rows = self._rows(language).filter(published_at__gte=at)
        found = await rows.order_by("published_at", "id").first()
        return found.published_at if found else None

    async def taken_back(self) -> datetime | None:
        gone = Story.filter(self.where, state=StoryState.RETRACTED, retracted_at__isnull=False)
        found = await gone.order_by("-retracted_at").first()
        return found.retracted_at if found else None

    async def _items(self, rows: QuerySet[Story], language: Language) -> list[Item]:
        return [self._item(each) for each in await told(rows, language)]

    def _item(self, each: Told) -> Item:
        story, images = each.story, each.images
        assert story.published_at is not None  # it is public
        return Item(
            id=f"story:{story.id}",
            title=each.text.headline,
            url=self.site.url(each.path),
            html="\n".join(self._html(each)),
            summary=each.text.teaser,
            published=story.published_at,
            changed=each.changed_at,
            author=story.team.name,
            tags=tuple(dict.fromkeys(story.tags)),
            image=self.site.url(picture_path(images[0])) if images else "",
        )

    def _html(self, each: Told) -> Sequence[str]:
        """The whole story as HTML with absolute addresses: correction first, then the words, then the pictures."""
        parts = []
        if each.correction:
            word = Say(each.language)("Korrektur", "Correction")
            parts.append(f"<p><strong>{word}:</strong> {atom.escape(each.correction)}</p>")
        parts.append(each.text.body_html)
        for image in each.images:
            address, alt = self.site.url(picture_path(image)), atom.escape(image.alt(each.language))
            parts.append(f'<p><img src="{address}" alt="{alt}" width="{image.width}" height="{image.height}"></p>')
        return parts
