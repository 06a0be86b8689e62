"""Partners: what they are to the community, the table of their entries on the wall (C15), and those of what belongs to
them: people, grants, keys.
"""

from datetime import datetime
from enum import StrEnum
from typing import Any

from models.errors import Refusal, ValidationProblem
from models.machine import Actor, Edge, Table, edges
from models.roles import Role, Visibility


class PartnerKind(StrEnum):
    """What a partner is; the wall shows them in this order, never by amount."""

    PATRONAGE = "patronage"
    """Schirmherrschaft: the political patron."""
    FUNDING = "funding"
    """Förderpartner: gives money."""
    IMPLEMENTATION = "implementation"
    """Umsetzungspartner: gives its own resources."""
    INITIATOR = "initiator"
    """Who began it."""


class PartnerState(StrEnum):
    DRAFT = "draft"
    PUBLISHED = "published"
    EXPIRED = "expired"


class MemberState(StrEnum):
    INVITED = "invited"
    ACTIVE = "active"
    DECLINED = "declined"
    LEFT = "left"
    REMOVED = "removed"


class GrantState(StrEnum):
    ACTIVE = "active"
    """It counts between its dates."""
    REVOKED = "revoked"


class KeyState(StrEnum):
    ACTIVE = "active"
    RETIRING = "retiring"
    """Another one has taken its place; it is valid until its date, so that nobody has to change both at once."""
    REVOKED = "revoked"


class AltMissing(ValidationProblem):
    code = "ALT_MISSING"
    de = "Das Logo braucht einen Alternativtext auf Deutsch und auf Englisch, damit alle es lesen können."
    en = "The logo needs an alternative text in German and in English, so that everybody can read it."


class TimesTwisted(ValidationProblem):
    code = "TIMES_TWISTED"
    de = "Der Zeitraum endet, bevor er beginnt. Bitte tauscht die beiden Tage."
    en = "The time ends before it begins. Please swap the two days."


class StillShown(ValidationProblem):
    code = "STILL_SHOWN"
    de = "Die Zeit auf der Partnerwand ist noch nicht um."
    en = "Its time on the wall is not over yet."


P, M, G, K = PartnerState, MemberState, GrantState, KeyState
MANAGERS = frozenset({Role.COMMUNITY_MANAGER, Role.ADMINISTRATOR})
GRANTERS = frozenset({Role.ADMINISTRATOR})
"""Who gives grants and first keys; taking away is quicker, and managers may do it as well (domain.md, section 8)."""
MEMBERS = frozenset({Role.PARTNER})
ONESELF = frozenset({Role.ONESELF})
KEEPERS = frozenset({Role.EDITOR, Role.COMMUNITY_MANAGER, Role.ADMINISTRATOR})


async def logo_is_described(partner: Any, by: Actor, now: datetime) -> Refusal | None:
    """No logo without alt text reaches the wall (C15.2, E40)."""
    described = not partner.logo_sha256 or bool(partner.logo_alt_de and partner.logo_alt_en)
    return None if described else AltMissing("logoAltDe")


async def its_time_is_over(partner: Any, by: Actor, now: datetime) -> Refusal | None:
    over = partner.visible_to is not None and partner.visible_to <= now
    return None if over else StillShown("visibleTo")


transitions = Table(
    *edges([P.DRAFT, P.EXPIRED], "publish", P.PUBLISHED, KEEPERS, logo_is_described, visible_to=Visibility.PUBLIC),
    *edges([P.PUBLISHED, P.EXPIRED], "hide", P.DRAFT, KEEPERS),
    Edge(P.PUBLISHED, "expire", P.EXPIRED, frozenset({Role.SYSTEM}), its_time_is_over),
)

MEMBER = Table(
    *edges([M.DECLINED, M.LEFT, M.REMOVED], "invite", M.INVITED, MANAGERS),
    Edge(M.INVITED, "accept", M.ACTIVE, ONESELF),
    Edge(M.INVITED, "decline", M.DECLINED, ONESELF),
    Edge(M.ACTIVE, "leave", M.LEFT, ONESELF),
    *edges([M.INVITED, M.ACTIVE], "remove", M.REMOVED, MANAGERS),
)
"""An invitation is how somebody begins to belong to a partner: nobody is put there."""

GRANT = Table(Edge(G.ACTIVE, "revoke", G.REVOKED, MANAGERS))

KEY = Table(
    Edge(K.ACTIVE, "rotate", K.RETIRING, MEMBERS | GRANTERS),
    *edges([K.ACTIVE, K.RETIRING], "revoke", K.REVOKED, MEMBERS | MANAGERS),
)
