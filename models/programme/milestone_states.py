"""The table of a milestone: planned, reached, and back again when it was not; or dropped."""

from enum import StrEnum

from models.machine import Edge, Table
from models.roles import STAFF, Visibility


class MilestoneState(StrEnum):
    PLANNED = "planned"
    REACHED = "reached"
    DROPPED = "dropped"


M = MilestoneState

transitions = Table(
    Edge(M.PLANNED, "edit", M.PLANNED, STAFF, visible_to=Visibility.PUBLIC),
    Edge(M.PLANNED, "reach", M.REACHED, STAFF, visible_to=Visibility.PUBLIC),
    Edge(M.PLANNED, "drop", M.DROPPED, STAFF, visible_to=Visibility.PUBLIC),
    Edge(M.REACHED, "reopen", M.PLANNED, STAFF, visible_to=Visibility.PUBLIC),
    Edge(M.DROPPED, "plan_again", M.PLANNED, STAFF, visible_to=Visibility.PUBLIC),
)
