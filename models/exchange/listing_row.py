"""The columns of a listing, what it asks for, and what happens to it in the transactions of others."""

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from tortoise import fields

from models.access import SYSTEM
from models.base import Moment, Row
from models.exchange import telling
from models.exchange.application_states import WAITING, ApplicationState
from models.exchange.listing_states import LIFE, ListingState, transitions
from models.exchange.words import ListingKind, Need, Reason
from models.language import Language
from models.machine import Stateful, Table
from models.outbox import OutboxEvent
from models.roles import Visibility
from models.shuffling import new_key

TITLE_MAX = 140


class ListingRow(Stateful):
    """Who looks for a team, which team looks for people, who shares knowledge.

    `person` is whoever published it; `shown` is the same person where they may be seen, and null under an alias (E37).
    `taken` counts kept and joined seats and never exceeds `seats`. `place` is where it stands in lists today (E43).
    """

    kind = "listing"
    transitions: ClassVar[Table] = transitions

    purpose = fields.CharEnumField(ListingKind, max_length=24)
    team: fields.ForeignKeyNullableRelation[Any] = fields.ForeignKeyField(
        "models.Team", related_name="listings", null=True, on_delete=fields.RESTRICT, db_index=True
    )
    person: fields.ForeignKeyRelation[Any] = fields.ForeignKeyField(
        "models.Person", related_name="listings", on_delete=fields.RESTRICT, db_index=True
    )
    shown: fields.ForeignKeyNullableRelation[Any] = fields.ForeignKeyField(
        "models.Person", related_name="shown_listings", null=True, on_delete=fields.SET_NULL
    )
    field_of_action: fields.ForeignKeyNullableRelation[Any] = fields.ForeignKeyField(
        "models.FieldOfAction", related_name="listings", null=True, on_delete=fields.RESTRICT, db_index=True
    )
    team_id: UUID | None
    person_id: UUID
    shown_id: UUID | None
    field_of_action_id: UUID | None
    alias = fields.CharField(max_length=120, default="")
    """The name that stands there instead of the person's; "" for none."""
    title = fields.CharField(max_length=TITLE_MAX)
    text = fields.TextField(default="")
    """As it was written."""
    public_text = fields.TextField(default="")
    """As it is shown: links of new accounts are held back for a while (E49)."""
    links_held = fields.BooleanField(default=False, db_default=False)
    language = fields.CharEnumField(Language, max_length=24, default=Language.DE)
    hours_per_week = fields.SmallIntField(null=True)
    seats = fields.SmallIntField(default=1)
    taken = fields.SmallIntField(default=0, db_default=0)
    state = fields.CharEnumField(ListingState, max_length=24, default=ListingState.DRAFT)
    hidden_from: Any = fields.CharEnumField(ListingState, max_length=24, null=True)
    hidden_in = fields.UUIDField(null=True, db_index=True)
    """What was hidden by one action has one of these, so that one action brings it back."""
    opened_at = Moment(null=True)
    confirmed_at = Moment(null=True)
    expires_at = Moment(null=True, db_index=True)
    confirmations = fields.IntField(default=0, db_default=0)
    shuffle_key = fields.BigIntField(default=new_key)
    place = fields.BigIntField(default=new_key)

    skills: fields.ReverseRelation["ListingSkill"]
    languages: fields.ReverseRelation["ListingLanguage"]
    applications: fields.ReverseRelation[Any]

    class Meta:
        abstract = True

    @property
    def is_open(self) -> bool:
        return self.state is ListingState.OPEN

    async def runs_from(self, now: datetime) -> None:
        """Thirty days from now; the reminder of day 23 moves along (C5.1, E32)."""
        if self.opened_at is None:
            self.opened_at = now
            await OutboxEvent.record(
                "listing.published", subject_kind=self.kind, subject_id=self.id, team_id=self.team_id, now=now,
                visible_to=Visibility.MEMBERS,
            )  # fmt: skip
        self.confirmed_at, self.expires_at = now, now + LIFE
        self.confirmations += 1
        await self.save()
        await telling.remind_to_confirm(self, now)

    async def close_applications(self, reason: Reason, now: datetime) -> None:
        """Close what waits for this listing, each with its own message; in the transaction of the cause (C5.3)."""
        for application in await self.applications.filter(state__in=WAITING).order_by("id").select_for_update():
            if application.state is ApplicationState.APPLIED:
                await application.closed(reason, now)
            else:
                await application.follow("expire", by=SYSTEM, now=now)
        await telling.nothing_more(self, now)

    async def tell_that_it_ended(self, now: datetime) -> None:
        """Applications go on: whoever applied in time still gets an answer."""
        await telling.listing_ended(self, now)


class ListingSkill(Row):
    """A skill that has to be there, or would be nice."""

    kind = "listing_skill"

    listing: fields.ForeignKeyRelation[Any] = fields.ForeignKeyField(
        "models.Listing", related_name="skills", db_index=True
    )
    skill: fields.ForeignKeyRelation[Any] = fields.ForeignKeyField(
        "models.Skill", related_name="listing_skills", db_index=True
    )
    listing_id: UUID
    skill_id: UUID
    need = fields.CharEnumField(Need, max_length=24, default=Need.NICE)

    class Meta:
        table = "listing_skill"
        unique_together = (("listing", "skill"),)


class ListingLanguage(Row):
    """A language that is spoken there: an ISO 639 code."""

    kind = "listing_language"

    listing: fields.ForeignKeyRelation[Any] = fields.ForeignKeyField(
        "models.Listing", related_name="languages", db_index=True
    )
    listing_id: UUID
    code = fields.CharField(max_length=3)

    class Meta:
        table = "listing_language"
        unique_together = (("listing", "code"),)
