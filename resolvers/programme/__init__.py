"""The programme: root fields."""

import strawberry

from resolvers.programme.milestones import MilestoneMutation
from resolvers.programme.queries import ProgrammeQuery
from resolvers.programme.successes import SuccessMutation

__all__ = ["ProgrammeMutation", "ProgrammeQuery"]


@strawberry.type
class ProgrammeMutation(SuccessMutation, MilestoneMutation):
    pass
