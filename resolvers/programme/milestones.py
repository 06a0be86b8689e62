"""Milestones of the Bausteine, kept by staff."""

import strawberry

import models
from models.programme import Plan
from resolvers.programme.successes import there
from resolvers.verbs import verb
from schema.binding import shown
from schema.context import Info
from schema.programme import (
    DropMilestoneInput,
    DropMilestonePayload,
    EditMilestoneInput,
    EditMilestonePayload,
    PlanMilestoneInput,
    PlanMilestonePayload,
    ReachMilestoneInput,
    ReachMilestonePayload,
    ReopenMilestoneInput,
    ReopenMilestonePayload,
    RestoreMilestoneInput,
    RestoreMilestonePayload,
)


def _plan(input: PlanMilestoneInput | EditMilestoneInput) -> Plan:
    return Plan(**{name: getattr(input, name) for name in Plan._fields})


@strawberry.type
class MilestoneMutation:
    @verb(PlanMilestonePayload)
    async def plan_milestone(self, info: Info, input: PlanMilestoneInput) -> PlanMilestonePayload:
        """Say where a Baustein wants to be by when; staff. It is public at once."""
        viewer, now = info.context.viewer, info.context.now
        row = await models.Milestone.plan(input.block_id, _plan(input), by=viewer, now=now)
        return PlanMilestonePayload(milestone=shown(row))

    @verb(EditMilestonePayload)
    async def edit_milestone(self, info: Info, input: EditMilestoneInput) -> EditMilestonePayload:
        """Say it better, or move its day, as long as it is ahead; staff."""
        viewer, now = info.context.viewer, info.context.now
        id = await there(info, models.Milestone, input.id)
        row = await models.Milestone.edit(id, _plan(input), by=viewer, now=now, version=input.version)
        return EditMilestonePayload(milestone=shown(row))

    @verb(ReachMilestonePayload)
    async def reach_milestone(self, info: Info, input: ReachMilestoneInput) -> ReachMilestonePayload:
        """It was reached, on this day; staff."""
        viewer, now = info.context.viewer, info.context.now
        id = await there(info, models.Milestone, input.id)
        row = await models.Milestone.reach(id, input.reached_on, by=viewer, now=now)
        return ReachMilestonePayload(milestone=shown(row))

    @verb(ReopenMilestonePayload)
    async def reopen_milestone(self, info: Info, input: ReopenMilestoneInput) -> ReopenMilestonePayload:
        """It was not reached after all; staff."""
        viewer, now = info.context.viewer, info.context.now
        id = await there(info, models.Milestone, input.id)
        return ReopenMilestonePayload(milestone=shown(await models.Milestone.act(id, "reopen", by=viewer, now=now)))

    @verb(DropMilestonePayload)
    async def drop_milestone(self, info: Info, input: DropMilestoneInput) -> DropMilestonePayload:
        """It is no longer planned, and is shown to nobody but staff; staff."""
        viewer, now = info.context.viewer, info.context.now
        id = await there(info, models.Milestone, input.id)
        return DropMilestonePayload(milestone=shown(await models.Milestone.act(id, "drop", by=viewer, now=now)))

    @verb(RestoreMilestonePayload)
    async def restore_milestone(self, info: Info, input: RestoreMilestoneInput) -> RestoreMilestonePayload:
        """Plan a dropped one again; staff."""
        viewer, now = info.context.viewer, info.context.now
        id = await there(info, models.Milestone, input.id)
        row = await models.Milestone.act(id, "plan_again", by=viewer, now=now)
        return RestoreMilestonePayload(milestone=shown(row))
