"""What is measured: a few Prometheus series with bounded labels, and their text."""

import os

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.multiprocess import MultiProcessCollector

# When a series began is nobody's question here, and a line of each.
disable_created_metrics()  # type: ignore[no-untyped-call]

_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10)

REQUESTS = Counter("gateway_requests_total", "Requests answered", ("dialect", "route", "method", "status"))
# By route it would be 200 kB, of which a scrape takes what a hundred pages do; the log has the time of each request.
REQUEST_SECONDS = Histogram(
    "gateway_request_seconds", "Seconds to the end of an answer", ("dialect", "method"), buckets=_SECONDS
)
ENGINE_SECONDS = Histogram("gateway_engine_seconds", "Seconds that an engine call took", ("call",), buckets=_SECONDS)
OPEN_PITS = Gauge("gateway_open_pits", "Points in time open in the engine, all tenants", multiprocess_mode="mostrecent")
REFUSALS = Counter("gateway_refusals_total", "Requests refused before anything was done", ("reason",))
BULK_ITEMS = Counter("gateway_bulk_items_total", "Items of bulk requests", ("operation", "status"))
LISTENERS = Gauge("gateway_listeners", "Who listens to changes now", multiprocess_mode="livesum")
LISTENERS_CUT = Counter("gateway_listeners_cut_total", "Listeners cut for being slower than changes come")
CONNECTIONS_ENDED = Counter("gateway_connections_ended_total", "Connections that the gateway ended", ("reason",))


def exposition() -> bytes:
    """Every series as Prometheus text, of all workers together where they share a directory for it."""
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        return generate_latest()
    workers = CollectorRegistry()
    MultiProcessCollector(workers)  # type: ignore[no-untyped-call]
    return generate_latest(workers)
