"""Whatever happens in whatever order: one mail a day, none at night, nothing twice, and only along declared edges."""

from collections import Counter
from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import models
from models.access import Viewer
from models.notifications import Preference, Way, forget, mark_read, remind, tell
from models.notifications.hours import local_day, quiet, zone_of
from models.notifications.states import NOTIFICATION, NotificationState
from tests.notifications.conftest import Post, story
from tests.notifications.test_notifications_mail import ABOUT, ANSWER, NEWS, member

ACTS = ["news", "news", "answer", "remind", "move", "forget", "read", *Way]
ZONES = ["Europe/Berlin", "Asia/Tokyo", "America/St_Johns"]
DRAWN = {(edge.source, edge.target) for edge in NOTIFICATION}


def closure():
    """From where one may come where, in any number of steps."""
    found = {(state, state) for state in NotificationState} | DRAWN
    for _ in NotificationState:
        found |= {(a, d) for a, b in found for c, d in DRAWN if b is c}
    return found


REACHABLE = closure()


async def act(what, person, subject, now):
    me = Viewer(person_id=person)
    match what:
        case "news" | "answer":
            await tell(person, NEWS if what == "news" else ANSWER, subject=subject, now=now, about=ABOUT)
        case "remind" | "move":
            later = now + timedelta(hours=30 if what == "remind" else 7)
            await remind(person, ANSWER, subject=subject, at=later, now=now, about=ABOUT)
        case "forget":
            await forget(subject, now=now)
        case "read":
            await mark_read(None, by=me, now=now)
        case Way():
            await Preference.choose(person, by=me, now=now, ways={NEWS: what})


async def states_of(person):
    return {row.id: row.state for row in await models.Notification.filter(person_id=person)}


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    zone=st.sampled_from(ZONES),
    steps=st.lists(st.tuples(st.sampled_from(ACTS), st.integers(0, 14)), min_size=4, max_size=12),
)
async def test_no_order_of_events_breaks_a_promise(database, zone, steps):
    """E31, E32, E34, E35."""
    post, person, subject = Post(), await member(zone=zone), await story()
    before = {}
    for what, hours in [*steps, ("read", 0), ("news", 40), ("answer", 30)]:
        post.now += timedelta(hours=hours, minutes=13)
        await act(what, person, subject, post.now)
        await post.step()
        after = await states_of(person)
        assert all((before[id], state) in REACHABLE for id, state in after.items() if id in before)
        before = after

    where = zone_of(zone)
    mails = await models.NotificationMail.filter(person_id=person).prefetch_related("notifications")
    sent = [mail for mail in mails if mail.sent_at]
    assert {mail.state.value for mail in mails} <= {"sent", "cancelled", "waiting"}
    assert not any(quiet(mail.sent_at, where) for mail in sent)
    days = Counter(local_day(mail.sent_at, where) for mail in sent if mail.day)
    assert max(days.values(), default=0) <= 1
    assert all(len(mail.notifications) > 0 for mail in sent)
    reminders = await models.Notification.filter(person_id=person, reminder=True, state="planned").count()
    assert reminders <= 1
