"""One week's issue."""

from datetime import datetime
from uuid import UUID

import models
from models.access import Viewer
from models.language import Language
from models.newsletter import IssueState, deliveries
from models.newsletter.weeks import Week
from models.site import Site
from schema.batched import batched
from schema.binding import bound, localised, shown
from schema.context import Context
from schema.derived import derived
from schema.described import answer
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

    @batched("id")
    async def sections(ids: list[UUID], context: Context) -> list[list[IssueSection]]:
        """The editors' board; empty for everybody but staff."""
        return [sections_of(items) for items in await _items(ids)] if context.viewer.is_staff else [[] for _ in ids]

    @batched("id", "revision")
    async def proof(revisions: list[tuple[UUID, int]], context: Context) -> list[IssueProof | None]:
        """The finished messages of the present revision, for staff; null while a worker is still at it."""
        if not context.viewer.is_staff:
            return [None for _ in revisions]
        rows = await models.IssueProof.filter(issue_id__in=[id for id, _ in revisions])
        found = {(getattr(proof, "issue_id"), proof.revision): shown(proof) for proof in rows}  # noqa: B009
        return [found.get(each) for each in revisions]

    @batched("id", "state")
    async def progress(issues: list[tuple[UUID, IssueState]], context: Context) -> list[IssueProgress | None]:
        """How far the sending is; for staff."""
        if not context.viewer.is_staff:
            return [None for _ in issues]
        found = await deliveries.accounts([id for id, _ in issues])
        return [progress_of(state, found[id]) for id, state in issues]

    @derived("pause_reason")
    def pause_reason(pause_reason: str, viewer: Viewer) -> str | None:
        """Why the sending was stopped; for staff."""
        return pause_reason if viewer.is_staff else None

    @derived("id")
    def cautions(id: UUID, site: Site, at: datetime) -> list[IssueCaution]:
        """What speaks against sending it then: a public holiday, the night."""
        found = models.NewsletterIssue.warnings(moment(at, "at"), site.zone)
        return [IssueCaution(code=each.code, message_de=each.de, message_en=each.en) for each in found]
