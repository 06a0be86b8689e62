"""Publish the stories that are due: public, on the blog and in the feeds, posts queued, in one transaction."""

import logging
from datetime import timedelta
from uuid import UUID

from tortoise.transactions import in_transaction

from models.errors import NotFound, Refusal
from models.jobs import JobRun
from models.stories import PUBLISH, Story, StoryState
from workers.jobs import job
from workers.work import Done, Ending, Job, Tools

log = logging.getLogger(__name__)

OVERDUE = timedelta(minutes=5)  # until then its own job has it


@job(PUBLISH)
async def publish(tools: Tools, job: Job) -> Ending:
    """At once or not at all; a second run finds nothing to do. What lost its consent goes back to review."""
    tools.fault("story.before_claim")
    story_id = UUID(str(job.payload["story"]))
    try:
        async with in_transaction():
            tools.fault("story.after_claim")
            tools.fault("story.before_write")
            await Story.go_public(story_id, now=tools.now())
            tools.fault("story.after_write")
            tools.fault("story.after_accept")
    except NotFound:
        return Done()
    except Refusal as refusal:
        log.warning("Story %s is due and cannot be published: %s", story_id, refusal.code)
        await Story.send_back(story_id, now=tools.now())
        return Done()
    tools.fault("story.after_commit")
    await tools.ring()
    return Done()


@job("story.publish_due")
async def publish_due(tools: Tools, job: Job) -> Ending:
    """The sweep behind the jobs: a due story whose job was given up or discarded is published all the same."""
    async with in_transaction():
        due = Story.filter(state=StoryState.SCHEDULED, publish_at__lte=tools.now() - OVERDUE).order_by("publish_at")
        for story in await due.limit(100):
            key = f"{PUBLISH}:{story.id}:{story.version}:{tools.now():%Y%m%d%H}"
            await JobRun.enqueue(PUBLISH, key, due_at=tools.now(), payload={"story": str(story.id)})
    return Done()
