"""Everything in its order; exit status 0 when all of it was seen."""

import asyncio

import click
import httpx2

from leuchtturm.demo import newsletter, story
from leuchtturm.demo.visitor import Missing, Visitor, expect, seen

EDITOR, SECOND, LEAD = "edda@example.org", "ben@example.org", "lena@example.org"
"""An editor, a second editor, and the lead of the team Kreidekasten; the seed creates them."""


async def run_demo(url: str, patience: float) -> int:
    """Run everything; 0 when all of it was seen, 1 when something is missing."""
    click.echo(f"The main job against {url}")
    try:
        await _all(url.rstrip("/"), patience)
    except Missing as missing:
        click.echo(f"  ✗ Missing: {missing}")
        return 1
    except httpx2.HTTPError as problem:
        click.echo(f"  ✗ {url} does not answer ({type(problem).__name__}). Start it with `make run`.")
        return 1
    click.echo("Everything was there.")
    return 0


async def _all(url: str, patience: float) -> None:
    async with (
        Visitor(url, patience, EDITOR) as editor,
        Visitor(url, patience, SECOND) as second,
        Visitor(url, patience, LEAD) as lead,
    ):
        ready = await editor.http.get("/ready")
        expect(ready.status_code == 200, f"/ready answers {ready.status_code}")
        seen("The system is ready")
        await asyncio.gather(*(who.sign_in() for who in (editor, second, lead)))
        await story.tell(editor, second, lead)
        await newsletter.send(url, patience, editor, second)
