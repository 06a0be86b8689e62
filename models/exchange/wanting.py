"""Which teams look for whom, for lists of teams: a team wants a skill while an open listing of it names that skill."""

from uuid import UUID

from tortoise.expressions import Subquery
from tortoise.queryset import QuerySet

from models.exchange.listing_row import ListingSkill
from models.exchange.listing_states import ListingState
from models.exchange.words import ListingKind
from models.teams import Team


def wanting(teams: QuerySet[Team], skill_id: UUID) -> QuerySet[Team]:
    """Those of the teams that look for somebody with the skill; each once, however many listings."""
    asked = ListingSkill.filter(
        skill_id=skill_id, listing__state=ListingState.OPEN, listing__purpose=ListingKind.SEEKS_MEMBER
    )
    return teams.filter(id__in=Subquery(asked.values("listing__team_id")))
