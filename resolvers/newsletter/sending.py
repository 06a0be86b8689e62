"""What editors do about the sending of an issue: when, stop, go on, never; and about copies that nobody knows about."""

import strawberry

import models
from models import text
from models.access import visible
from models.errors import NotFound
from resolvers.newsletter.seen import seen
from resolvers.verbs import verb
from schema.binding import shown
from schema.context import Info
from schema.moments import moment
from schema.newsletter import inputs as n

Issue = models.NewsletterIssue


@strawberry.type
class SendingMutation:
    @verb(n.ScheduleIssuePayload)
    async def schedule_issue(self, info: Info, input: n.ScheduleIssueInput) -> n.ScheduleIssuePayload:
        """Send an approved issue at a moment; a second call moves it. There is time to undo, ten minutes by default."""
        at = moment(input.at) if input.at else None
        undo = info.context.services.undo
        issue = await Issue.schedule(
            await seen(info, input.id), at=at, by=info.context.viewer, now=info.context.now, undo=undo
        )
        return n.ScheduleIssuePayload(issue=shown(issue))

    @verb(n.UnscheduleIssuePayload)
    async def unschedule_issue(self, info: Info, input: n.UnscheduleIssueInput) -> n.UnscheduleIssuePayload:
        """Undo, as long as nothing has left. The approval stays."""
        issue = await Issue.unschedule(await seen(info, input.id), by=info.context.viewer, now=info.context.now)
        return n.UnscheduleIssuePayload(issue=shown(issue))

    @verb(n.PauseIssuePayload)
    async def pause_issue(self, info: Info, input: n.PauseIssueInput) -> n.PauseIssuePayload:
        """Stop the sending; at most one more copy per connection leaves."""
        issue = await Issue.pause(
            await seen(info, input.id), reason=input.reason, by=info.context.viewer, now=info.context.now
        )
        return n.PauseIssuePayload(issue=shown(issue))

    @verb(n.ResumeIssuePayload)
    async def resume_issue(self, info: Info, input: n.ResumeIssueInput) -> n.ResumeIssuePayload:
        """Go on where the sending stopped."""
        issue = await Issue.resume(await seen(info, input.id), by=info.context.viewer, now=info.context.now)
        return n.ResumeIssuePayload(issue=shown(issue))

    @verb(n.CancelIssuePayload)
    async def cancel_issue(self, info: Info, input: n.CancelIssueInput) -> n.CancelIssuePayload:
        """Never send it, or nothing more of it. Final."""
        issue = await Issue.cancel(
            await seen(info, input.id), reason=input.reason, by=info.context.viewer, now=info.context.now
        )
        return n.CancelIssuePayload(issue=shown(issue))

    @verb(n.SkipIssuePayload)
    async def skip_issue(self, info: Info, input: n.SkipIssueInput) -> n.SkipIssuePayload:
        """Leave a week out."""
        note = text.line(input.reason, "reason", 300, required=False)
        issue = await Issue.skip(await seen(info, input.id), note=note, by=info.context.viewer, now=info.context.now)
        return n.SkipIssuePayload(issue=shown(issue))

    @verb(n.ReopenIssuePayload)
    async def reopen_issue(self, info: Info, input: n.ReopenIssueInput) -> n.ReopenIssuePayload:
        """A week that was left out has something to say after all."""
        issue = await Issue.reopen(await seen(info, input.id), by=info.context.viewer, now=info.context.now)
        return n.ReopenIssuePayload(issue=shown(issue))

    @verb(n.CorrectIssuePayload)
    async def correct_issue(self, info: Info, input: n.CorrectIssueInput) -> n.CorrectIssuePayload:
        """Put a note on the archive page of a sent issue; the mails stay as they are."""
        issue = await Issue.correct(
            await seen(info, input.id), note_de=input.note_de, note_en=input.note_en, by=info.context.viewer,
            now=info.context.now,
        )  # fmt: skip
        return n.CorrectIssuePayload(issue=shown(issue))

    @verb(n.ResolveUnknownDeliveryPayload)
    async def resolve_unknown_delivery(
        self, info: Info, input: n.ResolveUnknownDeliveryInput
    ) -> n.ResolveUnknownDeliveryPayload:
        """Say what you found out about a copy of which we do not know whether it arrived."""
        if not await visible(models.Delivery.filter(id=input.id), info.context.viewer).exists():
            raise NotFound("id")
        copy = await models.Delivery.resolve(
            input.id, input.whereabouts.value, by=info.context.viewer, now=info.context.now
        )
        return n.ResolveUnknownDeliveryPayload(delivery=shown(copy))
