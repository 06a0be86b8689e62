"""The same in the app: a list, a count, a stream over both transports, wishes; mine alone, whoever asks."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

import models
from models.access import ANONYMOUS
from models.base import new_id, utcnow
from models.language import Language
from models.members import Person
from models.notifications import remind, tell, tell_all
from models.notifications.sorting import arrive
from resolvers.events import tail
from tests.graph import frontend as frontends
from tests.graph.api import Api
from tests.graph.documents import operations
from tests.graph.harbour import moored
from tests.graph.test_streams import asked
from tests.notifications.conftest import MORNING, story
from tests.people import administrator, manager, participant
from workers.outbox import relay

NEWS, EXPIRING = "story.published", "story.sent_back"
ABOUT = {"title": "Die Kreide", "slug": "kreide"}


@pytest.fixture
async def frontend(database):
    async with frontends.opened(MORNING) as frontend:
        yield frontend


async def test_i_see_mine_in_my_language_and_nobody_else_does(frontend):
    """E22; nobody sees what another person was told, staff neither."""
    zoe = await participant(now=MORNING)
    john = await participant("John Smith", now=MORNING, locale=Language.EN)
    others = [john, await manager(now=MORNING), await administrator(now=MORNING), ANONYMOUS]
    subject = await story()
    await tell_all([zoe.person_id, john.person_id], NEWS, subject=subject, now=MORNING, about=ABOUT)
    await tell(zoe.person_id, EXPIRING, subject=subject, now=MORNING + timedelta(minutes=1), about=ABOUT)
    await remind(zoe.person_id, NEWS, subject=subject, at=MORNING + timedelta(days=1), now=MORNING, about=ABOUT)

    async def all_of(viewer, **variables):
        answer = await frontend.post(viewer, operations()["MyNotifications"], variables)
        assert "errors" not in answer
        return answer["data"]

    told = await all_of(zoe)
    assert told["notifications"]["totalCount"] == await frontend.ask(zoe, "UnreadNotificationCount") == 2
    later, first = [edge["node"] for edge in told["notifications"]["edges"]]
    assert first["text"] == first["german"] == "Eure Geschichte „Die Kreide“ ist veröffentlicht."
    assert first["english"] == "Your story “Die Kreide” is published."
    assert first["url"] == "http://test/de/stories/kreide" and later["url"] is None
    assert (first["kind"], first["subjectKind"], first["subjectId"]) == (NEWS, "team", str(subject.id))
    seen = [(await all_of(other))["notifications"] for other in others]
    assert [each["totalCount"] for each in seen] == [1, 0, 0, 0]
    assert seen[0]["edges"][0]["node"]["text"].startswith("Your story")

    # Others cannot mark mine, and strangers nothing.
    assert (await frontend.do(john, "MarkNotificationsRead", ids=[first["id"]]))["marked"] == 0
    assert await frontend.code(ANONYMOUS, "MarkNotificationsRead") == "SIGN_IN_NEEDED"
    assert await frontend.code(zoe, "MarkNotificationsRead", ids=[str(new_id())] * 101) == "TOO_MANY"
    assert await frontend.do(zoe, "MarkNotificationsRead", ids=[first["id"]]) == {
        "__typename": "MarkNotificationsReadPayload", "marked": 1, "unread": 1,
    }  # fmt: skip
    left = await all_of(zoe, unread=True)
    assert [edge["node"]["id"] for edge in left["notifications"]["edges"]] == [later["id"]]
    assert (await frontend.do(zoe, "MarkNotificationsRead"))["unread"] == 0
    assert await models.Notification.filter(read_at__isnull=True, person_id=john.person_id).count() == 1

    events_seen = '{ communityEvents(topics: ["notification"]) { totalCount } }'
    await relay()
    counts = [(await frontend.post(v, events_seen))["data"]["communityEvents"]["totalCount"] for v in [zoe, *others]]
    assert counts == [2, 1, 0, 0, 0]


async def test_i_say_how_i_want_to_hear_of_things(frontend):
    zoe = await participant(now=MORNING)
    assert await frontend.ask(ANONYMOUS, "MyNotificationPreferences") is None
    usual = await frontend.ask(zoe, "MyNotificationPreferences")
    assert usual["digestAt"] == "08:30" and not usual["urgentAtNight"]
    assert {kind["kind"] for kind in usual["kinds"]} == set(models.notifications.KINDS)

    change = {"ways": [{"kind": NEWS, "way": "NONE"}], "digestAt": "18:00", "clientMutationId": "once"}
    for _ in range(2):
        (said,) = [await frontend.do(zoe, "ChangeNotificationPreferences", **change)]
        chosen = {kind["kind"]: kind["way"] for kind in said["preferences"]["kinds"]}
        assert said["preferences"]["digestAt"] == "18:00" and chosen[NEWS] == "NONE"
    await frontend.do(zoe, "ChangeNotificationPreferences", urgentAtNight=True)
    kept = await frontend.ask(zoe, "MyNotificationPreferences")
    assert kept["digestAt"] == "18:00" and kept["urgentAtNight"]

    do = frontend.code
    assert await do(zoe, "ChangeNotificationPreferences", digestAt="03:00") == "INVALID_DIGEST_TIME"
    assert await do(zoe, "ChangeNotificationPreferences", ways=[{"kind": "x", "way": "NOW"}]) == "NO_SUCH_KIND"
    assert await do(ANONYMOUS, "ChangeNotificationPreferences", digestAt="09:00") == "SIGN_IN_NEEDED"


async def test_staff_decide_about_mails_in_doubt_without_learning_whose_they_are(frontend):
    zoe, boss = await participant(now=MORNING), await manager(now=MORNING)
    mail = models.NotificationMail.fresh(zoe.person_id, due_at=MORNING, state="unknown", reply="lost zoe@example.org")
    await mail.save(force_create=True)

    assert (await frontend.ask(zoe, "NotificationMails"))["totalCount"] == 0
    (edge,) = (await frontend.ask(boss, "NotificationMails", states=["UNKNOWN"]))["edges"]
    assert edge["node"]["again"]["allowed"] and "zoe@" not in str(edge)
    given = {"id": str(mail.id), "whereabouts": "LOST_SEND_AGAIN"}
    assert await frontend.code(zoe, "ResolveNotificationMail", **given) == "NOT_ALLOWED"
    assert (await frontend.do(boss, "ResolveNotificationMail", **given))["mail"]["state"] == "WAITING"
    assert await frontend.code(boss, "ResolveNotificationMail", **given) == "WRONG_STATE"


async def test_a_stream_tells_me_at_once_over_both_transports_and_ends_with_my_session(database_url, monkeypatch):
    """Only mine, re-authorised for each event; a reminder comes when it is due."""
    monkeypatch.setattr(tail, "FLOOR", 0.05)
    document = operations()["NotificationAdded"]
    async with moored(database_url) as harbour:
        zoe, boss, subject = await participant(), await manager(), await story()
        api = Api(None, None, [])  # type: ignore[arg-type]  # only its tokens are wanted
        token = await api.token(zoe)
        async with (
            harbour.open() as socket,
            harbour.open() as other,
            asked(harbour, document, authorization=f"Bearer {token}") as stream,
        ):
            await socket.init(token)
            await other.init(await api.token(boss))
            for each in (socket, other):
                await each.subscribe(document)
            await harbour.listening(2)
            await tell(zoe.person_id, NEWS, subject=subject, now=utcnow(), about=ABOUT)
            await remind(zoe.person_id, EXPIRING, subject=subject, at=utcnow(), now=utcnow(), about=ABOUT)
            assert await arrive(utcnow()) == 1
            await tell(boss.person_id, NEWS, subject=subject, now=utcnow(), about={**ABOUT, "title": "Für euch"})
            await relay()
            harbour.bell.ring()
            for told in (await socket.event(), await stream.event()):
                assert told["notification"]["text"] == "Eure Geschichte „Die Kreide“ ist veröffentlicht."
            for told in (await socket.event(), await stream.event()):
                assert told["notification"]["kind"] == EXPIRING
            assert "Für euch" in (await other.event())["notification"]["text"]

            await Person.filter(id=zoe.person_id).update(state="suspended")
            await models.OutboxEvent.filter(seq=1).update(seq=None)
            await relay()
            harbour.bell.ring()
            assert (await socket.next())["type"] in ("error", "complete", "next")


def test_times_in_sentences_are_dates_in_the_readers_zone():
    """E21."""
    kind = replace(models.notifications.KINDS[NEWS], de="Bis {until_at}.", en="Until {until_at}.")
    about = {"until_at": datetime(2020, 4, 3, 15, 0, tzinfo=UTC).isoformat()}
    from zoneinfo import ZoneInfo

    assert kind.line(Language.DE, ZoneInfo("Europe/Berlin"), about) == "Bis Freitag, 3. April 2020, 17:00 Uhr."
    assert kind.line(Language.EN, ZoneInfo("Europe/Berlin"), about) == "Until Friday, 3 April 2020, 17:00 (CEST)."
    assert kind.line(Language.DE, ZoneInfo("America/Lima"), about) == "Bis Freitag, 3. April 2020, 10:00 Uhr."
