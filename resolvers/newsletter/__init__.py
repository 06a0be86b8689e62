"""The newsletter: readers without an account, the editors' board, the sending of an issue."""

import asyncio
from collections.abc import AsyncIterator
from uuid import UUID

import strawberry
from tortoise.queryset import QuerySet

import models
from models.access import visible
from models.errors import NotAllowed, NotFound
from models.language import Language
from models.newsletter import DeliveryState, IssueState, deliveries
from models.newsletter.weeks import Week
from resolvers.events import FLOOR, authorise
from resolvers.newsletter.board import BoardMutation
from resolvers.newsletter.readers import ReaderMutation
from resolvers.newsletter.sending import SendingMutation
from schema.binding import reads, shown
from schema.context import Context, Info
from schema.described import computed, streams
from schema.newsletter.issues import NewsletterIssue
from schema.newsletter.readers import ConsentWording, NewsletterSubscription
from schema.newsletter.sending import Delivery, IssueAudience, IssueProgress, audience_of, progress_of
from schema.paging import Connection, Page

BREATH = 0.2  # seconds between two looks at an issue, however often the bell rings
ENDED = (IssueState.SENT, IssueState.CANCELLED, IssueState.SKIPPED)


@strawberry.type
class NewsletterQuery:
    @reads(NewsletterIssue | None)
    def newsletter_issue(self, info: Info, id: UUID) -> QuerySet[models.NewsletterIssue]:
        """An issue: a sent one, or any for staff."""
        return visible(models.NewsletterIssue.filter(id=id), info.context.viewer)

    @reads(NewsletterIssue | None)
    def newsletter_issue_of_week(self, info: Info, iso_week: str) -> QuerySet[models.NewsletterIssue]:
        """The issue of a week, such as `2020-W16`."""
        week = Week.read(iso_week)
        rows = models.NewsletterIssue.filter(iso_year=week.year, iso_week=week.number)
        return visible(rows, info.context.viewer)

    @reads(Connection[NewsletterIssue])
    def newsletter_issues(self, info: Info, states: list[IssueState] | None = None) -> Page[models.NewsletterIssue]:
        """Issues, the latest week first: sent ones, or all for staff."""
        rows = models.NewsletterIssue.all()
        if states:
            rows = rows.filter(state__in=[state.value for state in states])
        return Page(visible(rows, info.context.viewer), order=("-iso_year", "-iso_week", "-id"))

    @computed
    async def issue_audience(self, info: Info, id: UUID) -> IssueAudience | None:
        """Who would get an issue at its hour, by the very expression that writes the copies; for staff."""
        issue = await visible(models.NewsletterIssue.filter(id=id), info.context.viewer).first()
        if issue is None or not info.context.viewer.is_staff:
            return None
        return audience_of(await issue.readers(now=info.context.now))

    @reads(Connection[Delivery])
    def deliveries(
        self, info: Info, issue_id: UUID, states: list[DeliveryState] | None = None
    ) -> Page[models.Delivery]:
        """Copies of an issue, for instance those of which nobody knows whether they arrived; for staff."""
        rows = models.Delivery.filter(issue_id=issue_id)
        if states:
            rows = rows.filter(state__in=[state.value for state in states])
        return Page(visible(rows, info.context.viewer), order=("id",))

    @computed
    async def consent_wording(self, info: Info, language: Language) -> ConsentWording:
        """What people agree to when they sign up: show it above the button, word for word."""
        wording = await models.ConsentWording.current(language)
        return ConsentWording(language=wording.language, text=wording.text, sha256=wording.sha256)

    @computed
    async def newsletter_preferences(self, info: Info, token: str) -> NewsletterSubscription:
        """What the reader behind a mailed link to the preferences has chosen. Changes nothing."""
        await info.context.limit("60/15 minutes", "newsletter preferences", info.context.who)
        found: NewsletterSubscription = shown(await models.Subscription.to_prefer(token, now=info.context.now))
        return found


@strawberry.type
class NewsletterSubscriptions:
    @streams
    async def issue_progress(self, info: Info, issue_id: UUID) -> AsyncIterator[IssueProgress]:
        """How far the sending of an issue is; for staff.

        Begins with how it is now, so there is nothing to resume: whoever was away asks again. Ends with the sending.
        """
        last = None
        async for told in _looks(info.context, issue_id):
            if told != last:
                last = told
                yield told
            if told.state in ENDED:
                return


async def _looks(context: Context, issue_id: UUID) -> AsyncIterator[IssueProgress]:
    """The account of an issue again and again, authorised each time."""
    while True:
        await authorise(context)
        if not context.viewer.is_staff:
            raise NotAllowed()
        issue = await visible(models.NewsletterIssue.filter(id=issue_id), context.viewer).first()
        if issue is None:
            raise NotFound("issueId")
        yield progress_of(issue.state, await deliveries.progress(issue_id))
        await asyncio.sleep(BREATH)
        await context.services.heard(FLOOR)


@strawberry.type
class NewsletterMutation(ReaderMutation, BoardMutation, SendingMutation):
    pass


__all__ = ["NewsletterMutation", "NewsletterQuery", "NewsletterSubscriptions"]
