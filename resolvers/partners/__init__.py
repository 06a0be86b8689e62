"""Partners: their wall, the people who act for them, what they may see, their keys."""

from resolvers.partners.belonging import BelongingMutation, BelongingQuery
from resolvers.partners.keys import PartnerKeyMutation
from resolvers.partners.wall import PartnerMutation, PartnerQuery

__all__ = ["BelongingMutation", "BelongingQuery", "PartnerKeyMutation", "PartnerMutation", "PartnerQuery"]
