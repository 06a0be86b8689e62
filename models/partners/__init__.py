"""Partner organisations and their wall."""

from models.partners.partner import ORDER, Partner
from models.partners.states import PartnerKind, PartnerState

__all__ = ["ORDER", "Partner", "PartnerKind", "PartnerState"]
