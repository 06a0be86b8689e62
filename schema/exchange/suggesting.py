"""Suggestions with their reasons, and founder circles. No figure here says anything about a person or a team (E42)."""

from datetime import datetime
from uuid import UUID

import models
from models.exchange.circles import CircleState, SeatState
from models.members.fields import WeekPart
from schema.binding import bound, localised, relation
from schema.described import answer, given
from schema.exchange.types import Listing
from schema.inputs import Given, Payload
from schema.localised import LocalisedText
from schema.programme import FieldOfAction
from schema.teams import Team


@bound(models.SuggestionFactor)
class SuggestionFactor:
    """One reason. Value times weight, summed over the factors, is how the place in this list was found; it says how two
    things complement each other today and means nothing elsewhere."""

    factor: str
    """`complement`, `interest`, `hours`, `language`, or `exposure`: what is on many lists already steps back."""
    value: float
    weight: float
    text: LocalisedText = localised("text")


@bound(models.Suggestion)
class Suggestion:
    """Something that may fit, and why. Whether it does is for people to decide."""

    id: UUID
    listing: Listing | None = relation("listing", scoped=True)
    """A team's role; or, for a role of yours, what somebody looks for."""
    explanation: list[SuggestionFactor] = relation("factors", order="id", first=10)
    made_at: datetime
    weights_version: str
    """Lists of one version were made with the same weights."""


@bound(models.FounderCircle)
class FounderCircle:
    """People without a team who could found one. With the third yes it is a team; who said no stays unknown."""

    id: UUID
    state: CircleState
    size: int
    """How many were asked."""
    needed: int
    """With how many it becomes a team."""
    week: str
    """The ISO week of the proposal, such as `2020-W16`."""
    language: str
    """A language that all of them speak, as an ISO 639 code; empty when somebody has not said."""
    week_parts: list[WeekPart]
    """When all of them have time."""
    reason: LocalisedText = localised("reason")
    ends_at: datetime
    field_of_action: FieldOfAction | None
    team: Team | None = relation("team", scoped=True)
    """What it became."""


@bound(models.CircleSeat)
class CircleSeat:
    """Your place in a founder circle."""

    id: UUID
    state: SeatState
    answered_at: datetime | None
    circle: FounderCircle | None = relation("circle", scoped=True)


@given
class ProposeFounderCircleInput(Given):
    field_of_action_id: UUID | None = None
    """What the team should be about; without it, the field of your listing, or any."""


@answer
class ProposeFounderCirclePayload(Payload):
    circle: FounderCircle | None


@given
class JoinFounderCircleInput(Given):
    id: UUID
    """Of your place (`myFounderCircles`)."""


@answer
class JoinFounderCirclePayload(Payload):
    seat: CircleSeat | None


@given
class DeclineFounderCircleInput(Given):
    id: UUID
    """Of your place (`myFounderCircles`)."""


@answer
class DeclineFounderCirclePayload(Payload):
    seat: CircleSeat | None


@given
class DissolveFounderCircleInput(Given):
    id: UUID


@answer
class DissolveFounderCirclePayload(Payload):
    circle: FounderCircle | None
