"""Which tables were written to, told by the database itself: so an answer that was kept is known to be out of date.

On PostgreSQL a trigger on every watched table notes the transaction that writes to it, whoever writes: a verb, a job,
`queryset.update()`, raw SQL, a person at the console. A look asks which notes have become visible since the last one;
snapshots, not numbers, are compared, so a transaction that commits late is not missed. On SQLite, which carries one
process, a look compares two counters of SQLite's own, and any write touches every table.

Nothing is written down by the reader, so any number of processes look without knowing of each other.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from tortoise import Tortoise

from models import sql
from models.outbox import Due

MEMORY = timedelta(minutes=5)
"""Between two looks of a process; after a longer pause it takes everything for touched."""
KEPT = timedelta(days=1)
"""How long notes stay: longer than `MEMORY` by more than any transaction lasts."""

NOT_WATCHED = frozenset(
    {
        *("outbox_event", "audit_event", "pen", "touch"),  # change with everything that happens
        *("delivery", "attempt", "channel_call", "slot", "schedule", "caught_mail"),  # written by the thousand
        *("session", "login_link", "api_token", "partner_key", "replay"),  # credentials, and what members did
    }
)
"""Tables of which no stranger reads a row, and which are written often; so are rows of work (`Due`). What is made of
them is never kept. Every other table is watched: a new one needs no line."""

_TABLE = """
CREATE TABLE IF NOT EXISTS touch (
  xid xid8 NOT NULL, name text NOT NULL, at timestamptz NOT NULL DEFAULT clock_timestamp(), PRIMARY KEY (xid, name));
CREATE OR REPLACE FUNCTION touched() RETURNS trigger LANGUAGE plpgsql AS $touched$
BEGIN
  INSERT INTO {schema}.touch (xid, name) VALUES (pg_current_xact_id(), TG_TABLE_NAME) ON CONFLICT DO NOTHING;
  RETURN NULL;
END $touched$;
"""
# Once per transaction and table: the conflict is always with a note of one's own, so nobody waits for anybody.
_TRIGGERS = """
CREATE OR REPLACE TRIGGER touched AFTER INSERT OR UPDATE OR DELETE ON "{table}"
  FOR EACH ROW EXECUTE FUNCTION touched();
CREATE OR REPLACE TRIGGER touched_whole AFTER TRUNCATE ON "{table}" FOR EACH STATEMENT EXECUTE FUNCTION touched();
"""
_WATCHED = """
SELECT c.relname AS name FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
 WHERE t.tgname IN ('touched', 'touched_whole') AND t.tgenabled IN ('O', 'A')
   AND c.relnamespace = current_schema()::regnamespace
 GROUP BY c.relname HAVING count(*) = 2
"""
# One statement, hence one snapshot. `xid >=` bounds the scan: what lies below was visible the last time.
_LOOK = """
SELECT s.place::text AS place, clock_timestamp() AS at,
       current_database() || ' since ' || pg_postmaster_start_time() AS server, t.name, t.writers
  FROM (SELECT pg_current_snapshot() AS place) s
  LEFT JOIN (SELECT name, array_agg(xid::text::bigint) AS writers FROM touch
              WHERE xid >= pg_snapshot_xmin($1::text::pg_snapshot)
                AND NOT pg_visible_in_snapshot(xid, $1::text::pg_snapshot)
              GROUP BY name) t ON true
"""
_COUNTERS = "SELECT total_changes() AS ours, (SELECT data_version FROM pragma_data_version) AS others, {now} AS at"


@dataclass(frozen=True)
class Look:
    """What the database said at one moment."""

    place: str
    """The snapshot; on SQLite the two counters."""
    server: str
    """Which run of which database server; "" on SQLite."""
    at: datetime
    """By the database's clock."""


@dataclass(frozen=True)
class Snapshot:
    """Which transactions were visible at one moment: those below `begun` that were not `running`."""

    begun: int
    running: frozenset[int]

    @classmethod
    def of(cls, place: str) -> "Snapshot":
        """From the place of a look at PostgreSQL, as it writes snapshots: `xmin:xmax:running`."""
        _, begun, running = place.split(":")
        return cls(int(begun), frozenset(map(int, running.split(","))) if running else frozenset())

    def sees(self, writer: int) -> bool:
        return writer < self.begun and writer not in self.running

    def covers(self, other: "Snapshot") -> bool:
        """Whether it sees all that the other one sees."""
        hidden = {writer for writer in self.running if writer < other.begun}
        return self.begun >= other.begun and hidden <= other.running


@dataclass(frozen=True)
class Found:
    """A look, and what was touched since the one before. `touched` is None when that cannot be told: everything."""

    look: Look
    touched: dict[str, list[int]] | None
    """The tables, each with the numbers of the transactions that touched it (none on SQLite)."""


async def look(before: Look | None) -> Found:
    """Look now. What is committed when this is called is found, or was found before."""
    return await (_by_counters(before) if sql.dialect() == "sqlite" else _by_snapshot(before))


async def _by_snapshot(before: Look | None) -> Found:
    rows = await sql.rows(_LOOK, before.place if before else None)
    now = Look(*(rows[0][name] for name in ("place", "server", "at")))
    if before is None or before.server != now.server or now.at - before.at > MEMORY:
        return Found(now, None)
    if not Snapshot.of(now.place).covers(Snapshot.of(before.place)):  # another server, or one that went back in time
        return Found(now, None)
    return Found(now, {row["name"]: row["writers"] for row in rows if row["name"] is not None})


async def _by_counters(before: Look | None) -> Found:
    (row,) = await sql.rows(_COUNTERS)
    now = Look(f"{row['ours']} {row['others']}", "", datetime.fromisoformat(row["at"]))
    return Found(now, {} if before is not None and before.place == now.place else None)


def tables() -> frozenset[str]:
    """Every table that there is, watched or not; the models must be configured."""
    return frozenset(model._meta.db_table for model in Tortoise.apps["models"].values())


def to_be_watched() -> frozenset[str]:
    """The tables whose writes have to be noted."""
    work = {m._meta.db_table for m in Tortoise.apps["models"].values() if issubclass(m, Due)}
    return tables() - work - NOT_WATCHED


async def watched() -> frozenset[str]:
    """The tables whose writes *are* noted in the open database; a database without triggers has none."""
    if sql.dialect() == "sqlite":
        return to_be_watched()
    return frozenset(row["name"] for row in await sql.rows(_WATCHED))


async def install(connection: Any) -> None:
    """Have the open database note writes; running it twice changes nothing, and locks no table the second time."""
    if connection.capabilities.dialect == "sqlite":
        return
    (schema,) = await connection.execute_query_dict("SELECT quote_ident(current_schema()) AS name")
    await connection.execute_script(_TABLE.replace("{schema}", schema["name"]))
    for name in sorted(to_be_watched() - await watched()):
        await connection.execute_script(_TRIGGERS.replace("{table}", name))


async def forget(now: datetime) -> int:
    """Delete notes that nobody asks for any more; gives how many went."""
    if sql.dialect() == "sqlite":
        return 0
    return await sql.changed("DELETE FROM touch WHERE at < $1", now - KEPT)
