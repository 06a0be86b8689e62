"""An application: the verbs of the person stand in `applying.py`, those of whoever decides in `deciding.py`."""

from models.exchange.deciding import Deciding

__all__ = ["Application"]


class Application(Deciding):
    """One person and one listing: suggested, applied for, decided, joined."""

    class Meta:
        table = "application"
        unique_together = (("listing", "person"),)
        indexes = (("state", "due_at"), ("team_id", "state"))
