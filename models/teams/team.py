"""A team: its columns stand in `row.py`, its verbs in `founding.py` and `resting.py`."""

from models.teams.resting import Resting

__all__ = ["Team"]


class Team(Resting):
    """A group with a solution."""

    class Meta:
        table = "team"
        indexes = (("state", "place"), ("state", "name"))
