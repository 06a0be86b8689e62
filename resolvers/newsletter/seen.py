"""What the viewer may see, asked before anything is locked."""

from uuid import UUID

import models
from models.access import visible
from models.errors import NotFound
from schema.context import Info


async def seen(info: Info, id: UUID) -> UUID:
    """The id of an issue that the viewer may see. Raises `NotFound` for all others."""
    if not await visible(models.NewsletterIssue.filter(id=id), info.context.viewer).exists():
        raise NotFound("id")
    return id
