"""A partner with somebody who acts for it, a grant, and a webhook that has been tried out once and is paused: of the
demo nothing leaves by itself, and nobody has a key.
"""

from leuchtturm.seeds.calendar import Calendar
from leuchtturm.seeds.people import Members
from models.members import Person
from models.partners import Extent, Partner, PartnerGrant, PartnerMember
from models.roles import Role
from models.signin import viewer_of
from models.webhooks import Policy, WebhookDelivery, WebhookDeliveryState, WebhookEndpoint, replaying

URL = "https://hooks.example.org/leuchtturm"
FOR_NORDWIND = "Jonas Ärmel"


async def connect(calendar: Calendar, members: Members) -> None:
    """Who acts for the partner and what it may see; the endpoint, and the delivery of its one test."""
    now = calendar.at(4, 9, 15)
    administrator = next(viewer for viewer in members.values() if Role.ADMINISTRATOR in viewer.roles)
    partner = await Partner.filter(name="Demo: Rechenzentrum Nordwind").get()
    person = await Person.get(display_name=FOR_NORDWIND)
    invited = await PartnerMember.invite(partner.id, person.handle, by=administrator, now=now)
    await PartnerMember.act(invited.id, "accept", by=members[FOR_NORDWIND], now=now)
    await PartnerGrant.give(partner.id, Extent(["story.", "success."]), by=administrator, now=now)
    keeper = await viewer_of(person.id, now=now)
    assert keeper is not None
    endpoint, _ = await WebhookEndpoint.add(
        URL, "Demo: Neuigkeiten für die Website von Nordwind", ["story.", "success."], partner_id=partner.id,
        by=keeper, now=now, policy=Policy(),
    )  # fmt: skip
    trial = await replaying.send_trial(endpoint.id, by=keeper, now=now)
    await WebhookDelivery.filter(id=trial.id).update(
        state=WebhookDeliveryState.DONE, tries=1, tried_at=now, status=204, took_ms=87
    )
    await WebhookEndpoint.pause(endpoint.id, by=keeper, now=now)
