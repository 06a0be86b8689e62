"""Who gets an issue, who does not and why: one expression for the preview and for the copies that are sent (C11.4)."""

from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from models import sql
from models.newsletter import variants
from models.newsletter.sections import EVERYTHING
from models.newsletter.subscriptions import Subscription

UNUSED = timedelta(days=2 * 365)
"""Consent that was not used for so long must be renewed (AG München 161 C 12736/22: four years were too many)."""
MONTH = timedelta(days=26)  # every fourth issue, also when one of them went out two days early
SAMPLE = 5

_WHY_NOT = """
CASE WHEN s.state <> 'confirmed' THEN s.state
     WHEN EXISTS (SELECT 1 FROM suppression x WHERE x.address_hash = s.email_hash) THEN 'suppressed'
     WHEN s.paused_until > $1 THEN 'paused'
     WHEN COALESCE(s.last_sent_at, s.confirmed_at) < $2 THEN 'unused'
     WHEN s.frequency = 'monthly' AND EXISTS (
          SELECT 1 FROM delivery d JOIN newsletter_issue i ON i.id = d.issue_id
           WHERE d.subscription_id = s.id AND d.issue_id <> $4 AND d.state <> 'skipped'
             AND i.scheduled_at > $3) THEN 'monthly'
     WHEN (s.sections & $5) = 0 THEN 'nothing_chosen'
     ELSE 'in' END
"""

REASONS = {
    "pending": ("noch nicht bestätigt", "not confirmed yet"),
    "unsubscribed": ("abbestellt", "unsubscribed"),
    "bounced": ("Adresse nicht erreichbar", "address not reachable"),
    "complained": ("als Spam gemeldet", "reported as spam"),
    "suppressed": ("auf der Sperrliste", "on the suppression list"),
    "paused": ("macht gerade Pause", "is having a break"),
    "unused": ("seit zwei Jahren nicht genutzt", "not used for two years"),
    "monthly": ("monatlich, und diesen Monat schon versorgt", "monthly, and served this month already"),
    "nothing_chosen": ("in den gewählten Abschnitten gibt es nichts Neues", "nothing new in the chosen sections"),
}
"""The words for every answer of the expression above but `in`."""


class Reader(NamedTuple):
    """One of the sample. The address is masked."""

    masked_address: str
    locale: str


class Audience(NamedTuple):
    """Who will get the issue, and how many do not for which reason (a key of `REASONS`)."""

    total: int
    by_locale: dict[str, int]
    sample: list[Reader]
    excluded: dict[str, int]


def _values(issue_id: UUID, filled: int, at: datetime) -> tuple[Any, ...]:
    return at, at - UNUSED, at - MONTH, issue_id, filled & EVERYTHING


async def audience(issue_id: UUID, *, filled: int, at: datetime) -> Audience:
    """Ask who would get the issue if it went out `at`; `filled` is the mask of sections that say something."""
    values = _values(issue_id, filled, at)
    counted = await sql.rows(
        f"SELECT why, locale, COUNT(*) AS people FROM (SELECT {_WHY_NOT} AS why, s.locale AS locale"
        " FROM subscription s) AS asked GROUP BY why, locale ORDER BY why, locale",
        *values,
    )
    by_locale = {row["locale"]: int(row["people"]) for row in counted if row["why"] == "in"}
    excluded: dict[str, int] = {}
    for row in counted:
        if row["why"] != "in":
            excluded[row["why"]] = excluded.get(row["why"], 0) + int(row["people"])
    chosen = await sql.rows(
        f"SELECT s.id AS id FROM subscription s WHERE {_WHY_NOT} = 'in' ORDER BY s.id LIMIT {SAMPLE}", *values
    )
    rows = await Subscription.filter(id__in=[row["id"] for row in chosen]).order_by("id")
    sample = [Reader(row.masked_address, row.locale.value) for row in rows]
    return Audience(sum(by_locale.values()), by_locale, sample, excluded)


# A random UUID (version 4), made by the database: rows by the hundred thousand are written in one statement.
_NEW_ID = {
    "postgres": "gen_random_uuid()",
    "sqlite": (
        "lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2) || '-a' ||"
        " substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6)))"
    ),
}
_MOMENT = {"postgres": "::timestamptz", "sqlite": ""}
_UUID = {"postgres": "::uuid", "sqlite": ""}


async def write_copies(issue_id: UUID, *, filled: int, at: datetime, now: datetime) -> None:
    """One waiting copy for everybody whom `audience` names; written again it adds nobody twice.

    The order of sending follows the ids, and those are random: the first copies are a fair sample of all providers.
    """
    to = sql.dialect()
    await sql.changed(
        "INSERT INTO delivery (id, created_at, updated_at, version, issue_id, subscription_id, state, variant,"
        " domain_group, attempts, next_at, reply)"
        f" SELECT {_NEW_ID[to]}, $6{_MOMENT[to]}, $6{_MOMENT[to]}, 1, $4{_UUID[to]}, s.id, 'queued',"
        f" {variants.OF_A_SUBSCRIPTION}, s.domain_group, 0, $6{_MOMENT[to]}, ''"
        f" FROM subscription s WHERE {_WHY_NOT} = 'in' ON CONFLICT DO NOTHING",
        *_values(issue_id, filled, at),
        now,
    )
