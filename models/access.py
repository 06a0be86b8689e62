"""Permissions: who a viewer is, and which rows they may see. The only place that answers such questions.

Invisible is absent (E50): a row that the viewer may not see is not in the queryset, so it reads as "not found".
Whether an *action* is allowed stands in the transition tables and is asked through `row.decide`.
"""

import operator
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import reduce
from typing import Any, TypeVar
from uuid import UUID

from tortoise.expressions import Q
from tortoise.models import Model
from tortoise.queryset import QuerySet

from models.errors import NotAllowed, SignInNeeded
from models.roles import STAFF, KeyScope, Role, Visibility
from models.sights import Sight

M = TypeVar("M", bound=Model)


WEBHOOKS = frozenset({"webhook", "webhook_delivery"})
"""Kinds of rows that a partner's key may act on, where that is its scope; all others want a person."""


@dataclass(frozen=True)
class Viewer:
    """Who is asking. `leads` and `teams` hold ids of teams that the person leads or belongs to.

    A partner's key or webhook has no person. It sees and may do what a stranger may, but for the event log and the
    partner's webhooks: whoever forgets that there are keys gives them nothing.
    """

    person_id: UUID | None = None
    roles: frozenset[Role] = frozenset()
    leads: frozenset[UUID] = frozenset()
    teams: frozenset[UUID] = frozenset()
    matched: frozenset[UUID] = frozenset()
    """People of common teams and of accepted applications: they see what is shown to the matched."""
    partners: frozenset[UUID] = frozenset()
    """Partner organisations that the person belongs to."""
    partner_id: UUID | None = None
    """Whose key or webhook this is."""
    scopes: frozenset[KeyScope] = frozenset()
    """What the key is for."""
    sights: frozenset[Sight] = frozenset()
    """What the grants of its partner let it see of the event log."""
    apart: frozenset[UUID] = frozenset()
    """Who must not be matched with the viewer, whichever of the two said so (E38)."""
    credential_id: UUID | None = field(default=None, compare=False)
    """The session, token or key that signed the viewer in: revoking it ends open subscriptions."""

    def __hash__(self) -> int:
        # A viewer is part of many keys, and the sets seldom tell two of them apart.
        return hash((self.person_id, self.partner_id))

    def roles_on(self, row: Any) -> frozenset[Role]:
        """The viewer's roles with regard to one row: leading its team counts as `TEAM_LEAD`, being its person as
        `ONESELF`, belonging to its partner as `PARTNER`."""
        kind = getattr(row, "kind", "")
        team_id = row.id if kind == "team" else getattr(row, "team_id", None)
        person_id = row.id if kind == "person" else getattr(row, "person_id", None)
        partner_id = row.id if kind == "partner" else getattr(row, "partner_id", None)
        roles = self.roles - {Role.PARTNER}
        if team_id in self.leads:
            roles |= {Role.TEAM_LEAD}
        if partner_id in (self.keeps if kind in WEBHOOKS else self.partners):
            roles |= {Role.PARTNER}
        return roles | {Role.ONESELF} if person_id is not None and person_id == self.person_id else roles

    @property
    def is_staff(self) -> bool:
        return bool(self.roles & (STAFF | {Role.SYSTEM}))

    @property
    def is_anonymous(self) -> bool:
        """No person: a stranger, or a key."""
        return self.person_id is None and Role.SYSTEM not in self.roles

    @property
    def is_stranger(self) -> bool:
        """Nobody who can be told from others: what one of them is answered may be kept for all of them."""
        return self.is_anonymous and self.partner_id is None

    @property
    def key_id(self) -> UUID | None:
        """The partner's key that asks, if it is one."""
        return self.credential_id if self.partner_id is not None else None

    @property
    def keeps(self) -> frozenset[UUID]:
        """Partners whose webhooks the viewer looks after."""
        if self.partner_id is None or KeyScope.WEBHOOKS_MANAGE not in self.scopes:
            return self.partners
        return self.partners | {self.partner_id}


