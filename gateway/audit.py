"""The audit log: who did what, a JSON line for each write, key operation and refusal; never a value, never a key."""

import logging
from collections.abc import Mapping
from logging.handlers import WatchedFileHandler
from typing import Any

from gateway.logs import JsonLines
from gateway.settings import Settings, SettingsError

_log = logging.getLogger("gateway.audit")


def configure(settings: Settings) -> None:
    """Appends to the file that is set, and to a new one of its name once it was moved away. Raises SettingsError."""
    _log.propagate = False
    for handler in _log.handlers[:]:
        _log.removeHandler(handler)
        handler.close()
    if settings.audit_log is None:
        return
    try:
        lines = WatchedFileHandler(settings.audit_log, encoding="utf-8")
    except OSError as error:
        raise SettingsError(f"setting AUDIT_LOG: {settings.audit_log} cannot be written: {error.strerror}") from error
    lines.setFormatter(JsonLines())
    _log.addHandler(lines)
    _log.setLevel(logging.INFO)


def record(event: str, line: Mapping[str, Any]) -> None:
    """Writes a line, if there is a file for it; what is None is left out."""
    if _log.handlers:
        _log.info(event, {name: value for name, value in line.items() if value is not None})
