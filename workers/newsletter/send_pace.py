"""How fast copies may leave: a setting, halved when the relay asks for it, and climbing again in small steps."""

SLOWEST = 1 / 32  # of the setting
CLIMB_AFTER = 50  # accepted copies
CLIMB = 0.05  # of the setting, per step


class Pace:
    """A bucket without tokens: the next copy may leave when its moment has come. Times are seconds of one clock."""

    def __init__(self, per_minute: int) -> None:
        self._gap = 60 / per_minute if per_minute > 0 else 0.0
        self._factor = 1.0
        self._free_at = 0.0
        self._calm = 0

    def wait(self, now: float) -> float:
        """Reserve the next place; how many seconds until it comes."""
        start = max(self._free_at, now)
        self._free_at = start + self._gap / self._factor
        return start - now

    def slower(self) -> None:
        """The relay throttles: half the rate. Without a rate of our own there is one from now on: ten a second."""
        self._gap = self._gap or 0.1
        self._factor = max(SLOWEST, self._factor / 2)
        self._calm = 0

    def accepted(self) -> None:
        """One more went well."""
        self._calm += 1
        if self._calm >= CLIMB_AFTER and self._factor < 1:
            self._factor, self._calm = min(1.0, self._factor + CLIMB), 0
