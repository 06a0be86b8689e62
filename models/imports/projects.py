"""Projects become teams without people: whoever belongs to one asks to join, and staff offer them the lead."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from models.errors import NotFound, Refusal
from models.imports.drafts import Draft, drafted
from models.imports.kinds import Kind
from models.imports.known import Known, mark, marks
from models.imports.refusals import NameTaken
from models.imports.report import Line, Note, Outcome
from models.imports.rows import ImportedRow, ImportRun
from models.imports.table import Given
from models.imports.writing import TeamWriting
from models.programme import FieldOfAction, ProgrammeBlock
from models.teams import Team, TeamState

COLUMNS = {"name": "name", "pitch": "pitch", "field": "field_of_action_id", "stage": "stage"}
KEPT = Note("was das Team selbst geschrieben hat, bleibt", "what the team has written itself stays")


class Projects:
    """One run over a list of projects."""

    def __init__(self, wish: Any, run: ImportRun, now: datetime) -> None:
        self._wish, self._now = wish, now
        self._known = Known(Kind.PROJECTS, wish.source, run)
        self._writing = TeamWriting(run, now)
        self._fields: Sequence[FieldOfAction] = ()
        self._blocks: Sequence[ProgrammeBlock] = ()

    async def batch(self, lines: Sequence[Given]) -> list[Line]:
        if not self._fields:
            self._fields, self._blocks = await FieldOfAction.all(), await ProgrammeBlock.all()
        drafts: list[tuple[Given, Draft | Refusal]] = [(line, self._draft(line)) for line in lines]
        good = [draft for _, draft in drafts if isinstance(draft, Draft)]
        known = await self._known.of(draft.key for draft in good)
        teams = {team.id: team for team in await Team.filter(id__in=[row.row_id for row in known.values()])}
        names = await self._names([draft for draft in good if draft.key not in known])
        told = [
            Line(line.number, line.one("key"), Outcome.REFUSED, draft)
            if isinstance(draft, Refusal)
            else await self._taken(draft, known.get(draft.key), teams, names)
            for line, draft in drafts
        ]
        if not self._wish.dry_run:
            await self._known.write(*self._writing.marks())
            await self._writing.write()
        self._writing.clear()
        return told

    def _draft(self, line: Given) -> Draft | Refusal:
        if line.refusal is not None:
            return line.refusal
        if twice := self._known.first(line.one("key"), line.number):
            return twice
        return drafted(line, self._fields, self._blocks)

    async def _names(self, drafts: Sequence[Draft]) -> dict[str, Team]:
        """Teams of the same name that this list did not bring: perhaps the same, and nobody but people can tell."""
        found = {team.id: team for team in await Team.filter(name__in=[draft.name for draft in drafts])}
        ours = ImportedRow.filter(what=Kind.PROJECTS, source=self._wish.source, row_id__in=list(found))
        for row_id in await ours.values_list("row_id", flat=True):
            found.pop(row_id, None)  # type: ignore[call-overload]
        return {team.name: team for team in found.values()}

    async def _taken(
        self, draft: Draft, row: ImportedRow | None, teams: Mapping[UUID, Team], names: dict[str, Team]
    ) -> Line:
        said = marks(draft.said)
        if row is None:
            return await self._new(draft, said, names)
        team = teams.get(row.row_id)
        if team is None:
            return Line(draft.number, draft.key, Outcome.REFUSED, NotFound("key"))
        changed = [name for name in said if row.said.get(name) != said[name]]
        listing = self._wish.listed and team.state is TeamState.DRAFT
        if not changed and not listing:
            return Line(draft.number, draft.key, Outcome.UNCHANGED, notes=draft.notes)
        own = [name for name in changed if name in COLUMNS and not self._as_said(team, name, row.said.get(name))]
        taken = [name for name in changed if name not in own]
        for name in taken:
            if name in COLUMNS:
                setattr(team, COLUMNS[name], draft.said[name])
        await self._writing.change(team, draft, taken, list_it=listing)
        self._writing.again.append(self._known.again(row, {**row.said, **said}))
        notes = (*draft.notes, *((KEPT,) if own else ()))
        outcome = Outcome.CHANGED if taken or listing else Outcome.UNCHANGED
        return Line(draft.number, draft.key, outcome, changes=(*taken, *(("state",) if listing else ())), notes=notes)

    def _as_said(self, team: Team, name: str, last: str | None) -> bool:
        """Whether the team still is as the list said last; of a new column: whether the team says nothing yet."""
        value = getattr(team, COLUMNS[name])
        return mark(value) == last if last is not None else not value

    async def _new(self, draft: Draft, said: dict[str, str], names: dict[str, Team]) -> Line:
        there = names.pop(draft.name, None)
        if there is not None and not self._wish.adopt:
            return Line(draft.number, draft.key, Outcome.REFUSED, NameTaken(there.slug))
        team = there or await self._writing.team(draft, listed=self._wish.listed)
        if there is not None:
            await self._writing.change(there, draft, ["links", "blocks"], list_it=False)
        self._writing.fresh.append(self._known.fresh(draft.key, team.id, said))
        return Line(draft.number, draft.key, Outcome.ADDED, notes=draft.notes)
