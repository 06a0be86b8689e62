"""The circuit breaker: many refusals at once mean that something is wrong with us, not with the readers."""

from collections import deque

from workers.mail.replies import Reply, Verdict

WINDOW = 200  # replies that it remembers
POLICY_MOST = 6  # 3 % of 200: 5.7.x, 5.1.8 and 421
UNKNOWN_MOST = 10  # 5 % of 200: a mailbox that does not exist; more is a bad import
STREAK = 5  # for short lists: the first five and nothing else


class Breaker:
    """Looks at every reply; says why it tripped, once it has. It pauses an issue and never costs a reader."""

    def __init__(self) -> None:
        self._last: deque[Reply] = deque(maxlen=WINDOW)

    def trips(self, reply: Reply) -> str:
        """Take in one reply; the reason to stop, or nothing."""
        self._last.append(reply)
        if not (reply.alarms or reply.verdict is Verdict.REFUSED_ADDRESS):
            return ""
        policy = sum(seen.alarms for seen in self._last)
        strangers = sum(seen.verdict is Verdict.REFUSED_ADDRESS for seen in self._last)
        if policy > POLICY_MOST or (policy == len(self._last) >= STREAK):
            return f"{policy} of the last {len(self._last)} copies were refused by policy; the last: {reply}"
        if strangers > UNKNOWN_MOST:
            return f"{strangers} of the last {len(self._last)} addresses do not exist; the last: {reply}"
        return ""
