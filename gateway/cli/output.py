"""What a command prints: JSON for scripts, or pretty for people."""

from collections.abc import Iterable, Sequence
from typing import Annotated, Any

import orjson
import typer

_WIDE = 200

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for scripts.")]


def show_json(value: Any) -> None:
    """One line of JSON."""
    typer.echo(orjson.dumps(value))


def show_pretty(value: Any) -> None:
    """JSON as people read it, in colours on a terminal."""
    # A process that serves never prints so.
    from rich.console import Console  # noqa: PLC0415

    Console(soft_wrap=True).print_json(orjson.dumps(value).decode())


def show_table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """A line for each row; what is too long for the terminal is wrapped, never cut: ids are there to be copied."""
    from rich.console import Console  # noqa: PLC0415
    from rich.table import Column, Table  # noqa: PLC0415

    table = Table(*(Column(each, overflow="fold") for each in heads), box=None, show_header=any(heads))
    for row in rows:
        table.add_row(*row)
    Console(width=_WIDE, markup=False, highlight=False).print(table)
