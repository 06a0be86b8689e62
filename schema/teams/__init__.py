"""Teams as GraphQL shows them, and what may be asked of them."""

from schema.teams.types import BlockMembership, CheckIn, LeadOffer, Team, TeamLink, TeamMembership

__all__ = ["BlockMembership", "CheckIn", "LeadOffer", "Team", "TeamLink", "TeamMembership"]
