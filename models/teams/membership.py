"""Memberships: the machine stands in `membership_row.py`, the verbs in `inviting.py` and `joining.py`."""

from models.teams.joining import Joining

__all__ = ["TeamMembership"]


class TeamMembership(Joining):
    """One person in one team, one row for ever: whoever comes back is the same row."""

    class Meta:
        table = "team_membership"
        unique_together = (("team", "person"),)
