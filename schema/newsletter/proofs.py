"""The finished messages of a revision, and what the check found in them."""

import strawberry

import models
from models.language import Language
from schema.binding import bound, localised
from schema.described import answer, computed
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

    @computed
    def findings(root: strawberry.Parent[models.IssueProof]) -> list[LintFinding]:
        """What the check found in any variant."""
        return [
            LintFinding(
                code=f["code"], message_de=f["de"], message_en=f["en"], variant=f["variant"], warning=f["warning"]
            )
            for f in root.findings
        ]

    @computed
    def html(root: strawberry.Parent[models.IssueProof], language: Language) -> str:
        """The HTML part."""
        return root.html_en if language is Language.EN else root.html_de

    @computed
    def text(root: strawberry.Parent[models.IssueProof], language: Language) -> str:
        """The text part."""
        return root.text_en if language is Language.EN else root.text_de

    @computed
    def html_bytes(root: strawberry.Parent[models.IssueProof], language: Language) -> int:
        """How large the HTML part is; from 102,000 bytes on Gmail hides the rest, the way out included."""
        return len((root.html_en if language is Language.EN else root.html_de).encode())
