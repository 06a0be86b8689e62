"""Events flow to webhooks and subscriptions while API and worker processes are killed; then everybody has everything.

`kill -9` at random (sometimes SIGTERM, sometimes Redis is emptied), for minutes. At the end every endpoint and every
subscriber must have each event that it may see once by its id, and in order: endpoints by subject, subscribers by the
log. An endpoint may get an event again under the same id, which is counted; a subscriber may not.
"""

import argparse
import asyncio
import json
import os
import random
import sys
import tempfile
import time
from collections import Counter
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any
from uuid import UUID

from models.base import new_id, utcnow
from models.outbox import OutboxEvent
from models.roles import Visibility
from models.signin import ApiToken
from models.webhooks import Policy, WebhookDelivery, WebhookEndpoint
from tests import people
from tests.bench import places
from tests.bench.upheaval_ears import Partner, Subscriber
from tests.bench.upheaval_house import House
from workers.queue import connect

ENDPOINTS, SUBSCRIBERS, SUBJECTS = 20, 50, 100
TYPES = tuple(f"bench.{letter}" for letter in "abcdefghij")
SEEN_BY = {
    "stranger": {Visibility.PUBLIC},
    "member": {Visibility.PUBLIC, Visibility.MEMBERS},
    "editor": {Visibility.PUBLIC, Visibility.MEMBERS, Visibility.STAFF},
}
SETTLING = 900.0  # seconds at most for what is left when nobody is killed any more


class Truth:
    """What happened, as the writer knows it."""

    def __init__(self) -> None:
        self.events: list[tuple[str, str, str, Visibility]] = []
        """Id, type, subject, visibility, in the order of their transactions."""
        self._subjects = [new_id() for _ in range(SUBJECTS)]

    async def write(self, count: int, seconds: float) -> None:
        """So many events, spread over the time; each in a transaction of its own."""
        began = time.monotonic()
        while len(self.events) < count:
            due = min(count, int((time.monotonic() - began) / seconds * count) + 1)
            while len(self.events) < due:
                await self._one()
            await asyncio.sleep(0.02)

    async def _one(self) -> None:
        type, subject = random.choice(TYPES), random.choice(self._subjects)
        seen = random.choices([Visibility.PUBLIC, Visibility.MEMBERS, Visibility.STAFF], [2, 5, 3])[0]
        event = OutboxEvent(
            type=type, subject_kind="bench", subject_id=subject, at=utcnow(), visible_to=seen, payload={}
        )  # fmt: skip
        await event.save(force_create=True)
        self.events.append((str(event.id), type, str(subject), seen))

    def due(self, topics: list[str], seen: set[Visibility]) -> list[tuple[str, str]]:
        """Id and subject of what somebody should have."""
        return [(id, subject) for id, type, subject, to in self.events if to in seen and (not topics or type in topics)]


async def endpoints(partner: Partner) -> dict[str, list[str]]:
    """The webhooks by path, each with its topics: a quarter hear everything, others of one or two kinds."""
    keeper = await people.manager(now=utcnow())
    policy, made = Policy(trusted=frozenset({partner.place})), {}
    for number in range(ENDPOINTS):
        path = f"/{partner.manner(number)}/{number}"
        endpoint, _ = await WebhookEndpoint.add(
            f"http://{partner.place}{path}", f"Upheaval {number}", [], by=keeper, now=utcnow(), policy=policy
        )
        made[path] = [] if partner.manner(number) == "good" and number % 4 == 0 else random.sample(TYPES, 2)
        await WebhookEndpoint.filter(id=endpoint.id).update(topics=made[path])
    return made


async def tokens() -> dict[str, str]:
    found = {"stranger": ""}
    for who, viewer in (("member", await people.participant()), ("editor", await people.editor())):
        assert isinstance(viewer.person_id, UUID)
        found[who] = (await ApiToken.issue(viewer.person_id, "upheaval", by=viewer, now=utcnow()))[1]
    return found


async def disturb(house: House, redis_url: str, seconds: float, pause: float) -> Counter[str]:
    """Kill, mostly; every tenth time ask kindly, every fifteenth empty Redis as well."""
    done: Counter[str] = Counter()
    redis, began = connect(redis_url), time.monotonic()
    while time.monotonic() - began < seconds:
        await asyncio.sleep(pause * random.uniform(0.5, 1.5))
        kindly = sum(done.values()) % 10 == 9
        what = await house.lose_one(kindly=kindly)
        done[f"{'SIGTERM' if kindly else 'kill -9'} {what}"] += 1
        if sum(done.values()) % 15 == 0:
            await redis.flushdb()
            done["Redis emptied"] += 1
    await redis.aclose(close_connection_pool=True)
    return done


async def hours_pass() -> None:
    """The pauses of everything that waits are over: nobody waits for half an hour here."""
    past = utcnow()
    await WebhookDelivery.filter(state="pending", due_at__gt=past).update(due_at=past)
    await WebhookEndpoint.exclude(rest_until=None).update(rest_until=past)


