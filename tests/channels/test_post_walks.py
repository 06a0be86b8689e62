"""The transition table of posts is the truth: whatever networks answer and people do, only declared edges are taken."""

from collections import deque
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.errors import Refusal
from models.jobs import JobRun, JobState
from models.language import Language
from models.outbox import AuditEvent
from models.publishing import Channel, ChannelKind, ChannelPost, PostPart, PostState
from models.publishing.outcomes import Outcome, Reason, RemoteRef
from models.publishing.rendering import signature
from models.stories import Story, StoryConsent
from tests.channels.conftest import SITE, Clock, Newsroom, do, ready_story
from workers.channels import (
    Absent,
    Capabilities,
    Finding,
    Found,
    Gone,
    Inconclusive,
    MediaRef,
    Message,
    PreparedImage,
    Present,
    Token,
)
from workers.mail.caught import CaughtMailbox
from workers.work import Later, Tools

DECLARED = {(edge.source.value, edge.action, edge.target.value) for edge in ChannelPost.transitions}


class Oracle:
    """A network that answers what the test says next: a word for each request."""

    def __init__(self, clock: Clock) -> None:
        self.caps = Capabilities(settle=timedelta(minutes=1))
        self.token = Token()
        self.clock = clock
        self.words: deque[str] = deque()
        self.posted = 0

    def _outcome(self) -> Outcome:
        word = self.words.popleft() if self.words else "ok"
        match word:
            case "ok" | "found":
                self.posted += 1
                return Outcome.posted(RemoteRef(str(id(self)) + str(self.posted), "https://n.example/1"))
            case "later":
                return Outcome.later(self.clock() + timedelta(minutes=1), Reason.RATE, "slow down")
            case "no":
                return Outcome.refused(Reason.CONTENT, "not like this")
            case "duplicate":
                return Outcome.unknown("duplicate", 403, Reason.DUPLICATE)
        return Outcome.unknown("lost")

    async def check(self, message: Message, token: Token) -> list[Finding]:
        return []

    async def upload(self, image: PreparedImage, token: Token) -> MediaRef | Outcome:
        return MediaRef("1")

    async def send(self, message: Message, parent: RemoteRef | None, token: Token) -> Outcome:
        return self._outcome()

    async def probe(self, message: Message, since: datetime, token: Token) -> Found | Absent | Inconclusive:
        word = self.words.popleft() if self.words else "absent"
        if word == "found":
            self.posted += 1
            return Found(RemoteRef(str(id(self)) + str(self.posted), "https://n.example/1"))
        return Inconclusive("away") if word == "away" else Absent()

    async def verify(self, remote: RemoteRef, token: Token) -> Present | Gone | Inconclusive:
        return Present()

    async def retract(self, remote: RemoteRef, token: Token) -> Outcome:
        return self._outcome()


class Walk:
    """One post, the people, and the network."""

    def __init__(self, room: Newsroom, post: ChannelPost, oracle: Oracle, clock: Clock) -> None:
        self.room, self.post, self.oracle, self.clock = room, post, oracle, clock
        self.tools = Tools(site=SITE, mailer=CaughtMailbox(), channels={ChannelKind.RECORD: oracle}, now=clock)

    async def step(self, word: str) -> None:
        """`deliver:lost,found` runs the jobs once with these answers; anything else is a person's verb."""
        verb, _, answers = word.partition(":")
        self.oracle.words.extend(filter(None, answers.split(",")))
        post = await ChannelPost.get(id=self.post.id)
        by, now = self.room.editor, self.clock()
        match verb:
            case "plan":
                await ChannelPost.plan(self.room.story.id, site=SITE, by=self.room.author, now=now)
            case "thread":
                await self._as_thread(post)
            case "reword":
                await ChannelPost.reword(post.id, f"Anders {now.isoformat()}", site=SITE, by=self.room.author, now=now)
            case "approve":
                await ChannelPost.approve(post.id, post.snapshot_hash, by=by, now=now, override_reason="x")
            case "confirm":
                await ChannelPost.confirm(post.id, f"https://n.example/{now.timestamp()}", by=by, now=now)
            case "revoke":
                await StoryConsent.revoke(self.room.consent_id, by=self.room.lead, now=now)
            case "deliver" | "retracting":
                await self._work()
            case "spoil":
                await ChannelPost.filter(id=post.id).update(approved_hash="f" * 64)
            case _:
                await getattr(ChannelPost, verb)(post.id, by=by, now=now)
        self.oracle.words.clear()

    async def _as_thread(self, post: ChannelPost) -> None:
        """Two messages: what a network with threads would have rendered."""
        part = post.snapshot["parts"][0]
        post.snapshot = {**post.snapshot, "parts": [part, {**part, "text": "Und weiter."}]}
        post.approved_hash = signature(post.snapshot)
        await post.save()
        second = {"post_id": post.id, "channel_id": post.channel_id, "idx": 1, "client_key": post.id}
        await PostPart.create(**second, text="Und weiter.")

    async def _work(self) -> None:
        kinds = ["post.deliver", "post.retract"]
        for row in await JobRun.filter(work__in=kinds, state=JobState.PENDING, key__contains=str(self.post.id)):
            ending: Any = await do(self.tools, row)
            if isinstance(ending, Later):
                self.clock.to(ending.at)
            else:
                await JobRun.filter(id=row.id).update(state=JobState.DONE)

    async def taken(self) -> set[tuple[str, str, str]]:
        rows = await AuditEvent.filter(subject_id=self.post.id)
        return {(row.before, row.action, row.after) for row in rows}


