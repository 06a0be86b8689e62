"""One week's issue."""

from datetime import datetime
from uuid import UUID

import strawberry

import models
from models.language import Language
from models.newsletter import IssueState, deliveries
from models.newsletter.weeks import Week
from models.site import Site
from schema.binding import bound, localised
from schema.context import Info
from schema.derived import derived
from schema.described import answer, computed
from schema.localised import LocalisedText
from schema.moments import moment
from schema.newsletter.board import IssueSection, sections_of
from schema.newsletter.proofs import IssueProof
from schema.newsletter.sending import IssueProgress, progress_of


@answer
class IssueCaution:
    """What speaks against a moment of sending. It forbids nothing."""

    code: str
    message_de: str
    message_en: str


async def _items(ids: list[UUID]) -> list[list[models.IssueItem]]:
    rows = await models.IssueItem.filter(issue_id__in=ids).order_by("position", "id")
    by_issue: dict[UUID, list[models.IssueItem]] = {each: [] for each in ids}
    for row in rows:
        by_issue[row.issue_id].append(row)
    return [by_issue[each] for each in ids]


@bound(models.NewsletterIssue)
class NewsletterIssue:
    """One week's issue. Sent ones are public, with an archive page; how they are made is for staff."""

    id: UUID
    version: int
    revision: int
    """Rises with every change of what the issue says; approval is for one revision. Pass it back when you edit."""
    state: IssueState
    iso_year: int
    iso_week: int
    subject: LocalisedText = localised("subject")
    intro: LocalisedText = localised("intro")
    """Markdown."""
    planned_at: datetime | None
    """When it goes out unless an editor says otherwise."""
    scheduled_at: datetime | None
    sent_at: datetime | None
    carried_over: int
    """How many items are older than the last issue and were in none."""
    approved_at: datetime | None
    approved_revision: int | None
    correction: LocalisedText = localised("correction")
    corrected_at: datetime | None

    @derived("iso_year", "iso_week")
    def week(iso_year: int, iso_week: int) -> str:
        """The ISO week, such as `2020-W16`."""
        return str(Week(iso_year, iso_week))

    @derived("iso_year", "iso_week")
    def archive_url(iso_year: int, iso_week: int, site: Site, language: Language) -> str:
        """The page of a sent issue."""
        return site.url(Week(iso_year, iso_week).archive_path(language))

    @computed
    async def sections(root: strawberry.Parent[models.NewsletterIssue], info: Info) -> list[IssueSection]:
        """The editors' board; empty for everybody but staff."""
        if not info.context.viewer.is_staff:
            return []
        return sections_of(await info.context.loaders.by("issue.items", _items).load(root.id))

    @computed
    async def proof(root: strawberry.Parent[models.NewsletterIssue], info: Info) -> IssueProof | None:
        """The finished messages of the present revision, for staff; null while a worker is still at it."""
        if not info.context.viewer.is_staff:
            return None
        found: IssueProof | None = await info.context.loaders.by("issue.proof", _proofs).load((root.id, root.revision))
        return found

    @computed
    async def progress(root: strawberry.Parent[models.NewsletterIssue], info: Info) -> IssueProgress | None:
        """How far the sending is; for staff."""
        if not info.context.viewer.is_staff:
            return None
        return progress_of(root.state, await info.context.loaders.by("issue.progress", _accounts).load(root.id))

    @computed
    def pause_reason(root: strawberry.Parent[models.NewsletterIssue], info: Info) -> str | None:
        """Why the sending was stopped; for staff."""
        return root.pause_reason if info.context.viewer.is_staff else None

    @computed
    def cautions(root: strawberry.Parent[models.NewsletterIssue], info: Info, at: datetime) -> list[IssueCaution]:
        """What speaks against sending it then: a public holiday, the night."""
        zone = info.context.services.site.zone
        found = root.warnings(moment(at, "at"), zone)
        return [IssueCaution(code=each.code, message_de=each.de, message_en=each.en) for each in found]


async def _proofs(keys: list[tuple[UUID, int]]) -> list[models.IssueProof | None]:
    """The proofs of several issues, each of its present revision, by one statement."""
    rows = await models.IssueProof.filter(issue_id__in=[id for id, _ in keys])
    found = {(getattr(proof, "issue_id"), proof.revision): proof for proof in rows}  # noqa: B009
    return [found.get(key) for key in keys]


async def _accounts(ids: list[UUID]) -> list[list[deliveries.Count]]:
    found = await deliveries.accounts(ids)
    return [found[id] for id in ids]
