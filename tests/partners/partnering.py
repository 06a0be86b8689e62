"""A partner with somebody who acts for it, what it may see, and a key."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from models.access import Viewer
from models.partners import Extent, Partner, PartnerGrant, PartnerKey, PartnerMember
from models.roles import KeyScope
from models.signin import viewer_of
from tests import people
from tests.graph.frontend import Frontend

ALL = list(KeyScope)


@dataclass
class Partnership:
    partner: Partner
    administrator: Viewer
    member: Viewer
    membership: PartnerMember
    grant: PartnerGrant
    key: PartnerKey
    secret: str

    @property
    def id(self) -> UUID:
        return self.partner.id


async def partnership(
    now: datetime,
    *topics: str,
    fields: Sequence[str] = (),
    scopes: Sequence[KeyScope] = tuple(ALL),
    name: str = "Nordwind",
    ends_at: datetime | None = None,
) -> Partnership:
    """Everything in place. The grant ends when it is said to."""
    administrator = await people.administrator(now=now)
    partner = await Partner.create(name=name, purpose="implementation", state="published")
    member, membership = await acting_for(partner, administrator, now)
    extent = Extent(topics or ("story.",), fields, None, ends_at)
    grant = await PartnerGrant.give(partner.id, extent, by=administrator, now=now)
    key, secret = await PartnerKey.issue(
        partner.id, "Website", scopes, by=administrator, now=now, expires_at=now + timedelta(days=365)
    )
    return Partnership(partner, administrator, member, membership, grant, key, secret)


async def acting_for(partner: Partner, by: Viewer, now: datetime) -> tuple[Viewer, PartnerMember]:
    """Somebody who was invited and has accepted."""
    person = await people.participant("Nora Wind", now=now)
    handle = str((await PartnerMember._meta.fields_map["person"].related_model.get(id=person.person_id)).handle)  # type: ignore[attr-defined]
    invited = await PartnerMember.invite(partner.id, handle, by=by, now=now)
    row = await PartnerMember.act(invited.id, "accept", by=person, now=now)
    return await again(person, now), row


async def again(viewer: Viewer, now: datetime) -> Viewer:
    """The same person as they are now."""
    assert viewer.person_id is not None
    found = await viewer_of(viewer.person_id, now=now)
    assert found is not None
    return found


async def asked(frontend: Frontend, secret: str, query: str, variables: Any = None) -> tuple[int, Any]:
    """What a program with a key is answered, and with which status."""
    frontend.client.cookies.clear()
    answer = await frontend.client.post(
        "/graphql", json={"query": query, "variables": variables}, headers={"authorization": f"Bearer {secret}"}
    )
    return answer.status_code, answer.json()
