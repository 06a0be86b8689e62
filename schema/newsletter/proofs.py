"""The finished messages of a revision, and what the check found in them."""

from typing import Any

import models
from models.language import Language
from schema.binding import bound, localised
from schema.derived import derived
from schema.described import answer
from schema.localised import LocalisedText


@answer
class LintFinding:
    """What the check of the finished messages found."""

    code: str
    message_de: str
    message_en: str
    variant: str
    """Which compiled variant, such as `de`."""
    warning: bool
    """A warning is for people to weigh; everything else forbids approval."""


@bound(models.IssueProof)
class IssueProof:
    """The finished messages of one revision, as a reader who does not exist would get them."""

    revision: int
    subject: LocalisedText = localised("subject")

    @derived("findings")
    def findings(findings: Any) -> list[LintFinding]:
        """What the check found in any variant."""
        return [
            LintFinding(
                code=f["code"], message_de=f["de"], message_en=f["en"], variant=f["variant"], warning=f["warning"]
            )
            for f in findings
        ]

    @derived("html_de", "html_en")
    def html(html_de: str, html_en: str, language: Language) -> str:
        """The HTML part."""
        return html_en if language is Language.EN else html_de

    @derived("text_de", "text_en")
    def text(text_de: str, text_en: str, language: Language) -> str:
        """The text part."""
        return text_en if language is Language.EN else text_de

    @derived("html_de", "html_en")
    def html_bytes(html_de: str, html_en: str, language: Language) -> int:
        """How large the HTML part is; from 102,000 bytes on Gmail hides the rest, the way out included."""
        return len((html_en if language is Language.EN else html_de).encode())
