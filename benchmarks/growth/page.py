"""docs/performance.md and its plots, made of the recorded run; what stands between the marks there is replaced."""

import re
from collections.abc import Callable, Sequence
from pathlib import Path

from benchmarks.growth import plots, record
from benchmarks.growth.plots import Curve
from benchmarks.growth.record import Point, Run

DOCS = Path(__file__).parents[2] / "docs"
PAGE = DOCS / "performance.md"
PLOTS = DOCS / "performance"

_EVERY = 15
"""Seconds after which somebody at work asks for another page."""

_MARKED = re.compile(r"(<!-- (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)

Row = Callable[[Point], Sequence[str]]


def draw() -> None:
    """Writes the tables into the page, and the plots beside it."""
    run = record.read()
    PAGE.write_text(drawn(PAGE.read_text(encoding="utf-8"), run), encoding="utf-8")
    PLOTS.mkdir(exist_ok=True)
    for name, plot in pictures(run).items():
        (PLOTS / name).write_text(plot, encoding="utf-8")


def drawn(text: str, run: Run) -> str:
    """The page with the tables of the run."""
    tables = _tables(run)
    return _MARKED.sub(lambda marked: f"{marked[1]}\n{tables[marked[2]]}\n\n{marked[3]}", text)


def pictures(run: Run) -> dict[str, str]:
    """The plots by the names of their files."""
    of_clients = [each for each in run.points if each.part == "clients"]
    curves = [
        Curve(f"{size:,} incidents", [(each.clients, each.per_second) for each in of_clients if each.incidents == size])
        for size in sorted({each.incidents for each in of_clients})
    ]
    depth = [(each.depth, each.p50) for each in run.points if each.part == "depth"]
    tenants = [(each.tenants, each.p50) for each in run.points if each.part == "tenants"]
    return {
        "clients.svg": plots.plot("Pages a second, one process", "clients", curves),
        "depth.svg": plots.plot("p50 of a page in a PIT, ms", "documents before it", [Curve("one client", depth)]),
        "tenants.svg": plots.plot("p50 of a page, ms", "tenants", [Curve("their pages in turn", tenants)]),
    }


def _tables(run: Run) -> dict[str, str]:
    return {
        "machine": ", ".join(f"{name}: {value}" for name, value in run.machine.items()),
        "clients": _table(run, "clients", ["incidents", "clients"], _of_clients),
        "workers": _table(run, "workers", ["processes"], lambda each: [f"{each.workers}"]),
        "depth": _table(run, "depth", ["documents before the page"], lambda each: [f"{each.depth:,}"]),
        "tenants": _table(
            run, "tenants", ["tenants", "clients"], lambda each: [f"{each.tenants:,}", f"{each.clients}"]
        ),
    }


def _of_clients(point: Point) -> list[str]:
    return [f"{point.incidents:,}", f"{point.clients:,}"]


def _of_tenants(point: Point) -> list[str]:
    return [f"{point.tenants:,}", f"{point.clients}"]


def _table(run: Run, part: str, heads: Sequence[str], row: Row) -> str:
    columns = [*heads, "pages/s", "p50 ms", "p99 ms", "CPU us", "slowest client", "refused", "people"]
    lines = [columns, ["--:"] * len(columns)]
    lines += [[*row(each), *_figures(each)] for each in run.points if each.part == part]
    return "\n".join(f"| {' | '.join(each)} |" for each in lines)


def _figures(point: Point) -> list[str]:
    cpu = "-" if point.cpu is None else f"{point.cpu:,.0f}"
    people = f"{point.per_second * _EVERY:,.0f}"
    times = [f"{point.per_second:,.0f}", f"{point.p50:,.1f}", f"{point.p99:,.1f}"]
    return [*times, cpu, f"{point.slowest:.2f}", f"{point.refused:,}", people]
