"""What a channel may do and spend: the sum of the calls that were booked before."""

from datetime import datetime, timedelta

from tortoise import fields
from tortoise.functions import Sum

from models.base import Moment, Row
from models.publishing.channels import Channel


class ChannelCall(Row):
    """One request to a network that counts against a window or costs money. The budget is what these rows add up to."""

    channel_id = fields.UUIDField()
    action = fields.CharField(max_length=24)
    cost_micros = fields.BigIntField(default=0)
    at = Moment()

    class Meta:
        table = "channel_call"
        indexes = (("channel_id", "action", "at"),)


class Spent(Exception):
    """There is no budget for the call now; `until` says when there will be, `money` whether it is the month's money."""

    def __init__(self, until: datetime, *, money: bool) -> None:
        self.until, self.money = until, money
        super().__init__("money" if money else "rate")


Window = tuple[int, int]
"""So many calls in so many seconds."""


async def reserve(
    channel: Channel, action: str, *, windows: tuple[Window, ...], cost: int, cap: int | None, now: datetime
) -> None:
    """Book one call, or raise `Spent`. The caller's transaction holds the lock of the channel's row, so several
    workers cannot book the same room. `cap` is the month's money in millionths of a dollar; None: it costs nothing.
    """
    if channel.blocked_until and channel.blocked_until > now and action != "delete":
        raise Spent(channel.blocked_until, money=False)
    for most, seconds in windows:
        since = now - timedelta(seconds=seconds)
        recent = ChannelCall.filter(channel_id=channel.id, action=action, at__gt=since).order_by("at")
        if await recent.count() >= most:
            first = (await recent.limit(1))[0]
            raise Spent(first.at + timedelta(seconds=seconds), money=False)
    if cap is not None and cost:
        await _afford(channel, action, cost, cap, now)
    await ChannelCall.create(channel_id=channel.id, action=action, cost_micros=cost, at=now)


async def _afford(channel: Channel, action: str, cost: int, cap: int, now: datetime) -> None:
    month = now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    this_month = ChannelCall.filter(channel_id=channel.id, at__gte=month)
    spent = int((await this_month.annotate(sum=Sum("cost_micros")).values("sum"))[0]["sum"] or 0)
    # A reserve of a twentieth is kept for taking posts back: a retraction must never fail for want of a cent.
    if spent + cost > (cap if action == "delete" else cap - cap // 20):
        raise Spent((month + timedelta(days=32)).replace(day=1), money=True)
