"""Which compiled variant a reader gets: language and mask of sections, `de` or `en-5` (never anything per person)."""

from uuid import UUID

from models import sql
from models.language import Language
from models.newsletter.sections import EVERYTHING

OF_A_SUBSCRIPTION = (
    f"CASE WHEN s.sections = {EVERYTHING} THEN s.locale ELSE s.locale || '-' || CAST(s.sections AS TEXT) END"
)
"""The name of the variant in SQL, for a subscription `s`; the same as `named` says."""


def named(language: Language, sections: int = EVERYTHING) -> str:
    """`de` for every section, `de-5` for those whose bits are set."""
    wanted = sections & EVERYTHING
    return language.value if wanted == EVERYTHING else f"{language.value}-{wanted}"


async def choose(subscription_id: UUID, language: Language, sections: int) -> int:
    """The reader changed their choice: copies that wait follow it."""
    return await sql.changed(
        "UPDATE delivery SET variant = $1, updated_at = {now} WHERE subscription_id = $2 AND state = 'queued'",
        named(language, sections),
        subscription_id,
    )