ANONYMOUS = Viewer()
SYSTEM = Viewer(roles=frozenset({Role.SYSTEM}))
"""A job of ours. It has no person, and the tables say what it may do."""


def require(viewer: Viewer, *roles: Role) -> None:
    """Refuse unless the viewer has one of the roles; for verbs that no transition table guards."""
    if viewer.is_anonymous:
        raise SignInNeeded()
    if not viewer.roles & (frozenset(roles) | {Role.SYSTEM}):
        raise NotAllowed()


class Behind:
    """Somebody who acts under an alias or anonymously: no log keeps their name, the guards know who it is (E37)."""

    person_id: UUID | None = None

    def __init__(self, viewer: Viewer) -> None:
        self._viewer, self.oneself, self.apart = viewer, viewer.person_id, viewer.apart

    def roles_on(self, row: Any) -> frozenset[Role]:
        return self._viewer.roles_on(row)


def oneself(by: Any) -> UUID | None:
    """Who acts, also behind an alias."""
    found: UUID | None = getattr(by, "oneself", by.person_id)
    return found


EVERYTHING = Q()
NOTHING = Q(id__isnull=True)

Scope = Callable[[Viewer], Q]

PRESENT = ["active", "dormant"]
"""States of members whom others see; who is restricted or wants to leave is seen by themselves and by staff."""

KNOWN = ["pending_verification", "active", "restricted", "suspended", "dormant", "erasure_requested"]
"""Everybody but guests who have not come yet and those who were erased."""


def _staff_only(viewer: Viewer) -> Q:
    return EVERYTHING if viewer.is_staff else NOTHING


def _own(column: str) -> Scope:
    def scope(viewer: Viewer) -> Q:
        if viewer.person_id is None:
            return NOTHING
        mine: dict[str, Any] = {column: viewer.person_id}
        return Q(**mine)

    return scope


def _stories(viewer: Viewer) -> Q:
    if viewer.is_staff:
        return EVERYTHING
    public = Q(state__in=["published", "corrected"])
    mine = Q(author_id=viewer.person_id) if viewer.person_id else NOTHING
    return public | mine | Q(team_id__in=sorted(viewer.leads)) if viewer.leads else public | mine


def _granted(viewer: Viewer) -> Q:
    """Through a key or a webhook: what is public, and of that what the partner was granted (C12.3)."""
    if KeyScope.EVENTS_READ not in viewer.scopes or not viewer.sights:
        return NOTHING
    in_sight = reduce(operator.or_, (sight.events for sight in sorted(viewer.sights)))
    return Q(visible_to=Visibility.PUBLIC) & in_sight


def _events(viewer: Viewer) -> Q:
    if viewer.partner_id is not None:
        return _granted(viewer)
    heard = [Visibility.PUBLIC]
    if not viewer.is_anonymous:
        heard.append(Visibility.MEMBERS)
    if viewer.is_staff:
        heard.append(Visibility.STAFF)
    mine = Q(visible_to=Visibility.PERSON, person_id=viewer.person_id) if viewer.person_id else NOTHING
    return Q(visible_to__in=heard) | mine


def _notifications(viewer: Viewer) -> Q:
    """One's own, once they have arrived; staff see nobody else's."""
    if viewer.person_id is None:
        return NOTHING
    return Q(person_id=viewer.person_id, shown_at__isnull=False) & ~Q(state="cancelled")


def _teams(viewer: Viewer) -> Q:
    if viewer.is_staff:
        return EVERYTHING
    listed = Q(state__in=["listed", "dormant"])
    return listed | Q(id__in=sorted(viewer.teams)) if viewer.teams else listed


def _suggestions(viewer: Viewer) -> Q:
    """A person's list is theirs alone; a role's is for the leads of its team. Staff read neither."""
    if viewer.person_id is None:
        return NOTHING
    mine = Q(person_id=viewer.person_id)
    return mine | Q(role_id__isnull=False, team_id__in=sorted(viewer.leads)) if viewer.leads else mine


