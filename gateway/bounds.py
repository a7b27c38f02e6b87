"""What JSON may hold: counted on its bytes before it is parsed, at a cost that grows with these alone."""

from typing import Any

import orjson

from queries.errors import QueryError

DEEPEST = 100
"""How deep arrays and objects may be nested in what is sent."""

_NO_UTF_8 = "str is not valid UTF-8"
_BETWEEN = b",[{"


def read(raw: bytes, most: int, what: str, where: str | None = None) -> Any:
    """The JSON value, of at most so many members. Raises QueryError; `what` is what is no JSON then."""
    check(raw, most, where)
    value = parsed(raw, what, where)
    if raw.count(b"[") + raw.count(b"{") > DEEPEST:
        check_depth(value, where)
    return value


def parsed(raw: bytes, what: str, where: str | None = None) -> Any:
    """The JSON value, however large. Raises QueryError; `what` is what is no JSON then."""
    try:
        return orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        # Its own sentence for this speaks of Python, and has no position.
        why = "it is not UTF-8" if error.msg.startswith(_NO_UTF_8) else str(error)
        raise QueryError(f"{what} is not JSON: {why}", where, "bad_json") from None


def check(raw: bytes, most: int, where: str | None = None) -> None:
    """Raises QueryError for JSON with more members of its arrays and objects, all together, than `most`.

    A million empty objects are three megabytes, and cost a hundred times as much once they are parsed.
    """
    if len(raw) > most and count(raw) > most and _has_more(raw, most):
        raise QueryError(f"at most {most:,} members of arrays and objects are read here", where, "too_many_members")


def check_depth(value: Any, where: str | None = None) -> None:
    """Raises QueryError for what is nested deeper than DEEPEST."""
    level = [value] if type(value) is dict or type(value) is list else []
    for _ in range(DEEPEST):
        # In one expression without a call, as there may be tens of thousands.
        level = [
            part
            for each in level
            for part in (each.values() if type(each) is dict else each)
            if type(part) is dict or type(part) is list
        ]
        if not level:
            return
    raise QueryError(f"nested deeper than {DEEPEST}", where, "too_deep")


def count(raw: bytes) -> int:
    """How many members of arrays and objects there are at most: what stands within texts is counted too."""
    return len(raw) - len(raw.translate(None, _BETWEEN))


def _has_more(raw: bytes, most: int) -> bool:
    """The same without what stands within texts; more texts than members cannot be."""
    plain = raw.replace(b"\\\\", b"").replace(b'\\"', b"")
    return plain.count(b'"') > 4 * (most + 1) or count(b"".join(plain.split(b'"')[::2])) > most
