"""Claiming deliveries: endpoint by endpoint, so that a slow one can never fill the places of another, and of each
subject the earliest alone, so that a partner hears of a story in the order in which it happened.
"""

from datetime import timedelta
from uuid import UUID

from tortoise.transactions import in_transaction

from models import sql
from models.outbox import Claim

IN_FLIGHT = 8
"""Requests to one endpoint at a time, over all workers. After a failure one, until something succeeds."""

_DUE = "((d.state = 'pending' AND d.due_at <= {now}) OR (d.state = 'claimed' AND d.lease_until < {now}))"  # or lapsed

_HUNGRY = f"""
SELECT e.id AS id FROM webhook_endpoint e
 WHERE e.state <> 'removed' AND EXISTS (
       SELECT 1 FROM webhook_delivery d WHERE d.endpoint_id = e.id AND {_DUE}
          AND (d.trial OR (e.state = 'enabled' AND (e.rest_until IS NULL OR e.rest_until <= {{now}}))))
 ORDER BY e.id
"""

_ENDPOINT = """
SELECT state, failures, (rest_until IS NOT NULL AND rest_until > {now}) AS resting FROM webhook_endpoint
 WHERE id = $1 AND state <> 'removed' {skip_locked}
"""

_BUSY = """
SELECT COUNT(*) AS busy FROM webhook_delivery WHERE endpoint_id = $1 AND state = 'claimed' AND lease_until >= {now}
"""

# MATERIALIZED: a planner that ran the inner query once per row would take more than the limit.
_TAKE = f"""
WITH heads AS MATERIALIZED (
    SELECT d.id FROM webhook_delivery d
     WHERE d.endpoint_id = $1 AND {_DUE} AND (d.trial OR $4)
       AND NOT EXISTS (SELECT 1 FROM webhook_delivery earlier
                        WHERE earlier.endpoint_id = $1 AND earlier.subject_id = d.subject_id
                          AND earlier.seq < d.seq AND earlier.state IN ('pending', 'claimed'))
     ORDER BY d.trial DESC, d.seq LIMIT $5)
UPDATE webhook_delivery SET state = 'claimed', owner = $2, lease_until = $3, fence = fence + 1,
       attempts = attempts + 1, updated_at = {{now}}
 WHERE id IN (SELECT id FROM heads) RETURNING id, fence, attempts
"""


async def hungry() -> list[UUID]:
    """Endpoints for which something is due."""
    return [UUID(str(row["id"])) for row in await sql.rows(_HUNGRY)]


async def claim(endpoint_id: UUID, owner: str, lease: timedelta) -> list[Claim]:
    """Take what may be sent to one endpoint now. The endpoint's lock makes the count of requests under way right."""
    async with in_transaction():
        found = await sql.rows(_ENDPOINT, endpoint_id)
        if not found:
            return []
        awake = found[0]["state"] == "enabled" and not found[0]["resting"]
        busy = (await sql.rows(_BUSY, endpoint_id))[0]["busy"]
        room = (1 if found[0]["failures"] else IN_FLIGHT) - busy
        if room <= 0:
            return []
        until = await sql.clock() + lease
        taken = await sql.rows(_TAKE, endpoint_id, owner, until, awake, room)
    return [Claim(UUID(str(row["id"])), row["fence"], row["attempts"]) for row in taken]
