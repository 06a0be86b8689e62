"""A story from a hint to retraction: who may do what, and what stands in the way of publication."""

from dataclasses import replace
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
from PIL import Image

from models.access import Viewer
from models.errors import NotAllowed, NotFound, Refusal, SignInNeeded, Stale, WrongState
from models.language import Language
from models.outbox import AuditEvent, OutboxEvent
from models.stories import (
    Asset,
    AssetFile,
    Claim,
    ConsentState,
    Fact,
    Story,
    StoryConsent,
    StoryState,
    StoryText,
    Words,
)
from models.stories.refusals import (
    AltTextMissing,
    ConsentMissing,
    ConsentOutdated,
    FourEyes,
    InThePast,
    InvalidUrl,
    NoSuchPicture,
    NotReady,
    SourceMissing,
    TooMany,
)
from models.text import LineBroken, TextMissing, TextTooLong
from tests import people

DE, EN = Language.DE, Language.EN
WORDS = {
    DE: Words("Wärme aus Servern", "Ein Freibad.", "Ein **Rechenzentrum** heizt."),
    EN: Words("Heat", "", "A pool."),
}


class Cast:
    """The people around a story."""

    author: Viewer
    editor: Viewer
    lead: Viewer
    stranger: Viewer
    team: Any


@pytest.fixture
async def cast(database: str) -> Cast:
    cast = Cast()
    cast.team = await people.team()
    cast.author, cast.editor, cast.stranger = await people.manager(), await people.editor(), await people.participant()
    cast.lead = replace(await people.participant("Mo Lead"), leads=frozenset({cast.team.id}))
    return cast


async def submitted(cast: Cast, now: datetime) -> Story:
    story = await Story.begin(cast.team.id, WORDS, by=cast.author, now=now, tags=["Energie"])
    return await Story.submit(story.id, by=cast.author, now=now)


async def consented(cast: Cast, story: Story, now: datetime) -> StoryConsent:
    consent = await Story.request_consent(story.id, by=cast.author, now=now)
    return await StoryConsent.grant(consent.id, by=cast.lead, now=now)


async def published(cast: Cast, now: datetime) -> Story:
    story = await submitted(cast, now)
    await consented(cast, story, now)
    await Story.approve(story.id, by=cast.editor, now=now)
    await Story.publish(story.id, by=cast.editor, now=now)
    return await Story.go_public(story.id, now=now)


def png(colour: str = "navy") -> bytes:
    into = BytesIO()
    Image.new("RGB", (40, 30), colour).save(into, "PNG")
    return into.getvalue()


async def test_a_hint_becomes_a_story_that_everybody_reads(cast: Cast, now: datetime) -> None:
    hint = await Story.lead(cast.team.id, Words("Da heizt jemand ein Freibad"), by=cast.stranger, now=now, language=DE)
    assert hint.state is StoryState.LEAD

    drafted = await Story.draft(hint.id, by=cast.author, now=now)
    await Story.edit(drafted.id, WORDS, by=cast.author, now=now)
    await Story.submit(drafted.id, by=cast.author, now=now)
    await consented(cast, drafted, now)
    await Story.approve(drafted.id, by=cast.editor, now=now)
    await Story.publish(drafted.id, by=cast.editor, now=now)
    story = await Story.go_public(drafted.id, now=now)

    assert story.state is StoryState.PUBLISHED
    assert [told.id for told in await Story.lighthouses(EN)] == [story.id]
    text = await StoryText.get(story_id=story.id, language=DE)
    assert text.body_html == "<p>Ein <strong>Rechenzentrum</strong> heizt.</p>\n"
    assert story.slug.startswith("waerme-aus-servern-")


async def test_every_step_leaves_an_audit_row_and_an_event(cast: Cast, now: datetime) -> None:
    story = await published(cast, now)

    steps = await AuditEvent.filter(subject_id=story.id).order_by("id").values_list("after", flat=True)
    events = await OutboxEvent.filter(subject_id=story.id).order_by("id")
    assert steps == ["lead", "draft", "in_review", "approved", "scheduled", "publishing", "published"]
    assert [event.type for event in events] == [f"story.{step}" for step in steps]
    assert all("heizt" not in str(event.payload) for event in events)


