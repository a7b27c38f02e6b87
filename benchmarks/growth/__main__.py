"""`python -m benchmarks.growth`: measures and records, or, with `--draw`, makes the page of what is recorded."""

import os
import platform
import uuid
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Annotated, Any

import typer
import uvloop

from benchmarks import report, servers
from benchmarks.growth import measures, page
from benchmarks.growth.load import Load
from benchmarks.growth.measures import Plan
from benchmarks.growth.record import Point, write

PARTS = ("clients", "depth", "workers", "tenants")


def main(  # noqa: PLR0917 (a command has as many options as it has)
    sizes: Annotated[str, typer.Option(help="Incidents in the store, rising.")] = "10000,100000,1000000",
    clients: Annotated[str, typer.Option(help="Clients at once.")] = "1,8,32,1000",
    workers: Annotated[str, typer.Option(help="Processes that serve.")] = "1,2,4",
    tenants: Annotated[str, typer.Option(help="Tenants, rising.")] = "1,10,100,1000",
    seconds: Annotated[float, typer.Option(help="How long each setting is measured.")] = 4,
    only: Annotated[list[str] | None, typer.Option(help=f"One of {', '.join(PARTS)}; may be repeated.")] = None,
    url: Annotated[str | None, typer.Option(envvar="GATEWAY_OPENSEARCH_URL", help="An OpenSearch that runs.")] = None,
    draw: Annotated[bool, typer.Option("--draw", help="Draw what is recorded, and measure nothing.")] = False,
) -> None:
    """Measure how the gateway grows."""
    if not draw:
        plan = Plan(_numbers(sizes), _numbers(clients), _numbers(workers), _numbers(tenants), seconds)
        with servers.opensearch(url) as engine:
            machine, points = _machine(engine), list[Point]()
            try:
                uvloop.run(_measure(engine, plan, set(only or PARTS), points))
            finally:
                # What was measured before an interruption is measured.
                write(machine, points)
    page.draw()


def _machine(engine: str) -> dict[str, Any]:
    """What it is measured on, and how busy that is with other work before it begins."""
    known = {"cores": os.cpu_count(), "system": platform.system(), "python": platform.python_version()}
    return {**known, "OpenSearch": servers.version(engine), "load before": round(os.getloadavg()[0], 1)}


def _numbers(text: str) -> list[int]:
    return [int(each) for each in text.split(",")]


async def _measure(engine: str, plan: Plan, parts: set[str], points: list[Point]) -> None:
    prefix = f"growth-{uuid.uuid4().hex[:8]}"
    try:
        async for point in _measured(engine, plan, parts, prefix):
            report.said(f"{point}")
            points.append(point)
    finally:
        await measures.clear(engine, prefix)


async def _measured(engine: str, plan: Plan, parts: set[str], prefix: str) -> AsyncIterator[Point]:
    now, held = datetime.now(UTC), 0
    with measures.served(engine) as (url, pids):
        load = Load(url, pids, (prefix,), 1, plan.seconds)
        for size in plan.sizes if parts & {"clients", "depth", "workers"} else ():
            await measures.fill(url, prefix, held, size - held, now)
            held = size
            if "clients" in parts:
                async for point in measures.by_clients(load, held, plan, now):
                    yield point
        if "depth" in parts:
            async for point in measures.by_depth(load, held):
                yield point
        if "tenants" in parts:
            async for point in measures.by_tenants(load, plan, f"{prefix}-t", now):
                yield point
    for workers in plan.workers if "workers" in parts else ():
        with measures.served(engine, workers) as (url, pids):
            yield await measures.with_workers(Load(url, pids, (prefix,), 32, plan.seconds), held, workers, now)


app = typer.Typer(pretty_exceptions_enable=False, add_completion=False)
app.command()(main)

if __name__ == "__main__":
    app(prog_name="growth")
