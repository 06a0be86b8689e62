"""Keys of partners: root fields."""

from datetime import timedelta

import strawberry

import models
from resolvers.verbs import verb
from schema.binding import shown
from schema.context import Info
from schema.moments import moment
from schema.partners import keys as k


@strawberry.type
class PartnerKeyMutation:
    @verb(k.IssuePartnerKeyPayload, limit="30/hour", once=("secret",))
    async def issue_partner_key(self, info: Info, input: k.IssuePartnerKeyInput) -> k.IssuePartnerKeyPayload:
        """Make a key for programs of a partner; administrators. The secret is shown this once."""
        until = moment(input.expires_at, "expiresAt") if input.expires_at else None
        key, secret = await models.PartnerKey.issue(
            input.partner_id, input.name, input.scopes, expires_at=until, by=info.context.viewer, now=info.context.now
        )
        return k.IssuePartnerKeyPayload(key=shown(key), secret=secret)

    @verb(k.RotatePartnerKeyPayload, limit="30/hour", once=("secret",))
    async def rotate_partner_key(self, info: Info, input: k.RotatePartnerKeyInput) -> k.RotatePartnerKeyPayload:
        """Replace a key; its partner's members. The former one is valid along for a while, so that nothing stops."""
        overlap = timedelta(hours=max(-1, min(input.overlap_hours, 10_000)))
        key, secret = await models.PartnerKey.rotate(input.id, overlap, by=info.context.viewer, now=info.context.now)
        return k.RotatePartnerKeyPayload(key=shown(key), secret=secret)

    @verb(k.RevokePartnerKeyPayload)
    async def revoke_partner_key(self, info: Info, input: k.RevokePartnerKeyInput) -> k.RevokePartnerKeyPayload:
        """End a key at once; its partner's members, and managers. Open subscriptions end within five seconds."""
        key = await models.PartnerKey.revoke(input.id, by=info.context.viewer, now=info.context.now)
        return k.RevokePartnerKeyPayload(key=shown(key))
