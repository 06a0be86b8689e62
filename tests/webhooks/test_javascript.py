"""Our signatures verify with the specification's own library for JavaScript, also during a rotation.

Skipped without Node or npm (`tests/npm.py`).
"""

import asyncio
import json
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

import models
from models.base import utcnow
from models.outbox import OutboxEvent
from tests.npm import INSTALLING, installed
from tests.webhooks.conftest import Post

HERE = Path(__file__).parent / "js"
pytestmark = pytest.mark.timeout(INSTALLING + 60)


@pytest.fixture(scope="session")
def consumer() -> Path:
    """The script beside its packages, which are installed once."""
    return installed(HERE, "verify.mjs") / "verify.mjs"


async def asked(script: Path, lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    process = await asyncio.create_subprocess_exec(
        "node", str(script), stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    output, _ = await process.communicate("".join(json.dumps(line) + "\n" for line in lines).encode())
    return [json.loads(line) for line in output.decode().splitlines()]


async def in_german(event_id: UUID) -> None:
    """Letters beyond ASCII, which no payload has, and which a signature has to bear all the same."""
    await OutboxEvent.filter(id=event_id).update(payload={"title": "Grüße – „schön“"})


async def test_the_javascript_library_verifies_with_either_secret(post: Post, consumer: Path) -> None:
    post.clock[0] = utcnow()  # the library's clock is the machine's
    endpoint = await post.webhook()
    old = post.secrets[endpoint.id]
    await in_german(await post.happens(payload={"action": "publish", "from": "publishing"}))
    await post.goes_round()
    _, new = await models.WebhookEndpoint.rotate(endpoint.id, timedelta(hours=1), by=post.keeper, now=post.clock[0])
    await in_german(await post.happens(payload={"action": "publish", "from": "publishing"}))
    await post.goes_round()
    before, during = post.partner.got()

    def line(secret: str, received: Any, body: str | None = None) -> dict[str, Any]:
        return {"secret": secret, "headers": received.headers, "body": body or received.body.decode()}

    answers = await asked(
        consumer,
        [
            line(old, before), line(old, during), line(new, during),
            line(new, before), line(old, before, before.body.decode().replace("Grüße", "Grusse")),
        ],
    )  # fmt: skip

    assert [answer["said"]["data"]["payload"]["title"] for answer in answers[:3]] == ["Grüße – „schön“"] * 3
    assert all("refused" in answer for answer in answers[3:])
