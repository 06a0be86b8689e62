"""The nightly job for subscriptions: whoever did not confirm did not agree, and their address may not stay (E5)."""

import logging

from models.newsletter.consent import ConsentEvent
from models.newsletter.subscriptions import Subscription
from workers.jobs import job
from workers.work import Done, Ending, Job, Never, Tools

log = logging.getLogger(__name__)


@job("subscription.purge")
async def purge(tools: Tools, job: Job) -> Ending:
    """Delete unconfirmed subscriptions of seven days ago, and write the anchor of the consent chain to the log: whoever
    changes the chain afterwards would have to change the logs as well.
    """
    while await Subscription.purge_unconfirmed(now=tools.now()):
        pass
    if (broken := await ConsentEvent.first_broken()) is not None:
        return Never(f"the chain of consent is broken at number {broken}; somebody changed evidence")
    number, anchor = await ConsentEvent.anchor()
    log.info("The chain of consent has %d links, the last one is %s", number, anchor)
    return Done()
