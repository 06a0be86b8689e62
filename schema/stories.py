"""Lighthouse stories as GraphQL shows them: what the public reads, what the desk sees on top, what may be changed."""

from datetime import date, datetime
from uuid import UUID

import strawberry

import models
from models.access import Viewer
from models.language import Language
from models.site import Site
from models.stories import ConsentState, StoryState
from schema.batched import batched
from schema.binding import bound, localised, relation
from schema.context import Context
from schema.derived import derived
from schema.described import answer, given
from schema.inputs import Given, Payload
from schema.localised import LocalisedText
from schema.members import Person
from schema.pictures import picture_url
from schema.publishing import ChannelPost
from schema.teams import Team


@bound(models.StoryText)
class StoryText:
    """A story in one language."""

    language: Language
    headline: str
    teaser: str
    body: str
    """As it was written: Markdown."""
    body_html: str
    """The body as safe HTML; headings start at level 2."""


@bound(models.Asset)
class StoryImage:
    """A picture of a story, with an alternative text in both languages or the explicit mark "decorative"."""

    id: UUID
    position: int
    media_type: str
    width: int
    height: int
    alt: LocalisedText = localised("alt")
    decorative: bool
    rights: str
    """Whose picture it is and under which terms it may be shown."""

    @derived("decorative", "alt_de", "alt_en")
    def is_described(decorative: bool, alt_de: str, alt_en: str) -> bool:
        """Described in both languages, or marked as decorative: publication asks for it."""
        return models.Asset.described(decorative, alt_de, alt_en)

    @derived("sha256", "media_type")
    def url(sha256: str, media_type: str, site: Site) -> str:
        """Where the picture can be fetched."""
        return picture_url(site, sha256, media_type)


@bound(models.Fact)
class Fact:
    """One claim of a story that can be checked, with where and as of when."""

    claim: str
    source_url: str
    as_of: date | None


@bound(models.Story)
class Story:
    """A lighthouse story: one team's project, told so that others want to follow."""

    id: UUID
    version: int
    """Pass it back when you change the story: it tells whether somebody else was faster."""
    state: StoryState
    title: str
    """The working title: the German headline, or the English one where there is none."""
    slug: str
    tags: list[str]
    publish_at: datetime | None
    published_at: datetime | None
    corrected_at: datetime | None
    correction: LocalisedText = localised("correction")
    """What readers were told about the last correction."""
    retracted_at: datetime | None
    team: Team
    author: Person | None = relation("author", scoped=True)
    texts: list[StoryText] = relation("texts", order="language")
    images: list[StoryImage] = relation("images", order="position")
    facts: list[Fact] = relation("facts", order="position")
    consents: list["StoryConsent"] = relation("consents", order="-id", scoped=True)
    """The requests to the team, the latest first: for staff and the team's leads."""
    posts: list[ChannelPost] = relation("posts", order="id", scoped=True)
    """What was planned and sent on the channels: for staff."""

    @derived("review_note", "author_id")
    def review_note(review_note: str, author_id: UUID | None, viewer: Viewer) -> str | None:
        """What the reviewer asked to change. Null for everybody but staff and the author."""
        mine = viewer.person_id is not None and viewer.person_id == author_id
        return review_note if viewer.is_staff or mine else None

    @derived("slug")
    def url(slug: str, site: Site, language: Language) -> str:
        """The story's own page in a language."""
        return site.story_url(slug, language)


@bound(models.StoryConsent)
class StoryConsent:
    """A team's answer to the question whether exactly this text about it may be published."""

    id: UUID
    state: ConsentState
    text_hash: str
    """The version of the text that the team was asked about."""
    answered_at: datetime | None
    story: Story | None = relation("story", scoped=True)

    @batched("story_id", "text_hash")
    async def is_current(asked: list[tuple[UUID, str]], context: Context) -> list[bool]:
        """Whether the story still says what the team was asked about."""
        says = await models.Story.filter(id__in=[story for story, _ in asked]).values_list("id", "text_hash")
        return [(story, text_hash) in set(says) for story, text_hash in asked]


@answer
class StoryTransition:
    """A story went from one state to another."""

    cursor: str
    """Pass it as `after` to go on from here."""
    type: str
    state: StoryState
    """The state that this event led to; the story may be further by now."""
    at: datetime
    story: Story | None
    """As it is now; null when you may not see it any more."""


