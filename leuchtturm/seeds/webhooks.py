"""A partner's webhook that has been tried out once and is paused: of the demo nothing leaves by itself."""

from leuchtturm.seeds.calendar import Calendar
from leuchtturm.seeds.people import Members
from models.access import manages
from models.partners import Partner
from models.webhooks import Policy, WebhookDelivery, WebhookDeliveryState, WebhookEndpoint, replaying

URL = "https://hooks.example.org/leuchtturm"


async def connect(calendar: Calendar, members: Members) -> None:
    """The endpoint, and the delivery of its one test."""
    keeper = next(viewer for viewer in members.values() if manages(viewer))
    now = calendar.at(4, 9, 15)
    partner = await Partner.filter(name="Demo: Rechenzentrum Nordwind").get()
    endpoint, _ = await WebhookEndpoint.add(
        URL, "Demo: Neuigkeiten für die Website von Nordwind", ["story.", "success."], partner_id=partner.id,
        by=keeper, now=now, policy=Policy(),
    )  # fmt: skip
    trial = await replaying.send_trial(endpoint.id, by=keeper, now=now)
    await WebhookDelivery.filter(id=trial.id).update(
        state=WebhookDeliveryState.DONE, tries=1, tried_at=now, status=204, took_ms=87
    )
    await WebhookEndpoint.pause(endpoint.id, by=keeper, now=now)
