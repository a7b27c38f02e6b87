"""How large documents may become: what is sent is looked at before it is checked, what is stored however it grew."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from gateway import bounds
from queries.custom import LONGEST_OBJECT, path_bytes
from queries.errors import QueryError
from queries.fields import HIDDEN


@dataclass(frozen=True, slots=True)
class Limits:
    """The bytes, values and names of an incident or a result, the values of one of its fields; the bytes of an alert.

    What their alerts make incidents be found by has as many bytes again, and half as many values.
    """

    document_bytes: int = 2**18
    document_values: int = 10_000
    document_names: int = 1000
    field_values: int = 1000
    alert_bytes: int = 2**16


def check_sent(sent: Mapping[str, Any], limits: Limits) -> None:
    """Raises QueryError for more fields, or more values of one, than a document has room for."""
    if len(sent) > limits.document_names:
        raise _too_many(f"a document may have {limits.document_names:,} fields, not {len(sent):,}", None)
    longest = next((name for name, value in sent.items() if _is_too_long(value, limits)), None)
    if longest is not None:
        count = len(sent[longest])
        raise _too_many(f"a field may have {limits.field_values:,} values, not {count:,}", longest[:140])


def check(before: Mapping[str, Any], after: Mapping[str, Any], limits: Limits) -> None:
    """Raises QueryError, at the largest field, for a document that is over a limit, and not smaller than before."""
    try:
        _check(after, limits)
    except QueryError:
        if _size(before) <= _size(after):
            raise


def check_alert(alert: Mapping[str, Any], limits: Limits, where: str | None) -> None:
    """Raises QueryError for an alert of more bytes than one may have."""
    if not fits(alert, limits):
        raise _too_large(f"an alert may have at most {limits.alert_bytes:,} bytes", where)


def fits(alert: Mapping[str, Any], limits: Limits) -> bool:
    """Whether an alert may have this."""
    return len(orjson.dumps(alert)) <= limits.alert_bytes


def check_text(text: str, limits: Limits, where: str) -> None:
    """Raises QueryError for a text of more bytes than a document may have."""
    size = len(text.encode())
    if size > limits.document_bytes:
        raise _too_large(f"a document may have {limits.document_bytes:,} bytes, not {size:,}", where)


def check_pairs(pairs: Mapping[str, int], limits: Limits) -> None:
    """Raises QueryError for alerts that have more different values than an incident can be found by."""
    size = sum(map(len, pairs))
    if size > limits.document_bytes or len(pairs) > limits.document_values // 2:
        raise _too_many("the alerts of this incident have more different values than it can be found by", None)


def _check(document: Mapping[str, Any], limits: Limits) -> None:
    shown = {name: value for name, value in document.items() if name not in HIDDEN}
    check_sent(shown, limits)
    text = orjson.dumps(shown)
    if len(text) > limits.document_bytes:
        largest = max(shown, key=lambda name: len(orjson.dumps(shown[name])))
        raise _too_large(f"a document may have {limits.document_bytes:,} bytes, not {len(text):,}", largest)
    bounds.check(text, limits.document_values)
    if path_bytes(shown) > max(LONGEST_OBJECT, limits.document_bytes):
        raise _too_large(f"the values of a document may have, each with its path, {LONGEST_OBJECT:,} bytes", None)


def _size(document: Mapping[str, Any]) -> int:
    return len(orjson.dumps({name: value for name, value in document.items() if name not in HIDDEN}))


def _is_too_long(value: Any, limits: Limits) -> bool:
    return isinstance(value, list) and len(value) > limits.field_values


def _too_many(reason: str, where: str | None) -> QueryError:
    return QueryError(reason, where, "too_many_values")


def _too_large(reason: str, where: str | None) -> QueryError:
    return QueryError(reason, where, "document_too_large")