def _circles(viewer: Viewer) -> Q:
    """Those that the viewer is asked to join, and for community managers all."""
    if manages(viewer):
        return EVERYTHING
    return Q(seats__person_id=viewer.person_id) if viewer.person_id else NOTHING


def _published(*states: str) -> Scope:
    def scope(viewer: Viewer) -> Q:
        return EVERYTHING if viewer.is_staff else Q(state__in=list(states))

    return scope


def _resources(viewer: Viewer) -> Q:
    """What is in the catalogue or due for another look; one's own suggestions; for staff all."""
    if viewer.is_staff:
        return EVERYTHING
    mine = Q(suggested_by_id=viewer.person_id) if viewer.person_id else NOTHING
    return Q(state__in=["published", "stale"]) | mine


def _everybody(viewer: Viewer) -> Q:
    return EVERYTHING


def manages(viewer: Viewer) -> bool:
    """Community managers and administrators look after members; what is private is private to them as well."""
    return bool(viewer.roles & {Role.COMMUNITY_MANAGER, Role.ADMINISTRATOR, Role.SYSTEM})


def _managed(viewer: Viewer) -> Q:
    return EVERYTHING if manages(viewer) else NOTHING


def shown_to(viewer: Viewer) -> list[str]:
    """The values of a `..._for` column with which a field is shown to this viewer, whoever it belongs to."""
    if manages(viewer):
        return ["public", "members", "matched"]
    return ["public"] if viewer.is_anonymous else ["public", "members"]


def _of_own_partners(viewer: Viewer) -> Q:
    """What belongs to a partner is for its members and for those who look after all of them."""
    if manages(viewer):
        return EVERYTHING
    return Q(partner_id__in=sorted(viewer.partners)) if viewer.partners else NOTHING


def _partners(viewer: Viewer) -> Q:
    """Those that stand on the wall, and one's own."""
    if viewer.is_staff:
        return EVERYTHING
    own = viewer.partners if viewer.partner_id is None else viewer.partners | {viewer.partner_id}
    return Q(state="published") | Q(id__in=sorted(own)) if own else Q(state="published")


def _partner_members(viewer: Viewer) -> Q:
    """Those of one's own partners, and wherever one is invited oneself."""
    if manages(viewer):
        return EVERYTHING
    mine = Q(person_id=viewer.person_id) if viewer.person_id else NOTHING
    return mine | _of_own_partners(viewer) if viewer.partners else mine


def _webhooks(viewer: Viewer) -> Q:
    if manages(viewer):
        return EVERYTHING
    return Q(partner_id__in=sorted(viewer.keeps)) if viewer.keeps else NOTHING


NETWORKS = ["twitter", "mastodon", "blog", "record"]  # the log calls a channel by its network
EDITORIAL = [
    "story",
    "story_consent",
    "success",
    "milestone",
    "channel_post",
    "issue",
    "delivery",
    "job",
    "partner",
    *NETWORKS,
]
"""What editors work on: they read who did what to these, and not what happened to members and between them."""


def _audit(viewer: Viewer) -> Q:
    if manages(viewer):
        return EVERYTHING
    return Q(subject_kind__in=EDITORIAL) if Role.EDITOR in viewer.roles else NOTHING


def _people(viewer: Viewer) -> Q:
    """Members who are here and show their name to the viewer; managers meet everybody, and everybody themselves."""
    if manages(viewer):
        return Q(state__in=KNOWN)
    seen = Q(state__in=PRESENT, name_for__in=shown_to(viewer))
    if viewer.matched:
        seen |= Q(state__in=PRESENT, id__in=sorted(viewer.matched), name_for="matched")
    return seen | Q(id=viewer.person_id) if viewer.person_id else seen


