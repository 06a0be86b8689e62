"""Four issues: two that were sent, one that was moved away from Good Friday and is in review, one that collects."""

from datetime import datetime, timedelta
from email.utils import format_datetime

from leuchtturm.seeds.calendar import Calendar
from leuchtturm.seeds.people import Members
from models.jobs import JobRun
from models.language import Language
from models.mailbox import CaughtMail
from models.newsletter import IssueProof, NewsletterIssue, Subscription, deliveries
from models.newsletter.compose import compose
from models.newsletter.deliveries import Ended
from models.newsletter.issues import PROOF, START
from models.newsletter.sections import EVERYTHING
from models.newsletter.weeks import Week
from models.site import Site
from workers.newsletter.proof import proof_of
from workers.newsletter.render import render
from workers.newsletter.render_splice import Personal, compiled
from workers.newsletter.view import IssueView

SHOWN_TO = ("lena@example.org", "grace.mensah@example.org")
"""Two readers whose copies lie in the development mailbox, one in each language."""


async def write(calendar: Calendar, members: Members, site: Site) -> None:
    """Week by week, as the editors would."""
    await _sent(Week(*calendar.week(13)), (3, 27), calendar, members, site)
    await _sent(Week(*calendar.week(14)), (4, 3), calendar, members, site)
    await _moved(calendar, members)
    week = Week(*calendar.week(16))
    await NewsletterIssue.collect(week, zone=calendar.zone, by=members["Edda Lorenz"], now=calendar.now)


async def _sent(week: Week, day: tuple[int, int], calendar: Calendar, members: Members, site: Site) -> None:
    """Composed on Friday at nine, approved by a second person, in readers' hands at three."""
    edda, ben = members["Edda Lorenz"], members["Ben Weiß"]
    morning, noon, three = calendar.at(*day, 9), calendar.at(*day, 12), calendar.at(*day, 15)
    issue = await compose(week, zone=calendar.zone, by=edda, now=morning)
    await IssueProof.bulk_create([await proof_of(issue, site, morning)])
    await NewsletterIssue.approve(issue.id, revision=issue.revision, by=ben, now=noon)
    await NewsletterIssue.schedule(issue.id, at=three, by=ben, now=noon)
    await NewsletterIssue.start(issue.id, zone=calendar.zone, now=three)
    await _delivered(issue, three)
    issue = await NewsletterIssue.finish(issue.id, now=three + timedelta(minutes=2))
    await _catch(issue, site, three)
    for work in (PROOF, START):
        await JobRun.filter(key__startswith=f"{work}:{issue.id}:").delete()


async def _delivered(issue: NewsletterIssue, now: datetime) -> None:
    """Every copy was taken by the relay."""
    while copies := await deliveries.claim(issue.id, "demo", 200, now):
        await deliveries.start([copy.id for copy in copies], "demo", now)
        await deliveries.settle([Ended(copy.id, "deliver", "250 OK") for copy in copies], "demo", now)


async def _catch(issue: NewsletterIssue, site: Site, now: datetime) -> None:
    """What two of the readers got."""
    view = IssueView.read(issue.frozen)
    for email in SHOWN_TO:
        reader = next(each for each in await Subscription.all() if each.email == email)
        personal = Personal(
            address=email,
            message_id=f"<demo.{issue.week.slug}.{reader.ref}@{site.mail_domain}>",
            unsubscribe_url=site.url(reader.unsubscribe_path),
            preferences_url=site.url(reader.preferences_path(now)),
        )
        variant = compiled(render(view, site, Language(reader.locale), EVERYTHING), site)
        content = variant.message(personal, format_datetime(now))
        await CaughtMail.keep(sender=f"bounce@{site.mail_domain}", recipient=email, content=content, now=now)


async def _moved(calendar: Calendar, members: Members) -> None:
    """Nobody wants a newsletter on Good Friday (E26): it was put off until Tuesday."""
    edda = members["Edda Lorenz"]
    moved = await compose(Week(*calendar.week(15)), zone=calendar.zone, by=edda, now=calendar.at(4, 9, 17))
    moved.planned_at = calendar.at(4, 14, 15)
    await moved.save()
    await NewsletterIssue.reword(
        moved.id, revision=moved.revision, by=edda, now=calendar.at(4, 9, 17, 30),
        intro_de="Am Karfreitag sollen Postfächer ruhen: Diese Ausgabe kommt deshalb erst am Dienstag.",
        intro_en="Mailboxes shall rest on Good Friday: this issue therefore comes on Tuesday.",
    )  # fmt: skip
