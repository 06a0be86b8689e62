"""The processes of an installation, started again as they fall: two of the API behind two ports, two workers."""

import asyncio
import random
import sys
from pathlib import Path
from typing import Any, Self

from tests.bench.graphql.servers import environment, free_port
from tests.bench.places import Place

LEASE = "6"  # seconds; a killed worker's work is taken over after that


class House:
    def __init__(self, place: Place, partner: str, folder: Path) -> None:
        self.ports = [free_port(), free_port()]
        self._settings = {
            "LEUCHTTURM_LEASE_SECONDS": LEASE,
            "LEUCHTTURM_WEBHOOK_TRUSTED_HOSTS": f'["{partner}"]',
            "LEUCHTTURM_DATA_DIR": str(folder),
        }
        self._place, self._log = place, folder / "log"
        self._running: dict[str, asyncio.subprocess.Process] = {}

    async def __aenter__(self) -> Self:
        for name in ("api 0", "api 1", "worker 0", "worker 1"):
            await self._start(name)
        return self

    async def __aexit__(self, *problem: Any) -> None:
        for process in self._running.values():
            if process.returncode is None:
                process.kill()
        await asyncio.gather(*(process.wait() for process in self._running.values()))

    async def _start(self, name: str) -> None:
        what, _, number = name.partition(" ")
        given = environment(self._place, self.ports[int(number)], **self._settings)
        with self._log.open("ab") as log:
            self._running[name] = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "leuchtturm", what, env=given, stdout=log, stderr=log
            )

    async def lose_one(self, *, kindly: bool) -> str:
        """Kill one, or ask it to stop, and start another in its place."""
        name = random.choice(list(self._running))
        process = self._running[name]
        if process.returncode is None:
            process.terminate() if kindly else process.kill()
        await process.wait()
        await self._start(name)
        return name.partition(" ")[0]
