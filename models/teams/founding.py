"""Founding a team and saying what it is: name, pitch, field, stage, address, links."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple, Self
from uuid import UUID

from tortoise.transactions import in_transaction

from models import text
from models.access import Viewer, require, visible
from models.errors import NotAllowed, NotFound, SignInNeeded
from models.members import Person
from models.outbox import AuditEvent, OutboxEvent
from models.roles import Role
from models.teams import slugs
from models.teams.links import LINKS_MAX, Address, LinkState, TeamLink, address, held_until
from models.teams.membership import TeamMembership
from models.teams.refusals import SlugTaken, TooManyLinks
from models.teams.row import TeamRow
from models.teams.slugs import FormerSlug
from models.teams.states import KEEPERS, STAFF, MembershipState, Stage, TeamRole, TeamState

NAME_MAX = 120
PITCH_MAX = 280


class Words(NamedTuple):
    """What a team says about itself, as it comes from a form; None leaves what is there."""

    name: str | None = None
    pitch: str | None = None
    field_of_action_id: UUID | None = None
    stage: Stage | None = None
    open_to_help: bool | None = None


class Founding(TeamRow):
    """The verbs of those who make a team and keep what it says up to date."""

    class Meta:
        abstract = True

    @classmethod
    async def found(cls, words: Words, *, by: Viewer, now: datetime, links: Sequence[Address] = ()) -> Self:
        """Found a team: a draft that only its people see, led by whoever founds it. Listing it is the next step."""
        require(by, Role.PARTICIPANT)
        team = cls()
        async with in_transaction():
            await team._take(Words(words.name or "", words.pitch or "", *words[2:]))
            team.slug = await slugs.free(cls, slugs.slug_of(team.name))
            await team.save(force_create=True)
            await AuditEvent.record(team, "found", by=by, now=now, after=TeamState.DRAFT.value)
            await OutboxEvent.record("team.draft", subject_kind=cls.kind, subject_id=team.id, team_id=team.id, now=now)
            lead = TeamMembership(team_id=team.id, person_id=by.person_id, role=TeamRole.LEAD, joined_at=now)
            await lead.save(force_create=True)
            await AuditEvent.record(lead, "found", by=by, now=now, after=MembershipState.ACTIVE.value)
            await team._link(links, by, now)
        return team

    @classmethod
    async def edit(
        cls,
        id: UUID,
        words: Words,
        *,
        by: Viewer,
        now: datetime,
        links: Sequence[Address] | None = None,
        slug: str | None = None,
        version: int | None = None,
    ) -> Self:
        """Change what a team says about itself. An address that was is kept and leads on to the new one."""
        async with in_transaction():
            team = await cls._kept(id, by, version)
            await team._take(words)
            if slug is not None:
                await team._move(slugs.checked(slug))
            if links is not None:
                await team._link(links, by, now)
            team.version += 1
            await team.save()
            await AuditEvent.record(team, "edit", by=by, now=now, before=team.state.value, after=team.state.value)
            await OutboxEvent.record("team.edited", subject_kind=cls.kind, subject_id=team.id, team_id=team.id, now=now)
        return team

    @classmethod
    async def _kept(cls, id: UUID, by: Viewer, version: int | None = None) -> Self:
        """Lock a team that the viewer may decide about. Raises `NotFound`, `NotAllowed`, `Stale`."""
        if not await visible(cls.filter(id=id), by).exists():
            raise NotFound("id")
        team = await cls.locked(id, version=version)
        if not KEEPERS & by.roles_on(team):
            raise SignInNeeded() if by.is_anonymous else NotAllowed("id")
        return team

    async def _take(self, words: Words) -> None:
        if words.name is not None:
            self.name = text.line(words.name, "name", NAME_MAX)
        if words.pitch is not None:
            self.pitch = text.line(" ".join(words.pitch.split()), "pitch", PITCH_MAX)
        if words.field_of_action_id is not None:
            field: Any = getattr(self._meta.fields_map["field_of_action"], "related_model")  # noqa: B009
            if not await field.filter(id=words.field_of_action_id).exists():
                raise NotFound("fieldOfActionId")
            self.field_of_action_id = words.field_of_action_id
        self.stage = words.stage or self.stage
        self.open_to_help = self.open_to_help if words.open_to_help is None else words.open_to_help

    async def _move(self, slug: str) -> None:
        if slug == self.slug:
            return
        former = await FormerSlug.filter(slug=slug).first()
        taken = await type(self).filter(slug=slug).exists() or (former is not None and former.team_id != self.id)
        if taken:
            raise SlugTaken("slug")
        if former is not None:
            await former.delete()
        await FormerSlug.create(slug=self.slug, team_id=self.id)
        self.slug = slug

    async def _link(self, links: Sequence[Address], by: Viewer, now: datetime) -> None:
        """Replace the links. One that stays keeps its state: editing does not bring back what staff have hidden."""
        wanted = {link.url: link for link in (address(one) for one in links)}
        if len(wanted) > LINKS_MAX:
            raise TooManyLinks("links")
        standing = {row.url: row for row in await TeamLink.filter(team_id=self.id).select_for_update()}
        for url in standing.keys() - wanted.keys():
            await standing[url].delete()
        until = await _held_until(by, now)
        for position, link in enumerate(wanted.values()):
            row = standing.get(link.url) or TeamLink(
                team_id=self.id,
                url=link.url,
                added_by_id=by.person_id,
                held_until=until,
                state=LinkState.HELD if until else LinkState.SHOWN,
            )
            row.label, row.position = link.label, position
            await row.save()


async def _held_until(by: Viewer, now: datetime) -> datetime | None:
    """Staff vouch for what they add; everybody else is new for a few days (E49)."""
    if by.person_id is None or by.roles & STAFF:
        return None
    return held_until((await Person.get(id=by.person_id)).created_at, now)