@pytest.mark.parametrize("who", ["author", "editor"])
async def test_nobody_approves_what_they_wrote_or_changed_last(cast: Cast, now: datetime, who: str) -> None:
    story = await submitted(cast, now)
    writer = replace(getattr(cast, who), roles=getattr(cast, who).roles | cast.editor.roles)
    await Story.edit(story.id, {DE: Words("Neu", "", "Text")}, by=writer, now=now)

    with pytest.raises(FourEyes):
        await Story.approve(story.id, by=writer, now=now)


@pytest.mark.parametrize("who", ["author", "lead", "stranger"])
async def test_only_an_editor_approves(cast: Cast, now: datetime, who: str) -> None:
    story = await submitted(cast, now)

    with pytest.raises((NotAllowed, NotFound)):
        await Story.approve(story.id, by=getattr(cast, who), now=now)
    assert (await Story.approve(story.id, by=cast.editor, now=now)).state is StoryState.APPROVED


async def test_a_stranger_does_not_even_learn_that_there_is_a_draft(cast: Cast, now: datetime) -> None:
    story = await submitted(cast, now)

    with pytest.raises(NotFound):
        await Story.edit(story.id, WORDS, by=cast.stranger, now=now)
    with pytest.raises(NotFound):
        await Story.edit(uuid4(), WORDS, by=cast.editor, now=now)


async def test_an_anonymous_hint_is_refused(cast: Cast, now: datetime) -> None:
    with pytest.raises(SignInNeeded):
        await Story.lead(cast.team.id, Words("x"), by=Viewer(), now=now, language=DE)


async def test_without_the_teams_consent_nothing_is_scheduled(cast: Cast, now: datetime) -> None:
    story = await submitted(cast, now)
    await Story.request_consent(story.id, by=cast.author, now=now)
    await Story.approve(story.id, by=cast.editor, now=now)

    with pytest.raises(ConsentMissing):
        await Story.schedule(story.id, at=now + timedelta(hours=1), by=cast.editor, now=now)


async def test_consent_is_for_the_text_that_was_shown(cast: Cast, now: datetime) -> None:
    story = await submitted(cast, now)
    consent = await Story.request_consent(story.id, by=cast.author, now=now)
    await Story.edit(story.id, {DE: Words("Ganz anders", "", "Neu")}, by=cast.author, now=now)

    with pytest.raises(ConsentOutdated):
        await StoryConsent.grant(consent.id, by=cast.lead, now=now)


async def test_only_the_teams_lead_or_a_manager_on_behalf_consents(cast: Cast, now: datetime) -> None:
    story = await submitted(cast, now)
    consent = await Story.request_consent(story.id, by=cast.author, now=now)

    with pytest.raises(NotFound):
        await StoryConsent.grant(consent.id, by=cast.stranger, now=now)
    with pytest.raises(NotAllowed):
        await StoryConsent.grant(consent.id, by=cast.editor, now=now)
    granted = await StoryConsent.grant(consent.id, by=cast.author, now=now)

    assert granted.state is ConsentState.GRANTED
    audit = await AuditEvent.get(subject_id=consent.id, action="grant")
    assert audit.note == "on behalf of the team"


async def test_asking_twice_asks_once(cast: Cast, now: datetime) -> None:
    story = await submitted(cast, now)

    first = await Story.request_consent(story.id, by=cast.author, now=now)
    second = await Story.request_consent(story.id, by=cast.author, now=now)

    assert first.id == second.id
    assert await StoryConsent.all().count() == 1


async def test_a_picture_needs_words_or_the_mark_decorative(cast: Cast, now: datetime) -> None:
    """E40: no story with a picture that nobody described is approved, and so none is published."""
    story = await submitted(cast, now)
    await Story.add_image(story.id, png(), by=cast.author, now=now, rights="CC0", alt_de="Ein Becken")
    with pytest.raises(AltTextMissing):
        await Story.approve(story.id, by=cast.editor, now=now)

    image = await Asset.get(story_id=story.id)
    await Story.describe_image(story.id, image.id, by=cast.author, now=now, rights="CC0", decorative=True)

    assert (await Story.approve(story.id, by=cast.editor, now=now)).state is StoryState.APPROVED


async def test_the_same_picture_is_kept_once(cast: Cast, now: datetime) -> None:
    story = await submitted(cast, now)
    for _ in range(2):
        await Story.add_image(story.id, png(), by=cast.author, now=now, rights="CC0", decorative=True)

    assert await Asset.filter(story_id=story.id).count() == 2
    assert await AssetFile.all().count() == 1
    image = await Asset.filter(story_id=story.id).first()
    assert image is not None
    assert await image.content() == png()
    await Story.remove_image(story.id, image.id, by=cast.author, now=now)
    assert await Asset.filter(story_id=story.id).count() == 1


