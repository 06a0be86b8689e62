"""Teams of a batch, gathered and then written in a few statements."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from models.access import SYSTEM
from models.imports.drafts import Draft
from models.imports.known import BATCH
from models.imports.rows import ImportedRow, ImportRun
from models.outbox import OutboxEvent
from models.teams import BlockMembership, FormerSlug, LinkState, Team, TeamLink, TeamState
from models.teams.links import LINKS_MAX
from models.teams.slugs import slug_of

COLUMNS = ["name", "pitch", "field_of_action_id", "stage", "version", "updated_at"]


class TeamWriting:
    """What a batch is going to write. An import adds links and Bausteine, and takes none away."""

    def __init__(self, run: ImportRun, now: datetime) -> None:
        self._run, self._now = run, now
        self._slugs: set[str] = set()
        self.clear()

    def clear(self) -> None:
        self.fresh: list[ImportedRow] = []
        self.again: list[ImportedRow] = []
        self._teams: list[Team] = []
        self._changed: list[Team] = []
        self._listed: list[Team] = []
        self._drafts: list[tuple[Team, Draft]] = []

    def marks(self) -> tuple[Sequence[ImportedRow], Sequence[ImportedRow]]:
        return self.fresh, self.again

    async def team(self, draft: Draft, *, listed: bool) -> Team:
        """A team that is not saved yet. It has no people and is asked nothing until somebody leads it."""
        team = Team(
            slug=await self._slug(draft.name),
            name=draft.name,
            pitch=draft.said.get("pitch", ""),
            state=TeamState.LISTED if listed else TeamState.DRAFT,
            field_of_action_id=draft.said.get("field"),
        )
        team.stage = draft.said.get("stage", team.stage)
        self._teams.append(team)
        self._drafts.append((team, draft))
        return team

    async def change(self, team: Team, draft: Draft, names: Iterable[str], *, list_it: bool) -> None:
        """A team that is there: its columns are set already."""
        changed = set(names)
        if changed - {"links", "blocks"}:
            team.version += 1
            team.updated_at = self._now
            self._changed.append(team)
        if changed & {"links", "blocks"}:
            self._drafts.append((team, draft))
        if list_it:
            self._listed.append(team)

    async def _slug(self, name: str) -> str:
        """A slug that no team has or had. They are read once: forty bytes each are less than a query per line."""
        if not self._slugs:
            self._slugs = {"", *(await _all(Team)), *(await _all(FormerSlug))}
        wanted = slug = slug_of(name)
        number = 1
        while slug in self._slugs:
            number += 1
            slug = f"{wanted}-{number}"
        self._slugs.add(slug)
        return slug

    async def write(self) -> None:
        """In the caller's transaction."""
        await Team.bulk_create(self._teams, batch_size=BATCH)
        if self._changed:
            await Team.bulk_update(self._changed, fields=COLUMNS, batch_size=BATCH)
        await self._write_links()
        await self._write_blocks()
        for team in self._listed:
            await Team.act(team.id, "list", by=SYSTEM, now=self._now, note="import")
        # The search index follows these; they are the staff's business, and no news.
        touched = {team.id: team for team in [*self._teams, *self._changed]}
        events = [
            OutboxEvent(
                type="team.edited",
                subject_kind=Team.kind,
                subject_id=team.id,
                team_id=team.id,
                payload={"import": str(self._run.id)},
                at=self._now,
            )
            for team in touched.values()
        ]
        await OutboxEvent.bulk_create(events, batch_size=BATCH)

    async def _write_links(self) -> None:
        wanted = [(team, draft) for team, draft in self._drafts if draft.links]
        standing: dict[Any, set[str]] = {team.id: set() for team, _ in wanted}
        for there in await TeamLink.filter(team_id__in=list(standing)):
            standing[there.team_id].add(there.url)
        fresh = []
        for team, draft in wanted:
            urls = standing[team.id]
            for link in draft.links:
                if link.url not in urls and len(urls) < LINKS_MAX:
                    fresh.append(
                        TeamLink(
                            team_id=team.id,
                            url=link.url,
                            label=link.label,
                            position=len(urls),
                            state=LinkState.SHOWN,
                        )
                    )
                    urls.add(link.url)
        await TeamLink.bulk_create(fresh, batch_size=BATCH)

    async def _write_blocks(self) -> None:
        rows = [BlockMembership(team_id=team.id, block_id=b) for team, draft in self._drafts for b in draft.blocks]
        await BlockMembership.bulk_create(rows, batch_size=BATCH, ignore_conflicts=True)


async def _all(model: Any) -> list[str]:
    found: list[str] = list(await model.all().values_list("slug", flat=True))
    return found
