"""The statements around one mail: begun by a commit before it leaves, settled by whoever holds its fence."""

from datetime import datetime, timedelta
from uuid import UUID

from tortoise.expressions import Q
from tortoise.transactions import in_transaction

from models import sql
from models.access import Viewer
from models.errors import WrongState
from models.notifications.mails import NotificationMail
from models.notifications.row import Notification
from models.notifications.states import MAIL, MailState, NotificationState
from models.outbox import Claim

M = MailState
ON_THE_WIRE = timedelta(minutes=6)
"""Longer than a relay may take over one mail (four answers of a minute each), half as long again and more."""


def _target(source: MailState, action: str) -> MailState:
    edge = MAIL.edge(source, action)
    if edge is None:
        raise ValueError(f"a mail that is {source.value} cannot {action}")
    return MailState(edge.target)


async def begin(claim: Claim) -> bool:
    """Commit that the mail is being sent. False: it is no longer ours, or there is nothing left in it to tell (E31)."""
    until = (await sql.clock()) + ON_THE_WIRE
    begun = await sql.changed(
        "UPDATE notification_mail SET state = $1, lease_until = $2, updated_at = {now}"
        " WHERE id = $3 AND fence = $4 AND state = $5 AND lease_until > {now}"
        " AND EXISTS (SELECT 1 FROM notification n WHERE n.mail_id = notification_mail.id AND n.state = $6)",
        _target(M.CLAIMED, "begin").value,
        until,
        claim.id,
        claim.fence,
        M.CLAIMED.value,
        NotificationState.MAILED.value,
    )
    return begun == 1


async def turn_away(claim: Claim, action: str, *, due_at: datetime | None = None, reply: str = "") -> bool:
    """Settle a mail of which nothing has left: `wait`, `cancel` or `give_up`. False when it is not ours any more.

    A cancelled one gives its day back: another may be that day's one mail.
    """
    done = await NotificationMail.settle(
        claim, _target(M.CLAIMED, action), due_at=due_at, error=reply, refund=action == "wait"
    )
    if done and action == "cancel":
        await NotificationMail.filter(id=claim.id, state=M.CANCELLED).update(day=None)
    return done


async def settle(
    claim: Claim, action: str, *, now: datetime, reply: str = "", due_at: datetime | None = None, free: bool = False
) -> bool:
    """Write how the transmission ended. False when somebody has decided about the mail since.

    Late news of a mail that has been called unknown meanwhile is welcome: it is what was waited for.
    """
    state = _target(M.SENDING, action)
    done = await sql.changed(
        "UPDATE notification_mail SET state = $1, reply = $2, due_at = COALESCE($3, due_at), attempts = attempts - $4,"
        " sent_at = COALESCE($5, sent_at), owner = NULL, lease_until = NULL,"
        " updated_at = {now} WHERE id = $6 AND fence = $7 AND state IN ('sending', 'unknown')",
        state.value,
        reply[:300],
        due_at,
        1 if free else 0,
        now if state is M.SENT else None,
        claim.id,
        claim.fence,
    )
    return done == 1


async def lapse(*, again: bool = False) -> int:
    """Mails that were begun by somebody who never said how it ended are unknown now, or wait `again`; how many."""
    state = _target(M.UNKNOWN, "send_again") if again else _target(M.SENDING, "doubt")
    return await sql.changed(
        "UPDATE notification_mail SET state = $1, owner = NULL, lease_until = NULL, reply = $2, updated_at = {now}"
        " WHERE state = $3 AND lease_until < {now}",
        state.value,
        "the sender ended before the relay had answered",
        M.SENDING.value,
    )


async def to_do() -> bool:
    """Whether a mail waits, or was left by somebody; a look without a transaction."""
    now = await sql.clock()
    return await NotificationMail.filter(
        Q(state=M.WAITING, due_at__lte=now) | Q(state__in=[M.CLAIMED, M.SENDING], lease_until__lt=now)
    ).exists()


async def resolve(id: UUID, action: str, *, by: Viewer, now: datetime) -> NotificationMail:
    """A person knows better about an `unknown` mail: `deliver`, `send_again` or `let_go`. Raises `WrongState`."""
    async with in_transaction():
        mail = await NotificationMail.locked(id)
        if mail.state is not M.UNKNOWN:
            raise WrongState("id")
        if action == "send_again":
            mail.due_at = now
        if action == "deliver":
            mail.sent_at = now
        await mail.follow(action, by=by, now=now)
    return mail


async def told_in(mail_id: UUID) -> list[Notification]:
    """What a mail tells of, in the order in which it came; without what was cancelled since."""
    return await Notification.filter(mail_id=mail_id, state=NotificationState.MAILED).order_by("shown_at", "id")
