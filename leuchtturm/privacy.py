"""`leuchtturm privacy`: who was erased, and forgetting them again after a restore (E4)."""

import asyncio
import sys
from pathlib import Path
from typing import TextIO
from uuid import UUID

import click

from leuchtturm.settings import Settings
from models.base import utcnow

pass_settings = click.make_pass_decorator(Settings)


@click.group()
def privacy() -> None:
    """The list of the erased holds ids that name nobody. Keep it beside the backups, and replay it after a restore."""


@privacy.command("list")
@pass_settings
def list_(settings: Settings) -> None:
    """Print the id of everybody who was erased, one per line."""
    for id in asyncio.run(_erased(settings)):
        click.echo(str(id))


@privacy.command()
@click.argument("file", type=click.File("r"))
@pass_settings
def replay(settings: Settings, file: TextIO) -> None:
    """Forget again whom FILE names (`-` reads from a pipe). May run twice."""
    ids = _read(file)
    found = asyncio.run(_replayed(settings, ids))
    click.echo(f"{len(ids)} on the list, {found} of them were remembered and are forgotten again.")


def _read(file: TextIO) -> list[UUID]:
    ids = []
    for number, line in enumerate(file, start=1):
        if not line.strip():
            continue
        try:
            ids.append(UUID(line.strip()))
        except ValueError:
            click.echo(f"{Path(file.name).name}, line {number}: this is no id. Nothing was done.", err=True)
            sys.exit(1)
    return ids


async def _erased(settings: Settings) -> list[UUID]:
    from leuchtturm.upkeep import at_home
    from models.privacy import Erasure

    async with at_home(settings):
        return [row.person_id for row in await Erasure.all().order_by("at", "id")]


async def _replayed(settings: Settings, ids: list[UUID]) -> int:
    from leuchtturm.upkeep import at_home
    from models.privacy.erasing import replay

    async with at_home(settings):
        return await replay(ids, now=utcnow())