def _person_skills(viewer: Viewer) -> Q:
    """What people can do, as far as each of them shows it, in words that somebody has checked."""
    checked: dict[str, Any] = {} if manages(viewer) else {"skill__state": "approved"}
    here: dict[str, Any] = {"person__state__in": KNOWN if manages(viewer) else PRESENT}
    seen = Q(person__skills_for__in=shown_to(viewer), **checked, **here)
    if viewer.matched:
        seen |= Q(person_id__in=sorted(viewer.matched), person__skills_for="matched", **checked, **here)
    return seen | Q(person_id=viewer.person_id) if viewer.person_id else seen


def _skills(viewer: Viewer) -> Q:
    if viewer.is_staff:
        return EVERYTHING
    mine = Q(proposed_by_id=viewer.person_id) if viewer.person_id else NOTHING
    return Q(state="approved") | mine


def _memberships(viewer: Viewer) -> Q:
    """Your own; whoever belongs to a team of yours; and whoever asks to join a team that you lead.

    Editors see who belongs to a team, as they write about it, and not who would like to.
    """
    if manages(viewer):
        return EVERYTHING
    if viewer.person_id is None:
        return NOTHING
    seen = Q(person_id=viewer.person_id)
    if viewer.is_staff:
        seen |= Q(state="active")
    if viewer.teams:
        seen |= Q(team_id__in=sorted(viewer.teams), state="active")
    return seen | Q(team_id__in=sorted(viewer.leads), by_address=False) if viewer.leads else seen


def _of_own_teams(viewer: Viewer) -> Q:
    if viewer.is_staff:
        return EVERYTHING
    return Q(team_id__in=sorted(viewer.teams)) if viewer.teams else NOTHING


def _team_links(viewer: Viewer) -> Q:
    if viewer.is_staff:
        return EVERYTHING
    return Q(state="shown") | Q(team_id__in=sorted(viewer.leads)) if viewer.leads else Q(state="shown")


def _lead_offers(viewer: Viewer) -> Q:
    if manages(viewer):
        return EVERYTHING
    mine = Q(person_id=viewer.person_id) if viewer.person_id else NOTHING
    return mine | Q(team_id__in=sorted(viewer.leads)) if viewer.leads else mine


def _of_led_teams(viewer: Viewer) -> Q:
    if viewer.is_staff:
        return EVERYTHING
    return Q(team_id__in=sorted(viewer.leads)) if viewer.leads else NOTHING


OF_A_TEAM = ["open", "filled", "expired", "withdrawn"]


def _listings(viewer: Viewer) -> Q:
    """Roles of teams are public; listings of people are for members, while the person is here. Managers see all."""
    if manages(viewer) or Role.CONDUCT in viewer.roles:
        return EVERYTHING
    if viewer.is_anonymous:
        return Q(state="open", team_id__isnull=False)
    seen = Q(state__in=OF_A_TEAM, team_id__isnull=False) | Q(state="open", person__state__in=PRESENT)
    seen |= Q(person_id=viewer.person_id, team_id__isnull=True)
    return seen | Q(team_id__in=sorted(viewer.leads)) if viewer.leads else seen


ASKED = ["queued", "claimed", "answered", "accepted", "duplicate"]


def _questions(viewer: Viewer) -> Q:
    """For members, once somebody has looked at them; one's own and those of one's teams from the start (C2).

    Whoever must not be matched with the asker does not see it, without a word (E38). Of an anonymous one that would
    tell who asks, so it is there for everybody.
    """
    if viewer.is_staff:
        return EVERYTHING
    if viewer.person_id is None:
        return NOTHING
    seen = Q(within_team=False) & (Q(state__in=ASKED) | Q(state="needs_info", triaged_at__isnull=False))
    if viewer.apart:
        seen &= Q(shown_id__isnull=True) | ~Q(shown_id__in=sorted(viewer.apart))
    seen |= Q(person_id=viewer.person_id)
    return seen | Q(team_id__in=sorted(viewer.teams)) if viewer.teams else seen


