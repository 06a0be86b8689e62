"""A lighthouse story: its columns stand in `row.py`, its verbs in `writing.py` and `publication.py`."""

from models.stories.publication import PUBLISH, Publication

__all__ = ["PUBLISH", "Story"]


class Story(Publication):
    """One team's project, told so that others want to follow. Its words stand in `texts`, one row per language."""

    class Meta:
        table = "story"
        indexes = (("state", "published_at"),)
