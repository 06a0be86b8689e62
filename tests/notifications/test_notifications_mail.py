"""What people get by mail: in their language, at their hour, no more than they want."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import models
from models.language import Language
from models.members import Person
from models.notifications import KINDS, Preference, Way, forget, remind, tell, tell_all
from models.notifications.preferences import InvalidDigestTime
from tests.notifications.conftest import MORNING, story
from tests.people import person
from workers.notifications.loop import move

NEWS, ANSWER = "story.published", "story.sent_back"
ABOUT = {"title": "Die Kreide kommt nach Hause", "slug": "kreide"}
URGENT = "test.urgent"


async def member(name="Zoë Müller", zone="Europe/Berlin", **more) -> UUID:
    more.setdefault("email", f"member-{models.base.new_id()}@example.org")
    viewer = await person(name, now=MORNING - timedelta(days=1), **more)
    await Person.filter(id=viewer.person_id).update(time_zone=zone)
    return viewer.person_id


async def states():
    return [row.state.value for row in await models.Notification.all().order_by("id")]


def at(day, hour, minute=0, month=4):
    """A moment in Berlin in the summer of 2020, in UTC."""
    return datetime(2020, month, day, hour, minute, tzinfo=UTC) - timedelta(hours=2)


async def test_one_event_reaches_each_in_their_own_language_and_says_the_same_in_both_parts(post):
    """E22, E13, E41."""
    zoe = await member(email="zoe@example.org")
    john = await member("John Smith", locale=Language.EN, email="john@example.org")
    await tell_all([zoe, john], NEWS, subject=await story(), now=post.now, about=ABOUT)

    await post.step()

    german, english = sorted(await post.mails(), key=lambda mail: mail.recipient, reverse=True)
    assert (german.recipient, english.recipient) == ("zoe@example.org", "john@example.org")
    assert german.subject == "Eure Geschichte ist veröffentlicht"
    assert english.subject == "Your story is published"
    for mail in (german, english):
        assert "Die Kreide kommt nach Hause" in mail.text and "/stories/kreide" in mail.text
    assert german.message_id != english.message_id


async def test_the_second_mail_of_a_day_waits_for_the_digest_and_the_digest_is_sent_once(post):
    """E35: one mail a day besides what people wait for; the rest is in the digest of the next morning."""
    zoe = await member()
    subject = await story()
    for title in ("Eins", "Zwei", "Drei"):
        await tell(zoe, NEWS, subject=subject, now=post.now, about={**ABOUT, "title": title})
    await tell(zoe, ANSWER, subject=subject, now=post.now, about={"title": "Vier"})
    await post.step()
    assert [mail.subject for mail in await post.mails()] == [
        "Eure Geschichte ist veröffentlicht",
        "Eine Frage zu eurer Geschichte „Vier“",
    ]

    await post.step(at(15, 8, 29))
    assert len(await post.mails()) == 2
    await post.step(at(15, 8, 30))
    *_, digest = await post.mails()
    assert digest.subject.startswith("2 Neuigkeiten")
    assert "„Zwei“" in digest.text and "„Drei“" in digest.text and "„Eins“" not in digest.text

    # The digest was the one mail of the 15th; what comes after it waits for the next.
    await tell(zoe, NEWS, subject=subject, now=at(15, 12), about={**ABOUT, "title": "Fünf"})
    for moment in (at(15, 12), at(15, 20), at(16, 8, 29)):
        await post.step(moment)
    assert len(await post.mails()) == 3
    await post.step(at(16, 8, 30))
    assert len(await post.mails()) == 4
    await post.step(at(17, 8, 30))
    assert len(await post.mails()) == 4  # nothing new: no digest


async def test_wishes_are_kept_kind_by_kind_and_what_was_read_is_not_mailed(post):
    zoe, other = await member(), await member("Lena Fischer")
    subject = await story()
    viewer = models.access.Viewer(person_id=zoe)
    await Preference.choose(zoe, by=viewer, now=post.now, ways={NEWS: Way.NONE, ANSWER: Way.DIGEST}, digest_at="18:15")
    for kind in (NEWS, ANSWER):
        await tell_all([zoe, other], kind, subject=subject, now=post.now, about=ABOUT)
    await post.step()
    assert len(await post.mails()) == 2  # both are Lena's
    await post.step(at(14, 18, 15))
    *_, digest = await post.mails()
    assert digest.subject.startswith("Eine Neuigkeit") and "Frage zu eurer Geschichte" in digest.text

    await tell(zoe, ANSWER, subject=subject, now=at(15, 9), about=ABOUT)
    await post.step(at(15, 9))
    await models.notifications.mark_read(None, by=viewer, now=at(15, 10))
    await post.step(at(15, 18, 15))
    assert len(await post.mails()) == 3
    for wrong in ("07:59", "21:00", "gestern", "08:30+01:00"):
        try:
            await Preference.choose(zoe, by=viewer, now=post.now, digest_at=wrong)
            raise AssertionError(wrong)
        except InvalidDigestTime:
            pass


async def test_nobody_is_woken_unless_they_have_agreed_to_it(post, monkeypatch):
    """E34, in three zones, and on both nights in which the clocks change."""
    kind = models.notifications.Kind(URGENT, "Eilig", "Urgent", way=Way.NOW, transactional=True, urgent=True)
    monkeypatch.setitem(KINDS, URGENT, kind)
    monkeypatch.setattr("workers.notifications.compose.words_of", lambda *_, **__: ("Eilig", ["Eilig."]))
    berlin, tokyo, lima = [await member(zone=z) for z in ("Europe/Berlin", "Asia/Tokyo", "America/Lima")]
    subject = await story()
    night = at(14, 21)
    await tell_all([berlin, tokyo, lima], ANSWER, subject=subject, now=night, about=ABOUT)
    await post.step(night)
    assert {row.person_id for row in await models.NotificationMail.filter(state="sent")} == {lima}  # 14:00 there
    await post.step(datetime(2020, 4, 14, 22, 59, tzinfo=UTC))
    assert len(await post.mails()) == 1
    await post.step(datetime(2020, 4, 14, 23, 0, tzinfo=UTC))  # 8 o'clock in Tokyo
    await post.step(datetime(2020, 4, 15, 5, 59, tzinfo=UTC))
    assert len(await post.mails()) == 2
    await post.step(datetime(2020, 4, 15, 6, 0, tzinfo=UTC))
    assert len(await post.mails()) == 3

    await Preference.choose(berlin, by=models.access.Viewer(person_id=berlin), now=night, urgent=True)
    await tell_all([berlin, tokyo], URGENT, subject=subject, now=at(15, 16), about={})
    await post.step(at(15, 16))  # 23 o'clock in Tokyo
    await tell(berlin, URGENT, subject=subject, now=at(15, 23), about={})
    await post.step(at(15, 23))
    sent = await models.NotificationMail.filter(urgent=True, state="sent").values_list("person_id", flat=True)
    assert list(sent) == [berlin, berlin]

    await models.Notification.all().delete()
    for evening, morning in (
        (datetime(2020, 10, 24, 20, tzinfo=UTC), datetime(2020, 10, 25, 7, tzinfo=UTC)),  # to winter time
        (datetime(2021, 3, 27, 21, tzinfo=UTC), datetime(2021, 3, 28, 6, tzinfo=UTC)),  # to summer time
    ):
        before = len(await post.mails())
        await tell(berlin, ANSWER, subject=subject, now=evening, about=ABOUT)
        await post.step(evening)
        await post.step(morning - timedelta(seconds=1))
        assert len(await post.mails()) == before
        await post.step(morning)
        assert len(await post.mails()) == before + 1


async def test_digests_keep_to_the_clock_on_the_wall_through_both_changes(post):
    """E16, E17: half past eight is half past eight before and after, and each morning has one digest."""
    zoe = await member()
    subject = await story()
    await Preference.choose(zoe, by=models.access.Viewer(person_id=zoe), now=post.now, ways={NEWS: Way.DIGEST})
    for first, hours in ((datetime(2020, 10, 24, 10, tzinfo=UTC), 7.5), (datetime(2021, 3, 27, 10, tzinfo=UTC), 6.5)):
        count = len(await post.mails())
        await tell(zoe, NEWS, subject=subject, now=first, about=ABOUT)
        sunday = datetime(first.year, first.month, first.day, tzinfo=UTC) + timedelta(days=1, hours=hours)
        for moment in (first, sunday - timedelta(minutes=1)):
            await post.step(moment)
            assert len(await post.mails()) == count
        for moment in (sunday, sunday + timedelta(hours=1), sunday + timedelta(hours=2)):
            await post.step(moment)
            assert len(await post.mails()) == count + 1


async def test_a_reminder_moves_with_its_cause_and_stops_with_it(post):
    """E31: cancelled 25 hours before, no reminder 24 hours before. E32: moved, and nobody gets two for one event."""
    zoe = await member()
    kept, moved, gone = [await story(name) for name in ("Bleibt", "Wandert", "Fällt aus")]
    date = at(20, 17)
    for subject in (kept, moved, gone):
        when = date - timedelta(hours=24)
        await remind(zoe, ANSWER, subject=subject, at=when, now=post.now, about={"title": subject.name})
    later = date + timedelta(days=2)
    for _ in range(2):
        await remind(zoe, ANSWER, subject=moved, at=later, now=post.now, about={"title": "Wandert"})
    assert await forget(gone, now=date - timedelta(hours=25)) == 1

    await post.step(date - timedelta(hours=24, minutes=1))
    assert await post.mails() == []
    await post.step(date - timedelta(hours=24))
    assert [mail.subject for mail in await post.mails()] == ["Eine Frage zu eurer Geschichte „Bleibt“"]
    # Whoever plans anew what has been said already says nothing new.
    await remind(zoe, ANSWER, subject=kept, at=date - timedelta(hours=24), now=date, about={"title": "Bleibt"})
    await post.step(date + timedelta(hours=1))
    assert len(await post.mails()) == 1
    await post.step(later)
    assert [mail.subject for mail in await post.mails()][1:] == ["Eine Frage zu eurer Geschichte „Wandert“"]
    assert await states() == ["mailed", "mailed", "cancelled"]

    # It was to be mailed in the morning, but its cause is gone by then.
    night = at(24, 22)
    await remind(zoe, ANSWER, subject=gone, at=night, now=date, about={"title": "Doch nicht"})
    await post.step(night)
    assert await forget(gone, now=night, kinds=["something.else"]) == 0
    assert await forget(gone, now=night) == 1
    await post.step(at(25, 9))
    assert len(await post.mails()) == 2


async def test_a_mail_whose_cause_is_gone_before_it_leaves_does_not_spend_the_day(post):
    """E31, E35."""
    zoe, gone = await member(), await story()
    await remind(zoe, NEWS, subject=gone, at=post.now, now=post.now, about=ABOUT)
    await move(post.tools)
    await move(post.tools)
    assert [mail.day for mail in await models.NotificationMail.all()] == ["2020-04-14"]
    assert await forget(gone, now=post.now) == 1
    await post.step()
    await tell(zoe, NEWS, subject=gone, now=post.now, about=ABOUT)
    await post.step()
    assert len(await post.mails()) == 1
    assert [mail.state.value for mail in await models.NotificationMail.all().order_by("id")] == ["cancelled", "sent"]


async def test_suspended_erased_and_unverified_people_hear_nothing(post):
    gone, planned, tried = await member(), await member(), await member()
    pending = await Person.join(email="new@example.org", name="Neu", handle="neu", now=post.now)
    subject = await story()
    await Person.filter(id=gone).update(state="suspended")
    assert await tell_all([gone, pending.id], ANSWER, subject=subject, now=post.now, about=ABOUT) == 0
    await remind(planned, ANSWER, subject=subject, at=at(15, 10), now=post.now, about=ABOUT)
    await tell(tried, ANSWER, subject=subject, now=at(14, 22), about=ABOUT)
    await post.step(at(14, 22))
    await Person.filter(id__in=[planned, tried]).update(state="erased")
    await post.step(at(15, 10))
    assert await post.mails() == []
    assert sorted(await states()) == ["cancelled", "quiet"]


async def test_told_with_a_key_once_is_once(post):
    zoe = await member()
    subject = await story()
    for _ in range(3):
        await tell(zoe, ANSWER, subject=subject, now=post.now, about=ABOUT, key="2020-W16")
    await tell(zoe, ANSWER, subject=subject, now=post.now, about=ABOUT, key="2020-W17")
    assert await models.Notification.all().count() == 2
    assert await models.OutboxEvent.filter(type="notification.added", person_id=zoe).count() == 2


async def test_a_team_is_asked_for_consent_reminded_once_and_not_after_its_answer(post):
    """E31, with a cause of everyday life: the question, a reminder after three days, silence once it is answered."""
    from models.stories import Story, StoryConsent, Words
    from tests import people

    team, writer = await people.team(), await people.editor(now=MORNING)
    lena, mo = [await people.lead_of(team.id, name, now=MORNING) for name in ("Lena Fischer", "Mo Lead")]
    words = {Language.DE: Words("Wärme", "Vorspann", "Text")}
    asked = []
    for hour in (10, 22):
        draft = await Story.begin(team.id, words, by=writer, now=at(14, 9))
        await Story.submit(draft.id, by=writer, now=at(14, 9))
        asked.append(await Story.request_consent(draft.id, by=writer, now=at(14, hour)))
        await post.step(at(14, hour))
    assert [mail.subject for mail in await post.mails()] == ["Darf „Wärme“ so erscheinen?"] * 2

    await StoryConsent.grant(asked[1].id, by=lena, now=at(14, 23))  # the other need not wake up to the question
    await post.step(at(15, 9))
    assert len(await post.mails()) == 2
    await post.step(at(17, 10))
    for moment in (at(18, 8, 30), at(19, 8, 30), at(25, 10)):
        await post.step(moment)
    assert [mail.subject for mail in (await post.mails())[2:]] == ["Eine Neuigkeit von Leuchtturm"] * 2
    assert {mail.recipient for mail in (await post.mails())[2:]} == {mail.recipient for mail in await post.mails()}
    assert await models.Notification.filter(person_id=mo.person_id, state="planned").count() == 0
