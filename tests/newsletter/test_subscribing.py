"""Signing up, confirming, choosing and leaving: who is written to, and what can be proved afterwards."""

from datetime import datetime, timedelta

import pytest

from models import vault
from models.errors import NotAllowed
from models.language import Language
from models.members import InvalidAddress
from models.newsletter import (
    ConsentEvent,
    ConsentKind,
    ConsentWording,
    Delivery,
    Frequency,
    LinkKind,
    NewsletterIssue,
    Subscription,
    SubscriptionLink,
    SubscriptionState,
    Suppression,
    SuppressionReason,
    tokens,
)
from models.newsletter.consent import Fixed
from models.newsletter.refusals import AddressNotReachable, LinkInvalid, NoSectionChosen
from models.newsletter.sections import EVERYTHING, SectionKey, chosen, mask
from models.outbox import AuditEvent, OutboxEvent
from models.sql import changed
from tests import people
from tests.newsletter.readers import asked, reader, waiting

S = SubscriptionState
DAY = timedelta(days=1)


async def state_of(row: Subscription) -> SubscriptionState:
    return (await Subscription.get(id=row.id)).state


async def test_nobody_is_subscribed_before_they_confirm(database: str, now: datetime) -> None:
    token = await asked("ada@example.org", now)
    assert [row.state for row in await Subscription.all()] == [S.PENDING]

    row = await Subscription.confirm(token, now=now + DAY)

    assert row.state is S.CONFIRMED
    assert row.confirmed_at == now + DAY


async def test_the_job_that_mails_the_link_carries_an_id_only(database: str, now: datetime) -> None:
    await asked("ada@example.org", now)

    (payload,) = await waiting("mail.confirmation")

    assert set(payload) == {"link"}
    assert await SubscriptionLink.filter(id=payload["link"]).exists()


async def test_address_and_token_stand_nowhere_in_the_clear(database: str, now: datetime) -> None:
    token = await asked("ada@example.org", now)
    row = await Subscription.get()
    link = await SubscriptionLink.get()

    assert "ada" not in row.contact and "ada" not in row.email_hash
    assert token not in (link.token_hash, str(link.id))
    said = [str(event.payload) for event in await OutboxEvent.all()] + [event.note for event in await AuditEvent.all()]
    assert not any("ada@" in text or token in text for text in said)


async def test_an_address_gets_three_confirmation_mails_a_day(database: str, now: datetime) -> None:
    for minutes in range(5):
        await asked("ada@example.org", now + timedelta(minutes=minutes))
    assert len(await waiting("mail.confirmation")) == 3

    await asked("ada@example.org", now + DAY + timedelta(minutes=10))

    assert len(await waiting("mail.confirmation")) == 4
    assert len(await ConsentEvent.filter(kind=ConsentKind.REQUESTED)) == 4


@pytest.mark.parametrize("spelled", ["ADA@example.org", " ada@EXAMPLE.org "])
async def test_one_address_is_one_subscription_however_spelled(database: str, now: datetime, spelled: str) -> None:
    await asked("ada@example.org", now)
    await asked(spelled, now)

    assert await Subscription.all().count() == 1


@pytest.mark.parametrize(
    "bad", ["", "ada", "ada@", "ada@example", "a@b.c\r\nBcc: all@example.org", "ada@exa mple.org", "x" * 5000 + "@a.de"]
)
async def test_what_is_no_address_is_refused(database: str, now: datetime, bad: str) -> None:
    with pytest.raises(InvalidAddress):
        await Subscription.subscribe(bad, language=Language.DE, now=now)
    assert not await Subscription.all().exists()


async def test_an_address_that_needs_more_than_plain_mail_is_refused(database: str, now: datetime) -> None:
    with pytest.raises(AddressNotReachable):
        await Subscription.subscribe("jürgen@example.org", language=Language.DE, now=now)
    await Subscription.subscribe("ada@bücher.example", language=Language.DE, now=now)


async def test_confirming_twice_is_confirming_once(database: str, now: datetime) -> None:
    token = await asked("ada@example.org", now)
    await Subscription.confirm(token, now=now)

    again = await Subscription.confirm(token, now=now + timedelta(minutes=1))

    assert again.confirmed_at == now
    assert await ConsentEvent.filter(kind=ConsentKind.CONFIRMED).count() == 1


async def test_a_used_link_does_not_bring_back_who_has_left(database: str, now: datetime) -> None:
    token = await asked("ada@example.org", now)
    row = await Subscription.confirm(token, now=now)
    await Subscription.unsubscribe(tokens.unsubscribe(row.ref, 1), now=now)

    with pytest.raises(LinkInvalid):
        await Subscription.confirm(token, now=now)
    assert await state_of(row) is S.UNSUBSCRIBED


