"""The editors' board: what they change about an issue. Every change raises the revision and voids an approval."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Self
from uuid import UUID

from models import text
from models.access import Viewer
from models.base import new_id
from models.errors import NotFound, WrongState
from models.newsletter.issue_row import IssueRow
from models.newsletter.items import NOTE, IssueItem, ItemWords, camel
from models.newsletter.refusals import OrderIncomplete
from models.newsletter.sections import SectionKey

SUBJECT_MAX = 120


class Board(IssueRow):
    """The verbs of the board. Each takes the revision that the editor has read: of two at once one is told."""

    class Meta:
        abstract = True

    @classmethod
    async def reword(
        cls,
        id: UUID,
        *,
        revision: int,
        by: Viewer,
        now: datetime,
        subject_de: str | None = None,
        subject_en: str | None = None,
        intro_de: str | None = None,
        intro_en: str | None = None,
    ) -> Self:
        """Change subjects and greetings; None leaves one as it is. A subject is one line, a greeting is Markdown."""
        subjects = {"subject_de": subject_de, "subject_en": subject_en}
        intros = {"intro_de": intro_de, "intro_en": intro_en}
        read = {name: text.line(said, camel(name), SUBJECT_MAX) for name, said in subjects.items() if said is not None}
        read |= {
            name: text.prose(said, camel(name), 3_000, required=False)
            for name, said in intros.items()
            if said is not None
        }

        async def change(issue: Any) -> None:
            issue.update_from_dict(read)

        return await cls._edited(id, revision, by, now, change)

    @classmethod
    async def edit_item(
        cls,
        id: UUID,
        item_id: UUID,
        *,
        revision: int,
        by: Viewer,
        now: datetime,
        words: ItemWords | None = None,
        pinned: bool | None = None,
        hidden: bool | None = None,
    ) -> Self:
        """Pin, hide (or take back either) or reword an item. A pinned item comes first and survives composing."""

        async def change(issue: Any) -> None:
            item = await issue._item(item_id)
            if words:
                words.into(item)
                item.edited = True
            item.pinned = item.pinned if pinned is None else pinned
            item.hidden = item.hidden if hidden is None else hidden
            if item.pinned:
                item.dropped_de = item.dropped_en = ""  # the override: an editor wants it, also a second time
            await item.save()

        return await cls._edited(id, revision, by, now, change)

    @classmethod
    async def reorder(
        cls, id: UUID, section: SectionKey, item_ids: Sequence[UUID], *, revision: int, by: Viewer, now: datetime
    ) -> Self:
        """Give a section's items in their new order, each once. Raises `OrderIncomplete`."""

        async def change(issue: Any) -> None:
            items = {item.id: item for item in await issue.items.filter(section=section)}
            shown = {id for id, item in items.items() if item.is_in}
            if len(set(item_ids)) != len(item_ids) or not shown <= set(item_ids) <= set(items):
                raise OrderIncomplete("itemIds")
            for position, item_id in enumerate(item_ids):
                items[item_id].position, items[item_id].placed = position, True
                await items[item_id].save()

        return await cls._edited(id, revision, by, now, change)

    @classmethod
    async def add_note(
        cls, id: UUID, section: SectionKey, words: ItemWords, *, revision: int, by: Viewer, now: datetime
    ) -> Self:
        """An item of the editors' own, in any section."""

        async def change(issue: Any) -> None:
            own = new_id()
            item = IssueItem(id=own, issue_id=issue.id, section=section, kind=NOTE, source_id=own, edited=True)
            item.position = await issue.items.filter(section=section).count()
            item.reason_de, item.reason_en = "von der Redaktion ergänzt", "added by the editors"
            words.into(item)
            await item.save(force_create=True)

        return await cls._edited(id, revision, by, now, change)

    @classmethod
    async def remove_note(cls, id: UUID, item_id: UUID, *, revision: int, by: Viewer, now: datetime) -> Self:
        """Delete a note; what came from the event log is hidden instead, so that it is known why it is not there."""

        async def change(issue: Any) -> None:
            item = await issue._item(item_id)
            if not item.is_note:
                raise WrongState("itemId")
            await item.delete()

        return await cls._edited(id, revision, by, now, change)

    async def _item(self, item_id: UUID) -> IssueItem:
        item = await self.items.filter(id=item_id).first()
        if item is None:
            raise NotFound("itemId")
        return item
