"""What people do on the contact board: one mutation per verb of the models."""

from uuid import UUID

import strawberry

import models
from models.exchange import Reason, Wanted
from resolvers.verbs import verb
from schema.binding import shown
from schema.context import Info
from schema.exchange import inputs as e
from schema.moments import moment


def wanted(input: e.PublishListingInput | e.UpdateListingInput) -> Wanted:
    """What stands in the form, without what it is about."""
    return Wanted(
        title=input.title, text=input.text, language=input.language, must=input.must, nice=input.nice,
        languages=input.languages, hours_per_week=input.hours_per_week, seats=input.seats,
        field_of_action_id=input.field_of_action_id,
    )  # fmt: skip


async def act(info: Info, id: UUID, action: str) -> models.Listing:
    return await models.Listing.act(id, action, by=info.context.viewer, now=info.context.now)


@strawberry.type
class ExchangeMutation:
    @verb(e.PublishListingPayload, limit="30/hour")
    async def publish_listing(self, info: Info, input: e.PublishListingInput) -> e.PublishListingPayload:
        """Look for a team, for members of a team that you lead, or share what you know. Open for thirty days."""
        listing = await models.Listing.publish(
            input.kind, wanted(input), team_id=input.team_id, under_alias=input.under_alias, draft=input.draft,
            by=info.context.viewer, now=info.context.now,
        )  # fmt: skip
        return e.PublishListingPayload(listing=shown(listing))

    @verb(e.UpdateListingPayload)
    async def update_listing(self, info: Info, input: e.UpdateListingInput) -> e.UpdateListingPayload:
        """Change what a listing says."""
        listing = await models.Listing.update(
            input.id, wanted(input), version=input.version, by=info.context.viewer, now=info.context.now
        )
        return e.UpdateListingPayload(listing=shown(listing))

    @verb(e.OpenListingPayload)
    async def open_listing(self, info: Info, input: e.OpenListingInput) -> e.OpenListingPayload:
        """Put a draft on the board."""
        return e.OpenListingPayload(listing=shown(await act(info, input.id, "open")))

    @verb(e.ConfirmListingPayload)
    async def confirm_listing(self, info: Info, input: e.ConfirmListingInput) -> e.ConfirmListingPayload:
        """It is still valid: thirty days more. The mail of day 23 does the same with one click."""
        return e.ConfirmListingPayload(listing=shown(await act(info, input.id, "confirm")))

    @verb(e.WithdrawListingPayload)
    async def withdraw_listing(self, info: Info, input: e.WithdrawListingInput) -> e.WithdrawListingPayload:
        """Take it off the board. Whoever waits for an answer is told, kindly and at once."""
        return e.WithdrawListingPayload(listing=shown(await act(info, input.id, "withdraw")))

    @verb(e.ReopenListingPayload)
    async def reopen_listing(self, info: Info, input: e.ReopenListingInput) -> e.ReopenListingPayload:
        """Put it back on the board, when there is a seat; raise `seats` first if there is none."""
        return e.ReopenListingPayload(listing=shown(await act(info, input.id, "reopen")))

    @verb(e.ReleaseListingPayload)
    async def release_listing(self, info: Info, input: e.ReleaseListingInput) -> e.ReleaseListingPayload:
        """Show the links of a new account; community managers."""
        return e.ReleaseListingPayload(listing=shown(await act(info, input.id, "release")))

    @verb(e.HideListingsPayload)
    async def hide_listings(self, info: Info, input: e.HideListingsInput) -> e.HideListingsPayload:
        """Take a wave of spam off the board with one action; community managers, administrators, the conduct team."""
        by, now, since = info.context.viewer, info.context.now, input.of_accounts_since
        if since is not None:
            action, hidden = await models.Listing.hide_of_new_accounts(
                moment(since, "ofAccountsSince"), by=by, now=now, reason=input.reason
            )
        else:
            action, hidden = await models.Listing.hide(input.ids, by=by, now=now, reason=input.reason)
        return e.HideListingsPayload(action=action, hidden=hidden)

    @verb(e.UnhideListingsPayload)
    async def unhide_listings(self, info: Info, input: e.UnhideListingsInput) -> e.UnhideListingsPayload:
        """Undo one `hideListings`: each goes back to the state it was in."""
        restored = await models.Listing.unhide(input.action, by=info.context.viewer, now=info.context.now)
        return e.UnhideListingsPayload(restored=restored)

    @verb(e.ApplyToRolePayload, limit="30/hour")
    async def apply_to_role(self, info: Info, input: e.ApplyToRoleInput) -> e.ApplyToRolePayload:
        """Apply, or say yes to an invitation. You get an answer within seven days, whatever happens."""
        application = await models.Application.apply(
            input.listing_id, input.message, under_alias=input.under_alias, by=info.context.viewer,
            now=info.context.now,
        )  # fmt: skip
        return e.ApplyToRolePayload(application=shown(application))

    @verb(e.DecideApplicationPayload)
    async def decide_application(self, info: Info, input: e.DecideApplicationInput) -> e.DecideApplicationPayload:
        """Say yes or no: leads for their team, people for their own listing, community managers on behalf, noted.

        With a yes the person is in; the last seat closes the other applications, each with a message.
        """
        by, now = info.context.viewer, info.context.now
        if input.accept:
            application = await models.Application.accept(input.id, reply=input.reply, by=by, now=now)
        else:
            reason = input.reason or Reason.OTHER
            application = await models.Application.decline(input.id, reason, reply=input.reply, by=by, now=now)
        return e.DecideApplicationPayload(application=shown(application))

    @verb(e.WithdrawApplicationPayload)
    async def withdraw_application(self, info: Info, input: e.WithdrawApplicationInput) -> e.WithdrawApplicationPayload:
        """Take an application back, or say no to a suggestion or an invitation."""
        application = await models.Application.withdraw(input.id, by=info.context.viewer, now=info.context.now)
        return e.WithdrawApplicationPayload(application=shown(application))

    @verb(e.InviteToRolePayload, limit="30/hour")
    async def invite_to_role(self, info: Info, input: e.InviteToRoleInput) -> e.InviteToRolePayload:
        """Invite somebody who looks for a team to an open role of yours. With their yes they are in."""
        application = await models.Application.invite(
            input.listing_id, input.seeker_id, input.message, by=info.context.viewer, now=info.context.now
        )
        return e.InviteToRolePayload(application=shown(application))

    @verb(e.ArrangeMatchPayload)
    async def arrange_match(self, info: Info, input: e.ArrangeMatchInput) -> e.ArrangeMatchPayload:
        """Look before somebody below 16 is matched, and let it come about or not; community managers."""
        application = await models.Application.arrange(
            input.id, joins=input.joins, by=info.context.viewer, now=info.context.now
        )
        return e.ArrangeMatchPayload(application=shown(application))
