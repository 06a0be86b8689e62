"""What somebody says about a resource: read from a form, checked, and written into its columns."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from models import text
from models.learning.refusals import MinutesOutOfRange, NothingToLearn
from models.learning.words import ResourceKind, ResourceLevel
from models.members.fields import languages
from models.teams.links import Address, address

TITLE_MAX = 200
BODY_MAX = 20_000
MINUTES = range(1, 6001)


@dataclass(frozen=True)
class Material:
    """All that is said about a resource; what is left out is empty."""

    form: ResourceKind
    title_de: str = ""
    title_en: str = ""
    body_de: str = ""
    body_en: str = ""
    url_de: str = ""
    url_en: str = ""
    licence: str = ""
    level: ResourceLevel | None = None
    language: str = ""
    """Left out: the one in which there is a title, German first."""
    minutes: int | None = None
    captions: bool = False
    transcript: bool = False
    plain_language: bool = False
    skills: Sequence[UUID] = ()
    fields_of_action: Sequence[UUID] = ()
    is_own_work: bool = False
    """Whoever says it has made it, and would like to be named."""

    def write(self, resource: Any) -> None:
        """Into the columns of a resource. Raises refusals; saves nothing."""
        resource.form = self.form
        for name, path in (("title_de", "titleDe"), ("title_en", "titleEn")):
            setattr(resource, name, text.line(getattr(self, name), path, TITLE_MAX, required=False))
        for name, path in (("body_de", "bodyDe"), ("body_en", "bodyEn")):
            setattr(resource, name, text.prose(getattr(self, name), path, BODY_MAX, required=False))
        for name, path in (("url_de", "urlDe"), ("url_en", "urlEn")):
            url = getattr(self, name)
            setattr(resource, name, address(Address(url), path).url if url else "")
        if self.minutes is not None and self.minutes not in MINUTES:
            raise MinutesOutOfRange("minutes")
        self._needs_words(resource)
        resource.licence = text.line(self.licence, "licence", 80, required=False)
        resource.level, resource.minutes = self.level, self.minutes
        resource.language = self._language(resource)
        resource.captions, resource.transcript = self.captions, self.transcript
        resource.plain_language = self.plain_language

    def _needs_words(self, resource: Any) -> None:
        """A title, and in at least one language something behind it."""
        if not (resource.title_de or resource.title_en):
            raise NothingToLearn("titleDe")
        if not (resource.body_de or resource.body_en or resource.url_de or resource.url_en):
            raise NothingToLearn("bodyDe")

    def _language(self, resource: Any) -> str:
        if self.language:
            return languages([self.language], "language")[0]
        return "de" if resource.title_de else "en"
