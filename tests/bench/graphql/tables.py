"""What the bench prints: Markdown, so that it can stand in a page as it is."""

import os
from collections.abc import Sequence

from tests.bench.graphql.measuring import Found
from tests.bench.graphql.operations import Operation
from tests.bench.graphql.servers import KEPT, MERCURIUS, OURS, Server

HIT = 0.04  # milliseconds


def line(*cells: object) -> None:
    print("| " + " | ".join(str(cell) for cell in cells) + " |", flush=True)


def heading(*cells: str) -> None:
    line(*cells)
    line(*("---" for _ in cells))


def printed(found: Found, servers: Sequence[Server], operations: Sequence[Operation]) -> None:
    """Time per request of every server, and ours beside Mercurius."""
    names = [server.name for server in servers if server.name != KEPT]
    print(f"\nMilliseconds of processor time per request, one connection (load {os.getloadavg()[0]:.1f})\n")
    heading("operation", *names, *(["ratio to Mercurius JIT", "target", ""] if {OURS, MERCURIUS} <= set(names) else []))
    for operation in operations:
        cells = [f"{found[name, operation.name].ms:.3f}" for name in names]
        if {OURS, MERCURIUS} <= set(names):
            ratio = found[OURS, operation.name].beside(found[MERCURIUS, operation.name])
            cells += [f"{ratio:.2f}x", f"{operation.target:.2f}x", verdict(ratio <= operation.target)]
        line(operation.name, *cells)
    print("\nMilliseconds until the answer, p50 / p99, one connection\n")
    heading("operation", *names)
    for operation in operations:
        each = [found[name, operation.name] for name in names]
        line(operation.name, *(f"{cell.p(50):.2f} / {cell.p(99):.2f}" for cell in each))
    if any(server.name == KEPT for server in servers):
        kept(found, operations)
    print("\nMegabytes resident afterwards: " + ", ".join(f"{s.name} {s.memory():.0f}" for s in servers))


def kept(found: Found, operations: Sequence[Operation]) -> None:
    """What an answer costs that is kept."""
    print(f"\nMilliseconds of processor time of an answer that is kept (target {HIT:.2f})\n")
    heading("operation", "processor time", "p50 / p99", "")
    for operation in operations:
        if cell := found.get((KEPT, operation.name)):
            line(operation.name, f"{cell.ms:.3f}", f"{cell.p(50):.2f} / {cell.p(99):.2f}", verdict(cell.ms <= HIT))


def verdict(good: bool) -> str:
    return "pass" if good else "short"
