"""How each network counts and what it takes: the writing rules that preview and sending share.

How a network *behaves* (settle windows, replay, budgets) is its driver's business, `workers/channels/`.
"""

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

import regex

from models.publishing.tweet_text import extract_urls_with_indices, parse_tweet


class ChannelKind(StrEnum):
    TWITTER = "twitter"
    MASTODON = "mastodon"
    BLOG = "blog"
    RECORD = "record"


URL = regex.compile(r"https?://[^\s<>\"]+")
REMOTE_HANDLE = regex.compile(r"(?<![\w/])@(\w+)@[\w.-]+\w")
MASTODON_URL_WEIGHT = 23  # characters_reserved_per_url; a URL counts the same however long it is


def graphemes(text: str) -> int:
    """What a reader counts as characters: a flag or a family is one."""
    return len(regex.findall(r"\X", text))


def twitter_weight(text: str) -> int:
    """X's own count (twitter-text v3): most Latin characters 1, emoji and "…" 2, a URL 23."""
    return int(parse_tweet(text).weightedLength)


def mastodon_count(text: str) -> int:
    """Graphemes, but a URL counts 23 and `@user@host` like `@user`."""
    shortened = REMOTE_HANDLE.sub(r"@\1", text)
    links = len(URL.findall(shortened))
    return graphemes(URL.sub("", shortened)) + links * MASTODON_URL_WEIGHT


def twitter_links(text: str) -> list[str]:
    """Everything in a text that X makes a link of, `README.md` included: each makes the post dearer."""
    return [found["url"] for found in extract_urls_with_indices(unicodedata.normalize("NFC", text))]


@dataclass(frozen=True)
class Network:
    """What a network takes. `limit` 0 is no limit; prices are in millionths of a US dollar."""

    count: Callable[[str], int]
    limit: int
    tags_most: int
    images_most: int
    image_bytes: int
    image_types: tuple[str, ...]
    alt_most: int
    ellipsis: str = "…"
    price: int = 0
    price_with_link: int = 0
    mentions_restricted: bool = False
    """The network refuses or charges mentions that programs make."""
    finds_links: Callable[[str], list[str]] = lambda text: URL.findall(text)

    def cost(self, text: str) -> int:
        """What posting this text costs, in millionths of a US dollar."""
        return self.price_with_link if self.price_with_link and self.finds_links(text) else self.price


NETWORKS: dict[ChannelKind, Network] = {
    # docs.x.com: 280 weighted, 4 pictures of 5 MB, alt text 1000; pay per use since 2026 (channels.md, 2.1)
    ChannelKind.TWITTER: Network(
        twitter_weight, 280, 3, 4, 5_000_000, ("image/jpeg", "image/png", "image/webp"), 1_000,
        price=15_000, price_with_link=200_000, mentions_restricted=True, finds_links=twitter_links,
    ),
    # The defaults of a Mastodon instance; `config` of the channel overrides them per instance (channels.md, 2.4).
    ChannelKind.MASTODON: Network(
        mastodon_count, 500, 5, 4, 8_000_000, ("image/jpeg", "image/png", "image/webp"), 1_500
    ),
    ChannelKind.BLOG: Network(graphemes, 0, 10, 12, 10_000_000, ("image/jpeg", "image/png", "image/webp"), 1_500),
    ChannelKind.RECORD: Network(graphemes, 500, 5, 4, 8_000_000, ("image/jpeg", "image/png", "image/webp"), 1_500),
}  # fmt: skip

ADJUSTABLE = ("limit", "tags_most", "images_most", "image_bytes", "alt_most")


def network(kind: ChannelKind, config: dict[str, Any]) -> Network:
    """The rules of a channel: its network's, with what this account or instance is known to allow."""
    known = {name: int(config[name]) for name in ADJUSTABLE if name in config}
    return replace(NETWORKS[kind], **known)  # type: ignore[arg-type]
