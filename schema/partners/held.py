"""What a key says of itself to whoever asks with it."""

from uuid import UUID

from models.access import Viewer
from models.roles import KeyScope
from schema.described import answer, enum

enum(KeyScope)


@answer
class InSight:
    """What one grant lets a partner see of the event log."""

    topics: list[str]
    """Beginnings of event types."""
    fields: list[str]
    """Keys of fields of action; none: whatever team an event is about."""


@answer
class KeyHeld:
    """A partner's key, asked what it is."""

    partner_id: UUID
    scopes: list[KeyScope]
    sees: list[InSight]
    """What public events it hears of: whatever any of these says."""

    @classmethod
    def of(cls, viewer: Viewer) -> "KeyHeld | None":
        if viewer.partner_id is None:
            return None
        sees = [InSight(topics=list(sight.topics), fields=list(sight.fields)) for sight in sorted(viewer.sights)]
        return cls(partner_id=viewer.partner_id, scopes=sorted(viewer.scopes), sees=sees)
