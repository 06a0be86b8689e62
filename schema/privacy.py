"""Privacy: what somebody asked about their data, and what was done to what is theirs."""

from datetime import datetime
from uuid import UUID

import models
from models.access import Viewer
from models.privacy import DataRequestKind, DataRequestState
from schema.binding import bound, column
from schema.derived import derived
from schema.described import answer, given
from schema.inputs import Given, Payload


@bound(models.DataRequest)
class DataRequest:
    """A copy of everything that is kept about you, or that everything goes."""

    id: UUID
    kind: DataRequestKind = column("purpose")
    state: DataRequestState
    created_at: datetime
    due_at: datetime
    """By when it is answered; for an erasure, until when you can change your mind."""
    delivered_at: datetime | None

    @derived("id", "purpose", "state")
    def download_path(id: UUID, purpose: DataRequestKind, state: DataRequestState) -> str | None:
        """Where the file lies, for you alone and for seven days."""
        ready = purpose is DataRequestKind.EXPORT and state is DataRequestState.DELIVERED
        return f"/account/exports/{id}" if ready else None


@bound(models.AuditEvent)
class LogEntry:
    """Something that was done by you, or to what is yours. Who else did it is not told: they acted in their role."""

    id: UUID
    at: datetime
    action: str
    subject_kind: str
    """What it was done to, in one word, such as `application`."""
    before: str
    after: str
    """The state before and after."""

    @derived("actor_id")
    def by_you(actor_id: UUID | None, viewer: Viewer) -> bool:
        return actor_id is not None and actor_id == viewer.person_id


@given
class RequestExportInput(Given):
    pass


@answer
class RequestExportPayload(Payload):
    request: DataRequest | None


@given
class RequestErasureInput(Given):
    pass


@answer
class RequestErasurePayload(Payload):
    request: DataRequest | None


@given
class CancelErasureInput(Given):
    pass


@answer
class CancelErasurePayload(Payload):
    stays: bool
