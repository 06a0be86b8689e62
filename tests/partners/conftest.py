"""Frontends, partners' servers and couriers, as in the neighbouring folders."""

from tests.graph.conftest import frontend  # noqa: F401  # a fixture
from tests.webhooks.conftest import partner, post  # noqa: F401  # fixtures
