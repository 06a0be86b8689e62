"""Open the drivers of a process: sessions at start, closed at the end. `leuchtturm/wiring.py` hands in the settings."""

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

import httpx2

from models.publishing.networks import ChannelKind
from workers.channels import Channel, Token, mastodon, twitter
from workers.channels.blog import Blog
from workers.channels.mastodon import Mastodon
from workers.channels.recording import Recording
from workers.channels.twitter import Twitter
from workers.channels.twitter_session import session
from workers.channels.watching import watched


@dataclass(frozen=True)
class TwitterAccount:
    """X as the settings name it; without a token its posts are recorded."""

    token: Token | None = None
    money_cap_micros: int = 0
    settle: timedelta = timedelta(minutes=15)
    connect_to: str = ""
    ca_file: str = ""


@dataclass(frozen=True)
class MastodonAccount:
    """The instance and account that the settings name; without a token its posts are recorded."""

    base_url: str = ""
    token: Token | None = None
    settle: timedelta = timedelta(minutes=10)
    replay: bool = True


@asynccontextmanager
async def opened(
    x: TwitterAccount, fediverse: MastodonAccount, patience: timedelta = timedelta(seconds=20)
) -> AsyncIterator[Mapping[str, Channel]]:
    """The drivers by kind of channel. `patience` is the longest that one request may take."""
    async with AsyncExitStack() as stack:
        web = await stack.enter_async_context(session(x.connect_to, x.ca_file, patience))
        limit = httpx2.Timeout(patience.total_seconds(), connect=min(5.0, patience.total_seconds()))
        client = httpx2.AsyncClient(base_url=fediverse.base_url, timeout=limit, follow_redirects=False)
        await stack.enter_async_context(client)
        tweets = twitter.capabilities(settle=x.settle, money_cap_micros=x.money_cap_micros, patience=patience)
        toots = mastodon.capabilities(settle=fediverse.settle, replay=fediverse.replay, patience=patience)
        drivers: dict[str, Channel] = {
            ChannelKind.TWITTER: Twitter(web, tweets, x.token),
            ChannelKind.MASTODON: Mastodon(client, toots, fediverse.token),
            ChannelKind.BLOG: Blog(),
            ChannelKind.RECORD: Recording(patience),
        }
        yield watched(drivers)
