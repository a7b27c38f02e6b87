"""What a command says when it cannot: one sentence on standard error, and exit code 2."""

import errno
from typing import Any

import typer
from pydantic import ValidationError
from typer.core import TyperGroup

from gateway.client import RemoteError
from gateway.demo.loading import DemoError
from gateway.engine import EngineError
from gateway.problems import GatewayError, problem
from gateway.settings import SettingsError
from gateway.store.templates import TemplateError
from gateway.store.usable import EngineUnusable
from queries.errors import QueryError

SOME_FAILED = 1
NOT_DONE = 2


class Failure(Exception):
    """Why a command cannot do what it was asked; the message is one sentence."""


_TOLD = (Failure, SettingsError, EngineUnusable, TemplateError, EngineError, DemoError, RemoteError)


class Sentences(TyperGroup):
    """Commands whose foreseen failures are told in a sentence; any other is a defect and shows its traceback."""

    def invoke(self, ctx: Any) -> Any:
        """Runs the command."""
        try:
            return super().invoke(ctx)
        except _TOLD as error:
            sentence = str(error)
        except (GatewayError, QueryError, ValidationError) as error:
            cause = problem(error)
            sentence = f"{cause.where}: {cause.reason}" if cause.where else cause.reason
        except OSError as error:
            if error.errno == errno.EPIPE:
                raise
            sentence = f"{error.filename}: {error.strerror}" if error.filename else str(error)
        typer.echo(f"incident-gateway: {sentence}", err=True)
        raise typer.Exit(NOT_DONE)
