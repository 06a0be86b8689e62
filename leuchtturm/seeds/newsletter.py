"""Four issues: two that were sent, one that was moved away from Good Friday and is in review, one that collects."""

from leuchtturm.seeds.calendar import Calendar
from leuchtturm.seeds.people import Members
from models.newsletter import NewsletterIssue
from models.newsletter.compose import compose
from models.newsletter.weeks import Week


async def write(calendar: Calendar, members: Members) -> None:
    """Week by week, as the editors would."""
    edda = members["Edda Lorenz"]
    moved = await compose(Week(*calendar.week(15)), zone=calendar.zone, by=edda, now=calendar.at(4, 9, 17))
    moved.planned_at = calendar.at(4, 14, 15)
    await moved.save()
    await NewsletterIssue.reword(
        moved.id, revision=moved.revision, by=edda, now=calendar.at(4, 9, 17, 30),
        intro_de="Am Karfreitag sollen Postfächer ruhen: Diese Ausgabe kommt deshalb erst am Dienstag.",
        intro_en="Mailboxes shall rest on Good Friday: this issue therefore comes on Tuesday.",
    )  # fmt: skip
    await NewsletterIssue.collect(Week(*calendar.week(16)), zone=calendar.zone, by=edda, now=calendar.now)
