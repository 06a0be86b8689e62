"""The page about publishing shows the table that the code follows."""

from pathlib import Path

from models.publishing import ChannelPost

PAGE = Path(__file__).parents[2] / "docs" / "subsystems" / "publishing.md"


def test_the_diagram_is_the_table() -> None:
    assert ChannelPost.transitions.mermaid() in PAGE.read_text()