@pytest.mark.parametrize("content", [b"", b"GIF89a", b"<svg onload=alert(1)>", png()[:60], b"\x00" * 10_000_001])
async def test_what_is_no_picture_is_refused(cast: Cast, now: datetime, content: bytes) -> None:
    story = await submitted(cast, now)

    with pytest.raises(NoSuchPicture):
        await Story.add_image(story.id, content, by=cast.author, now=now, rights="CC0")


async def test_a_fact_needs_a_source(cast: Cast, now: datetime) -> None:
    story = await submitted(cast, now)
    await Story.state_facts(story.id, [Claim("48 Stunden, 12 Teams")], by=cast.author, now=now)
    with pytest.raises(SourceMissing):
        await Story.approve(story.id, by=cast.editor, now=now)

    sourced = [Claim("48 Stunden, 12 Teams", "https://example.org/zahlen")]
    await Story.state_facts(story.id, sourced, by=cast.author, now=now)

    assert (await Story.approve(story.id, by=cast.editor, now=now)).state is StoryState.APPROVED
    assert await Fact.filter(story_id=story.id).count() == 1


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "ftp://x.example", "https://", "//x", "https://u:p@x.example", "http://[::1"]
)
async def test_a_source_is_a_web_address(cast: Cast, now: datetime, url: str) -> None:
    story = await submitted(cast, now)

    with pytest.raises(InvalidUrl):
        await Story.state_facts(story.id, [Claim("x", url)], by=cast.author, now=now)


BAD_WORDS: list[tuple[Words, type[Refusal]]] = [
    (Words("", "", "x"), TextMissing),
    (Words("a\r\nBcc: b@example.org", "", "x"), LineBroken),
    (Words("x" * 141, "", "x"), TextTooLong),
    (Words("x", "y" * 301, "x"), TextTooLong),
    (Words("x", "", "z" * 1_000_000), TextTooLong),
]


@pytest.mark.parametrize(("words", "refusal"), BAD_WORDS, ids=lambda value: getattr(value, "__name__", ""))
async def test_bad_words_are_refused_in_both_languages(cast: Cast, now: datetime, words: Words, refusal: Any) -> None:
    with pytest.raises(refusal) as refused:
        await Story.begin(cast.team.id, {DE: words}, by=cast.author, now=now)

    assert refused.value.path.startswith("texts.de.")
    assert refused.value.de and refused.value.en
    assert await Story.all().count() == 0


async def test_too_many_tags_are_refused(cast: Cast, now: datetime) -> None:
    with pytest.raises(TooMany):
        await Story.begin(cast.team.id, WORDS, by=cast.author, now=now, tags=[f"t{n}" for n in range(11)])


async def test_half_a_text_is_not_submitted(cast: Cast, now: datetime) -> None:
    story = await Story.begin(cast.team.id, {DE: Words("Nur eine Überschrift")}, by=cast.author, now=now)

    with pytest.raises(NotReady):
        await Story.submit(story.id, by=cast.author, now=now)


async def test_two_editors_do_not_overwrite_each_other(cast: Cast, now: datetime) -> None:
    story = await submitted(cast, now)
    await Story.edit(story.id, {DE: Words("Eins", "", "x")}, by=cast.author, now=now, version=story.version)

    with pytest.raises(Stale):
        await Story.edit(story.id, {DE: Words("Zwei", "", "x")}, by=cast.editor, now=now, version=story.version)
    with pytest.raises(Stale):
        await Story.approve(story.id, by=cast.editor, now=now, version=story.version)
    assert (await StoryText.get(story_id=story.id, language=DE)).headline == "Eins"


async def test_an_edit_voids_approval_and_schedule(cast: Cast, now: datetime) -> None:
    story = await submitted(cast, now)
    await consented(cast, story, now)
    await Story.approve(story.id, by=cast.editor, now=now)
    await Story.schedule(story.id, at=now + timedelta(hours=1), by=cast.editor, now=now)

    edited = await Story.edit(story.id, tags=["Wärme"], by=cast.editor, now=now)

    assert edited.state is StoryState.IN_REVIEW
    assert (await Story.go_public(story.id, now=now + timedelta(hours=2))).state is StoryState.IN_REVIEW


