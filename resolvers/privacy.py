"""Privacy: my requests, my log, and the three verbs."""

import strawberry
from tortoise.expressions import Q, Subquery

import models
from models.access import NOTHING, visible
from resolvers.verbs import verb
from schema.binding import reads, shown
from schema.context import Info
from schema.paging import Connection, Page
from schema.privacy import (
    CancelErasureInput,
    CancelErasurePayload,
    DataRequest,
    LogEntry,
    RequestErasureInput,
    RequestErasurePayload,
    RequestExportInput,
    RequestExportPayload,
)


@strawberry.type
class PrivacyQuery:
    @reads(Connection[DataRequest])
    def my_data_requests(self, info: Info) -> Page[models.DataRequest]:
        """What you asked about your data, the latest first."""
        return Page(visible(models.DataRequest.all(), info.context.viewer), order=("-id",))

    @reads(Connection[LogEntry])
    def my_log(self, info: Info) -> Page[models.AuditEvent]:
        """What you did, and what was done to you and to what is yours, also by others on your behalf; latest first."""
        me = info.context.viewer.person_id
        if me is None:
            return Page(models.AuditEvent.filter(NOTHING), order=("-id",))
        mine = Q(actor_id=me) | Q(subject_id=me)
        for model in (models.Application, models.Listing, models.TeamMembership, models.RoleGrant):
            rows = model.filter(person_id=me)
            mine |= Q(subject_id__in=Subquery(rows.values("id")))
        return Page(models.AuditEvent.filter(mine), order=("-id",))


@strawberry.type
class PrivacyMutation:
    @verb(RequestExportPayload, limit="5/day")
    async def request_export(self, info: Info, input: RequestExportInput) -> RequestExportPayload:
        """Ask for a copy of everything that is kept about you. You are told when it is ready, within minutes."""
        request = await models.DataRequest.export(by=info.context.viewer, now=info.context.now)
        return RequestExportPayload(request=shown(request))

    @verb(RequestErasurePayload)
    async def request_erasure(self, info: Info, input: RequestErasureInput) -> RequestErasurePayload:
        """Leave for good. Nobody sees you from now on; in seven days all is erased, and until then you may stay."""
        request = await models.DataRequest.erasure(by=info.context.viewer, now=info.context.now)
        return RequestErasurePayload(request=shown(request))

    @verb(CancelErasurePayload)
    async def cancel_erasure(self, info: Info, input: CancelErasureInput) -> CancelErasurePayload:
        """Stay after all."""
        await models.DataRequest.stay(by=info.context.viewer, now=info.context.now)
        return CancelErasurePayload(stays=True)
