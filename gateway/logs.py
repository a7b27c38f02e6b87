"""How the gateway logs: every logger's lines through one formatter to stderr, each with the id of its request."""

import logging
import sys
from datetime import UTC, datetime
from typing import Any, Literal

import structlog
from structlog.types import Processor

from gateway.settings import Settings
from queries.periods import iso


def configure(settings: Settings) -> None:
    """Every line from here on is one JSON object, or text for a person, at the level that is set or above it."""
    line = logging.StreamHandler()
    line.setFormatter(Lines(settings.log_format))
    logging.basicConfig(handlers=[line], level=settings.log_level.upper(), force=True)
    # Its client warns at every 404 and 409, which are ordinary answers here.
    logging.getLogger("opensearch").setLevel(logging.ERROR)
    # The request line says what an access line would, and a logger that reaches no handler costs nothing.
    access = logging.getLogger("uvicorn.access")
    access.handlers, access.propagate = [], False


class Lines(logging.Formatter):
    """A record as one line: its text, the values it was given as one mapping, and what is bound to the request."""

    def __init__(self, log_format: Literal["json", "console"]) -> None:
        super().__init__()
        self._render = _renderer(log_format)

    def format(self, record: logging.LogRecord) -> str:
        """The line. It runs once for every request, and takes half the time of structlog's own formatter."""
        line: dict[str, Any] = {
            "event": record.getMessage(),
            **structlog.contextvars.get_contextvars(),
            **(record.args if isinstance(record.args, dict) else {}),
            "level": record.levelname.lower(),
            "logger": record.name,
            "timestamp": iso(datetime.fromtimestamp(record.created, UTC)),
        }
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return str(self._render(None, record.levelname, line))


def _renderer(log_format: Literal["json", "console"]) -> Processor:
    if log_format == "console":
        return structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    return structlog.processors.JSONRenderer()
