"""What a story consists of: its text in each language, its pictures, its facts."""

import hashlib
import warnings
from datetime import date
from io import BytesIO
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from PIL import Image
from tortoise import fields

from models import text
from models.base import Row
from models.language import Language
from models.stories.refusals import InvalidUrl, NoSuchPicture

URL_MAX = 2_000
HEADLINE_MAX = 140
TEASER_MAX = 300
ALT_MAX = 1_000  # the smallest of the networks' limits (X): docs.x.com, media metadata
PICTURE_MAX_BYTES = 10_000_000
PICTURE_TYPES = {"JPEG": "image/jpeg", "PNG": "image/png", "GIF": "image/gif", "WEBP": "image/webp"}


def url(value: str, path: str) -> str:
    """A web address, trimmed; raises `InvalidUrl`. Nothing is fetched."""
    value = text.line(value, path, URL_MAX)
    try:
        parts = urlsplit(value)
        valid = parts.scheme in ("http", "https") and bool(parts.hostname) and not parts.username and " " not in value
    except ValueError:
        valid = False
    if not valid:
        raise InvalidUrl(path)
    return value


class Words(NamedTuple):
    """A text as it comes from a form."""

    headline: str
    teaser: str = ""
    body: str = ""


class StoryText(Row):
    """The story in one language. `body_html` is made when the body is saved, so that reading costs no Python."""

    story: fields.ForeignKeyRelation[Any] = fields.ForeignKeyField("models.Story", related_name="texts", db_index=True)
    language = fields.CharEnumField(Language, max_length=24)
    headline = fields.CharField(max_length=HEADLINE_MAX)
    teaser = fields.CharField(max_length=TEASER_MAX, default="")
    body = fields.TextField(default="")
    body_html = fields.TextField(default="")

    class Meta:
        table = "story_text"
        unique_together = (("story", "language"),)

    def take(self, words: Words, path: str) -> None:
        """Check and take over what somebody wrote. Raises refusals; saves nothing."""
        self.headline = text.line(words.headline, f"{path}.headline", HEADLINE_MAX)
        self.body = text.prose(words.body, f"{path}.body", required=False)
        teaser = text.line(words.teaser, f"{path}.teaser", TEASER_MAX, required=False)
        self.teaser = teaser or text.excerpt(self.body, 200)
        self.body_html = text.html(self.body)


class AssetFile(Row):
    """The bytes of a picture, kept once per content. A table of its own, so that lists never carry megabytes."""

    sha256 = fields.CharField(max_length=64, unique=True)
    media_type = fields.CharField(max_length=40)
    content = fields.BinaryField()

    class Meta:
        table = "asset_file"


class Asset(Row):
    """A picture of a story: alt text in both languages or the explicit mark "decorative", and whose picture it is."""

    story: fields.ForeignKeyRelation[Any] = fields.ForeignKeyField("models.Story", related_name="images", db_index=True)
    position = fields.IntField(default=0)
    sha256 = fields.CharField(max_length=64, db_index=True)
    media_type = fields.CharField(max_length=40)
    width = fields.IntField()
    height = fields.IntField()
    alt_de = fields.CharField(max_length=ALT_MAX, default="")
    alt_en = fields.CharField(max_length=ALT_MAX, default="")
    decorative = fields.BooleanField(default=False)
    rights = fields.CharField(max_length=200)

    class Meta:
        table = "asset"

    @property
    def is_described(self) -> bool:
        return self.described(self.decorative, self.alt_de, self.alt_en)

    @staticmethod
    def described(decorative: bool, alt_de: str, alt_en: str) -> bool:
        """Whether a picture may be published: described in both languages, or marked as decorative."""
        return decorative or bool(alt_de and alt_en)

    def alt(self, language: Language) -> str:
        """The alternative text in a language; empty for a decorative picture."""
        if self.decorative:
            return ""
        return self.alt_de if language is Language.DE else self.alt_en

    def caption(self, *, alt_de: str, alt_en: str, decorative: bool, rights: str, path: str) -> None:
        """Check and take over the description. Alt texts may come later; publication asks for them."""
        self.alt_de = text.line(alt_de, f"{path}.altDe", ALT_MAX, required=False)
        self.alt_en = text.line(alt_en, f"{path}.altEn", ALT_MAX, required=False)
        self.decorative = decorative
        self.rights = text.line(rights, f"{path}.rights")

    async def content(self) -> bytes:
        """The bytes as they were handed in."""
        return (await AssetFile.get(sha256=self.sha256)).content


class Picture(NamedTuple):
    """What the bytes of a picture say about themselves."""

    sha256: str
    media_type: str
    width: int
    height: int


def measured(content: bytes, path: str = "content") -> Picture:
    """Look into the bytes of a picture; raises `NoSuchPicture`. Decodes it once, so call it in a thread."""
    if len(content) > PICTURE_MAX_BYTES:
        raise NoSuchPicture(path)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(BytesIO(content), formats=list(PICTURE_TYPES)) as picture:
                picture.load()
                kind, (width, height) = picture.format or "", picture.size
    except Exception as broken:  # Pillow answers broken files with many kinds of exceptions
        raise NoSuchPicture(path) from broken
    return Picture(hashlib.sha256(content).hexdigest(), PICTURE_TYPES[kind], width, height)


class Claim(NamedTuple):
    """A fact as it comes from a form. The source may be missing while the story is a draft."""

    claim: str
    source_url: str = ""
    as_of: date | None = None


class Fact(Row):
    """One claim of a story that can be checked: where, and as of when."""

    story: fields.ForeignKeyRelation[Any] = fields.ForeignKeyField("models.Story", related_name="facts", db_index=True)
    position = fields.IntField(default=0)
    claim = fields.CharField(max_length=500)
    source_url = fields.CharField(max_length=URL_MAX, default="")
    as_of = fields.DateField(null=True)

    class Meta:
        table = "fact"

    def take(self, claim: Claim, path: str) -> None:
        self.claim = text.line(claim.claim, f"{path}.claim", 500)
        self.source_url = url(claim.source_url, f"{path}.sourceUrl") if claim.source_url.strip() else ""
        self.as_of = claim.as_of
