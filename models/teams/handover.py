"""Handing over the lead: offered by one, accepted by the other. Until then nothing changes."""

from enum import StrEnum
from typing import Any, ClassVar
from uuid import UUID

from tortoise import fields

from models.machine import Edge, Stateful, Table
from models.roles import Role
from models.teams.membership_row import own
from models.teams.states import KEEPERS, PEOPLE


class LeadOfferState(StrEnum):
    OFFERED = "offered"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


S = LeadOfferState


class LeadOffer(Stateful):
    """The lead, offered to a member. `stays` says that the one who offers goes on leading, together with the other.

    Staff offer it on behalf of a team that has nobody left; then `from_person_id` is empty.
    """

    kind = "lead_offer"
    transitions: ClassVar[Table] = Table(
        Edge(S.OFFERED, "accept", S.ACCEPTED, PEOPLE, own),
        Edge(S.OFFERED, "decline", S.DECLINED, PEOPLE, own),
        Edge(S.OFFERED, "withdraw", S.WITHDRAWN, KEEPERS | {Role.SYSTEM}),
    )

    team: fields.ForeignKeyRelation[Any] = fields.ForeignKeyField(
        "models.Team", related_name="lead_offers", db_index=True
    )
    person: fields.ForeignKeyRelation[Any] = fields.ForeignKeyField(
        "models.Person", related_name="lead_offers", db_index=True
    )
    team_id: UUID
    person_id: UUID
    from_person_id = fields.UUIDField(null=True, db_index=True)
    stays = fields.BooleanField(default=False)
    state = fields.CharEnumField(LeadOfferState, max_length=24, default=LeadOfferState.OFFERED)

    class Meta:
        table = "lead_offer"
