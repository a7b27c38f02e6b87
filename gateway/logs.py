"""How the gateway logs: every logger's lines through one formatter to stderr, each with the id of its request."""

import json
import logging
from collections.abc import Mapping
from contextlib import nullcontext, suppress
from contextvars import ContextVar
from datetime import UTC, datetime
from functools import lru_cache
from time import time
from typing import Any, TextIO

import orjson

from gateway.settings import Settings

request_id: ContextVar[str | None] = ContextVar("request_id", default=None)
"""The id of the request that is being answered."""

Line = Mapping[str, Any]


def configure(settings: Settings) -> None:
    """Every line from here on is one JSON object, or text for a person, at the level that is set or above it."""
    line = Lines()
    line.setFormatter(JsonLines() if settings.log_format == "json" else TextLines())
    logging.basicConfig(handlers=[line], level=settings.log_level.upper(), force=True)
    # Its client warns at every 404 and 409, which are ordinary answers here.
    logging.getLogger("opensearch").setLevel(logging.ERROR)
    # The request line says what an access line would, and a logger that reaches no handler costs nothing.
    access = logging.getLogger("uvicorn.access")
    access.handlers, access.propagate = [], False


class Lines(logging.StreamHandler[TextIO]):
    """The gateway's own handler."""

    def put(self, text: str) -> None:
        """Writes a ready line, in one piece; as with any other line, that it cannot be written stops nothing."""
        with self.lock or nullcontext(), suppress(OSError, ValueError):
            self.stream.write(text + self.terminator)
            self.stream.flush()


def write(logger: logging.Logger, event: str, values: Line) -> None:
    """What `logger.info` writes, but at once where none but the gateway's own handler hears of it, with JSON lines.

    Records and their layers take more than the line itself, which is written for each request.
    """
    if logger.isEnabledFor(logging.INFO):
        handler = _only_handler(logger)
        if isinstance(handler, Lines) and isinstance(handler.formatter, JsonLines):
            handler.put(_json(_values(event, values, "info", logger.name, time())))
        else:
            logger.info(event, values)


def _only_handler(logger: logging.Logger | None) -> logging.Handler | None:
    """The one who hears what the logger says, if there is just one."""
    handlers: list[logging.Handler] = []
    while logger:
        handlers += logger.handlers
        logger = logger.parent if logger.propagate else None
    return handlers[0] if len(handlers) == 1 else None


class JsonLines(logging.Formatter):
    """A record as one JSON object: its text, the id of its request, and the values that it was given as a mapping."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        line = _line(record)
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return _json(line)


class TextLines(logging.Formatter):
    """A record for a person: level, time, what happened, and the values; a traceback on lines of its own."""

    def format(self, record: logging.LogRecord) -> str:
        """The line, or lines."""
        line = _line(record)
        level, at, event = line.pop("level"), line.pop("timestamp"), line.pop("event")
        values = "".join(f" {name}={_word(value)}" for name, value in line.items())
        trace = f"\n{self.formatException(record.exc_info)}" if record.exc_info else ""
        return f"{level:<7} {at} {event}{values}{trace}"


def _line(record: logging.LogRecord) -> dict[str, Any]:
    values = record.args if isinstance(record.args, dict) else {}
    return _values(record.getMessage(), values, record.levelname.lower(), record.name, record.created)


def _values(event: str, values: Line, level: str, logger: str, created: float) -> dict[str, Any]:
    bound = request_id.get()
    return {
        "event": event,
        **({} if bound is None else {"request_id": bound}),
        **values,
        "level": level,
        "logger": logger,
        "timestamp": f"{_second(int(created))}.{int(created % 1 * 1000):03d}Z",
    }


@lru_cache(2)
def _second(since_epoch: int) -> str:
    """The second as text; a busy one is told in many lines."""
    return datetime.fromtimestamp(since_epoch, UTC).isoformat().removesuffix("+00:00")


def _json(line: Line) -> str:
    try:
        return orjson.dumps(line, default=repr).decode()
    except TypeError:  # a number beyond 64 bits, half a surrogate pair: what orjson cannot write
        return json.dumps(line, default=repr)


def _word(value: object) -> str:
    """The value as one word: quoted where it would not be."""
    text = str(value)
    return text if text.isprintable() and text and " " not in text else repr(text)
