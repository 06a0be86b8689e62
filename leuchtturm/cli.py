"""The command line: `leuchtturm dev | api | worker | migrate | check | seed | import | sdl | events | member | ...`."""

import asyncio
import secrets
import sys
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import click

from leuchtturm.events import events
from leuchtturm.imports import import_list
from leuchtturm.privacy import privacy
from leuchtturm.search import search
from leuchtturm.settings import Settings
from models.errors import Refusal

SDL_FILE = Path(__file__).resolve().parent.parent / "schema" / "schema.graphql"


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="leuchtturm")
@click.pass_context
def main(context: click.Context) -> None:
    """Leuchtturm: the backend that keeps a hackathon's community working for the months after."""
    context.obj = Settings()


main.add_command(import_list)
pass_settings = click.make_pass_decorator(Settings)


def run(work: Coroutine[Any, Any, Any]) -> Any:
    """Run a command's coroutine; Ctrl-C ends it quietly."""
    return _run(work, None)


def _served(work: Coroutine[Any, Any, Any]) -> Any:
    """The same on uvicorn's choice of a loop: uvloop where there is one, which halves what a small answer costs."""
    from uvicorn.loops.auto import auto_loop_factory

    return _run(work, auto_loop_factory())


def _run(work: Coroutine[Any, Any, Any], loop_factory: Callable[[], asyncio.AbstractEventLoop] | None) -> Any:
    try:
        with asyncio.Runner(loop_factory=loop_factory) as runner:
            return runner.run(work)
    except KeyboardInterrupt:
        sys.exit(130)


@main.command()
@click.option("--port", type=int, help="Port to listen on (default: LEUCHTTURM_PORT, 8000).")
@click.option("--no-seed", is_flag=True, help="Start without the demo community.")
@pass_settings
def dev(settings: Settings, port: int | None, no_seed: bool) -> None:
    """Everything in one process: site, GraphQL, worker, schedule, demo community. Mail and posts are caught."""
    from leuchtturm.serve import serve_dev

    settings.port = port or settings.port
    run(serve_dev(settings, seed=not no_seed))


@main.command()
@pass_settings
def api(settings: Settings) -> None:
    """Serve the site and the GraphQL API. Run as many of these as you like (PostgreSQL and Redis)."""
    from leuchtturm.serve import serve_api

    _served(serve_api(settings))


@main.command()
@pass_settings
def worker(settings: Settings) -> None:
    """Work on whatever is due: posts, mails, issues, the schedule. Run as many of these as you like."""
    from leuchtturm.serve import serve_worker

    run(serve_worker(settings))


@main.command()
@pass_settings
def migrate(settings: Settings) -> None:
    """Bring the database up to date. Safe to run from several machines at once."""
    from leuchtturm.upkeep import migrate_database

    for line in run(migrate_database(settings)):
        click.echo(line)


@main.command()
@pass_settings
def check(settings: Settings) -> None:
    """Look at settings, database, migrations, Redis, mail and package names; exit 1 when something is wrong."""
    from leuchtturm.upkeep import findings

    problems = 0
    for ok, what, detail in run(findings(settings)):
        problems += not ok
        click.echo(f"{'ok  ' if ok else 'FAIL'}  {what}{': ' + detail if detail else ''}")
    sys.exit(1 if problems else 0)


@main.command()
@pass_settings
def seed(settings: Settings) -> None:
    """Fill an empty database with the demo community."""
    from leuchtturm.upkeep import seed_database

    fresh = run(seed_database(settings))
    click.echo("The demo community is there." if fresh else "There is a community already; nothing was changed.")


@main.command()
@click.option("--check", "only_check", is_flag=True, help="Exit 1 when the file is not what the code says.")
def sdl(only_check: bool) -> None:
    """Write the GraphQL schema to schema/schema.graphql."""
    from resolvers.graph import sdl as describe

    text = describe()
    if only_check:
        if not SDL_FILE.exists() or SDL_FILE.read_text() != text:
            click.echo("schema/schema.graphql is not what the code says: `make sdl`, and a line in CHANGELOG.md.")
            sys.exit(1)
        return
    SDL_FILE.write_text(text)
    click.echo(f"Wrote {len(text.splitlines())} lines.")


@main.command()
@click.argument("email")
@click.option("--name", required=True, help="How the member is called.")
@click.option("--role", "roles", multiple=True, default=["administrator"], show_default=True)
@click.option("--language", type=click.Choice(["de", "en"]), default="de", show_default=True)
@pass_settings
def member(settings: Settings, email: str, name: str, roles: tuple[str, ...], language: str) -> None:
    """Create a member with roles: the first administrator, who can then invite everybody else."""
    from leuchtturm.upkeep import NoSuchRole, create_member

    try:
        click.echo(run(create_member(settings, email, name, roles, language)))
    except NoSuchRole as unknown:
        click.echo(unknown)
        sys.exit(2)
    except Refusal as refused:
        raise click.ClickException(refused.en) from refused


@main.command()
@click.option("--url", default="", help="The system to try (default: this installation's address).")
@click.option("--timeout", default=120.0, show_default=True, help="Seconds to wait for each effect.")
@pass_settings
def demo(settings: Settings, url: str, timeout: float) -> None:
    """Run the main job against a started system, through its public interfaces, and print what was seen."""
    from leuchtturm.demo.run import run_demo

    sys.exit(run(run_demo(url or settings.address, timeout)))


main.add_command(events)
main.add_command(search)
main.add_command(privacy)


@main.command()
def secret() -> None:
    """Print a fresh secret for LEUCHTTURM_SECRET."""
    click.echo(secrets.token_urlsafe(48))


if __name__ == "__main__":
    main()