async def test_a_confirmation_link_lasts_seven_days(database: str, now: datetime) -> None:
    token = await asked("ada@example.org", now)

    with pytest.raises(LinkInvalid):
        await Subscription.confirm(token, now=now + timedelta(days=7))

    assert (await Subscription.get()).state is S.PENDING


async def test_who_does_not_confirm_is_forgotten_after_seven_days(database: str, now: datetime) -> None:
    await asked("ada@example.org", now)
    await asked("bea@example.org", now + DAY)

    assert await Subscription.purge_unconfirmed(now=now + timedelta(days=7)) == 1

    assert [row.email for row in await Subscription.all()] == ["bea@example.org"]
    assert await OutboxEvent.filter(type="subscription.purged").count() == 1


async def test_who_comes_back_must_confirm_again(database: str, now: datetime) -> None:
    row = await reader(now=now)
    await Subscription.unsubscribe(tokens.unsubscribe(row.ref, 1), now=now)
    assert await Suppression.filter(reason=SuppressionReason.UNSUBSCRIBED).count() == 1

    token = await asked("ada@example.org", now + timedelta(minutes=1))
    assert await state_of(row) is S.PENDING

    await Subscription.confirm(token, now=now + DAY)
    assert await state_of(row) is S.CONFIRMED
    assert not await Suppression.all().exists()


async def test_who_reported_us_as_spam_gets_no_mail_at_all(database: str, now: datetime) -> None:
    row = await reader(now=now)
    await Subscription.complained(row.id, now=now)
    mails = len(await waiting("mail.confirmation"))

    await asked("ada@example.org", now + DAY)

    assert len(await waiting("mail.confirmation")) == mails
    assert await state_of(row) is S.COMPLAINED


async def test_a_mailbox_that_is_gone_is_not_written_to_until_it_confirms(database: str, now: datetime) -> None:
    row = await reader(now=now)
    await Subscription.bounced(row.id, now=now, reply="550 5.1.1 <ada@example.org> unknown")
    assert await state_of(row) is S.BOUNCED
    assert not await AuditEvent.filter(note__contains="ada@").exists()

    await Subscription.confirm(await asked("ada@example.org", now + DAY), now=now + DAY)

    assert await state_of(row) is S.CONFIRMED


async def test_signing_up_again_changes_nothing_for_a_reader(database: str, now: datetime) -> None:
    row = await reader(now=now)
    before = await Subscription.get(id=row.id)

    await Subscription.subscribe("ada@example.org", language=Language.EN, now=now + DAY)

    after = await Subscription.get(id=row.id)
    assert (after.state, after.locale, after.version) == (before.state, before.locale, before.version)
    assert len(await waiting("mail.confirmation")) == 1


async def test_leaving_twice_is_leaving_once(database: str, now: datetime) -> None:
    row = await reader(now=now)
    token = tokens.unsubscribe(row.ref, row.link_version)

    await Subscription.unsubscribe(token, now=now)
    await Subscription.unsubscribe(token, now=now)

    assert await ConsentEvent.filter(kind=ConsentKind.WITHDRAWN).count() == 1
    assert len(await waiting("mail.confirmation")) == 1  # leaving sends no mail


async def test_leaving_stops_copies_that_wait(database: str, now: datetime) -> None:
    row = await reader(now=now)
    issue = await NewsletterIssue.create(iso_year=2020, iso_week=16)
    await Delivery.create(issue_id=issue.id, subscription_id=row.id, variant="de", next_at=now)

    await Subscription.unsubscribe(tokens.unsubscribe(row.ref, row.link_version), now=now)

    assert (await Delivery.get()).state.value == "skipped"


# Tokens


def forged(token: str) -> list[str]:
    """What people and scanners make of a token."""
    flipped = token[:-1] + ("A" if token[-1] != "A" else "B")
    return [token[:-1], token[:22], token + "A", flipped, "", "x", "A" * 54, "A" * 5000, token.swapcase(), "ä" * 54]


async def test_a_forged_token_leaves_and_changes_nothing(database: str, now: datetime) -> None:
    row = await reader(now=now)
    leaving, choosing = tokens.unsubscribe(row.ref, 1), tokens.preferences(row.ref, 1, now.date())

    for bad in [*forged(leaving), *forged(choosing), choosing]:
        with pytest.raises(LinkInvalid):
            await Subscription.unsubscribe(bad, now=now)
    for bad in [*forged(choosing), *forged(leaving), leaving]:
        with pytest.raises(LinkInvalid):
            await Subscription.prefer(bad, now=now, language=Language.EN)
    for bad in [leaving, choosing, "", "x" * 43]:
        with pytest.raises(LinkInvalid):
            await Subscription.confirm(bad, now=now)

    assert await state_of(row) is S.CONFIRMED
    assert (await Subscription.get()).locale is Language.DE


