"""An application: the person's verbs in `applying.py`, the deciders' in `deciding.py`, ours in `running_out.py`."""

from models.exchange.running_out import RunningOut

__all__ = ["Application"]


class Application(RunningOut):
    """One person and one listing: suggested, applied for, decided, joined."""

    class Meta:
        table = "application"
        unique_together = (("listing", "person"),)
        indexes = (("state", "due_at"), ("team_id", "state"))
