"""The community's channels. None has a credential: what is posted is recorded and shown on `/dev/posts`."""

from leuchtturm.settings import Settings
from models.language import Language
from models.publishing import Channel, ChannelKind

BOTH = [Language.DE, Language.EN]


def rehearses(settings: Settings) -> bool:
    """No network has a credential, so that posts on its channels are recorded."""
    tokens = (settings.x_access_token, settings.mastodon_access_token)
    return not any(token.get_secret_value() for token in tokens)


async def open_all(*, networks: bool = True) -> list[Channel]:
    """The blog, X and Mastodon. Without `networks` recorders stand in: invented stories must never reach real ones."""
    x, mastodon = (ChannelKind.TWITTER, ChannelKind.MASTODON) if networks else (ChannelKind.RECORD, ChannelKind.RECORD)
    return [
        await Channel.open(ChannelKind.BLOG, "Blog", BOTH),
        await Channel.open(x, "Leuchtturm", [Language.DE], account_ref="@leuchtturm_demo"),
        await Channel.open(mastodon, "Leuchtturm", BOTH, account_ref="@leuchtturm@social.example.org"),
    ]
