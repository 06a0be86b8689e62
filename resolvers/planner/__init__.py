"""The planner: a read is compiled once per document, then answered by a handful of statements and no Python per field.

`compiling.py` and `building.py` turn an operation into trees, `rendering.py` renders querysets once per shape,
`statements.py` composes SQL for two dialects, `rows.py` writes one function per list, `plan.py` and `reading.py` run
it, `planner.py` keeps the plans. What it does not know it declines, and the operation runs plainly: see
docs/subsystems/read-path.md.
"""

from resolvers.planner.planner import Planner
from resolvers.planner.shapes import Declined

__all__ = ["Declined", "Planner"]
