"""What a command prints: JSON for scripts, or pretty for people."""

from typing import Annotated, Any

import orjson
import typer
from rich.console import Console

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for scripts.")]


def show_json(value: Any) -> None:
    """One line of JSON."""
    typer.echo(orjson.dumps(value))


def show_pretty(value: Any) -> None:
    """JSON as people read it, in colours on a terminal."""
    Console(soft_wrap=True).print_json(orjson.dumps(value).decode())
