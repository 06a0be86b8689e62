"""Lists as they were made last: what is suggested to a person, or to a team for one of its roles, and why."""

from typing import Any
from uuid import UUID

from tortoise import fields

from models.base import Moment, Row


class Suggestion(Row):
    """One place of one list. For a person it names a role; for a role it names what somebody looks for.

    Exactly one of `person` and `role` says whose list it is; `team` is the team of that role, or the team that is
    suggested. A person is only ever suggested by what they listed themselves, so an alias stays one (E37).
    """

    kind = "suggestion"

    person: fields.ForeignKeyNullableRelation[Any] = fields.ForeignKeyField(
        "models.Person", related_name="suggestions", null=True, db_index=True
    )
    role: fields.ForeignKeyNullableRelation[Any] = fields.ForeignKeyField(
        "models.Listing", related_name="suggested_people", null=True, db_index=True
    )
    listing: fields.ForeignKeyRelation[Any] = fields.ForeignKeyField(
        "models.Listing", related_name="suggested_in", db_index=True
    )
    team: fields.ForeignKeyRelation[Any] = fields.ForeignKeyField(
        "models.Team", related_name="suggestions", db_index=True
    )
    person_id: UUID | None
    role_id: UUID | None
    listing_id: UUID
    team_id: UUID
    place = fields.SmallIntField()
    weights_version = fields.CharField(max_length=24)
    made_at = Moment()

    factors: fields.ReverseRelation["SuggestionFactor"]

    class Meta:
        table = "suggestion"
        unique_together = (("person", "listing"), ("role", "listing"))


class SuggestionFactor(Row):
    """One reason, in words; the sum of value times weight is what the place was found by."""

    kind = "suggestion_factor"

    suggestion: fields.ForeignKeyRelation[Suggestion] = fields.ForeignKeyField(
        "models.Suggestion", related_name="factors", db_index=True
    )
    suggestion_id: UUID
    factor = fields.CharField(max_length=24)
    value = fields.FloatField()
    weight = fields.FloatField()
    text_de = fields.CharField(max_length=400)
    text_en = fields.CharField(max_length=400)

    class Meta:
        table = "suggestion_factor"