@given
class StoryTextInput:
    """A story in one language. What is wrong with a text is answered as a typed refusal."""

    language: Language
    headline: str
    teaser: str = ""
    """Made from the body when it is empty."""
    body: str = ""
    """Markdown, up to 50,000 characters."""


@given
class FactInput:
    """A claim that can be checked."""

    claim: str
    source_url: str = ""
    """May follow later; approval asks for it."""
    as_of: date | None = None


@given
class CreateStoryLeadInput(Given):
    team_id: UUID
    text: StoryTextInput


@answer
class CreateStoryLeadPayload(Payload):
    story: Story | None


@given
class TakeUpStoryLeadInput(Given):
    id: UUID


@answer
class TakeUpStoryLeadPayload(Payload):
    story: Story | None


@given
class DraftStoryInput(Given):
    team_id: UUID
    texts: list[StoryTextInput]
    tags: list[str] = strawberry.field(default_factory=list)


@answer
class DraftStoryPayload(Payload):
    story: Story | None


@given
class EditStoryInput(Given):
    """Texts in languages that are not named stay as they are; so do tags that are left out."""

    id: UUID
    version: int | None = None
    """What you have read. Left out, the latest version is changed, whatever it says."""
    texts: list[StoryTextInput] = strawberry.field(default_factory=list)
    tags: list[str] | None = None


@answer
class EditStoryPayload(Payload):
    story: Story | None


@given
class AddStoryImageInput(Given):
    id: UUID
    version: int | None = None
    content: str
    """The picture's bytes in base64: JPEG, PNG, GIF or WebP."""
    rights: str
    """Whose picture it is and under which terms it may be shown."""
    alt_de: str = ""
    alt_en: str = ""
    decorative: bool = False


@answer
class AddStoryImagePayload(Payload):
    story: Story | None


@given
class DescribeStoryImageInput(Given):
    id: UUID
    """The story's."""
    image_id: UUID
    version: int | None = None
    rights: str
    alt_de: str = ""
    alt_en: str = ""
    decorative: bool = False


@answer
class DescribeStoryImagePayload(Payload):
    story: Story | None


@given
class RemoveStoryImageInput(Given):
    id: UUID
    """The story's."""
    image_id: UUID
    version: int | None = None


@answer
class RemoveStoryImagePayload(Payload):
    story: Story | None


@given
class StateStoryFactsInput(Given):
    """The whole list: what is not named is gone."""

    id: UUID
    version: int | None = None
    facts: list[FactInput]


@answer
class StateStoryFactsPayload(Payload):
    story: Story | None


@given
class SubmitForReviewInput(Given):
    id: UUID


@answer
class SubmitForReviewPayload(Payload):
    story: Story | None


@given
class RequestStoryChangesInput(Given):
    id: UUID
    note: str
    """What should change; the author reads it."""


@answer
class RequestStoryChangesPayload(Payload):
    story: Story | None


@given
class ApproveStoryInput(Given):
    id: UUID
    version: int
    """What you have read: approval is for this very version."""


@answer
class ApproveStoryPayload(Payload):
    story: Story | None


@given
class RequestTeamConsentInput(Given):
    id: UUID


@answer
class RequestTeamConsentPayload(Payload):
    consent: StoryConsent | None


@given
class GrantConsentInput(Given):
    id: UUID


@answer
class GrantConsentPayload(Payload):
    consent: StoryConsent | None


@given
class RevokeConsentInput(Given):
    id: UUID


@answer
class RevokeConsentPayload(Payload):
    consent: StoryConsent | None


@given
class ScheduleStoryInput(Given):
    id: UUID
    at: datetime
    version: int | None = None


@answer
class ScheduleStoryPayload(Payload):
    story: Story | None


@given
class PublishStoryInput(Given):
    id: UUID
    version: int | None = None


@answer
class PublishStoryPayload(Payload):
    story: Story | None
    """Scheduled for now: a worker publishes it within a moment."""


@given
class UnscheduleStoryInput(Given):
    id: UUID


@answer
class UnscheduleStoryPayload(Payload):
    story: Story | None


@given
class CorrectStoryInput(Given):
    id: UUID
    version: int | None = None
    texts: list[StoryTextInput]
    note_de: str
    """What readers are told about the correction."""
    note_en: str


@answer
class CorrectStoryPayload(Payload):
    story: Story | None


@given
class RetractStoryInput(Given):
    id: UUID
    reason: str
    """Stays inside: it stands in the audit log."""


@answer
class RetractStoryPayload(Payload):
    story: Story | None
