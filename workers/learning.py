"""The Lernplattform while nobody looks: what is due for another look."""

from models.learning import LearningResource
from workers.jobs import job
from workers.work import Done, Ending, Job, Tools

AT_ONCE = 100


@job("learning.review_due")
async def review_due(tools: Tools, job: Job) -> Ending:
    """Whose review date has passed is stale, and its keepers are told; a second run finds nothing."""
    while await LearningResource.look_again(now=tools.now(), most=AT_ONCE) == AT_ONCE:
        pass
    return Done()
