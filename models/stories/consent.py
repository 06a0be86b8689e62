"""The team's consent to the text about it: asked for, given for one version of the text, revocable at any time."""

from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar, Self
from uuid import UUID

from tortoise import fields
from tortoise.transactions import in_transaction

from models.access import SYSTEM, Viewer, visible
from models.base import Moment
from models.errors import NotFound, Refusal
from models.machine import Actor, Edge, Stateful, Table
from models.outbox import AuditEvent, OutboxEvent
from models.roles import Role
from models.stories import telling
from models.stories.refusals import ConsentOutdated
from models.stories.states import PUBLIC_STATES, StoryState


class ConsentState(StrEnum):
    REQUESTED = "requested"
    GRANTED = "granted"
    REVOKED = "revoked"


C = ConsentState
# A community manager may speak for a team that told them so; the audit log shows it (domain.md, section 8).
GIVERS = frozenset({Role.TEAM_LEAD, Role.COMMUNITY_MANAGER})


async def text_unchanged(consent: Any, by: Actor, now: datetime) -> Refusal | None:
    story = await consent.story
    return None if story.text_hash == consent.text_hash else ConsentOutdated()


async def withdraw_story(consent: Any, by: Actor, now: datetime) -> None:
    """Without consent nothing waits to be published and nothing stays public."""
    story = await consent.story.select_for_update()
    if story.state in (StoryState.APPROVED, StoryState.SCHEDULED):
        await story.follow("lose_consent", by=SYSTEM, now=now)
    elif story.state in PUBLIC_STATES:
        story.retracted_at = now
        await story.follow("retract", by=SYSTEM, now=now, note="consent revoked")


class StoryConsent(Stateful):
    """One request to one team for one version of the text."""

    kind = "story_consent"
    transitions: ClassVar[Table] = Table(
        Edge(C.REQUESTED, "grant", C.GRANTED, GIVERS, text_unchanged, (telling.answered,)),
        Edge(C.REQUESTED, "revoke", C.REVOKED, GIVERS, None, (telling.answered,)),
        Edge(C.GRANTED, "revoke", C.REVOKED, GIVERS, None, (withdraw_story,)),
    )

    story: fields.ForeignKeyRelation[Any] = fields.ForeignKeyField(
        "models.Story", related_name="consents", db_index=True
    )
    story_id: UUID
    team_id = fields.UUIDField(db_index=True)
    text_hash = fields.CharField(max_length=64)
    state = fields.CharEnumField(ConsentState, max_length=24, default=ConsentState.REQUESTED)
    requested_by_id = fields.UUIDField(null=True)
    answered_by_id = fields.UUIDField(null=True)
    answered_at = Moment(null=True)

    class Meta:
        table = "story_consent"

    @classmethod
    async def ask(cls, story: Any, *, by: Actor, now: datetime) -> Self:
        """The open or granted request for the story's present text; a new one if there is none. Story is locked."""
        standing = await cls.filter(story_id=story.id, text_hash=story.text_hash, state__in=[C.REQUESTED, C.GRANTED])
        if standing:
            return standing[0]
        request = await cls.create(
            story_id=story.id, team_id=story.team_id, text_hash=story.text_hash, requested_by_id=by.person_id
        )
        await AuditEvent.record(request, "request", by=by, now=now, after=C.REQUESTED.value)
        await OutboxEvent.record(
            "story_consent.requested", subject_kind=cls.kind, subject_id=request.id, team_id=story.team_id, now=now
        )
        await telling.ask_for_consent(request, story, now)
        return request

    @classmethod
    async def grant(cls, id: UUID, *, by: Viewer, now: datetime) -> Self:
        """The team agrees to exactly this text."""
        return await cls._answer(id, "grant", by, now)

    @classmethod
    async def revoke(cls, id: UUID, *, by: Viewer, now: datetime) -> Self:
        """The team takes its consent back, or refuses it: queued posts are cancelled, public ones retracted."""
        return await cls._answer(id, "revoke", by, now)

    @classmethod
    async def _answer(cls, id: UUID, action: str, by: Viewer, now: datetime) -> Self:
        async with in_transaction():
            consent = await cls.locked(id)
            story = await consent.story
            if not await visible(type(story).filter(id=story.id), by).exists():
                raise NotFound("id")
            consent.answered_by_id, consent.answered_at = by.person_id, now
            on_behalf = Role.TEAM_LEAD not in by.roles_on(consent)
            await consent.follow(action, by=by, now=now, note="on behalf of the team" if on_behalf else "")
        return consent
