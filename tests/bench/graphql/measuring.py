"""Processor time per request, in turns: a noisy neighbour disturbs all servers alike."""

import sys
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median

from tests.bench.graphql.load import Times, fire, numbers
from tests.bench.graphql.operations import Operation
from tests.bench.graphql.servers import Server

WARMING = 400  # requests; after fewer, V8 and the JIT are still compiling
DIFFERENT = 60  # requests that are written beforehand and sent in turn


@dataclass
class Cell:
    """One server and one operation: a figure per round."""

    cpu: list[float] = field(default_factory=list)
    """Milliseconds of processor time per request."""
    times: list[Times] = field(default_factory=list)

    @property
    def ms(self) -> float:
        return median(self.cpu)

    def p(self, percent: float) -> float:
        return median(times.p(percent) for times in self.times)

    def beside(self, other: "Cell") -> float:
        """The ratio, taken round by round."""
        return median(ours / theirs for ours, theirs in zip(self.cpu, other.cpu, strict=True))


Found = dict[tuple[str, str], Cell]


def requests(server: Server, operation: Operation, times: int) -> list[bytes]:
    """What is sent: the same few again and again, or a fresh one each time for what writes."""
    if operation.writes:
        return [server.request(operation, next(numbers)) for _ in range(times)]
    return [server.request(operation, number) for number in range(DIFFERENT)]


async def spent(server: Server, operation: Operation, times: int, lines: int = 1) -> tuple[float, Times]:
    """Milliseconds of processor time per request, and how long the answers took."""
    sent = requests(server, operation, times)
    before = server.cpu()
    taken = await fire(server.port, sent, times, lines)
    return (server.cpu() - before) * 1000 / len(taken.each), taken


async def interleaved(
    servers: Sequence[Server], operations: Sequence[Operation], *, rounds: int, seconds: float
) -> Found:
    """Warm everybody up, then measure in rounds. Each measurement lasts about so many seconds of processor time."""
    counts: dict[tuple[str, str], int] = {}
    pairs = [(server, operation) for operation in operations for server in servers if server.takes(operation)]
    for server, operation in pairs:
        ms, _ = await spent(server, operation, WARMING)
        counts[server.name, operation.name] = min(10_000, max(100, int(seconds * 1000 / max(ms, 0.03))))
    found: Found = defaultdict(Cell)
    for number in range(rounds):
        print(f"  round {number + 1} of {rounds}", file=sys.stderr, flush=True)
        for server, operation in pairs:
            key = (server.name, operation.name)
            ms, times = await spent(server, operation, counts[key])
            found[key].cpu.append(ms)
            found[key].times.append(times)
    return found