async def test_the_day_in_a_preferences_link_cannot_be_moved(database: str, now: datetime) -> None:
    row = await reader(now=now)
    old = tokens.preferences(row.ref, 1, now.date() - timedelta(days=91))
    moved = old[:22] + tokens.preferences(row.ref, 1, now.date())[22:26] + old[26:]

    for bad in (old, moved):
        with pytest.raises(LinkInvalid):
            await Subscription.to_prefer(bad, now=now)


async def test_a_preferences_link_lasts_90_days_and_an_unsubscribe_link_for_ever(database: str, now: datetime) -> None:
    row = await reader(now=now)
    choosing, leaving = tokens.preferences(row.ref, 1, now.date()), tokens.unsubscribe(row.ref, 1)

    await Subscription.to_prefer(choosing, now=now + timedelta(days=90))
    with pytest.raises(LinkInvalid):
        await Subscription.to_prefer(choosing, now=now + timedelta(days=91))

    await Subscription.unsubscribe(leaving, now=now + timedelta(days=4000))
    assert await state_of(row) is S.UNSUBSCRIBED


async def test_links_can_be_made_invalid(database: str, now: datetime) -> None:
    row = await reader(now=now)
    old = tokens.unsubscribe(row.ref, row.link_version)

    renewed = await Subscription.renew_links(row.id, by=await people.administrator(), now=now)

    with pytest.raises(LinkInvalid):
        await Subscription.unsubscribe(old, now=now)
    await Subscription.unsubscribe(tokens.unsubscribe(renewed.ref, renewed.link_version), now=now)


async def test_links_outlive_a_change_of_the_secret(database: str, now: datetime) -> None:
    row = await reader(now=now)
    leaving = tokens.unsubscribe(row.ref, 1)
    present = "a secret of the tests, as long as it must be"
    try:
        vault.use(vault.Keys("another secret, which is as long as it must be", older=(present,)))
        assert (await Subscription.to_unsubscribe(leaving)).id == row.id
    finally:
        vault.use(vault.Keys(present))


async def test_no_link_tells_who_it_belongs_to(database: str, now: datetime) -> None:
    row = await reader(now=now)

    for path in (row.unsubscribe_path, row.preferences_path(now)):
        assert "ada" not in path and str(row.id) not in path and row.id.hex not in path


# Preferences


async def test_a_reader_chooses_language_sections_and_frequency(database: str, now: datetime) -> None:
    row = await reader(now=now)
    token = tokens.preferences(row.ref, 1, now.date())
    wanted = mask([SectionKey.PROJECTS, SectionKey.HOURS])

    await Subscription.prefer(token, now=now, language=Language.EN, sections=wanted, frequency=Frequency.MONTHLY)

    kept = await Subscription.get(id=row.id)
    assert (kept.locale, kept.sections, kept.frequency) == (Language.EN, wanted, Frequency.MONTHLY)
    assert await ConsentEvent.filter(kind=ConsentKind.CHANGED).count() == 1
    assert chosen(kept.sections) == [SectionKey.PROJECTS, SectionKey.HOURS]


async def test_a_copy_that_waits_follows_the_choice(database: str, now: datetime) -> None:
    row = await reader(now=now)
    issue = await NewsletterIssue.create(iso_year=2020, iso_week=16)
    await Delivery.create(issue_id=issue.id, subscription_id=row.id, variant="de", next_at=now)
    token = tokens.preferences(row.ref, 1, now.date())

    await Subscription.prefer(token, now=now, language=Language.EN, sections=5)
    assert (await Delivery.get()).variant == "en-5"

    await Subscription.prefer(token, now=now, pause=True)
    assert (await Delivery.get()).state.value == "skipped"


async def test_choosing_nothing_is_not_a_choice(database: str, now: datetime) -> None:
    row = await reader(now=now)

    for nothing in (0, EVERYTHING + 1):
        with pytest.raises(NoSectionChosen):
            await Subscription.prefer(tokens.preferences(row.ref, 1, now.date()), now=now, sections=nothing)


async def test_a_pause_ends_by_itself(database: str, now: datetime) -> None:
    row = await reader(now=now)

    paused = await Subscription.slow_down(tokens.unsubscribe(row.ref, 1), pause=True, now=now)

    assert paused.is_paused(now + timedelta(days=27))
    assert not paused.is_paused(now + timedelta(days=28))


# Evidence


