"""What the end of a request means: for the delivery, and for the endpoint's health."""

import json
from datetime import datetime, timedelta
from uuid import UUID

from tortoise.transactions import in_transaction

from models import sql
from models.outbox import Claim
from models.webhooks.delivery import WebhookDelivery
from models.webhooks.disabling import disable
from models.webhooks.endpoint import WebhookEndpoint
from models.webhooks.moments import at_once
from models.webhooks.outcome import LONGEST_WISH, PATIENCE, PAUSES, TRIP, Outcome, jittered, rest
from models.webhooks.states import WebhookDeliveryState, WebhookFault, WebhookState

D = WebhookDeliveryState
UNSEEN = "The event is not for this endpoint any more."


async def settle(claim: Claim, outcome: Outcome, *, now: datetime) -> bool:
    """Write down how a request ended. False when somebody else has the delivery: nothing of it counts then."""
    async with in_transaction():
        delivery = await WebhookDelivery.filter(id=claim.id, fence=claim.fence, state=D.CLAIMED).first()
        if delivery is None:
            return False
        if delivery.trial:
            return await _write(claim, D.DONE if outcome.ok else D.FAILED, outcome, now)
        # The endpoint's lock comes first, as it does in `claim`.
        if outcome.ok:
            return await _succeeded(claim, delivery.endpoint_id, outcome, now)
        return await _failed(claim, delivery, outcome, now)


async def settle_well(claim: Claim, endpoint_id: UUID, outcome: Outcome, *, now: datetime) -> bool:
    """The same for the usual case, a yes from an endpoint that was well when it was read: two statements, no lock."""
    ours = await _write(claim, D.DONE, outcome, now)
    await sql.changed(_WELL, endpoint_id)  # it may have failed elsewhere in the meantime
    return ours


async def withhold(claim: Claim) -> bool:
    """Its owner may not see the event any more."""
    return await WebhookDelivery.settle(claim, D.CANCELLED, error=UNSEEN)


async def let_go(claim: Claim) -> bool:
    """The event has left the log while the delivery waited."""
    return await WebhookDelivery.settle(claim, D.FAILED, error="The event has left the log.")


async def give_back(claim: Claim) -> bool:
    """The worker stops: the next one may send it at once."""
    return await WebhookDelivery.settle(claim, D.PENDING, error="The worker was stopped.", refund=True)


_WELL = """
UPDATE webhook_endpoint SET failures = 0, failing_since = NULL, rest_until = NULL, updated_at = {now}
 WHERE id = $1 AND failures > 0
"""
_FAILURES = "SELECT failures FROM webhook_endpoint WHERE id = $1"
_FORWARD = """
UPDATE webhook_delivery SET due_at = $2 WHERE endpoint_id = $1 AND state = 'pending' AND due_at > $2
"""


async def _succeeded(claim: Claim, endpoint_id: UUID, outcome: Outcome, now: datetime) -> bool:
    failures = (await sql.rows(_FAILURES, endpoint_id))[0]["failures"]
    if failures and await sql.changed(_WELL, endpoint_id) and failures >= TRIP:
        # It is there again: whatever waited because of the outage does not wait for the rest of its pause.
        await sql.changed(_FORWARD, endpoint_id, await at_once())
    return await _write(claim, D.DONE, outcome, now)


async def _failed(claim: Claim, delivery: WebhookDelivery, outcome: Outcome, now: datetime) -> bool:
    clock = await sql.clock()
    endpoint = await WebhookEndpoint.locked(delivery.endpoint_id)
    wish = min(outcome.retry_after, LONGEST_WISH) if outcome.retry_after else timedelta(0)
    tried = delivery.tries + 1
    if tried > len(PAUSES):
        ours = await _write(claim, D.FAILED, outcome, now)
    else:
        due_at = clock + max(jittered(PAUSES[tried - 1]), wish)
        ours = await _write(claim, D.PENDING, outcome, now, due_at=due_at)
    if ours and endpoint.state is WebhookState.ENABLED:
        await _unwell(endpoint, outcome, wish, now, clock)
    return ours


async def _unwell(endpoint: WebhookEndpoint, outcome: Outcome, wish: timedelta, now: datetime, clock: datetime) -> None:
    """Count a failure against the endpoint; the breaker, and at last its end."""
    endpoint.failures += 1
    endpoint.failing_since = endpoint.failing_since or now
    pause = jittered(rest(endpoint.failures)) if endpoint.failures >= TRIP else timedelta(0)
    if max(pause, wish) > timedelta(0):
        endpoint.rest_until = clock + max(pause, wish)
    if outcome.gone:
        await disable(endpoint, WebhookFault.GONE, now)
    elif now - endpoint.failing_since >= PATIENCE:
        await disable(endpoint, WebhookFault.FAILING, now)
    else:
        await endpoint.save(update_fields=["failures", "failing_since", "rest_until", "updated_at"])


_WRITE = """
UPDATE webhook_delivery SET state = $1, owner = NULL, lease_until = NULL, last_error = $2,
       due_at = COALESCE($3, due_at), tries = tries + 1, tried_at = $4, status = $5, answer = $6, took_ms = $7,
       request = $8, updated_at = {now}
 WHERE id = $9 AND fence = $10 AND state = 'claimed'
"""


async def _write(
    claim: Claim, state: WebhookDeliveryState, outcome: Outcome, now: datetime, due_at: datetime | None = None
) -> bool:
    changed = await sql.changed(
        _WRITE, state.value, outcome.error[:500], due_at, now, outcome.status, outcome.answer, outcome.took_ms,
        json.dumps(dict(outcome.request)), claim.id, claim.fence,
    )  # fmt: skip
    return changed == 1
