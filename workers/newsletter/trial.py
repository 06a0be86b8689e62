"""The test send: the proof of an issue, as a mail, to the editor who asked for it."""

from dataclasses import replace
from datetime import timedelta
from email.utils import format_datetime
from uuid import UUID

from models.errors import Refusal
from models.language import Language
from models.members import Person
from models.newsletter.issues import TRIAL, NewsletterIssue
from models.newsletter.sections import EVERYTHING
from workers.jobs import job
from workers.mail.letters import post
from workers.mail.message import NotAnAddress, Parcel, house_address, message_id, wire_address
from workers.newsletter.proof import nobody
from workers.newsletter.render import render
from workers.newsletter.render_splice import compiled
from workers.newsletter.view import IssueView
from workers.newsletter.views import view_of
from workers.work import Done, Ending, Job, Never, Tools

GOOD = timedelta(hours=1)  # an editor waits for it; later it says nothing any more


@job(TRIAL)
async def trial(tools: Tools, job: Job) -> Ending:
    """Mail one language of an issue with `[TEST]` in front; its links to leave and to choose lead nowhere, and no copy
    is written down.
    """
    issue = await NewsletterIssue.filter(id=UUID(str(job.payload["issue"]))).first()
    person = await Person.filter(id=UUID(str(job.payload["person"]))).first()
    if issue is None or person is None:
        return Done()
    view = await view_of(issue, tools.site)
    try:
        ready = _parcel(tools, view, Language(job.payload["language"]), person, job.key)
    except (NotAnAddress, Refusal):
        return Never("the address cannot stand in an envelope")
    return await post(tools, ready, job.attempts, good_until=GOOD)


def _parcel(tools: Tools, view: IssueView, language: Language, person: Person, key: str) -> Parcel:
    edition = view.editions[language]
    marked = replace(edition, subject=f"[TEST] {edition.subject}")
    variant = compiled(render(replace(view, editions={language: marked}), tools.site, language, EVERYTHING), tools.site)
    recipient = wire_address(person.email)
    own_id = message_id(tools.site, "trial", key)
    reader = replace(nobody(tools.site), address=recipient, message_id=own_id, name=person.display_name)
    content = variant.message(reader, format_datetime(tools.now()))
    return Parcel(house_address(tools.site), recipient, own_id, content)
