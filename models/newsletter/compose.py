"""The issue composes itself from the event log; editors choose, they do not collect (newsletter.md, 9).

Deterministic: the same log, the same rows and the same clock give the same items in the same order. Whatever editors
pinned, hid, reworded, reordered or added stays as they left it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from tortoise.transactions import in_transaction

from models.access import Viewer
from models.language import Language
from models.newsletter import sources
from models.newsletter.issues import NewsletterIssue
from models.newsletter.items import NOTE, IssueItem
from models.newsletter.sections import BY_KEY, SectionKey
from models.newsletter.sources import Candidate
from models.newsletter.states import AT_WORK, IssueState
from models.newsletter.weeks import Week
from models.stories import Story

CARRY_OVER = timedelta(days=28)
FRESH_HALF = timedelta(days=7)  # after a week something counts half as fresh
FEATURED_LATELY = 0.5  # the penalty for a team that had a card in the last issue
MIN_NEW = 1
COMPOSABLE = (IssueState.COLLECTING, IssueState.COMPOSED, IssueState.IN_REVIEW)

WEEKDAYS_DE = ("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag")
WEEKDAYS_EN = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True)
class Window:
    """What counts as new: [since, until). Older things back to `reach` are carried over if no issue told them."""

    since: datetime
    until: datetime

    @property
    def reach(self) -> datetime:
        return min(self.since, self.until - CARRY_OVER)


@dataclass(frozen=True)
class Told:
    """What readers know already: items by (kind, id) with the week, and the teams that had a card last time."""

    items: Mapping[tuple[str, UUID], Week]
    teams: frozenset[UUID]


async def compose(week: Week, *, zone: ZoneInfo, by: Viewer, now: datetime, min_new: int = MIN_NEW) -> NewsletterIssue:
    """Compose the issue of a week, or compose it afresh as long as it is not approved. With nothing new the issue is
    skipped and nobody gets a mail. An issue that is further on stays as it is.
    """
    await NewsletterIssue.collect(week, zone=zone, by=by, now=now)
    async with in_transaction():
        rows = NewsletterIssue.filter(iso_year=week.year, iso_week=week.number).select_for_update()
        issue = await rows.get()
        if issue.state not in COMPOSABLE:
            return issue
        window = await _window(issue.week, now)
        told = await _told(issue)
        found = await sources.candidates(window.reach, window.until)
        await _merge(issue, found, told, window, zone)
        await _entitle(issue)
        issue.cutoff_from, issue.cutoff_until = window.since, window.until
        await _go_on(issue, window, by, now, min_new)
    return issue


async def reach(*, zone: ZoneInfo, now: datetime) -> datetime:
    """How far back the next issue looks in the event log; what is older was told or will never be."""
    return (await _window(Week.of(now, zone), now)).reach


async def _window(week: Week, now: datetime) -> Window:
    last = await NewsletterIssue.last_at_work(week)
    return Window(since=last.cutoff_until if last and last.cutoff_until else now - CARRY_OVER, until=now)


async def _told(issue: NewsletterIssue) -> Told:
    rows = await IssueItem.filter(issue__state__in=list(AT_WORK)).exclude(issue_id=issue.id).prefetch_related("issue")
    items = {(row.kind, row.source_id): row.issue.week for row in rows if row.is_in and not row.is_note}
    last = await NewsletterIssue.last_at_work(issue.week)
    teams = {row.team_id for row in rows if last and row.issue_id == last.id and row.is_in and row.team_id}
    return Told(items, frozenset(teams))


async def _merge(
    issue: NewsletterIssue, found: Sequence[Candidate], told: Told, window: Window, zone: ZoneInfo
) -> None:
    """Bring the items in line with the candidates. Editors' work and notes stay."""
    standing = {(item.kind, item.source_id): item for item in await issue.items.all()}
    ranked = sorted(found, key=lambda each: (-score(each, told, window.until), str(each.id)))
    story_of_the_week = next((c.id for c in ranked if c.kind == Story.kind and (c.kind, c.id) not in told.items), None)
    for position, candidate in enumerate(ranked):
        key = (candidate.kind, candidate.id)
        item = standing.pop(key, None) or IssueItem(
            issue_id=issue.id, kind=candidate.kind, source_id=candidate.id, section=candidate.section
        )
        _fill(item, candidate)
        if not item.placed:
            item.position = position
            first = candidate.id == story_of_the_week
            item.section = SectionKey.DEVELOPMENTS if first else candidate.section
        _explain(item, candidate, told, window, zone)
        await item.save()
    await _without_candidates(list(standing.values()))


def score(candidate: Candidate, told: Told, until: datetime) -> float:
    """Editorial weight x freshness x diversity. Nothing here counts clicks or popularity (E42)."""
    age = max(timedelta(0), until - candidate.published_at)
    freshness: float = 0.5 ** (age / FRESH_HALF)
    diversity = FEATURED_LATELY if candidate.team_id in told.teams else 1.0
    return round(candidate.weight * freshness * diversity, 9)


