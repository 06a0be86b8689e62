"""Reading what somebody wrote, and writing it into a story's parts. No rule about states stands here."""

import asyncio
import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from models import text
from models.access import Viewer, require
from models.errors import NotFound
from models.language import Language
from models.roles import Role
from models.stories.parts import Asset, AssetFile, Claim, Fact, StoryText, Words, measured
from models.stories.refusals import TooMany

TAGS_MAX = 10
IMAGES_MAX = 12
FACTS_MAX = 50
SHORT = 2_000  # characters of Markdown: rendered in less time than another thread takes to begin
ROMAN = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})


def require_writer(by: Viewer) -> None:
    require(by, Role.COMMUNITY_MANAGER, Role.EDITOR)


async def read(words: Mapping[Language, Words]) -> list[StoryText]:
    """Check the texts and render them, long ones outside the loop: they take a while. Raises refusals."""
    texts = []
    for language, said in words.items():
        row = StoryText(language=language)
        if len(said.body) > SHORT:
            await asyncio.to_thread(row.take, said, f"texts.{language.value}")
        else:
            row.take(said, f"texts.{language.value}")
        texts.append(row)
    return texts


def begin(story: Any, texts: Sequence[StoryText]) -> None:
    """Join a story that nobody has seen yet with its texts: nothing else of it stands anywhere. Saves nothing."""
    story.text_hash = _hashed(sorted(texts, key=lambda row: row.language.value), [], [])
    for row in texts:
        row.story_id = story.id


async def write(story: Any, texts: Sequence[StoryText]) -> None:
    """Put the texts in place of those in the same language."""
    standing = {row.language: row for row in await StoryText.filter(story_id=story.id)}
    for text_ in texts:
        row = standing.get(text_.language) or StoryText(story_id=story.id, language=text_.language)
        row.headline, row.teaser = text_.headline, text_.teaser
        row.body, row.body_html = text_.body, text_.body_html
        await row.save()


def entitle(story: Any, texts: Sequence[StoryText]) -> None:
    """The working title is the German headline, else the English one; the address follows it until publication."""
    headlines = {row.language: row.headline for row in texts}
    title = headlines.get(Language.DE) or (headlines.get(Language.EN) if not story.title else None)
    if title:
        story.title = title
        if story.published_at is None:
            story.slug = slug(title, story.id)


def slug(title: str, id: UUID) -> str:
    """`waerme-aus-servern-3f2a91`: readable, and unique by the id's random end."""
    words = re.sub(r"[^a-z0-9]+", "-", title.lower().translate(ROMAN)).strip("-")
    return f"{words[:60].strip('-') or 'story'}-{id.hex[-6:]}"


async def label(story: Any, tags: Sequence[str]) -> None:
    """Set the tags, each once, in the order given."""
    if len(tags) > TAGS_MAX:
        raise TooMany("tags")
    kept = {name.casefold(): name for name in (text.line(tag, "tags", 40) for tag in tags)}
    story.tags = list(kept.values())


async def fingerprint(story: Any) -> str:
    """The hash of what a team consents to: every word and every picture, not the alt texts and not the tags."""
    texts = await StoryText.filter(story_id=story.id).order_by("language")
    images = await Asset.filter(story_id=story.id).order_by("sha256")
    facts = await Fact.filter(story_id=story.id).order_by("position", "id")
    return _hashed(texts, images, facts)


def _hashed(texts: Sequence[StoryText], images: Sequence[Asset], facts: Sequence[Fact]) -> str:
    said = {
        "texts": [[row.language.value, row.headline, row.teaser, row.body] for row in texts],
        "images": [image.sha256 for image in images],
        "facts": [fact.claim for fact in facts],
    }
    return hashlib.sha256(json.dumps(said, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


async def picture(content: bytes) -> Asset:
    """An asset that is not saved yet, measured from its bytes. Raises `NoSuchPicture`."""
    seen = await asyncio.to_thread(measured, content)
    return Asset(sha256=seen.sha256, media_type=seen.media_type, width=seen.width, height=seen.height)


async def hang(story: Any, asset: Asset, content: bytes) -> None:
    """Add the picture to the story; its bytes are kept once, however many stories show it."""
    standing = await Asset.filter(story_id=story.id).count()
    if standing >= IMAGES_MAX:
        raise TooMany("image")
    if not await AssetFile.filter(sha256=asset.sha256).exists():
        file = AssetFile(sha256=asset.sha256, media_type=asset.media_type, content=content)
        await AssetFile.bulk_create([file], ignore_conflicts=True)
    asset.story_id, asset.position = story.id, standing
    await asset.save(force_create=True)


async def hanging(story: Any, image_id: UUID) -> Asset:
    asset = await Asset.filter(id=image_id, story_id=story.id).first()
    if asset is None:
        raise NotFound("imageId")
    return asset


def claimed(claims: Sequence[Claim]) -> list[Fact]:
    """Facts that are not saved yet. Raises refusals that name the line."""
    if len(claims) > FACTS_MAX:
        raise TooMany("facts")
    facts = [Fact(position=position) for position in range(len(claims))]
    for fact, claim in zip(facts, claims, strict=True):
        fact.take(claim, f"facts.{fact.position}")
    return facts


async def replace_facts(story: Any, facts: Sequence[Fact]) -> None:
    await Fact.filter(story_id=story.id).delete()
    for fact in facts:
        fact.story_id = story.id
        await fact.save(force_create=True)
