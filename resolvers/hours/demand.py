"""What people want to know, for those who plan Sprechstunden."""

from typing import Any

import strawberry

import models
from models import demand
from models.access import manages
from schema import hours as h
from schema.binding import shown
from schema.context import Info
from schema.described import computed


async def _by_id(model: Any, ids: set[Any]) -> dict[Any, Any]:
    return {row.id: row for row in await model.filter(id__in=list(ids))} if ids else {}


@strawberry.type
class DemandQuery:
    @computed
    async def office_hour_demand(self, info: Info) -> h.OfficeHourDemand | None:
        """What was asked about in the last weeks, by topic, weekday and language; nothing for whoever plans none.

        Counts, and the mean of a week: no more than that is known of the next one.
        """
        if not manages(info.context.viewer):
            return None
        found = await demand.forecast(by=info.context.viewer, now=info.context.now)
        skills = await _by_id(models.Skill, {each.wish.about.skill_id for each in found.demands} - {None})
        areas = await _by_id(
            models.FieldOfAction, {each.wish.about.field_of_action_id for each in found.demands} - {None}
        )
        topics = [
            h.TopicDemand(
                skill=shown(skills.get(each.wish.about.skill_id)), field_of_action=shown(
                    areas.get(each.wish.about.field_of_action_id)
                ),
                weekday=each.wish.weekday, language=each.wish.language, asked=each.asked, unhelped=each.unhelped,
                per_week=each.per_week, planned=each.planned, suggested=each.suggested,
            )
            for each in found.demands
        ]  # fmt: skip
        return h.OfficeHourDemand(weeks=found.weeks, is_known=found.is_known, topics=topics)