ANSWERED_BY_OTHERS = ["applied", "accepted", "joined", "declined", "expired"]


def _applications(viewer: Viewer) -> Q:
    """Your own; those that you decide about; all of them for community managers, who may decide on behalf.

    What is `unseen` never reaches the other side (E38), and neither does what people wrote who are restricted. A team's
    invitation is seen by its leads until it is answered.
    """
    if viewer.roles & {Role.COMMUNITY_MANAGER, Role.SYSTEM}:
        return EVERYTHING
    if viewer.person_id is None:
        return NOTHING
    own = Q(person_id=viewer.person_id, unseen=False) | Q(person_id=viewer.person_id, applied_at__isnull=False)
    theirs: dict[str, Any] = {"unseen": False, "state__in": ANSWERED_BY_OTHERS, "person__state__in": PRESENT}
    seen = own | Q(owner_id=viewer.person_id, **theirs)
    if viewer.leads:
        led = sorted(viewer.leads)
        seen |= Q(team_id__in=led, **theirs)
        seen |= Q(team_id__in=led, invited_by_id__isnull=False, state="suggested")
    return seen


SCOPES: dict[str, Scope] = {
    "Person": _people,
    "PersonSkill": _person_skills,
    "Skill": _skills,
    "Consent": _own("person_id"),
    "Alias": _own("person_id"),
    "Block": _own("person_id"),
    "Invitation": _own("person_id"),
    "BulkHide": _managed,
    "RoleGrant": _staff_only,
    "Session": _own("person_id"),
    "ApiToken": _own("person_id"),
    "Team": _teams,
    "TeamMembership": _memberships,
    "TeamLink": _team_links,
    "BlockMembership": _everybody,
    "CheckIn": _of_own_teams,
    "LeadOffer": _lead_offers,
    "Listing": _listings,
    "ListingSkill": _everybody,
    "ListingLanguage": _everybody,
    "Application": _applications,
    "OfficeHourSeries": _everybody,
    "OfficeHourSession": _everybody,
    "OfficeHourHost": _everybody,
    "OfficeHourSlot": _everybody,
    "OfficeHourTopic": _everybody,
    "WaitlistEntry": _own("person_id"),
    "QueueEntry": _own("person_id"),
    "HostLimit": _own("person_id"),
    "CalendarFeed": _own("person_id"),
    "LearningResource": _resources,
    "LearningTopic": _everybody,
    "Question": _questions,
    "MeToo": _own("person_id"),
    "FieldOfAction": _everybody,
    "ProgrammeBlock": _everybody,
    "Success": _published("published", "corrected"),
    "SuccessCorrection": _everybody,
    "Milestone": _published("planned", "reached"),
    "Follow": _own("person_id"),
    "Story": _stories,
    "StoryConsent": _of_led_teams,
    "Suggestion": _suggestions,
    "FounderCircle": _circles,
    "CircleSeat": _own("person_id"),
    "DataRequest": _own("person_id"),
    "Partner": _partners,
    "OutboxEvent": _events,
    "AuditEvent": _audit,
    "JobRun": _staff_only,
    "Channel": _staff_only,
    "ChannelPost": _staff_only,
    "NewsletterIssue": _published("sent"),
    "Delivery": _staff_only,
    "Subscription": _staff_only,
    "Notification": _notifications,
    "NotificationMail": _staff_only,
    "Preference": _own("person_id"),
    "PartnerMember": _partner_members,
    "PartnerGrant": _of_own_partners,
    "PartnerKey": _of_own_partners,
    "WebhookEndpoint": _webhooks,
    "WebhookDelivery": _webhooks,
}
"""One line per model that GraphQL can reach as a root. A model without a line is seen by nobody."""


def visible(rows: QuerySet[M], viewer: Viewer) -> QuerySet[M]:
    """The rows of the queryset that this viewer may see; lazy, like its argument."""
    scope = SCOPES.get(rows.model.__name__)
    return rows.filter(scope(viewer) if scope else NOTHING)
