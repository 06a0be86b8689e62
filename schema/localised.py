"""A text in both languages, with fallback: German where there is no English, and the other way round (E23)."""

from dataclasses import dataclass
from typing import Any

from models.language import Language
from schema.described import answer, computed, enum

enum(Language)


@dataclass(frozen=True)
class Localised:
    """The declaration: a pair of columns, `<name>_de` and `<name>_en`; or `<name>` where that is the German one."""

    name: str
    bare: bool = False

    @property
    def columns(self) -> tuple[str, str]:
        return self.name if self.bare else f"{self.name}_de", f"{self.name}_en"

    @property
    def read(self) -> Any:
        de, en = self.columns

        def read(root: Any):  # type: ignore[no-untyped-def]  # the field's own annotation gives the type
            return LocalisedText(de=getattr(root, de) or "", en=getattr(root, en) or "")

        return read


@answer
class LocalisedText:
    """A text in German and English. A variant that was not written is empty."""

    de: str
    en: str

    @computed
    def text(self, language: Language = Language.DE) -> str:
        """The text in this language, or in the other one where there is none."""
        return (self.de or self.en) if language is Language.DE else (self.en or self.de)
