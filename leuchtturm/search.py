"""`leuchtturm search`: make the index anew, or look whether it is right."""

import asyncio
import sys

import click

from leuchtturm.settings import Settings

pass_settings = click.make_pass_decorator(Settings)


@click.group()
def search() -> None:
    """The index of the full-text search. It keeps itself; these are for an installation that has just got one."""


@search.command()
@pass_settings
def rebuild(settings: Settings) -> None:
    """Compare every entry with its row and put right what is not. May run at any time, and twice."""
    asyncio.run(_over_all(settings, repair=True))


@search.command()
@pass_settings
def check(settings: Settings) -> None:
    """Only look; exit 1 when an entry is missing, old or too many."""
    sys.exit(1 if asyncio.run(_over_all(settings, repair=False)) else 0)


async def _over_all(settings: Settings, *, repair: bool) -> bool:
    from leuchtturm.upkeep import at_home
    from models.search import rebuild

    wrong = False
    async with at_home(settings):
        for kind, tally in (await rebuild(repair=repair)).items():
            wrong = wrong or bool(tally)
            click.echo(f"{kind.value}: {tally.added} missing, {tally.changed} old, {tally.removed} too many")
    if wrong:
        click.echo("The index is right now." if repair else "Run `leuchtturm search rebuild`.")
    return wrong
