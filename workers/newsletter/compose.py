"""The weekly job that composes the issue; the rules stand in `models/newsletter/compose.py`."""

import logging
from datetime import datetime

from models.access import SYSTEM
from models.newsletter.compose import compose
from models.newsletter.issues import NewsletterIssue
from models.newsletter.states import IssueState
from models.newsletter.weeks import Week
from workers.jobs import job
from workers.work import Done, Ending, Job, Tools

log = logging.getLogger(__name__)


@job("issue.compose")
async def compose_weekly(tools: Tools, job: Job) -> Ending:
    """Compose the issue of the period's week, which may be over when the worker slept (E18). It is one issue however
    often this runs: the week is unique. An issue that editors have begun to review is left to them; they can compose it
    afresh themselves.
    """
    zone = tools.site.zone
    at = job.payload.get("at")
    week = Week.of(datetime.fromisoformat(at) if at else tools.now(), zone)
    begun = await NewsletterIssue.filter(iso_year=week.year, iso_week=week.number).first()
    if begun and begun.state is not IssueState.COLLECTING:
        return Done()
    issue = await compose(week, zone=zone, by=SYSTEM, now=tools.now())
    log.info("Issue %s is %s", week, issue.state.value)
    await tools.ring()
    return Done()
