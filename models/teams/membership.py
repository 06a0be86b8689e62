"""Memberships: their columns and their machine stand in `membership_row.py`."""

from models.teams.membership_row import MembershipRow

__all__ = ["TeamMembership"]


class TeamMembership(MembershipRow):
    """One person in one team, one row for ever: whoever comes back is the same row."""

    class Meta:
        table = "team_membership"
        unique_together = (("team", "person"),)
