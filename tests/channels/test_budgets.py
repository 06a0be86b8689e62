"""What a channel may do and spend, counted right by however many workers at once."""

import asyncio
from datetime import datetime, timedelta

import pytest
from tortoise.transactions import in_transaction

from models.language import Language
from models.publishing import Channel, ChannelCall, ChannelKind
from models.publishing.budget import Spent, reserve


async def book(channel: Channel, now: datetime, action: str = "post", cost: int = 0, cap: int | None = None) -> bool:
    """Book one call as a worker does, under the lock of the channel; False when there was no room."""
    try:
        async with in_transaction():
            held = await Channel.locked(channel.id)
            await reserve(held, action, windows=((3, 900),), cost=cost, cap=cap, now=now)
    except Spent:
        return False
    return True


@pytest.fixture
async def channel(database: str) -> Channel:
    return await Channel.open(ChannelKind.TWITTER, "X", [Language.DE])


async def test_many_workers_do_not_book_the_same_room(channel: Channel, now: datetime) -> None:
    booked = await asyncio.gather(*(book(channel, now) for _ in range(8)))

    assert sum(booked) == 3
    assert await ChannelCall.all().count() == 3


async def test_a_window_opens_when_its_first_call_is_old_enough(channel: Channel, now: datetime) -> None:
    for minute in range(3):
        assert await book(channel, now + timedelta(minutes=minute))

    async with in_transaction():
        with pytest.raises(Spent) as spent:
            await reserve(channel, "post", windows=((3, 900),), cost=0, cap=None, now=now + timedelta(minutes=5))
    assert spent.value.until == now + timedelta(minutes=15)
    assert not await book(channel, now + timedelta(minutes=14))
    assert await book(channel, now + timedelta(minutes=15))


async def test_other_calls_have_windows_of_their_own(channel: Channel, now: datetime) -> None:
    for _ in range(3):
        assert await book(channel, now)

    assert await book(channel, now, "media")


async def test_a_channel_without_money_posts_nothing(channel: Channel, now: datetime) -> None:
    assert not await book(channel, now, cost=15_000, cap=0)


async def test_the_last_cents_are_kept_for_taking_back(channel: Channel, now: datetime) -> None:
    assert await book(channel, now, cost=190_000, cap=200_000)

    assert not await book(channel, now, cost=10_000, cap=200_000)
    assert await book(channel, now, "delete", cost=10_000, cap=200_000)


async def test_a_new_month_is_new_money(channel: Channel, now: datetime) -> None:
    assert await book(channel, now, cost=190_000, cap=200_000)

    assert not await book(channel, now.replace(day=30, hour=23), cost=190_000, cap=200_000)
    assert await book(channel, now.replace(month=5, day=1, hour=0), cost=190_000, cap=200_000)


async def test_what_the_server_said_holds_but_not_for_taking_back(channel: Channel, now: datetime) -> None:
    channel.blocked_until = now + timedelta(minutes=10)
    await channel.save()

    assert not await book(channel, now)
    assert await book(channel, now, "delete")
    assert await book(channel, now + timedelta(minutes=10))
