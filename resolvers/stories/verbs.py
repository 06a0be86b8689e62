"""What people do with stories: one mutation per verb of the model."""

import base64
import binascii
from collections.abc import Sequence

import strawberry

import models
from models.access import visible
from models.errors import NotFound, ValidationProblem
from models.language import Language
from models.stories import Claim, Words
from models.stories.refusals import NoSuchPicture
from models.text import TextMissing
from resolvers.verbs import verb
from schema import stories as s
from schema.binding import shown
from schema.context import Info
from schema.moments import moment


class LanguageTwice(ValidationProblem):
    code = "LANGUAGE_TWICE"
    de = "Jede Sprache bitte nur einmal."
    en = "Each language only once, please."


def words(texts: Sequence[s.StoryTextInput]) -> dict[Language, Words]:
    """The texts by language. Raises `LanguageTwice` rather than dropping one of them."""
    said = {text.language: Words(text.headline, text.teaser, text.body) for text in texts}
    if len(said) != len(texts):
        raise LanguageTwice("texts")
    return said


def picture(content: str, path: str = "content") -> bytes:
    """The bytes of a picture. Raises `NoSuchPicture`."""
    try:
        return base64.b64decode(content, validate=True)
    except (binascii.Error, ValueError) as broken:
        raise NoSuchPicture(path) from broken


async def asked(info: Info, input: s.GrantConsentInput | s.RevokeConsentInput) -> None:
    """Refuse a consent that the viewer may not see as if there were none."""
    if not await visible(models.StoryConsent.filter(id=input.id), info.context.viewer).exists():
        raise NotFound("id")


