"""`python -m tests.planner --operations 5000 [--database URL] [--seed N]`: thousands of operations, compared."""

import argparse
import asyncio
import logging
from collections import Counter
from random import Random

import structlog

from models import db, vault
from resolvers import metrics
from tests.planner.comparing import staged
from tests.planner.operations import Making


async def compare(url: str, operations: int, seed: int) -> int:
    """Print what was compared; the number of differences."""
    counts: Counter[str] = Counter()
    async with db.opened(url, everywhere=False):
        await db.create_schema()
        stage = await staged()
        for number in range(seed, seed + operations):
            random = Random(number)
            plannable = random.random() < 0.95
            query, variables = Making(stage.schema._schema, random, stage.pool, plannable=plannable).query()
            found = await stage.compare(query, variables, random.choice(stage.viewers))
            counts["planned" if found.planned else "plain, refused" if found.errors else "plain"] += 1
            if found.difference:
                counts["different"] += 1
                print(f"operation {number}:\n{found.difference}\n", flush=True)
            if number % 500 == 499:
                print(dict(counts), flush=True)
    print(f"{operations} operations on {url.partition(':')[0]}: {dict(counts)}; {counts['different']} differences")
    samples = [sample for metric in metrics.PLANNED.collect() for sample in metric.samples]
    why = {s.labels["why"]: int(s.value) for s in samples if s.name.endswith("_total") and s.labels["why"]}
    print("why plain:", why)
    return counts["different"]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.planner")
    parser.add_argument("--operations", type=int, default=5000)
    parser.add_argument("--database", default="sqlite://:memory:", help="an empty one")
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    vault.use(vault.Keys("a secret of the tests, as long as it must be"))
    raise SystemExit(1 if asyncio.run(compare(given.database, given.operations, given.seed)) else 0)


if __name__ == "__main__":
    main()
