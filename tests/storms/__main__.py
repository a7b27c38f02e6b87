"""`python -m tests.storms`: the storms that are named, or all of them; a row for each promise."""

import asyncio
import signal
import sys
from contextlib import aclosing
from typing import Annotated

import typer

from tests.storms import report
from tests.storms.run import Run
from tests.storms.table import HEADS, STORMS

LONGEST = 7200
BROKEN = 1


def main(
    storms: Annotated[list[str] | None, typer.Argument(metavar="STORM...", help=f"Of {', '.join(STORMS)}.")] = None,
    size: Annotated[float, typer.Option(min=0.001, max=10, help="By which all numbers are multiplied.")] = 1.0,
    seed: Annotated[int, typer.Option(help="Of all that is drawn by lot.")] = 1,
    keys: Annotated[bool, typer.Option("--keys", help="Writes carry an Idempotency-Key.")] = False,
) -> None:
    """Try what the product promises; exit code 1 if a promise does not hold."""
    unknown = next((name for name in storms or () if name not in STORMS), None)
    if unknown is not None:
        raise typer.BadParameter(f"no storm {unknown}; there are {', '.join(STORMS)}")
    rows = asyncio.run(_raged(storms or list(STORMS), Run(seed, size, keys)))
    sys.exit(BROKEN if report.failures(rows) else 0)


async def _raged(names: list[str], run: Run) -> list[report.Row]:
    """The rows of all storms, printed as they come."""
    task = asyncio.current_task()
    assert task
    # However it is told to end, what was started is ended.
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    rows: list[report.Row] = []
    for name in names:
        print(f"{name} ...", file=sys.stderr, flush=True)
        print(HEADS.get(name, report.HEAD), flush=True)
        async with asyncio.timeout(LONGEST), aclosing(STORMS[name](run)) as storm:
            async for row in storm:
                print(report.line(row), flush=True)
                rows.append(row)
    return rows


if __name__ == "__main__":
    app = typer.Typer(pretty_exceptions_enable=False, add_completion=False)
    app.command()(main)
    app(prog_name="torture")
