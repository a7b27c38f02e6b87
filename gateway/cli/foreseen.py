"""The failures that are foreseen, and the sentence for each."""

import errno

from pydantic import ValidationError

from gateway.cli.failures import Failure
from gateway.client import RemoteError
from gateway.demo.loading import DemoError
from gateway.engine import EngineError
from gateway.problems import GatewayError, problem
from gateway.settings import SettingsError
from gateway.store.templates import TemplateError
from gateway.store.usable import EngineUnusable
from queries.errors import QueryError

_TOLD = (Failure, SettingsError, EngineUnusable, TemplateError, EngineError, DemoError, RemoteError)


def sentence(error: Exception) -> str | None:
    """Why a command could not do what it was asked; None for a defect."""
    if isinstance(error, _TOLD):
        return str(error)
    if isinstance(error, GatewayError | QueryError | ValidationError):
        cause = problem(error)
        return f"{cause.where}: {cause.reason}" if cause.where else cause.reason
    if isinstance(error, OSError) and error.errno != errno.EPIPE:
        return f"{error.filename}: {error.strerror}" if error.filename else str(error)
    return None
