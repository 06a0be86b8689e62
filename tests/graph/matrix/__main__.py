"""Writes docs/authorisation.md: `python -m tests.graph.matrix`, or `make docs`."""

import asyncio
import logging

import structlog

from models import vault
from tests.graph.matrix.page import PAGE
from tests.graph.matrix.whole import found


async def main() -> None:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    vault.use(vault.Keys("a secret of the tests, as long as it must be"))
    PAGE.write_text((await found()).page, encoding="utf-8")


asyncio.run(main())
