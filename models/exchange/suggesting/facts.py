"""What is compared, and nothing else. Name, picture, age, gender, origin and popularity have no column here."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class Seeker:
    """Somebody who looks for a team: what they can and want, and whom they do not meet."""

    id: UUID
    skills: frozenset[UUID] = frozenset()
    languages: tuple[str, ...] = ()
    """ISO 639 codes, the preferred one first; none: not said."""
    hours: int | None = None
    """Hours a week that they can give; None: not said."""
    fields: frozenset[UUID] = frozenset()
    """Fields of action that they are drawn to; none: not said."""
    not_teams: frozenset[UUID] = frozenset()
    """Teams that are never suggested: their own, and those where somebody is to be kept apart (E38)."""
    not_openings: frozenset[UUID] = frozenset()
    """Roles that they have met before, whatever came of it."""


@dataclass(frozen=True)
class Opening:
    """A team's role with a seat left."""

    id: UUID
    team_id: UUID
    seats: int
    must: frozenset[UUID] = frozenset()
    nice: frozenset[UUID] = frozenset()
    present: frozenset[UUID] = frozenset()
    """Skills that the team has already."""
    languages: tuple[str, ...] = ()
    hours: int | None = None
    field: UUID | None = None

    @property
    def lacking(self) -> frozenset[UUID]:
        """What the team asks for and does not have; when it has everything, whatever it asks for."""
        asked = self.must | self.nice
        return (asked - self.present) or asked
