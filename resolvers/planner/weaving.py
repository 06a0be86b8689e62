"""What belongs to a single object comes with it: one trip to PostgreSQL instead of one more for each list.

Only for a single object: for many parents a statement of its own costs PostgreSQL less than a look for each of them.
asyncpg reads an array of records as a list of tuples, so what follows does not know how the rows came.
"""

from collections.abc import Hashable

from resolvers.planner.composing import Composer, Leaf
from resolvers.planner.reading import Asked, leaf_of, place_of, window_of
from resolvers.planner.tree import Edge, Node


def leaves(asked: Asked, composer: Composer, node: Node) -> list[Leaf]:
    """The lists of one object that its own statement brings."""
    if composer.dialect != "postgres":
        return []
    return [_leaf(asked, composer, edge) for edge in node.edges if edge.paging is None or edge.paging.reads]


def _leaf(asked: Asked, composer: Composer, edge: Edge) -> Leaf:
    return leaf_of(composer, edge, None if edge.paging is None else place_of(asked, edge).window)


def windows(asked: Asked, node: Node) -> tuple[Hashable, ...]:
    """The pages that the request asks for: they are part of such a statement."""
    return tuple(window_of(asked, edge) for edge in node.edges if edge.paging is not None)
