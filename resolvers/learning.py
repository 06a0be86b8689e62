"""The Lernplattform: the catalogue, frequent questions, and what becomes of a suggestion."""

from uuid import UUID

import strawberry
from tortoise.queryset import QuerySet

import models
from models import learning
from models.access import visible
from models.language import Language
from models.learning import Material, ResourceKind, ResourceLevel, ResourceState, Wanted
from models.members.fields import languages as codes
from models.questions.promotion import Promotion, promote
from resolvers.verbs import verb
from schema import learning as s
from schema.binding import reads, shown
from schema.context import Info
from schema.moments import moment
from schema.paging import Connection, Page


@strawberry.type
class LearningQuery:
    @reads(Connection[s.LearningResource])
    def learning(
        self,
        info: Info,
        kinds: list[ResourceKind] | None = None,
        skill: UUID | None = None,
        field_of_action: str | None = None,
        level: ResourceLevel | None = None,
        languages: list[str] | None = None,
        max_minutes: int | None = None,
        accessible: bool = False,
    ) -> Page[models.LearningResource]:
        """The catalogue, the latest first. The field of action by its key; any of the languages will do.

        `accessible` leaves out what is watched without captions or a transcript.
        """
        wanted = Wanted(
            kinds=kinds or (), skill=skill, field_of_action=field_of_action, level=level,
            languages=codes(languages or ()), max_minutes=max_minutes, accessible=accessible,
        )  # fmt: skip
        return Page(visible(learning.catalogue(wanted), info.context.viewer), order=learning.ORDER)

    @reads(s.LearningResource | None)
    def learning_resource(self, info: Info, id: UUID) -> QuerySet[models.LearningResource]:
        """One resource: what is in the catalogue, what is due for another look, and your own suggestions."""
        return visible(models.LearningResource.filter(id=id), info.context.viewer)

    @reads(Connection[s.LearningResource])
    def faq(
        self,
        info: Info,
        skill: UUID | None = None,
        field_of_action: str | None = None,
        language: Language | None = None,
    ) -> Page[models.LearningResource]:
        """Frequent questions with their answers, the latest first.

        `language` leaves out what is not there in it. Without it everything comes, and `text` falls back to the other
        language; an empty `de` or `en` says so.
        """
        rows = learning.faq(skill, field_of_action, language)
        return Page(visible(rows, info.context.viewer), order=learning.ORDER)

    @reads(Connection[s.LearningResource])
    def learning_resources(
        self, info: Info, states: list[ResourceState] | None = None
    ) -> Page[models.LearningResource]:
        """Every resource that you may see, in any state, the latest first: yours, and for staff all of them."""
        rows = models.LearningResource.all()
        if states:
            rows = rows.filter(state__in=[state.value for state in states])
        return Page(visible(rows, info.context.viewer), order=("-id",))


def material(said: s.MaterialInput, *, is_own_work: bool = False) -> Material:
    return Material(
        form=said.kind, title_de=said.title_de, title_en=said.title_en, body_de=said.body_de, body_en=said.body_en,
        url_de=said.url_de, url_en=said.url_en, licence=said.licence, level=said.level, language=said.language,
        minutes=said.minutes, captions=said.captions, transcript=said.transcript,
        plain_language=said.plain_language, skills=said.skills, fields_of_action=said.fields_of_action,
        is_own_work=is_own_work,
    )  # fmt: skip


@strawberry.type
class LearningMutation:
    @verb(s.SuggestResourcePayload, limit="20/hour")
    async def suggest_resource(self, info: Info, input: s.SuggestResourceInput) -> s.SuggestResourcePayload:
        """Suggest something for the Lernplattform; every member. Staff look at it before others see it."""
        said = material(input, is_own_work=input.is_own_work)
        resource = await models.LearningResource.suggest(said, by=info.context.viewer, now=info.context.now)
        return s.SuggestResourcePayload(resource=shown(resource))

    @verb(s.ReviewResourcePayload)
    async def review_resource(self, info: Info, input: s.ReviewResourceInput) -> s.ReviewResourcePayload:
        """Look at a suggestion, or correct what is out; staff."""
        resource = await models.LearningResource.review(
            input.id, material(input), version=input.version, credit=input.credit,
            by=info.context.viewer, now=info.context.now,
        )  # fmt: skip
        return s.ReviewResourcePayload(resource=shown(resource))

    @verb(s.PublishResourcePayload)
    async def publish_resource(self, info: Info, input: s.PublishResourceInput) -> s.PublishResourcePayload:
        """Put it into the catalogue, or say that it is still right; staff, and never its author.

        It needs a licence, a language, a level and the date of the next look.
        """
        due = moment(input.review_due_at, "reviewDueAt") if input.review_due_at else None
        resource = await models.LearningResource.publish(
            input.id, review_due_at=due, by=info.context.viewer, now=info.context.now
        )
        return s.PublishResourcePayload(resource=shown(resource))

    @verb(s.MarkResourceBrokenPayload)
    async def mark_resource_broken(self, info: Info, input: s.MarkResourceBrokenInput) -> s.MarkResourceBrokenPayload:
        """What it leads to is gone: nobody finds it until it is published again; staff."""
        resource = await models.LearningResource.mark_broken(
            input.id, input.reason, by=info.context.viewer, now=info.context.now
        )
        return s.MarkResourceBrokenPayload(resource=shown(resource))

    @verb(s.ArchiveResourcePayload)
    async def archive_resource(self, info: Info, input: s.ArchiveResourceInput) -> s.ArchiveResourcePayload:
        """Take it out for good; staff."""
        resource = await models.LearningResource.archive(input.id, by=info.context.viewer, now=info.context.now)
        return s.ArchiveResourcePayload(resource=shown(resource))

    @verb(s.PromoteToLearningPayload)
    async def promote_to_learning(self, info: Info, input: s.PromoteToLearningInput) -> s.PromoteToLearningPayload:
        """Make an answer a resource of the Lernplattform, and at once a frequent question if you say so; staff."""
        said = Promotion(
            form=input.kind, title_de=input.title_de, title_en=input.title_en, body_de=input.body_de,
            body_en=input.body_en, licence=input.licence, level=input.level, minutes=input.minutes,
            plain_language=input.plain_language, skills=input.skills, fields_of_action=input.fields_of_action,
            credit=input.credit, publish=input.publish,
            review_due_at=moment(input.review_due_at, "reviewDueAt") if input.review_due_at else None,
        )  # fmt: skip
        resource = await promote(
            input.question_id, said, answer_id=input.answer_id, by=info.context.viewer, now=info.context.now
        )
        return s.PromoteToLearningPayload(resource=shown(resource))
