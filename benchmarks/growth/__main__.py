"""`python -m benchmarks.growth`: measures and records, or, with `--draw`, makes the page of what is recorded."""

import os
import platform
from datetime import UTC, datetime
from typing import Annotated, Any

import typer
import uvloop

from benchmarks import report, servers
from benchmarks.bench import Bench
from benchmarks.growth import measures, page, record
from benchmarks.growth.load import Load
from benchmarks.growth.piece import OutOfTime, Piece
from benchmarks.growth.plan import PARTS, Plan, Setting
from benchmarks.growth.record import UNFINISHED, Point, Unfinished

_LEFT = 3
_START = 20.0
"""Seconds for the engine and a gateway to start in."""


def main(  # noqa: PLR0913, PLR0917 (a command has as many options as it has)
    sizes: Annotated[str, typer.Option(help="Incidents in the store.")] = "10000,100000",
    clients: Annotated[str, typer.Option(help="Clients at once.")] = "1,8,32,1000",
    workers: Annotated[str, typer.Option(help="Processes that serve.")] = "1,2,4",
    tenants: Annotated[str, typer.Option(help="Tenants.")] = "1,10,100",
    seconds: Annotated[float, typer.Option(help="How long each setting is measured.")] = 4,
    within: Annotated[float, typer.Option(help="Seconds of a piece; the rest is measured by running it again.")] = 110,
    only: Annotated[list[str] | None, typer.Option(help=f"One of {', '.join(PARTS)}; may be repeated.")] = None,
    url: Annotated[str | None, typer.Option(envvar="GATEWAY_OPENSEARCH_URL", help="An OpenSearch that runs.")] = None,
    draw: Annotated[bool, typer.Option("--draw", help="Draw what is recorded, and measure nothing.")] = False,
) -> None:
    """Measure how the gateway grows. Ends with 3 where another piece is left."""
    if not draw:
        plan = Plan(_numbers(sizes), _numbers(clients), _numbers(workers), _numbers(tenants), seconds)
        settings, piece = plan.settings(only or PARTS), Piece(within)
        if _START + max(plan.takes(setting) for setting in settings) > within:
            raise typer.BadParameter("a piece is too short for one of the settings", param_hint="--within")
        with servers.opensearch(url) as engine:
            left = uvloop.run(_measure(engine, plan, settings, piece))
        if left:
            report.said(f"{left} of {len(settings)} settings are left: run it again, with the same words")
            raise typer.Exit(_LEFT)
    page.draw()


def _machine(engine: str) -> dict[str, Any]:
    """What it is measured on, and how busy that is with other work before it begins."""
    known = {"cores": os.cpu_count(), "system": platform.system(), "python": platform.python_version()}
    return {**known, "OpenSearch": servers.version(engine), "load before": round(os.getloadavg()[0], 1)}


def _numbers(text: str) -> list[int]:
    return [int(number) for number in text.split(",")]


async def _measure(engine: str, plan: Plan, settings: list[Setting], piece: Piece) -> int:
    """How many of the settings are left; a run that is whole is recorded, and nothing of it stays in the engine."""
    run = record.resumed(_machine(engine), datetime.now(UTC))
    try:
        for setting in run.left(settings):
            run = run.measured(await _measured(engine, plan, run, setting, piece))
    except OutOfTime:
        return len(run.left(settings))
    record.write(run.machine, run.points)
    await measures.clear(engine, run.prefix)
    UNFINISHED.unlink()
    return 0


async def _measured(engine: str, plan: Plan, run: Unfinished, setting: Setting, piece: Piece) -> Point:
    """One setting, by a gateway of its own. Raises OutOfTime."""
    with measures.served(engine, setting.workers) as (url, pids):
        bench = Bench(engine, url, 0, None, run.prefix, setting.incidents, 0, run.began)
        names = await measures.filled(bench, setting, piece)
        piece.spare(plan.takes(setting))
        point = await measures.measured(bench, setting, Load(url, pids, names, setting.clients, plan.takes(setting)))
    report.said(f"{point}")
    return point


app = typer.Typer(pretty_exceptions_enable=False, add_completion=False)
app.command()(main)

if __name__ == "__main__":
    app(prog_name="growth")
