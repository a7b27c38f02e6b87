"""`python -m benchmarks`: every benchmark, or those that are named, over an engine of our own or the one given."""

import uuid
from collections.abc import Callable, Coroutine, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
import uvloop

from benchmarks import process, report, servers
from benchmarks.alerts import alerts
from benchmarks.bench import Bench
from benchmarks.bpql import bpql
from benchmarks.export import export
from benchmarks.figures import Figure
from benchmarks.ingest import clear, ingest
from benchmarks.page import page
from benchmarks.stats import stats
from benchmarks.updates import updates
from benchmarks.vendors import vendors
from benchmarks.walk import deep, walk
from gateway.cli.stopping import interruptible
from gateway.engine import EngineError

Benchmark = Callable[[Bench], Coroutine[Any, Any, list[Figure]]]

_FILLS = "ingest"

# The updates come last: they leave an index behind that is not the one that was filled.
BENCHMARKS: Mapping[str, Benchmark] = {
    _FILLS: ingest, "page": page, "stats": stats, "walk": walk, "deep": deep, "export": export, "vendors": vendors,
    "bpql": bpql, "alerts": alerts, "updates": updates,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Size:
    """How much is measured: the incidents in the store, and the rounds of each benchmark."""

    incidents: int
    rounds: int


_QUICK = Size(20_000, 3)
_NOT_DONE = 2


def main(
    incidents: Annotated[int, typer.Option(min=15_000, help="How many incidents the store is filled with.")] = 200_000,
    rounds: Annotated[int, typer.Option(min=1, help="Rounds of each benchmark.")] = 7,
    only: Annotated[list[str] | None, typer.Option(help=f"One of {', '.join(BENCHMARKS)}; may be repeated.")] = None,
    url: Annotated[
        str | None, typer.Option(envvar="GATEWAY_OPENSEARCH_URL", help="An OpenSearch that runs; else one is started.")
    ] = None,
    json: Annotated[Path | None, typer.Option(help="A file for the values of every round.")] = None,
    quick: Annotated[bool, typer.Option("--quick", help="20,000 incidents, 3 rounds: to see that all works.")] = False,
) -> None:
    """Measure the gateway against the engine that it stands before."""
    chosen = _chosen(only or list(BENCHMARKS))
    size = _QUICK if quick else Size(incidents, rounds)
    try:
        with interruptible(), servers.opensearch(url) as engine:
            _measure(chosen, engine, size, json)
    except (EngineError, servers.NotServing) as error:
        report.said(str(error))
        raise typer.Exit(_NOT_DONE) from error


def _chosen(names: list[str]) -> list[str]:
    """The benchmarks of these names in their order, the one that fills the store first."""
    unknown = next((name for name in names if name not in BENCHMARKS), None)
    if unknown is not None:
        raise typer.BadParameter(f"no benchmark {unknown}; there are {', '.join(BENCHMARKS)}")
    return [name for name in BENCHMARKS if name in {_FILLS, *names}]


@contextmanager
def tenant_of(engine: str) -> Iterator[str]:
    """A tenant that nobody else has; however the block ends, nothing of it stays behind in the engine."""
    name = f"bench-{uuid.uuid4().hex[:8]}"
    try:
        yield name
    finally:
        uvloop.run(clear(engine, name))


def _measure(chosen: list[str], engine: str, size: Size, json: Path | None) -> None:
    """Shows the figures, and writes them to the file."""
    now = datetime.now(UTC)
    run = {**asdict(size), "opensearch": servers.version(engine), **report.machine(), "started": f"{now:%F %T}"}
    figures: list[Figure] = []
    report.head(run)
    with tenant_of(engine) as tenant:
        for name in chosen:
            figures += _figures(name, engine, tenant, size, now)
    if json:
        report.save(json, figures, run)


def _figures(name: str, engine: str, tenant: str, size: Size, now: datetime) -> list[Figure]:
    """The figures of one benchmark, each of which has a gateway of its own."""
    report.said(f"{name} ...")
    with servers.gateway(engine) as (url, pid):
        bench = Bench(engine, url, pid, process.resident(pid), tenant, size.incidents, size.rounds, now)
        figures = uvloop.run(BENCHMARKS[name](bench))
    for each in figures:
        report.row(each)
    return figures


app = typer.Typer(pretty_exceptions_enable=False, add_completion=False)
app.command()(main)

if __name__ == "__main__":
    app(prog_name="benchmarks")
