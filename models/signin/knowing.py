"""Who comes with a token or a cookie: the credential and who its owner is at this moment, in one statement.

Every request of somebody signed in asks for it, so that what is revoked is over at once on every process.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from models import sql, vault
from models.access import Viewer
from models.signin.sessions import SESSION_IDLE, TOUCH_EVERY, Session
from models.signin.tokens import ApiToken
from models.signin.viewers import as_viewer, uuid_of, who


@dataclass(frozen=True)
class Credential:
    """How one kind of credential is known. `$1` is the digest of the secret, `$2` now."""

    table: str
    lives: str
    """Neither revoked nor at its end, and not idle for too long."""
    used: str
    """The column that says when it was used last."""
    spans: tuple[timedelta, ...] = (TOUCH_EVERY,)
    """What `$3` and so on lie before now."""

    @property
    def statement(self) -> str:
        old = f"({self.used} IS NULL OR {self.used} < $3)"
        return f"""
WITH known AS (
  SELECT id, person_id, CASE WHEN {old} THEN 'old' ELSE '' END AS age
    FROM {self.table} WHERE token_hash = $1 AND {self.lives}
)
SELECT 'credential' AS what, id, age AS value FROM known UNION ALL {who("(SELECT person_id FROM known)")}"""


TOKEN = Credential(
    ApiToken._meta.db_table, "revoked_at IS NULL AND (expires_at IS NULL OR expires_at > $2)", "last_used_at"
)
SESSION = Credential(
    Session._meta.db_table,
    "revoked_at IS NULL AND expires_at > $2 AND seen_at > $4",
    "seen_at",
    (TOUCH_EVERY, SESSION_IDLE),
)
_ASKED = {credential: credential.statement for credential in (TOKEN, SESSION)}


async def viewer_by_token(secret: str, *, now: datetime) -> Viewer | None:
    """The viewer of a personal token; None for a forged, expired or revoked one, and for who may not sign in."""
    return await _viewer(TOKEN, secret, now) if secret.startswith(ApiToken.PREFIX) else None


async def viewer_by_cookie(cookie: str, *, now: datetime) -> Viewer | None:
    """The viewer of a session's cookie; None for a forged, ended, idle or revoked one, and for who may not sign in."""
    return await _viewer(SESSION, cookie, now)


async def _viewer(credential: Credential, secret: str, now: datetime) -> Viewer | None:
    moments = [now - span for span in credential.spans]
    found = await sql.rows(_ASKED[credential], vault.digest(secret), now, *moments)
    if not found:
        return None
    known = next(row for row in found if row["what"] == "credential")
    if known["value"] == "old":
        await sql.changed(f"UPDATE {credential.table} SET {credential.used} = $2 WHERE id = $1", known["id"], now)
    return as_viewer(found, uuid_of(known["id"]))
