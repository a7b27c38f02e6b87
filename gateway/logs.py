"""How the gateway logs: every logger's lines through one formatter to stderr, each with the id of its request."""

import json
import logging
from collections.abc import Mapping
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

import orjson

from gateway.settings import Settings
from queries.periods import iso

request_id: ContextVar[str | None] = ContextVar("request_id", default=None)
"""The id of the request that is being answered."""

Line = Mapping[str, Any]


def configure(settings: Settings) -> None:
    """Every line from here on is one JSON object, or text for a person, at the level that is set or above it."""
    line = logging.StreamHandler()
    line.setFormatter(JsonLines() if settings.log_format == "json" else TextLines())
    logging.basicConfig(handlers=[line], level=settings.log_level.upper(), force=True)
    # Its client warns at every 404 and 409, which are ordinary answers here.
    logging.getLogger("opensearch").setLevel(logging.ERROR)
    # The request line says what an access line would, and a logger that reaches no handler costs nothing.
    access = logging.getLogger("uvicorn.access")
    access.handlers, access.propagate = [], False


class JsonLines(logging.Formatter):
    """A record as one JSON object: its text, the id of its request, and the values that it was given as a mapping."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        line = _line(record)
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        try:
            return orjson.dumps(line, default=repr).decode()
        except TypeError:  # a number beyond 64 bits, half a surrogate pair: what orjson cannot write
            return json.dumps(line, default=repr)


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
    bound = request_id.get()
    return {
        "event": record.getMessage(),
        **({} if bound is None else {"request_id": bound}),
        **(record.args if isinstance(record.args, dict) else {}),
        "level": record.levelname.lower(),
        "logger": record.name,
        "timestamp": iso(datetime.fromtimestamp(record.created, UTC)),
    }


def _word(value: object) -> str:
    """The value as one word: quoted where it would not be."""
    text = str(value)
    return text if text.isprintable() and text and " " not in text else repr(text)
