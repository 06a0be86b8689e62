"""What staff decide about teams: their Bausteine, and links that wait or that nobody should follow."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from tortoise.transactions import in_transaction

from models.access import Viewer, require, visible
from models.base import Row
from models.errors import NotFound
from models.members import Person, PersonState
from models.outbox import AuditEvent, OutboxEvent
from models.roles import Role
from models.teams.blocks import BlockMembership
from models.teams.links import LinkState, TeamLink
from models.teams.membership import TeamMembership
from models.teams.states import MembershipState, TeamRole, TeamState
from models.teams.team import Team

RESTRICTED = "account restricted"
UNOBJECTIONABLE = (PersonState.ACTIVE, PersonState.DORMANT)


async def set_blocks(id: UUID, block_ids: Sequence[UUID], *, by: Viewer, now: datetime) -> Team:
    """Say which Bausteine a team takes part in: all of them. Saying the same again changes nothing."""
    require(by, Role.COMMUNITY_MANAGER, Role.EDITOR, Role.ADMINISTRATOR)
    block: type[Row] = getattr(BlockMembership._meta.fields_map["block"], "related_model")  # noqa: B009
    async with in_transaction():
        team = await Team.locked(id)
        wanted = set(block_ids)
        if await block.filter(id__in=list(wanted)).count() != len(wanted):
            raise NotFound("blockIds")
        standing = {row.block_id: row for row in await BlockMembership.filter(team_id=team.id)}
        if wanted == standing.keys():
            return team
        for gone in standing.keys() - wanted:
            await standing[gone].delete()
        for fresh in sorted(wanted - standing.keys()):
            await BlockMembership.create(team_id=team.id, block_id=fresh)
        await AuditEvent.record(team, "set_blocks", by=by, now=now, note=f"{len(wanted)}")
        await OutboxEvent.record(
            "team.blocks_set", subject_kind=Team.kind, subject_id=team.id, team_id=team.id, now=now
        )
    return team


async def act_on_link(id: UUID, action: str, *, by: Viewer, now: datetime) -> TeamLink:
    """Release a link, or hide it; both can be undone (E49)."""
    async with in_transaction():
        if not await visible(TeamLink.filter(id=id), by).exists():
            raise NotFound("id")
        link = await TeamLink.locked(id)
        link.held_until = None
        await link.follow(action, by=by, now=now)
    return link


async def release_due(*, by: Viewer, now: datetime) -> int:
    """Show held links whose time is over, if nobody had a reason to restrict the account in the meantime."""
    released = 0
    for link in await TeamLink.filter(state=LinkState.HELD, held_until__lte=now).order_by("id").limit(500):
        author = await Person.filter(id=link.added_by_id, state__in=UNOBJECTIONABLE).exists()
        if author:
            await act_on_link(link.id, "release", by=by, now=now)
            released += 1
    return released


async def hide_alone(person_id: UUID, *, by: Viewer, now: datetime) -> int:
    """Take off the list what somebody founded and nobody else belongs to: a restricted account speaks to nobody."""
    hidden = 0
    for team in await _alone(person_id):
        if team.state in (TeamState.LISTED, TeamState.DORMANT):
            await Team.act(team.id, "hide", by=by, now=now, note=RESTRICTED)
            hidden += 1
    return hidden


async def show_again(person_id: UUID, *, by: Viewer, now: datetime) -> int:
    """Undo `hide_alone`, and nothing that staff have hidden by themselves."""
    shown = 0
    for team in await _alone(person_id):
        if team.hidden_at is None:
            continue
        last = await AuditEvent.filter(subject_id=team.id, action="hide").order_by("-id").first()
        if last is not None and last.note == RESTRICTED:
            await Team.act(team.id, "list", by=by, now=now)
            shown += 1
    return shown


async def _alone(person_id: UUID) -> list[Team]:
    mine = TeamMembership.filter(person_id=person_id, state=MembershipState.ACTIVE, role=TeamRole.LEAD)
    found = []
    for membership in await mine.prefetch_related("team"):
        others = TeamMembership.filter(team_id=membership.team_id, state=MembershipState.ACTIVE)
        if not await others.exclude(person_id=person_id).exists():
            found.append(membership.team)
    return found
