"""The worker of these tests: the relay and the jobs that make lists."""

from datetime import datetime, timedelta

from models.jobs import JobRun, JobState
from models.site import Site
from workers.doing import Jobs
from workers.jobs import HANDLERS
from workers.mail.caught import CaughtMailbox
from workers.main import gather_handlers
from workers.outbox import relay
from workers.work import Tools


async def work_until_quiet(now: datetime) -> None:
    """Let events become jobs, and do the ones about suggestions and circles."""
    gather_handlers()
    handlers = {work: handler for work, handler in HANDLERS.items() if work.startswith(("suggest.", "circles."))}
    tools = Tools(site=Site(), mailer=CaughtMailbox(), now=lambda: now)
    while (await relay())[0]:
        pass
    jobs = Jobs(tools, owner="a worker", lease=timedelta(seconds=60), handlers=handlers)
    # Not until a step finds nothing: a database's clock counts in milliseconds, and a job may be due in the next one.
    while await JobRun.filter(work__in=list(handlers), state=JobState.PENDING).exists():
        await jobs.step()
        await jobs.idle()
