"""Success: something that was reached, as a figure with its date and source."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, ClassVar, NamedTuple, Self
from urllib.parse import urlsplit
from uuid import UUID

from tortoise import fields
from tortoise.transactions import in_transaction

from models import text
from models.access import Viewer, require
from models.base import Moment, Row
from models.machine import Stateful, Table
from models.programme.places import ProgrammeBlock
from models.programme.refusals import NothingCorrected, OneOwner, SourceMissing
from models.programme.success_correction import NOTE_MAX, SuccessCorrection
from models.programme.success_states import EDITORS, SuccessState, transitions

PUBLIC = (SuccessState.PUBLISHED, SuccessState.CORRECTED)
"""States in which everybody sees a figure."""


class Figure(NamedTuple):
    """What a success says, as it comes from a form. `unit` is a sign such as €; words belong to the metric."""

    title_de: str
    metric: str
    value: str
    as_of: date
    source_url: str
    title_en: str = ""
    metric_en: str = ""
    unit: str = ""


class Success(Stateful):
    """Something that was reached, as a figure: `metric` `value` `unit`, "as of" and source (E63)."""

    kind = "success"
    transitions: ClassVar[Table] = transitions

    title_de = fields.CharField(max_length=160)
    title_en = fields.CharField(max_length=160, default="")
    metric = fields.CharField(max_length=120)
    """What is counted, in German."""
    metric_en = fields.CharField(max_length=120, default="", db_default="")
    value = fields.CharField(max_length=40)
    unit = fields.CharField(max_length=40, default="")
    as_of = fields.DateField()
    source_url = fields.CharField(max_length=500)
    state = fields.CharEnumField(SuccessState, max_length=24, default=SuccessState.DRAFT)
    recorded_by_id = fields.UUIDField(null=True)
    verified_by_id = fields.UUIDField(null=True)
    published_at = Moment(null=True, db_index=True)
    changed_at = Moment(null=True)
    """When it became public, or was last corrected."""
    team: fields.ForeignKeyNullableRelation["Row"] = fields.ForeignKeyField(
        "models.Team", related_name="successes", null=True, db_index=True
    )
    team_id: UUID | None
    block: fields.ForeignKeyNullableRelation[ProgrammeBlock] = fields.ForeignKeyField(
        "models.ProgrammeBlock", related_name="successes", null=True, db_index=True
    )
    block_id: UUID | None
    corrections: fields.ReverseRelation[SuccessCorrection]

    class Meta:
        table = "success"
        indexes = (("as_of", "id"),)  # the order of every public list of them

    @property
    def figure(self) -> Figure:
        """What it says now."""
        return Figure(**{name: getattr(self, name) for name in Figure._fields})

    @classmethod
    async def record(
        cls,
        figure: Figure,
        *,
        by: Viewer,
        now: datetime,
        team_id: UUID | None = None,
        block_id: UUID | None = None,
    ) -> Self:
        """Write a draft of a success of a team or of a Baustein: exactly one of them."""
        require(by, *EDITORS)
        said = checked(figure, now)
        if (team_id is None) == (block_id is None):
            raise OneOwner("teamId")
        return await cls.create(**said._asdict(), team_id=team_id, block_id=block_id, recorded_by_id=by.person_id)

    @classmethod
    async def verify(cls, id: UUID, *, by: Viewer, now: datetime) -> Self:
        """Confirm it; whoever recorded it may not (four eyes)."""
        async with in_transaction():
            success = await cls.locked(id)
            success.verified_by_id = by.person_id
            await success.follow("verify", by=by, now=now)
        return success

    @classmethod
    async def publish(cls, id: UUID, *, by: Viewer, now: datetime) -> Self:
        """Show it to everybody."""
        async with in_transaction():
            success = await cls.locked(id)
            success.published_at = success.changed_at = now
            await success.follow("publish", by=by, now=now, **success._belongs())
        return success

    @classmethod
    async def correct(
        cls,
        id: UUID,
        changes: Mapping[str, Any],
        *,
        note_de: str,
        note_en: str = "",
        by: Viewer,
        now: datetime,
    ) -> Self:
        """Say in the open what was wrong; what stood there until now stays to be read, as corrected.

        `changes` are fields of a `Figure`. Raises `NothingCorrected` when none of them changes anything.
        """
        async with in_transaction():
            success = await cls.locked(id)
            if refusal := (await success.decide("correct", by=by, now=now)).refusal:
                raise refusal
            before, after = success.figure, checked(success.figure._replace(**changes), now)
            if after == before:
                raise NothingCorrected("value")
            note = text.prose(note_de, "noteDe", NOTE_MAX), text.prose(note_en, "noteEn", NOTE_MAX, required=False)
            await SuccessCorrection.create(
                success_id=success.id, note_de=note[0], note_en=note[1], at=now, by_id=by.person_id, **before._asdict()
            )
            success.update_from_dict(after._asdict())
            success.changed_at = now
            await success.follow("correct", by=by, now=now, note=note[0], **success._belongs())
        return success

    def _belongs(self) -> dict[str, str]:
        return {"block": str(self.block_id)} if self.block_id else {}


def checked(figure: Figure, now: datetime) -> Figure:
    """The figure, trimmed. Raises refusals that name the field."""
    if not _is_a_link(figure.source_url) or figure.as_of > now.date():
        raise SourceMissing("sourceUrl")
    return Figure(
        title_de=text.line(figure.title_de, "titleDe", 160),
        title_en=text.line(figure.title_en, "titleEn", 160, required=False),
        metric=text.line(figure.metric, "metric", 120),
        metric_en=text.line(figure.metric_en, "metricEn", 120, required=False),
        value=text.line(figure.value, "value", 40),
        unit=text.line(figure.unit, "unit", 40, required=False),
        as_of=figure.as_of,
        source_url=text.line(figure.source_url.strip(), "sourceUrl", 500),
    )


def _is_a_link(source: str) -> bool:
    try:
        parts = urlsplit(source.strip())
    except ValueError:
        return False
    return parts.scheme == "https" and bool(parts.hostname) and not parts.username