async def begun(now: datetime, *, public: bool = True) -> Walk:
    room = await ready_story(now)
    if public:
        await Story.publish(room.story.id, by=room.editor, now=now)
        room.story = await Story.go_public(room.story.id, now=now)
    clock = Clock(now)
    name = room.story.slug
    channel = await Channel.open(ChannelKind.RECORD, name, [Language.DE], account_ref=name)
    planned = await ChannelPost.plan(room.story.id, site=SITE, by=room.author, now=now, channel_ids=[channel.id])
    return Walk(room, planned[0], Oracle(clock), clock)


WORDS = [
    "plan", "reword", "approve", "cancel", "retry", "confirm", "give_up", "retract", "confirm_gone", "revoke",
    "deliver:ok", "deliver:lost", "deliver:later", "deliver:no", "deliver:duplicate", "deliver:found", "deliver:away",
    "retracting:ok", "retracting:no", "retracting:lost",
]  # fmt: skip


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words=st.lists(st.sampled_from(WORDS), max_size=20))
async def test_no_undeclared_edge_can_be_taken(database: str, now: datetime, words: list[str]) -> None:
    walk = await begun(now)

    for word in ["approve", *words]:
        with suppress(Refusal):
            await walk.step(word)
        last = await AuditEvent.filter(subject_id=walk.post.id).order_by("-id").first()
        assert last is not None
        assert (await ChannelPost.get(id=walk.post.id)).state.value == last.after

    assert await walk.taken() <= DECLARED


ROUTES = [
    "cancel",
    "reword approve deliver:ok retract retracting:no retract retracting:no confirm_gone",
    "approve deliver:ok retract retracting:ok",
    "approve cancel",
    "approve deliver:later deliver:ok",
    "approve deliver:later retry deliver:ok",
    "approve deliver:later cancel",
    "approve deliver:no cancel",
    "approve deliver:no retry deliver:ok",
    "approve spoil deliver",
    "approve deliver:lost,found retract",
    "approve deliver:lost confirm",
    "approve deliver:lost give_up",
    "approve deliver:duplicate deliver deliver deliver deliver deliver confirm",
    "approve deliver:duplicate deliver deliver deliver deliver deliver retry",
    "approve deliver:duplicate deliver deliver deliver deliver deliver give_up",
    "approve deliver:lost deliver deliver deliver deliver",
    "approve thread deliver:ok,ok",
    "approve thread deliver:lost,found,ok",
]


async def test_every_declared_edge_can_be_taken(database: str, now: datetime) -> None:
    taken: set[tuple[str, str, str]] = set()
    for route in ROUTES:
        walk = await begun(now)
        for word in route.split():
            await walk.step(word)
        taken |= await walk.taken()
    waiting = await begun(now, public=False)
    for word in ("approve", "reword", "approve", "cancel"):
        await waiting.step(word)
    broke = await begun(now)
    await broke.step("approve")
    taken |= await waiting.taken() | await money_runs_out(broke)

    assert DECLARED - taken == set()
    assert taken <= DECLARED


async def money_runs_out(walk: Walk) -> set[tuple[str, str, str]]:
    """A post that costs something on a channel without money."""
    from models.publishing import networks

    walk.oracle.caps = replace(walk.oracle.caps, money_cap_micros=0)
    rules = networks.NETWORKS[ChannelKind.RECORD]
    networks.NETWORKS[ChannelKind.RECORD] = replace(rules, price=1)
    try:
        await walk.step("deliver")
    finally:
        networks.NETWORKS[ChannelKind.RECORD] = rules
    return await walk.taken()


async def test_a_thread_goes_on_where_it_was_lost(database: str, now: datetime) -> None:
    walk = await begun(now)
    for word in ("approve", "thread", "deliver:ok,lost,found"):
        await walk.step(word)

    post = await ChannelPost.get(id=walk.post.id)
    assert post.state is PostState.RECONCILED
    assert walk.oracle.posted == 2
    assert len({part.remote_id for part in await post.parts.all()}) == 2
