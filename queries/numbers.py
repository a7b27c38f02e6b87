"""Numbers as a caller says them, exact or refused: the engine's columns of custom numbers are doubles."""

import math
import re

from queries.errors import QueryError

EXACT = 2**53
"""From here on a double stands for more than one whole number."""

_WHOLE = re.compile(r"\s*[+-]?\d{1,400}\s*", re.ASCII)
_NUMERIC = re.compile(r"\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*", re.ASCII)


def number(value: object, where: str) -> int | float:
    """The finite number that `value` is, or that it writes as text; raises QueryError for anything else."""
    read = written(value) if isinstance(value, str) else value
    if not isinstance(read, int | float) or isinstance(read, bool) or not math.isfinite(_double(read)):
        raise QueryError("a number is wanted here", where)
    return read


def written(text: str) -> int | float | None:
    """The number that a text writes, if it writes one."""
    if _WHOLE.fullmatch(text):
        return int(text)
    return float(text) if _NUMERIC.fullmatch(text) else None


def require_exact(value: object, where: str) -> None:
    """Refuses a whole number beyond 2^53: it would stand for its neighbours too."""
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) >= EXACT:
        raise QueryError("a whole number beyond 2^53 is not kept exactly; send it as text, in a field of text", where)


def _double(value: int | float) -> float:
    try:
        return float(value)
    except OverflowError:
        return math.inf
