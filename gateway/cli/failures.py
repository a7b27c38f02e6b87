"""What a command says when it cannot: one sentence on standard error, and exit code 2."""

from typing import Any

import typer
from typer.core import TyperGroup

SOME_FAILED = 1
NOT_DONE = 2


class Failure(Exception):
    """Why a command cannot do what it was asked; the message is one sentence."""


class Sentences(TyperGroup):
    """Commands whose foreseen failures are told in a sentence; any other is a defect and shows its traceback."""

    def invoke(self, ctx: Any) -> Any:
        """Runs the command."""
        try:
            return super().invoke(ctx)
        except Exception as error:
            # Who knows the failures of every command imports what all of them do.
            from gateway.cli.foreseen import sentence  # noqa: PLC0415

            told = sentence(error)
            if told is None:
                raise
        typer.echo(f"incident-gateway: {told}", err=True)
        raise typer.Exit(NOT_DONE)
