"""One story on one channel in one language: planned, approved, sent exactly once, taken back when it must be.

The columns stand in `post_row.py`, the verbs in `planning.py`, `transport.py` and `deciding.py`.
"""

from datetime import timedelta

from models.publishing.deciding import Deciding
from models.publishing.post_row import DELIVER, RETRACT, VERIFY

__all__ = ["DELIVER", "RETRACT", "VERIFY", "VERIFY_AFTER", "ChannelPost"]

VERIFY_AFTER = timedelta(minutes=5)  # networks drop posts after accepting them (channels.md, 2.2)


class ChannelPost(Deciding):
    """`snapshot` is the frozen rendering: what the preview shows is what will be sent, and approval signs its hash.

    Another revision is the only way to post the same story again: the unique key says so, not a habit.
    """

    class Meta:
        table = "channel_post"
        unique_together = (("story", "channel", "language", "revision"),)
