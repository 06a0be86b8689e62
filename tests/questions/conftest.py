"""A frontend that asks, and the clock that jobs go by."""

from tests.graph.conftest import frontend  # noqa: F401
from tests.workers.conftest import tools  # noqa: F401
