"""Partner organisations: their wall, the people who act for them, what they may see, and their keys."""

from models.partners.activity import activate, active, deactivate
from models.partners.grant import Extent, PartnerGrant, sights
from models.partners.key import PartnerKey
from models.partners.knowing import viewer_by_key
from models.partners.member import PartnerMember
from models.partners.partner import ORDER, Partner
from models.partners.states import GrantState, KeyState, MemberState, PartnerKind, PartnerState

__all__ = [
    "ORDER",
    "Extent",
    "GrantState",
    "KeyState",
    "MemberState",
    "Partner",
    "PartnerGrant",
    "PartnerKey",
    "PartnerKind",
    "PartnerMember",
    "PartnerState",
    "activate",
    "active",
    "deactivate",
    "sights",
    "viewer_by_key",
]
