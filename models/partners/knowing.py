"""Who asks with a key: the database is asked each time, so that a key is revoked on every process at once."""

import json
from datetime import datetime
from typing import Any
from uuid import UUID

from models import sql, vault
from models.access import Viewer
from models.partners.secret import is_key
from models.partners.using import note
from models.roles import KeyScope
from models.sights import Sight

_WHO = """
SELECT k.id, k.partner_id, k.scopes, g.topics, g.fields_of_action
  FROM partner_key k
  JOIN partner p ON p.id = k.partner_id AND p.inactive_since IS NULL
  LEFT JOIN partner_grant g ON g.partner_id = k.partner_id AND g.state = 'active' AND g.starts_at <= $2
       AND (g.ends_at IS NULL OR g.ends_at > $2)
 WHERE k.token_hash = $1 AND k.state IN ('active', 'retiring') AND k.expires_at > $2
"""
"""The key and a row for each grant that counts, in one statement: every request asks for it."""


async def viewer_by_key(said: str, *, now: datetime) -> Viewer | None:
    """The viewer that a key is at this moment; None where it is none, has ended, or its partner is deactivated."""
    if not is_key(said):
        return None
    found = await sql.rows(_WHO, vault.digest(said), now)
    if not found:
        return None
    key_id = UUID(str(found[0]["id"]))
    note(key_id, now)
    return Viewer(
        partner_id=UUID(str(found[0]["partner_id"])),
        scopes=frozenset(KeyScope(each) for each in _list(found[0]["scopes"])),
        sights=frozenset(
            Sight(tuple(_list(row["topics"])), tuple(_list(row["fields_of_action"])))
            for row in found
            if row["topics"] is not None
        ),
        credential_id=key_id,
    )


def _list(value: Any) -> list[str]:
    """Both databases give JSON as text, unless a driver has read it already."""
    read: list[str] = json.loads(value) if isinstance(value, str | bytes) else value
    return read
