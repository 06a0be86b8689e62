"""What a member follows."""

from datetime import datetime
from uuid import UUID

import models
from models.following import News
from schema.binding import bound, relation
from schema.described import answer, given
from schema.inputs import Given, Payload
from schema.members import Skill
from schema.programme import FieldOfAction, ProgrammeBlock
from schema.teams import Team


@bound(models.Follow)
class Follow:
    """What you follow: one of `block`, `fieldOfAction`, `team`, `skill` and `news` is given. Nobody else sees it."""

    id: UUID
    created_at: datetime
    block: ProgrammeBlock | None
    field_of_action: FieldOfAction | None
    team: Team | None = relation("team", scoped=True)
    """Absent while the team is not shown to you."""
    skill: Skill | None = relation("skill", scoped=True)
    news: News | None


@given
class FollowTopicInput(Given):
    """Exactly one topic."""

    block_id: UUID | None = None
    field_of_action_id: UUID | None = None
    """The news of its teams, and open questions about it."""
    team_id: UUID | None = None
    news: News | None = None
    """News of one kind, whoever they come from."""
    skill_id: UUID | None = None
    """Open questions about it, or about a narrower one."""


@answer
class FollowTopicPayload(Payload):
    follow: Follow | None


@given
class UnfollowTopicInput(Given):
    id: UUID
    """Of the follow."""


@answer
class UnfollowTopicPayload(Payload):
    id: UUID
