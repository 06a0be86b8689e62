"""What the command line does to an installation: migrate, check, seed, create the first administrator."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import packages_distributions
from typing import NamedTuple

from tortoise.exceptions import BaseORMException

import models
from leuchtturm.settings import Settings
from models import db, sql, vault
from models.access import SYSTEM
from models.base import utcnow
from models.language import Language
from models.members import AddressTaken, Person
from models.members.handles import handle_of
from models.roles import Role
from resolvers.oidc.provider import is_sound

OUR_PACKAGES = ("schema", "resolvers", "workers", "models")
GRANTABLE = [role.value for role in Role if role not in (Role.SYSTEM, Role.TEAM_LEAD, Role.ONESELF)]


@asynccontextmanager
async def at_home(settings: Settings) -> AsyncIterator[None]:
    """The database and the keys of this installation, for a command that runs and ends."""
    vault.use(settings.keys)
    async with db.opened(settings.database):
        yield


async def migrate_database(settings: Settings) -> list[str]:
    """Bring the tables up to date; gives the lines to print."""
    from models.upgrade import upgrade

    return await upgrade(settings.database)


async def seed_database(settings: Settings) -> bool:
    """Fill an empty database with the demo community; False when there is one already."""
    from leuchtturm.seeds import rehearses, seed

    async with at_home(settings):
        return await seed(utcnow(), settings.site, networks=rehearses(settings))


class NoSuchRole(Exception):
    """The text names the roles that there are."""


async def create_member(settings: Settings, email: str, name: str, roles: tuple[str, ...], language: str) -> str:
    """Create a member, or give an existing one the roles; gives the line to print."""
    if unknown := [role for role in roles if role not in GRANTABLE]:
        raise NoSuchRole(f"There is no role {unknown[0]}. Roles: {', '.join(GRANTABLE)}.")
    async with at_home(settings):
        now = utcnow()
        try:
            person = await Person.join(
                email=email, name=name, handle=handle_of(name), now=now, locale=Language(language)
            )
        except AddressTaken:
            known = await Person.by_email(email)
            assert known is not None
            person = known
        for role in roles:
            await models.RoleGrant.give(person.id, Role(role), by=SYSTEM, now=now, reason="command line")
        return f"{name} is {', '.join(roles)} and signs in at {settings.address}/sign-in with a mailed link."


class Finding(NamedTuple):
    ok: bool
    what: str
    detail: str = ""


async def findings(settings: Settings) -> list[Finding]:
    """Everything that `leuchtturm check` looks at, in the order in which it would hurt."""
    found = [_names(), _secret(settings), _public_address(settings), _mail(settings)]
    if settings.oidc_issuer:
        found.append(_provider(settings))
    found += await _database(settings)
    found.append(await _redis(settings))
    return found


def _names() -> Finding:
    owners = packages_distributions()
    others = {name: owners[name] for name in OUR_PACKAGES if set(owners.get(name, ["leuchtturm"])) != {"leuchtturm"}}
    return Finding(not others, "package names", f"claimed by others as well: {others}" if others else "")


def _secret(settings: Settings) -> Finding:
    try:
        _ = settings.keys
    except ValueError as problem:
        return Finding(False, "secret", str(problem))
    return Finding(True, "secret")


def _public_address(settings: Settings) -> Finding:
    fine = settings.secure or settings.one_process
    return Finding(fine, "public address", settings.address + ("" if fine else " is not https://"))


def _provider(settings: Settings) -> Finding:
    """Whether sign-in with an account elsewhere is set as a whole; nobody is asked."""
    missing = [
        name
        for name, value in (
            ("LEUCHTTURM_OIDC_CLIENT_ID", settings.oidc_client_id),
            ("LEUCHTTURM_OIDC_CLIENT_SECRET", settings.oidc_client_secret.get_secret_value()),
        )
        if not value
    ]
    if not is_sound(settings.oidc_issuer):
        missing.append("LEUCHTTURM_OIDC_ISSUER with https://")
    return Finding(not missing, "sign-in elsewhere", f"missing: {', '.join(missing)}" if missing else "")


def _mail(settings: Settings) -> Finding:
    return Finding(True, "mail", "goes to the relay" if settings.smtp_url else "is caught, nothing is sent")


async def _database(settings: Settings) -> list[Finding]:
    from models.upgrade import pending

    kind = "SQLite, one process" if settings.one_process else "PostgreSQL"
    try:
        async with db.opened(settings.database):
            await sql.clock()
            late = await pending(settings.database)
    except (BaseORMException, OSError) as problem:
        return [Finding(False, "database", f"{kind}: {type(problem).__name__}")]
    return [
        Finding(True, "database", kind),
        Finding(not late, "migrations", f"run `leuchtturm migrate`: {late}" if late else "up to date"),
    ]


async def _redis(settings: Settings) -> Finding:
    if not settings.redis_url:
        fine = settings.one_process
        return Finding(fine, "redis", "stand-in in this process" if fine else "LEUCHTTURM_REDIS_URL is not set")
    from workers.queue import reachable

    fine = await reachable(settings.redis_url)
    return Finding(fine, "redis", "" if fine else "does not answer; work goes on by polling, more slowly")
