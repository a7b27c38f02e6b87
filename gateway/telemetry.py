"""What is measured: a few Prometheus series with bounded labels, and their text."""

import os
import platform
from importlib.metadata import version
from typing import NamedTuple

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead

# When a series began is nobody's question here, and a line of each.
disable_created_metrics()  # type: ignore[no-untyped-call]

_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10)

REQUESTS = Counter(
    "gateway_requests_total",
    "Requests answered, by class of status",
    ("dialect", "route", "method", "status"),
)
# By route it would be 200 kB, of which a scrape takes what a hundred pages do; the log has the time of each request.
REQUEST_SECONDS = Histogram(
    "gateway_request_seconds", "Seconds to the end of an answer", ("dialect", "method"), buckets=_SECONDS
)
ENGINE_SECONDS = Histogram("gateway_engine_seconds", "Seconds that an engine call took", ("call",), buckets=_SECONDS)
ENGINE_FAILURES = Counter(
    "gateway_engine_failures_total", "Engine calls without a reply, or with a status from 300 on", ("call", "outcome")
)
IN_FLIGHT = Gauge("gateway_requests_in_flight", "Requests that have a place", multiprocess_mode="livesum")
WAITING = Gauge("gateway_requests_waiting", "Requests that wait for a place", multiprocess_mode="livesum")
PLACES = Gauge("gateway_request_places", "Places for requests", multiprocess_mode="livesum")
DEAR_IN_FLIGHT = Gauge("gateway_dear_searches_in_flight", "Dear searches in the engine", multiprocess_mode="livesum")
DEAR_WAITING = Gauge("gateway_dear_searches_waiting", "Dear searches that wait", multiprocess_mode="livesum")
DEAR_PLACES = Gauge("gateway_dear_search_places", "Places for dear searches", multiprocess_mode="livesum")
OPEN_PITS = Gauge("gateway_open_pits", "Points in time open in the engine, all tenants", multiprocess_mode="mostrecent")
PIT_SLOTS = Gauge("gateway_pit_slots", "Points in time that all tenants may have open", multiprocess_mode="mostrecent")
REFUSALS = Counter("gateway_refusals_total", "Requests refused, by the kind that they were told", ("reason",))
BULK_ITEMS = Counter("gateway_bulk_items_total", "Items of bulk requests", ("operation", "status"))
LISTENERS = Gauge("gateway_listeners", "Who listens to changes now", multiprocess_mode="livesum")
LISTENERS_CUT = Counter("gateway_listeners_cut_total", "Listeners cut for being slower than changes come")
CONNECTIONS_ENDED = Counter("gateway_connections_ended_total", "Connections that the gateway ended", ("reason",))
BUILD = Gauge("gateway_build_info", "1, of what runs", ("version", "python"), multiprocess_mode="mostrecent")


class Door(NamedTuple):
    """Places, those that are held, and who waits for one."""

    places: Gauge
    held: Gauge
    waiting: Gauge


OF_REQUESTS = Door(PLACES, IN_FLIGHT, WAITING)
OF_DEAR_SEARCHES = Door(DEAR_PLACES, DEAR_IN_FLIGHT, DEAR_WAITING)

# Of what alerts look for the first is to be seen too, which takes a series that was there before it.
_ALARMING = ("unreachable", "timed_out", "broken", "429", "503")


def begin(pit_slots: int) -> None:
    """Says what runs, and how many points in time may be open, from here on."""
    for reason in ("no_place", "unauthenticated"):
        REFUSALS.labels(reason)
    for outcome in _ALARMING:
        ENGINE_FAILURES.labels("_search", outcome)
    BUILD.labels(version("incident-gateway"), platform.python_version()).set(1)
    PIT_SLOTS.set(pit_slots)


def forget(pid: int | None) -> None:
    """Takes away what a worker that ended had under way; what it counted stays."""
    if pid is not None and "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        mark_process_dead(pid)  # type: ignore[no-untyped-call]


def exposition() -> bytes:
    """Every series as Prometheus text, of all workers together where they share a directory for it."""
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        return generate_latest()
    workers = CollectorRegistry()
    MultiProcessCollector(workers)  # type: ignore[no-untyped-call]
    return generate_latest(workers)
