"""The demo community: what a believable week looks like, for the first five minutes and for screenshots.

Teams, people, stories and quotes are invented; figures of the programme are facts with their date and source. Invented
rows are shifted by whole weeks, so that the demo's Tuesday in KW 16 of 2020 is in the present week and every weekday
stays; facts are never shifted.
"""

from datetime import datetime

from tortoise.transactions import in_transaction

from leuchtturm.seeds import (
    channels,
    exchange,
    hours,
    learning,
    newsletter,
    notifications,
    partners,
    people,
    programme,
    questions,
    readers,
    stories,
    suggestions,
    teams,
    webhooks,
)
from leuchtturm.seeds.calendar import Calendar
from leuchtturm.seeds.channels import rehearses
from models import search
from models.members import Person
from models.site import Site

__all__ = ["rehearses", "seed"]


async def seed(now: datetime, site: Site | None = None, *, networks: bool = True) -> bool:
    """Let the community move in, all of it or nothing. False when it lives here already.

    `networks` says whether its channels are X and Mastodon; pass `rehearses(settings)`.
    """
    site = site or Site()
    if await Person.by_email(people.SIGN_IN[0].email):
        return False
    calendar = Calendar(now, site.zone)
    async with in_transaction():
        members = await people.move_in(calendar)
        await programme.begin(calendar, members)
        await partners.thank(calendar, members)
        groups = await teams.gather(calendar, members)
        await exchange.fill(calendar, members, groups)
        await hours.offer(calendar, members)
        await questions.fill(calendar, members, groups)
        await learning.fill(calendar, members)
        await suggestions.offer(calendar, members)
        await channels.open_all(networks=networks)
        await stories.tell(calendar, members, groups, site)
        await readers.subscribe(calendar)
        await newsletter.write(calendar, members, site)
        await webhooks.connect(calendar, members)
        await notifications.settle(calendar, members)
        await search.rebuild()  # so that it is found at once, also what was written without an event
    return True