@strawberry.type
class StoryMutation:
    @verb(s.CreateStoryLeadPayload, limit="30/hour")
    async def create_story_lead(self, info: Info, input: s.CreateStoryLeadInput) -> s.CreateStoryLeadPayload:
        """Point to something worth telling; anybody who is signed in may."""
        (language, said), *_ = words([input.text]).items()
        story = await models.Story.lead(
            input.team_id, said, language=language, by=info.context.viewer, now=info.context.now
        )
        return s.CreateStoryLeadPayload(story=shown(story))

    @verb(s.TakeUpStoryLeadPayload)
    async def take_up_story_lead(self, info: Info, input: s.TakeUpStoryLeadInput) -> s.TakeUpStoryLeadPayload:
        """Begin to write what somebody pointed to: you become its author."""
        story = await models.Story.draft(input.id, by=info.context.viewer, now=info.context.now)
        return s.TakeUpStoryLeadPayload(story=shown(story))

    @verb(s.DraftStoryPayload)
    async def draft_story(self, info: Info, input: s.DraftStoryInput) -> s.DraftStoryPayload:
        """Begin a story; editors and community managers."""
        if not input.texts:
            raise TextMissing("texts")
        story = await models.Story.begin(
            input.team_id, words(input.texts), tags=input.tags, by=info.context.viewer, now=info.context.now
        )
        return s.DraftStoryPayload(story=shown(story))

    @verb(s.EditStoryPayload)
    async def edit_story(self, info: Info, input: s.EditStoryInput) -> s.EditStoryPayload:
        """Change texts or tags. What was approved has to be approved again, and its posts are cancelled."""
        story = await models.Story.edit(
            input.id, words(input.texts), tags=input.tags, version=input.version, by=info.context.viewer,
            now=info.context.now,
        )  # fmt: skip
        return s.EditStoryPayload(story=shown(story))

    @verb(s.AddStoryImagePayload)
    async def add_story_image(self, info: Info, input: s.AddStoryImageInput) -> s.AddStoryImagePayload:
        """Add a picture at the end. Alternative texts may follow, but approval asks for them."""
        story = await models.Story.add_image(
            input.id, picture(input.content), rights=input.rights, alt_de=input.alt_de, alt_en=input.alt_en,
            decorative=input.decorative, version=input.version, by=info.context.viewer, now=info.context.now,
        )  # fmt: skip
        return s.AddStoryImagePayload(story=shown(story))

    @verb(s.DescribeStoryImagePayload)
    async def describe_story_image(self, info: Info, input: s.DescribeStoryImageInput) -> s.DescribeStoryImagePayload:
        """Change what is said about a picture."""
        story = await models.Story.describe_image(
            input.id, input.image_id, rights=input.rights, alt_de=input.alt_de, alt_en=input.alt_en,
            decorative=input.decorative, version=input.version, by=info.context.viewer, now=info.context.now,
        )  # fmt: skip
        return s.DescribeStoryImagePayload(story=shown(story))

    @verb(s.RemoveStoryImagePayload)
    async def remove_story_image(self, info: Info, input: s.RemoveStoryImageInput) -> s.RemoveStoryImagePayload:
        """Take a picture out of a story."""
        story = await models.Story.remove_image(
            input.id, input.image_id, version=input.version, by=info.context.viewer, now=info.context.now
        )
        return s.RemoveStoryImagePayload(story=shown(story))

    @verb(s.StateStoryFactsPayload)
    async def state_story_facts(self, info: Info, input: s.StateStoryFactsInput) -> s.StateStoryFactsPayload:
        """Set the list of facts. Sources may follow, but approval asks for them."""
        claims = [Claim(fact.claim, fact.source_url, fact.as_of) for fact in input.facts]
        story = await models.Story.state_facts(
            input.id, claims, version=input.version, by=info.context.viewer, now=info.context.now
        )
        return s.StateStoryFactsPayload(story=shown(story))

    @verb(s.SubmitForReviewPayload)
    async def submit_for_review(self, info: Info, input: s.SubmitForReviewInput) -> s.SubmitForReviewPayload:
        """Hand a draft in: every language it is told in needs a headline and a body."""
        story = await models.Story.submit(input.id, by=info.context.viewer, now=info.context.now)
        return s.SubmitForReviewPayload(story=shown(story))

    @verb(s.RequestStoryChangesPayload)
    async def request_story_changes(
        self, info: Info, input: s.RequestStoryChangesInput
    ) -> s.RequestStoryChangesPayload:
        """Give a draft back with what should change; editors."""
        story = await models.Story.request_changes(input.id, input.note, by=info.context.viewer, now=info.context.now)
        return s.RequestStoryChangesPayload(story=shown(story))

    @verb(s.ApproveStoryPayload)
    async def approve_story(self, info: Info, input: s.ApproveStoryInput) -> s.ApproveStoryPayload:
        """Approve exactly the version you have read; an editor who neither wrote nor last changed it (four eyes)."""
        story = await models.Story.approve(
            input.id, version=input.version, by=info.context.viewer, now=info.context.now
        )
        return s.ApproveStoryPayload(story=shown(story))

    @verb(s.RequestTeamConsentPayload)
    async def request_team_consent(self, info: Info, input: s.RequestTeamConsentInput) -> s.RequestTeamConsentPayload:
        """Ask the team whether the present text may be published. Asking again changes nothing."""
        consent = await models.Story.request_consent(input.id, by=info.context.viewer, now=info.context.now)
        return s.RequestTeamConsentPayload(consent=shown(consent))

    @verb(s.GrantConsentPayload)
    async def grant_consent(self, info: Info, input: s.GrantConsentInput) -> s.GrantConsentPayload:
        """Agree to exactly this text: a lead of the team, or a community manager on its behalf, which is noted."""
        await asked(info, input)
        consent = await models.StoryConsent.grant(input.id, by=info.context.viewer, now=info.context.now)
        return s.GrantConsentPayload(consent=shown(consent))

    @verb(s.RevokeConsentPayload)
    async def revoke_consent(self, info: Info, input: s.RevokeConsentInput) -> s.RevokeConsentPayload:
        """Take consent back, or refuse it: what waits is cancelled, what is public is retracted everywhere."""
        await asked(info, input)
        consent = await models.StoryConsent.revoke(input.id, by=info.context.viewer, now=info.context.now)
        return s.RevokeConsentPayload(consent=shown(consent))

    @verb(s.ScheduleStoryPayload)
    async def schedule_story(self, info: Info, input: s.ScheduleStoryInput) -> s.ScheduleStoryPayload:
        """Publish at a moment; a second call moves it. Needs the team's consent to the present text."""
        story = await models.Story.schedule(
            input.id, at=moment(input.at), version=input.version, by=info.context.viewer, now=info.context.now
        )
        return s.ScheduleStoryPayload(story=shown(story))

    @verb(s.PublishStoryPayload)
    async def publish_story(self, info: Info, input: s.PublishStoryInput) -> s.PublishStoryPayload:
        """Publish now, by the way of a scheduled story: a worker takes it up within a moment."""
        story = await models.Story.publish(
            input.id, version=input.version, by=info.context.viewer, now=info.context.now
        )
        return s.PublishStoryPayload(story=shown(story))

    @verb(s.UnscheduleStoryPayload)
    async def unschedule_story(self, info: Info, input: s.UnscheduleStoryInput) -> s.UnscheduleStoryPayload:
        """Do not publish a scheduled story; it stays approved."""
        story = await models.Story.unschedule(input.id, by=info.context.viewer, now=info.context.now)
        return s.UnscheduleStoryPayload(story=shown(story))

    @verb(s.CorrectStoryPayload)
    async def correct_story(self, info: Info, input: s.CorrectStoryInput) -> s.CorrectStoryPayload:
        """Correct a public story. Readers see the note."""
        story = await models.Story.correct(
            input.id, words(input.texts), note_de=input.note_de, note_en=input.note_en, version=input.version,
            by=info.context.viewer, now=info.context.now,
        )  # fmt: skip
        return s.CorrectStoryPayload(story=shown(story))

    @verb(s.RetractStoryPayload)
    async def retract_story(self, info: Info, input: s.RetractStoryInput) -> s.RetractStoryPayload:
        """Take a public story back everywhere, its posts on the channels included."""
        story = await models.Story.retract(input.id, reason=input.reason, by=info.context.viewer, now=info.context.now)
        return s.RetractStoryPayload(story=shown(story))