async def test_the_past_is_no_time_to_publish(cast: Cast, now: datetime) -> None:
    story = await submitted(cast, now)
    await consented(cast, story, now)
    await Story.approve(story.id, by=cast.editor, now=now)

    with pytest.raises(InThePast):
        await Story.schedule(story.id, at=now - timedelta(seconds=1), by=cast.editor, now=now)


async def test_a_story_waits_for_its_moment(cast: Cast, now: datetime) -> None:
    story = await submitted(cast, now)
    await consented(cast, story, now)
    await Story.approve(story.id, by=cast.editor, now=now)
    await Story.schedule(story.id, at=now + timedelta(hours=1), by=cast.editor, now=now)
    await Story.schedule(story.id, at=now + timedelta(hours=2), by=cast.editor, now=now)

    assert (await Story.go_public(story.id, now=now + timedelta(hours=1))).state is StoryState.SCHEDULED
    assert (await Story.go_public(story.id, now=now + timedelta(hours=2))).state is StoryState.PUBLISHED
    again = await Story.go_public(story.id, now=now + timedelta(hours=3))
    assert again.published_at == now + timedelta(hours=2)


@pytest.mark.parametrize("state", ["approved", "scheduled"])
async def test_revoked_consent_stops_what_waits(cast: Cast, now: datetime, state: str) -> None:
    story = await submitted(cast, now)
    consent = await consented(cast, story, now)
    await Story.approve(story.id, by=cast.editor, now=now)
    if state == "scheduled":
        await Story.schedule(story.id, at=now + timedelta(hours=1), by=cast.editor, now=now)

    await StoryConsent.revoke(consent.id, by=cast.lead, now=now)

    assert (await Story.get(id=story.id)).state is StoryState.IN_REVIEW


async def test_revoked_consent_retracts_what_is_public(cast: Cast, now: datetime) -> None:
    story = await published(cast, now)

    await StoryConsent.revoke((await StoryConsent.get(story_id=story.id)).id, by=cast.lead, now=now)

    gone = await Story.get(id=story.id)
    assert gone.state is StoryState.RETRACTED
    assert gone.retracted_at == now
    assert await Story.lighthouses() == []


async def test_a_correction_says_what_was_wrong(cast: Cast, now: datetime) -> None:
    story = await published(cast, now)
    later = now + timedelta(days=1)

    words = {DE: Words("Wärme aus Servern", "", "Zwölf Teams.")}
    notes = {"note_de": "Es waren zwölf.", "note_en": "It was twelve."}
    corrected = await Story.correct(story.id, words, **notes, by=cast.editor, now=later)

    assert corrected.state is StoryState.CORRECTED
    assert corrected.is_public
    assert corrected.changed_at == later
    assert corrected.published_at == now
    assert corrected.slug == story.slug


async def test_a_correction_without_a_note_is_refused(cast: Cast, now: datetime) -> None:
    story = await published(cast, now)

    with pytest.raises(TextMissing):
        await Story.correct(story.id, WORDS, note_de="Es war anders.", note_en=" ", by=cast.editor, now=now)


async def test_a_retracted_story_stays_retracted(cast: Cast, now: datetime) -> None:
    story = await published(cast, now)
    await Story.retract(story.id, reason="Falsch.", by=cast.editor, now=now)

    with pytest.raises(WrongState):
        await Story.edit(story.id, WORDS, by=cast.editor, now=now)
    audit = await AuditEvent.get(subject_id=story.id, action="retract")
    assert audit.note == "Falsch."


async def test_changes_are_asked_for_with_a_note(cast: Cast, now: datetime) -> None:
    story = await submitted(cast, now)

    back = await Story.request_changes(story.id, "Bitte kürzer.", by=cast.editor, now=now)

    assert back.state is StoryState.CHANGES_REQUESTED
    assert back.review_note == "Bitte kürzer."
    assert (await Story.edit(story.id, WORDS, by=cast.author, now=now)).state is StoryState.DRAFT


async def test_viewer_can_answers_without_acting(cast: Cast, now: datetime) -> None:
    story = await submitted(cast, now)

    assert (await story.decide("approve", by=cast.editor, now=now)).allowed
    assert not (await story.decide("approve", by=cast.author, now=now)).allowed
    assert not (await story.decide("schedule", by=cast.editor, now=now)).allowed
    assert (await Story.get(id=story.id)).state is StoryState.IN_REVIEW
