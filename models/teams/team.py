"""A team: its columns stand in `row.py`."""

from models.teams.row import TeamRow

__all__ = ["Team"]


class Team(TeamRow):
    """A group with a solution."""

    class Meta:
        table = "team"
        indexes = (("state", "place"), ("state", "name"))
