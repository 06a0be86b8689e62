"""The community's channels. None has a credential: what is posted is recorded and shown on `/dev/posts`."""

from models.language import Language
from models.publishing import Channel, ChannelKind


async def open_all() -> list[Channel]:
    """One of each kind that tells stories to people."""
    return [
        await Channel.open(ChannelKind.BLOG, "Blog", [Language.DE, Language.EN]),
        await Channel.open(ChannelKind.TWITTER, "Leuchtturm", [Language.DE], account_ref="@leuchtturm_demo"),
        await Channel.open(
            ChannelKind.MASTODON, "Leuchtturm", [Language.DE, Language.EN], account_ref="@leuchtturm@social.example.org"
        ),
    ]
