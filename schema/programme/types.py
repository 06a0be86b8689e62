"""The programme: fields of action, Bausteine with their milestones, and what was reached."""

from datetime import date, datetime
from uuid import UUID

import models
from models.programme import MilestoneState, SuccessState
from models.programme.milestone import PER_BLOCK
from schema.binding import bound, localised, relation
from schema.localised import LocalisedText
from schema.paging import Connection
from schema.scalars import Url
from schema.teams import Team

REACHED = {"state__in": ["published", "corrected"]}
LISTED = {"state__in": ["listed", "dormant"]}
IN_PLAN = {"state__in": ["planned", "reached"]}


@bound(models.FieldOfAction)
class FieldOfAction:
    """Handlungsfeld: a topic area of teams."""

    id: UUID
    key: str
    title: LocalisedText = localised("title")
    teams: Connection[Team] = relation("teams", order="place,id", where=LISTED, first=20)
    """Its teams, in an order that is shuffled anew each day (E43)."""


@bound(models.ProgrammeBlock)
class ProgrammeBlock:
    """Baustein: a part of the implementation programme, such as the Solution Enabler."""

    id: UUID
    key: str
    title: LocalisedText = localised("title")
    summary: LocalisedText = localised("summary")
    position: int
    milestones: list["Milestone"] = relation("milestones", order="due_on,position,id", where=IN_PLAN, first=PER_BLOCK)
    """Planned and reached ones, by day."""
    successes: Connection["Success"] = relation("successes", order="-as_of,-id", where=REACHED, first=10)


@bound(models.Milestone)
class Milestone:
    """A day in the course of a Baustein."""

    id: UUID
    version: int
    block: ProgrammeBlock
    title: LocalisedText = localised("title")
    text: LocalisedText = localised("text")
    due_on: date
    """When it is meant to be reached."""
    reached_on: date | None
    position: int
    """Orders those of one day."""
    state: MilestoneState
    changed_at: datetime


@bound(models.Success)
class Success:
    """Something that was reached, as a figure with its source and its date."""

    id: UUID
    title: LocalisedText = localised("title")
    metric: str
    """What is counted, in German; `counted` has both languages."""
    counted: LocalisedText = localised("metric", bare=True)
    value: str
    unit: str
    as_of: date
    source_url: Url
    corrections: list["SuccessCorrection"] = relation("corrections", order="-at,-id", first=80)
    """What it said before and why that was wrong, the latest first."""
    state: SuccessState
    version: int
    created_at: datetime
    published_at: datetime | None
    changed_at: datetime | None
    """When it became public, or was last corrected."""
    team: Team | None = relation("team", scoped=True)
    block: ProgrammeBlock | None


@bound(models.SuccessCorrection)
class SuccessCorrection:
    """A figure as it stood until it was corrected."""

    id: UUID
    title: LocalisedText = localised("title")
    counted: LocalisedText = localised("metric", bare=True)
    value: str
    unit: str
    as_of: date
    source_url: Url
    note: LocalisedText = localised("note")
    """What was wrong."""
    at: datetime
    """When it was corrected."""
