"""Links of a team: checked when they are written, held back while the account that wrote them is new (E49)."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, ClassVar, NamedTuple
from urllib.parse import urlsplit
from uuid import UUID

from tortoise import fields

from models import text
from models.base import Moment
from models.machine import Stateful, Table, edges
from models.roles import Role
from models.teams.refusals import UnsafeLink
from models.teams.states import STAFF

LINKS_MAX = 10
URL_MAX = 500
LABEL_MAX = 60
NEW_FOR = timedelta(days=3)  # bots post within minutes and are found within a day; nobody honest loses much in three


class LinkState(StrEnum):
    HELD = "held"
    SHOWN = "shown"
    HIDDEN = "hidden"


class Address(NamedTuple):
    """A link as it comes from a form."""

    url: str
    label: str = ""


class TeamLink(Stateful):
    """One link of a team. Only a shown one is public; leads and staff see the others as well."""

    kind = "team_link"
    transitions: ClassVar[Table] = Table(
        *edges([LinkState.HELD], "release", LinkState.SHOWN, STAFF | {Role.SYSTEM}),
        *edges([LinkState.HELD, LinkState.SHOWN], "hide", LinkState.HIDDEN, STAFF),
        *edges([LinkState.HIDDEN], "release", LinkState.SHOWN, STAFF),
    )

    team: fields.ForeignKeyRelation[Any] = fields.ForeignKeyField("models.Team", related_name="links", db_index=True)
    team_id: UUID
    position = fields.IntField(default=0)
    label = fields.CharField(max_length=LABEL_MAX, default="")
    url = fields.CharField(max_length=URL_MAX)
    state = fields.CharEnumField(LinkState, max_length=24, default=LinkState.HELD)
    added_by_id = fields.UUIDField(null=True, db_index=True)
    held_until = Moment(null=True)

    class Meta:
        table = "team_link"
        unique_together = (("team", "url"),)


def address(link: Address, path: str = "links") -> Address:
    """The link as it may be kept, or `UnsafeLink`: https, a public host name, no credentials. Nothing is fetched."""
    url = text.line(link.url, path, URL_MAX)
    label = text.line(link.label, path, LABEL_MAX, required=False)
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError as broken:
        raise UnsafeLink(path) from broken
    named = "." in host.strip(".") and not host.replace(".", "").isdigit() and ":" not in host
    if parts.scheme != "https" or not named or "@" in parts.netloc or " " in url or "\\" in url or port == 0:
        raise UnsafeLink(path)
    return Address(url, label or host.removeprefix("www.")[:LABEL_MAX])


def held_until(joined_at: datetime | None, now: datetime) -> datetime | None:
    """Until when a link of somebody who joined then is held; None when it is shown at once."""
    if joined_at is None or joined_at + NEW_FOR <= now:
        return None
    return joined_at + NEW_FOR
