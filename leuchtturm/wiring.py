"""From settings to running parts: database, keys, Redis or its stand-in, the mailer, the channels."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta

from arq.connections import ArqRedis

from leuchtturm.bell import Bell
from leuchtturm.settings import Settings
from leuchtturm.tracing import traced
from models import db, vault
from models.base import utcnow
from models.installation import Installation
from models.members.dormancy import Dormancy
from models.site import Site
from workers import faults, main
from workers.channels import Token
from workers.channels import opening as channels
from workers.mail.caught import CaughtMailbox
from workers.mail.smtp import Mailer, Server, SmtpMailer
from workers.newsletter.send import Sender
from workers.newsletter.send_liveness import liveness
from workers.queue import Ringer, connect, listen
from workers.webhooks import safe
from workers.webhooks.courier import Courier
from workers.websub import Hub
from workers.work import Tools

log = logging.getLogger(__name__)

MICROS = 1_000_000  # money is counted in millionths of a dollar


@dataclass(frozen=True)
class House:
    """What a process has while it runs."""

    settings: Settings
    site: Site
    redis: ArqRedis
    ringer: Ringer
    """Rings workers after a commit."""
    bell: Bell
    """Rings in this process whenever the event log has grown."""
    stopping: asyncio.Event = field(default_factory=asyncio.Event)


@asynccontextmanager
async def open_house(settings: Settings) -> AsyncIterator[House]:
    """Open everything that every kind of process needs; closes it at the end, also after a failure."""
    vault.use(settings.keys)
    async with traced(settings.traces_url, settings.traces_share), db.opened(settings.database):
        redis = connect(settings.redis_url)
        house = House(settings, settings.site, redis, Ringer(redis), Bell())
        listening = asyncio.create_task(listen(redis, house.bell.ring, house.stopping), name="listen")
        try:
            yield house
        finally:
            house.stopping.set()
            house.bell.ring()
            listening.cancel()
            await asyncio.gather(listening, return_exceptions=True)
            await house.ringer.close()
            await redis.aclose(close_connection_pool=True)


@asynccontextmanager
async def open_mailer(settings: Settings) -> AsyncIterator[Mailer]:
    """The relay of `LEUCHTTURM_SMTP_URL`, or the mailbox that catches everything."""
    mailer: Mailer = SmtpMailer(Server.parse(settings.smtp_url)) if settings.smtp_url else CaughtMailbox()
    try:
        yield mailer
    finally:
        await mailer.close()


@asynccontextmanager
async def open_tools(house: House) -> AsyncIterator[Tools]:
    """What the jobs of this process may use."""
    settings = house.settings
    async with (
        open_mailer(settings) as mailer,
        channels.opened(
            _twitter(settings), _mastodon(settings), timedelta(seconds=settings.channel_patience_seconds)
        ) as drivers,
        safe.opened(settings.webhook_policy) as client,
    ):
        yield Tools(
            site=house.site,
            mailer=mailer,
            channels=drivers,
            ring=house.ringer.ring,
            fault=faults.armed(settings.faults),
            mail_per_minute=settings.mail_per_minute,
            smtp_connections=settings.smtp_connections,
            uncertain_copies=settings.uncertain_copies,
            hub=Hub(settings.websub_hub, client) if settings.websub_hub else None,
            dormancy=Dormancy(
                notice_after=timedelta(days=settings.dormancy_notice_days),
                rest_after=timedelta(days=settings.dormancy_rest_days),
                redact_after=timedelta(days=settings.dormancy_redact_days),
            ),
        )


async def work_of(house: House, tools: Tools) -> None:
    """Be a worker until the house is stopping."""
    settings = house.settings
    if not await Installation.is_ours(settings.instance_id, now=utcnow()):
        log.warning("This database comes from another instance: issues and channels wait for people to look")
    sender = Sender(tools, liveness(settings.database))
    async with safe.opened(settings.webhook_policy) as client:
        courier = Courier(tools, client, owner=main.myself(), lease=timedelta(seconds=settings.lease_seconds))
        await main.work(
            tools,
            house.ringer,
            stop=house.stopping,
            lease_seconds=settings.lease_seconds,
            sweep_seconds=settings.sweep_seconds,
            drain_seconds=settings.drain_seconds,
            more=[sender.loop(), courier.loop()],
        )


def _twitter(settings: Settings) -> channels.TwitterAccount:
    words = {
        "consumer_key": settings.x_consumer_key.get_secret_value(),
        "consumer_secret": settings.x_consumer_secret.get_secret_value(),
        "access_token": settings.x_access_token.get_secret_value(),
        "access_token_secret": settings.x_access_token_secret.get_secret_value(),
        "user_id": settings.x_user_id,
    }
    return channels.TwitterAccount(
        token=Token(words) if all(words.values()) else None,
        money_cap_micros=round(settings.x_money_cap_month * MICROS),
        settle=timedelta(seconds=settings.x_settle_seconds),
        connect_to=settings.x_connect_to,
        ca_file=settings.x_ca_file,
    )


def _mastodon(settings: Settings) -> channels.MastodonAccount:
    word = settings.mastodon_access_token.get_secret_value()
    return channels.MastodonAccount(
        base_url=settings.mastodon_base_url,
        token=Token(access_token=word) if word and settings.mastodon_base_url else None,
        settle=timedelta(seconds=settings.mastodon_settle_seconds),
        replay=settings.mastodon_replay,
    )
