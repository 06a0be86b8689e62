"""What a partner may see of the event log: one sight for each of its grants (C12.3).

The rule stands here once, as a condition on rows. Queries, subscriptions and webhooks all ask it through
`models/access.py`, so that none of them can mean something else.
"""

from dataclasses import dataclass

from tortoise import Tortoise
from tortoise.expressions import Q, Subquery

from models.topics import under


@dataclass(frozen=True, order=True)
class Sight:
    """Events under these topics; those about a team only of teams in these fields of action, by key. None: any team.

    An event about no team is not limited by fields: a sent issue or a success of the whole programme is nobody's.
    """

    topics: tuple[str, ...]
    fields: tuple[str, ...] = ()

    @property
    def events(self) -> Q:
        """The events in sight; whether they are public is asked beside this."""
        if not self.fields:
            return under(self.topics)
        teams = Tortoise.apps["models"]["Team"].filter(field_of_action__key__in=list(self.fields))
        return under(self.topics) & (Q(team_id__isnull=True) | Q(team_id__in=Subquery(teams.values("id"))))
