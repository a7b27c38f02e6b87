"""The cells and rows of a table, as spreadsheets and readers of CSV take them."""

import csv
import io
from collections.abc import Sequence
from typing import Any

import orjson

_FORMULAS = frozenset("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")
"""What a formula begins with in a spreadsheet, in full width too, as East Asian ones have it."""


def at(document: Any, path: Sequence[str]) -> Any:
    """What stands at a path of names; None where nothing does."""
    for name in path:
        document = document.get(name) if isinstance(document, dict) else None
    return document


def cell(value: Any) -> str:
    """The value as it stands in a row; a text that a spreadsheet would take for a formula gets a quote in front."""
    if value is None:
        return ""
    if not isinstance(value, str):
        return orjson.dumps(value).decode()
    return f"'{value}" if value[:1] in _FORMULAS else value


def row(cells: list[str]) -> bytes:
    """The cells as one line."""
    line = io.StringIO()
    csv.writer(line).writerow(cells)
    return line.getvalue().encode()
