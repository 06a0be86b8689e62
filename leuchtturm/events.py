"""`leuchtturm events`: writes the catalogue of events for partners, or says that it is stale."""

import sys
from pathlib import Path

import click

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "partners"


@click.command()
@click.option("--check", "only_check", is_flag=True, help="Exit 1 when the files are not what the code says.")
def events(only_check: bool) -> None:
    """Write docs/partners/events.md and the schema of this version."""
    stale = [path for path, text in documents().items() if not path.exists() or path.read_text("utf-8") != text]
    if only_check:
        for path in stale:
            click.echo(f"{path.relative_to(FOLDER.parent.parent)} is not what the code says: `leuchtturm events`.")
        sys.exit(1 if stale else 0)
    for path, text in documents().items():
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, "utf-8")
    click.echo(f"Wrote {len(stale)} files." if stale else "Nothing has changed.")


def documents() -> dict[Path, str]:
    """The files with what should stand in them."""
    from models.catalogue import VERSION
    from models.catalogue.describing import schema, written
    from models.catalogue.page import page

    return {FOLDER / "events.md": page(), FOLDER / "events" / f"{VERSION}.json": written(schema())}
