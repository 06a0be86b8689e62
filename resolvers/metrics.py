"""What is counted about questions from outside; `/metrics` shows it."""

from prometheus_client import Counter, Gauge, Histogram

OPERATIONS = Counter("leuchtturm_graphql_operations_total", "GraphQL operations", ["kind", "outcome"])
DURATION = Histogram("leuchtturm_graphql_duration_seconds", "Time of one GraphQL operation over HTTP", ["kind"])
REFUSALS = Counter("leuchtturm_graphql_refusals_total", "Refusals that were answered", ["code"])
MASKED = Counter("leuchtturm_graphql_masked_errors_total", "Errors that were hidden from the client and logged")
SOCKETS = Gauge("leuchtturm_graphql_sockets", "Open WebSocket connections")
STREAMS = Gauge("leuchtturm_graphql_streams", "Open event streams")
LISTENING = Gauge("leuchtturm_graphql_subscribers", "Subscriptions that are told events as they happen")
CLASSES = Gauge("leuchtturm_graphql_subscription_classes", "Executions of subscriptions, each for all who ask alike")
SLOW = Counter("leuchtturm_graphql_slow_subscribers_total", "Subscribers that were sent away: they read too slowly")
KEPT = Counter("leuchtturm_graphql_kept_total", "Questions of strangers by how their answer was found", ["how"])
KEPT_BYTES = Gauge("leuchtturm_graphql_kept_bytes", "Size of the answers that this process keeps")
STATEMENTS = Counter("leuchtturm_graphql_statements_total", "SQL statements of GraphQL operations", ["kind"])
ROWS = Counter("leuchtturm_graphql_rows_total", "Rows that these statements brought", ["kind"])
PLANNED = Counter("leuchtturm_graphql_reads_total", "Reads by how they ran, and why plainly", ["how", "why"])

SHORT = "leuchtturm.short"
"""In the scope of a request whose answer was kept: it is counted, but a line in the log would cost more than it did."""
