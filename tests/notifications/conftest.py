"""What tests of notifications share: a clock that can be moved, a mailbox, and a worker that takes one step."""

from datetime import UTC, datetime, timedelta

import pytest

import models
from models.mailbox import CaughtMail
from tests.newsletters import SITE
from workers.mail.caught import CaughtMailbox, in_the_database
from workers.notifications.loop import move
from workers.notifications.send import send_due
from workers.work import Tools

MORNING = datetime(2020, 4, 14, 8, 0, tzinfo=UTC)
"""A Tuesday, 10 o'clock in Berlin."""


class Post:
    """The worker, a step at a time, and everything that was mailed."""

    def __init__(self, mailer=None):
        self.now = MORNING
        self.tools = Tools(SITE, mailer or CaughtMailbox(in_the_database(lambda: self.now)), now=lambda: self.now)

    async def step(self, at=None):
        """Work until nothing is due any more."""
        self.now = at or self.now
        while await move(self.tools) or await send_due(self.tools, "tests", timedelta(minutes=1)):
            pass

    async def mails(self):
        return await CaughtMail.all().order_by("id")


@pytest.fixture
async def post(database):
    return Post()


async def story(title="Die Kreide kommt nach Hause"):
    """Something that people are told of."""
    return await models.Team.create(name=title, slug=f"team-{models.base.new_id()}", state="listed")
