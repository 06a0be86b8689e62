"""Teams: root fields."""

import strawberry

from resolvers.teams.belonging import BelongingMutation
from resolvers.teams.keeping import KeepingMutation
from resolvers.teams.queries import TeamQuery

__all__ = ["TeamMutation", "TeamQuery"]


@strawberry.type
class TeamMutation(KeepingMutation, BelongingMutation):
    pass