async def test_every_step_of_consent_is_recorded_with_its_wording(database: str, now: datetime) -> None:
    """E6: the wording, the moment and the hash of the token; where somebody came from is not even a column."""
    row = await reader(now=now)
    await Subscription.unsubscribe(tokens.unsubscribe(row.ref, 1), now=now)

    events = await ConsentEvent.of(row.email_hash)

    assert [event.kind for event in events] == [ConsentKind.REQUESTED, ConsentKind.CONFIRMED, ConsentKind.WITHDRAWN]
    wording = await ConsentWording.get(sha256=events[1].wording_sha256)
    assert "Newsletter per E-Mail" in wording.text
    assert events[1].token_hash and events[0].form_url == "http://test/newsletter"
    assert not {"ip", "address", "user_agent"} & ConsentEvent._meta.db_fields
    assert await ConsentEvent.first_broken() is None


async def test_evidence_cannot_be_edited_by_accident(database: str, now: datetime) -> None:
    await reader(now=now)
    event, wording = await ConsentEvent.all().first(), await ConsentWording.all().first()
    assert event and wording

    for attempt in (event.save, event.delete, wording.save):
        with pytest.raises(Fixed):
            await attempt()


@pytest.mark.parametrize(
    "tampering",
    [
        "UPDATE consent_event SET kind = 'confirmed' WHERE seq = 3",
        "UPDATE consent_event SET at = '2020-01-01 00:00:00+00:00' WHERE seq = 3",
        "UPDATE consent_event SET token_hash = 'x' WHERE seq = 3",
        "DELETE FROM consent_event WHERE seq = 3",
        "UPDATE consent_event SET seq = 99 WHERE seq = 3",
    ],
)
async def test_tampering_with_evidence_shows(database: str, now: datetime, tampering: str) -> None:
    for name in ("ada", "bea", "cem"):
        await reader(f"{name}@example.org", now=now)
    assert await ConsentEvent.first_broken() is None

    await changed(tampering)

    assert await ConsentEvent.first_broken() == 3


async def test_cutting_off_the_end_of_the_chain_shows(database: str, now: datetime) -> None:
    await reader(now=now)

    await changed("DELETE FROM consent_event WHERE seq = 2")

    assert await ConsentEvent.first_broken() == 2


# Data protection


async def test_an_export_tells_everything_once(database: str, now: datetime) -> None:
    row = await reader(now=now)
    await Subscription.mail_link(tokens.preferences(row.ref, 1, now.date()), LinkKind.EXPORT, now=now)
    link = await SubscriptionLink.get(kind=LinkKind.EXPORT)

    told = await Subscription.export(link.token, now=now)

    assert told["address"] == "ada@example.org"
    assert [event["what"] for event in told["consent"]] == ["requested", "confirmed"]
    with pytest.raises(LinkInvalid):
        await Subscription.export(link.token, now=now)


async def test_erasing_leaves_the_evidence_and_the_count(database: str, now: datetime) -> None:
    row = await reader(now=now)
    issue = await NewsletterIssue.create(iso_year=2020, iso_week=16)
    await Delivery.create(issue_id=issue.id, subscription_id=row.id, variant="de", next_at=now, state="sent")
    await Subscription.mail_link(tokens.preferences(row.ref, 1, now.date()), LinkKind.ERASE, now=now)
    link = await SubscriptionLink.get(kind=LinkKind.ERASE)

    with pytest.raises(LinkInvalid):
        await Subscription.erase(link.token, now=now + timedelta(hours=1))
    await Subscription.erase(link.token, now=now)

    assert not await Subscription.all().exists()
    assert (await Delivery.get()).subscription_id is None
    assert await ConsentEvent.first_broken() is None
    assert await ConsentEvent.all().count() == 3


async def test_the_address_of_who_left_is_forgotten_after_a_month(database: str, now: datetime) -> None:
    row = await reader(now=now)
    await Subscription.unsubscribe(tokens.unsubscribe(row.ref, 1), now=now)

    await Subscription.purge_unconfirmed(now=now + timedelta(days=30))

    kept = await Subscription.get(id=row.id)
    assert kept.contact == "" and kept.email == "" and kept.masked_address == "…"


async def test_staff_lift_what_they_may(database: str, now: datetime) -> None:
    address_hash = vault.fingerprint("ada@example.org")
    for reason in SuppressionReason:
        await Suppression.add(address_hash, reason, now=now)
    editor, boss = await people.editor(), await people.administrator()

    await Suppression.lift("ada@example.org", SuppressionReason.BOUNCED, by=editor, now=now, note="wrote to us")
    with pytest.raises(NotAllowed):
        await Suppression.lift("ada@example.org", SuppressionReason.LEGAL, by=editor, now=now, note="")
    await Suppression.lift("ada@example.org", SuppressionReason.LEGAL, by=boss, now=now, note="court")
    with pytest.raises(NotAllowed):
        await Suppression.lift("ada@example.org", SuppressionReason.UNSUBSCRIBED, by=boss, now=now, note="")