def _fill(item: IssueItem, candidate: Candidate) -> None:
    """What the source says, unless an editor has said it otherwise."""
    words = {"headline_de", "headline_en", "blurb_de", "blurb_en"} if item.edited else set()
    said = asdict(candidate)
    for name in said.keys() - words - {"kind", "id", "section", "weight"}:
        setattr(item, name, said[name])


def _explain(item: IssueItem, candidate: Candidate, told: Told, window: Window, zone: ZoneInfo) -> None:
    week = told.items.get((candidate.kind, candidate.id))
    if week and not item.pinned:
        item.dropped_de = f"stand schon in der Ausgabe {week}"
        item.dropped_en = f"was in issue {week} already"
    else:
        item.dropped_de = item.dropped_en = ""
    day = candidate.published_at.astimezone(zone)
    if candidate.published_at < window.since:
        item.reason_de = f"am {day:%d.%m.} veröffentlicht, bisher in keiner Ausgabe"
        item.reason_en = f"published on {day.day} {day:%B}, in no issue so far"
    else:
        item.reason_de = f"veröffentlicht am {WEEKDAYS_DE[day.weekday()]}, {day:%d.%m.}"
        item.reason_en = f"published on {WEEKDAYS_EN[day.weekday()]}, {day.day} {day:%B}"
    if item.section is SectionKey.DEVELOPMENTS and item.kind == Story.kind:
        item.reason_de += "; Geschichte der Woche"
        item.reason_en += "; story of the week"
    if candidate.team_id and candidate.team_id not in told.teams and told.teams:
        item.reason_de += "; das Team war in der letzten Ausgabe nicht dabei"
        item.reason_en += "; the team was not in the last issue"


async def _without_candidates(rest: Sequence[IssueItem]) -> None:
    """Items that no source offers: notes stay, pins stay while they are public, the rest leaves with its reason."""
    for kind in sorted({item.kind for item in rest} - {NOTE}):
        items = [item for item in rest if item.kind == kind]
        still = await sources.public(kind, [item.source_id for item in items])
        for item in items:
            if item.source_id not in still:
                item.dropped_de, item.dropped_en = GONE
            elif not item.pinned:
                item.dropped_de, item.dropped_en = "älter als vier Wochen", "older than four weeks"
            await item.save()


GONE = ("nicht mehr öffentlich", "no longer public")


async def _entitle(issue: NewsletterIssue) -> None:
    """A subject, unless an editor wrote one: the week and its story."""
    items = await issue.items.filter(section=SectionKey.DEVELOPMENTS).order_by("position", "source_id")
    first = next((item for item in items if item.is_in), None)
    for language, week in ((Language.DE, f"KW {issue.iso_week}"), (Language.EN, f"Week {issue.iso_week}")):
        name = f"subject_{language.value}"
        present = getattr(issue, name)
        if present and not present.startswith(week):
            continue
        headline = first.headline(first.told_in(language)) if first else ""
        rest = {Language.DE: "Neues aus der Community", Language.EN: "News from the community"}[language]
        setattr(issue, name, f"{week}: {headline or rest}"[:120])


async def _go_on(issue: NewsletterIssue, window: Window, by: Viewer, now: datetime, min_new: int) -> None:
    """To review with something new, otherwise nowhere this week."""
    items = [item for item in await issue.items.all() if item.is_in]
    new = [item for item in items if _is_reason_enough(item, window)]
    issue.carried_over = sum(1 for item in items if item.published_at and item.published_at < window.since)
    if len(new) < min_new and issue.state is not IssueState.IN_REVIEW:
        note = f"nothing new; {issue.carried_over} carried over"
        await issue.follow("skip", by=by, now=now, note=note, carried_over=issue.carried_over)
        return
    issue.revision += 1
    issue.composed_by_id = by.person_id
    await issue.follow("compose", by=by, now=now)
    if issue.state is IssueState.COMPOSED:
        await issue.follow("review", by=by, now=now)
    await issue._ask_for_proof(now)


def _is_reason_enough(item: IssueItem, window: Window) -> bool:
    if item.pinned or item.is_note:
        return True
    new = item.published_at is not None and item.published_at >= window.since
    return new and BY_KEY[item.section].justifies


async def drop_unpublished(issue: NewsletterIssue) -> int:
    """Take out of the issue what is no longer public (revoked consent, C9.4); the caller holds the row's lock."""
    items = [item for item in await issue.items.all() if item.is_in]
    gone = 0
    for kind in sorted({item.kind for item in items} - {NOTE}):
        mine = [item for item in items if item.kind == kind]
        still = await sources.public(kind, [item.source_id for item in mine])
        for item in mine:
            if item.source_id not in still:
                item.dropped_de, item.dropped_en = GONE
                await item.save()
                gone += 1
    return gone
