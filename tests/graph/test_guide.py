"""The tour for partners: its documents run, in their order, and answer what the page says."""

import json
import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

import models
from models.access import ANONYMOUS
from models.language import Language
from models.publishing import ChannelKind
from tests.graph.frontend import Frontend, heard_document
from tests.graph.told import room
from tests.graph.weekly import number_events

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "partners" / "graphql-guide.md"
BLOCK = re.compile(r"<!-- as: (?P<how>.*?) -->\n```graphql\n(?P<document>.*?)```\n(```json\n(?P<json>.*?)```\n)?", re.S)


class Step(NamedTuple):
    """One document of the page: who sends it, what is kept of the answer, which refusal it is about."""

    who: str
    document: str
    variables: str
    keep: dict[str, str]
    refused: str


def steps() -> Iterator[Step]:
    for found in BLOCK.finditer(GUIDE.read_text()):
        who, *rest = (part.strip() for part in found["how"].split(";"))
        keep = dict(re.split(r"\s*=\s*", part[5:].strip()) for part in rest if part.startswith("keep:"))
        refused = next((part[8:].strip() for part in rest if part.startswith("refused:")), "")
        yield Step(who, found["document"], found["json"] or "{}", keep, refused)


def filled(variables: str, kept: dict[str, Any]) -> Any:
    """The variables with `<name>` replaced by what was kept under that name."""

    def value(said: Any) -> Any:
        if isinstance(said, dict):
            return {name: value(each) for name, each in said.items()}
        if isinstance(said, list):
            return [value(each) for each in said]
        named = isinstance(said, str) and re.fullmatch(r"<(\w+)>", said)
        return kept[named[1]] if named else said

    return value(json.loads(variables))


def at(answer: Any, path: str) -> Any:
    for step in path.split("."):
        answer = answer[int(step)] if step.isdigit() else answer[step]
    return answer


def test_no_document_of_the_guide_is_left_out() -> None:
    assert len(list(steps())) == GUIDE.read_text().count("```graphql")


async def test_the_tour_runs_as_it_is_written(frontend: Frontend, now: datetime) -> None:
    here = await room(now)
    await models.Channel.open(ChannelKind.RECORD, "Probe", [Language.DE])
    viewers = {"nobody": ANONYMOUS, "writer": here.writer, "editor": here.editor, "lead": here.lead}
    kept: dict[str, Any] = {"team": str(here.team.id)}

    for step in steps():
        variables, viewer = filled(step.variables, kept), viewers[step.who]
        if step.document.startswith("subscription"):
            await number_events()
            assert await anext(heard_document(frontend, viewer, step.document, variables))
            continue
        told = await frontend.post(viewer, step.document, variables)
        assert "errors" not in told, (step.document, told)
        (answer,) = told["data"].values()
        assert (answer or {}).get("code", "") == step.refused, (step.document, answer)
        kept |= {name: at(answer, path) for name, path in step.keep.items()}
