"""The catalogue: the tables of all machines and what is recorded besides, as one list of types."""

import inspect
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

import models
from models.catalogue.forms import Field, both, word
from models.catalogue.recorded import ALSO, BESIDES, RECORDED
from models.catalogue.sentences import sentence
from models.catalogue.versions import since
from models.machine import Edge, Stateful
from models.roles import Visibility


@dataclass(frozen=True)
class EventType:
    """One type of event, `<kind>.<what became of it>`."""

    name: str
    subject_kind: str
    visible_to: tuple[Visibility, ...]
    """Who may see it; where there is more than one, the event says which."""
    payload: Mapping[str, Field]
    de: str
    en: str
    since: str


@lru_cache(maxsize=1)
def catalogue() -> Mapping[str, EventType]:
    """Every type by its name, in alphabetical order. Made once; the models must be imported as a whole."""
    drawn = dict(_drawn())
    return {name: _declared(name, *drawn.get(name, ("", ()))) for name in sorted({*drawn, *RECORDED})}


def machines() -> list[type[Stateful]]:
    """Every row with a table."""
    rows = [getattr(models, name) for name in models.__all__]
    return [row for row in rows if inspect.isclass(row) and issubclass(row, Stateful)]


def _drawn() -> Iterator[tuple[str, tuple[str, tuple[Edge, ...]]]]:
    for row in machines():
        for target in dict.fromkeys(edge.target for edge in row.transitions):
            arrows = tuple(edge for edge in row.transitions if edge.target is target)
            yield f"{row.kind}.{target.value}", (row.kind, arrows)


def _declared(name: str, kind: str, arrows: tuple[Edge, ...]) -> EventType:
    recorded, said = RECORDED.get(name), _of_arrows(name, kind, arrows)
    visible = {edge.visible_to for edge in arrows} | (ALSO.get(kind, frozenset()) if arrows else frozenset())
    if recorded:
        visible.add(recorded.visible_to)
        said = _together(said, recorded.payload) if arrows else dict(recorded.payload)
    of = (recorded and recorded.subject_kind) or kind or name.partition(".")[0]
    de, en = sentence(name)
    order = [each for each in Visibility if each in visible]
    return EventType(name, of, tuple(order), said, de, en, since(name))


def _of_arrows(name: str, kind: str, arrows: tuple[Edge, ...]) -> dict[str, Field]:
    own = {
        "action": word(tuple(dict.fromkeys(edge.action for edge in arrows)), required=True),
        "from": word(tuple(dict.fromkeys(edge.source.value for edge in arrows)), required=True),
    }
    return {**own, **BESIDES.get(kind, {}), **BESIDES.get(name, {})}


def _together(one: Mapping[str, Field], other: Mapping[str, Field]) -> dict[str, Field]:
    """Two causes of one type: what only one of them writes need not be there."""
    never = {name: Field(field.form, field.words) for name, field in {**one, **other}.items()}
    shared = {name: both(one[name], other[name]) for name in one.keys() & other.keys()}
    return {name: shared.get(name, never[name]) for name in never}
