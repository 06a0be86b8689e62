"""The programme: fields of action, Bausteine and their successes."""

from datetime import date, datetime
from uuid import UUID

import models
from models.programme import SuccessState
from schema.binding import bound, localised, relation
from schema.described import answer, given
from schema.inputs import Given, Payload
from schema.localised import LocalisedText
from schema.paging import Connection
from schema.scalars import Url
from schema.teams import Team

REACHED = {"state__in": ["published", "corrected"]}
LISTED = {"state__in": ["listed", "dormant"]}


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
    successes: Connection["Success"] = relation("successes", order="-as_of,-id", where=REACHED, first=10)


@bound(models.Success)
class Success:
    """Something that was reached, as a figure with its source and its date."""

    id: UUID
    title: LocalisedText = localised("title")
    metric: str
    value: str
    unit: str
    as_of: date
    source_url: Url
    correction_note: str
    """What was wrong, if it was corrected."""
    state: SuccessState
    version: int
    created_at: datetime
    team: Team | None = relation("team", scoped=True)
    block: ProgrammeBlock | None


@given
class RecordSuccessInput(Given):
    """A success of a team or of a Baustein: exactly one of `teamId` and `blockId`."""

    title_de: str
    title_en: str = ""
    metric: str
    value: str
    unit: str = ""
    as_of: date
    source_url: Url
    """Where the figure comes from: an https address."""
    team_id: UUID | None = None
    block_id: UUID | None = None


@answer
class RecordSuccessPayload(Payload):
    success: Success | None


@given
class VerifySuccessInput(Given):
    id: UUID


@answer
class VerifySuccessPayload(Payload):
    success: Success | None


@given
class PublishSuccessInput(Given):
    id: UUID


@answer
class PublishSuccessPayload(Payload):
    success: Success | None


@given
class CorrectSuccessInput(Given):
    id: UUID
    note: str
    """What was wrong. It is shown with the figure."""


@answer
class CorrectSuccessPayload(Payload):
    success: Success | None
