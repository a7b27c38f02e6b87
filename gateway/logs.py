"""How the gateway logs: every logger's lines through one pipeline to stderr, each with the id of its request."""

import logging
from typing import Literal

import structlog
from structlog import processors
from structlog.stdlib import ExtraAdder, ProcessorFormatter, add_log_level, add_logger_name
from structlog.types import EventDict, Processor, WrappedLogger

from gateway.settings import Settings


def configure(settings: Settings) -> None:
    """Every line from here on is one JSON object, or text for a person, at the level that is set or above it."""
    line = logging.StreamHandler()
    line.setFormatter(formatter(settings.log_format))
    logging.basicConfig(handlers=[line], level=settings.log_level.upper(), force=True)
    # Its client warns at every 404 and 409, which are ordinary answers here.
    logging.getLogger("opensearch").setLevel(logging.ERROR)
    # The request line says what an access line would, and a logger that reaches no handler costs nothing.
    access = logging.getLogger("uvicorn.access")
    access.handlers, access.propagate = [], False


def formatter(log_format: Literal["json", "console"]) -> logging.Formatter:
    """A log record as one line: what is bound to the request, the record's own values, level, logger, time in UTC."""
    return ProcessorFormatter(
        foreign_pre_chain=[
            structlog.contextvars.merge_contextvars,
            ExtraAdder(),
            add_log_level,
            add_logger_name,
            processors.TimeStamper(fmt="iso", utc=True),
            _without_colours,
        ],
        processors=[ProcessorFormatter.remove_processors_meta, *_rendering(log_format)],
    )


def _without_colours(_logger: WrappedLogger, _name: str, line: EventDict) -> EventDict:
    """The line less the copy of its text that uvicorn adds for terminals."""
    line.pop("color_message", None)
    return line


def _rendering(log_format: Literal["json", "console"]) -> list[Processor]:
    # Other traceback formatters show local variables, and those hold what callers sent.
    if log_format == "console":
        return [structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)]
    return [processors.format_exc_info, processors.JSONRenderer()]
