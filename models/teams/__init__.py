"""Teams: a group with a solution, who belongs to it, how it is doing, and where it can be found."""

from models.teams.blocks import BlockMembership
from models.teams.checkins import CheckIn, Mood
from models.teams.guests import TeamGuest
from models.teams.handover import LeadOffer, LeadOfferState
from models.teams.links import LinkState, TeamLink
from models.teams.membership import TeamMembership
from models.teams.refusals import LastLead
from models.teams.slugs import FormerSlug
from models.teams.states import MembershipState, Stage, TeamRole, TeamState
from models.teams.team import Team

__all__ = [
    "BlockMembership",
    "CheckIn",
    "FormerSlug",
    "LastLead",
    "LeadOffer",
    "LeadOfferState",
    "LinkState",
    "MembershipState",
    "Mood",
    "Stage",
    "Team",
    "TeamGuest",
    "TeamLink",
    "TeamMembership",
    "TeamRole",
    "TeamState",
]