async def hours_pass_again_and_again(stop: asyncio.Event) -> None:
    while not stop.is_set():
        await asyncio.sleep(10)
        await hours_pass()


async def settled(truth: Truth, hooks: dict[str, list[str]], partner: Partner, ears: list[Subscriber]) -> bool:
    """Wait until everybody has everything."""
    began = time.monotonic()
    while time.monotonic() - began < SETTLING:
        missing = sum(
            len(truth.due(topics, {Visibility.PUBLIC})) - len(partner.got[path]) for path, topics in hooks.items()
        )
        missing += sum(len(truth.due([], SEEN_BY[each.who])) - len(each.got) for each in ears)
        if missing <= 0:
            return True
        await hours_pass()
        await asyncio.sleep(2)
    return False


def judged(name: str, due: list[tuple[str, str]], got: list[str], *, by_subject: bool) -> Counter[str]:
    """What is wrong with what somebody got."""
    wrong: Counter[str] = Counter()
    subject = dict(due)
    wrong["missing"] = len(set(subject) - set(got))
    wrong["not theirs"] = len(set(got) - set(subject))
    place = {id: number for number, (id, _) in enumerate(due)}
    last: dict[str, int] = {}
    for id in dict.fromkeys(got):
        if id in place:
            key = subject[id] if by_subject else ""
            wrong["out of order"] += place[id] < last.get(key, -1)
            last[key] = max(place[id], last.get(key, -1))
    if sum(wrong.values()):
        print(f"  {name}: {dict(+wrong)}")
    return wrong


async def numbered(truth: Truth) -> None:
    """The truth in the order of the log, which alone is promised: those of one moment may be numbered either way."""
    order = dict(await OutboxEvent.filter(type__startswith="bench.").values_list("id", "seq"))
    truth.events.sort(key=lambda event: order[UUID(event[0])])


async def run(events: int, minutes: float, pause: float) -> bool:
    async with AsyncExitStack() as stack:
        place = await stack.enter_async_context(places.postgres())
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="leuchtturm-upheaval-")))
        partner = await stack.enter_async_context(Partner())
        hooks, secrets, truth = await endpoints(partner), await tokens(), Truth()
        house = await stack.enter_async_context(House(place, partner.place, folder))
        ears = [Subscriber(number, secrets, house.ports) for number in range(SUBSCRIBERS)]
        listening = [asyncio.create_task(each.listen()) for each in ears]
        print(
            f"Upheaval, {place.name}: {events} events in {minutes:g} minutes, load {os.getloadavg()[0]:.1f}", flush=True
        )
        stop = asyncio.Event()
        passing = asyncio.create_task(hours_pass_again_and_again(stop))
        writing = asyncio.create_task(truth.write(events, minutes * 60))
        disturbed = await disturb(house, place.redis, minutes * 60, pause)
        await writing
        began = time.monotonic()
        stop.set()
        whole = await settled(truth, hooks, partner, ears)
        await passing
        seconds = time.monotonic() - began
        await asyncio.sleep(3)  # for what comes twice
        await numbered(truth)
        for task in listening:
            task.cancel()
        await asyncio.gather(*listening, return_exceptions=True)
        return tell(truth, hooks, partner, ears, disturbed, seconds) and whole


def tell(
    truth: Truth, hooks: dict[str, list[str]], partner: Partner, ears: list[Subscriber],
    disturbed: Counter[str], seconds: float,
) -> bool:  # fmt: skip
    wrong: Counter[str] = Counter()
    for path, topics in hooks.items():
        wrong += judged(path, truth.due(topics, {Visibility.PUBLIC}), partner.got[path], by_subject=True)
    for each in ears:
        wrong += judged(each.name, truth.due([], SEEN_BY[each.who]), each.got, by_subject=False)
        wrong["told twice"] += len(each.got) - len(set(each.got))
    hooked, heard = sum(map(len, partner.got.values())), sum(len(each.got) for each in ears)
    print(f"  {', '.join(f'{count} x {what}' for what, count in sorted(disturbed.items()))}")
    print(f"  {len(truth.events)} events; the last was everywhere {seconds:.0f} s after the last kill")
    print(f"  {hooked} webhooks arrived, {partner.again} once more, {partner.refused} were refused or kept waiting")
    print(f"  {heard} events told to {len(ears)} subscribers, {sum(each.cuts for each in ears)} cuts; by code:")
    print(f"    {dict(sum((each.codes for each in ears), Counter()))}")
    print(f"  {json.dumps(dict(+wrong)) if +wrong else 'nothing missing, nothing twice, nothing out of order'}")
    return not +wrong


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.upheaval", description=__doc__)
    parser.add_argument("--events", type=int, default=5_000)
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--pause", type=float, default=12.0, help="seconds from one kill to the next, on average")
    given = parser.parse_args()
    good: Any = asyncio.run(run(given.events, given.minutes, given.pause))
    print("Nothing was lost." if good else "SOMETHING WAS LOST.")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
