"""How large documents may become: what is sent is looked at before it is checked, what is stored however it grew."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from gateway import bounds
from queries.custom import LONGEST_OBJECT, path_bytes
from queries.errors import QueryError
from queries.fields import HIDDEN


@dataclass(frozen=True, slots=True)
class Limits:
    """The bytes, values and names of an incident or a result, the values of one of its fields; alerts and their bytes.

    What their alerts make incidents be found by has as many bytes again, and half as many values.
    """

    document_bytes: int = 2**18
    document_values: int = 10_000
    document_names: int = 1000
    field_values: int = 1000
    alert_bytes: int = 2**16
    incident_alerts: int = 10_000


def check_sent(sent: Mapping[str, Any], limits: Limits) -> None:
    """Raises QueryError for more fields, or more values of one, than a document has room for."""
    if len(sent) > limits.document_names:
        raise _too_many(f"a document may have {limits.document_names:,} fields, not {len(sent):,}", None)
    most = limits.field_values
    for name, value in sent.items():
        if isinstance(value, list) and len(value) > most:
            raise _too_many(f"a field may have {most:,} values, not {len(value):,}", name[:140])


def check(before: Mapping[str, Any], after: Mapping[str, Any], limits: Limits) -> None:
    """Raises QueryError, at the largest field, for a document that is over a limit, and not smaller than before."""
    if _is_small(after, limits):
        return
    try:
        _check(after, limits)
    except QueryError:
        if _size(before) <= _size(after):
            raise


def check_alert(
    alert: Mapping[str, Any], limits: Limits, where: str | None, before: Mapping[str, Any] | None = None
) -> None:
    """Raises QueryError for an alert of more bytes than one may have, and more than it had before."""
    check_grown(before, alert, limits.alert_bytes, "an alert", where)


def check_grown(before: Any, after: Any, most: int, what: str, where: str | None = None) -> None:
    """Raises QueryError for what has more bytes as JSON than it may have, and more than it had before."""
    size = len(orjson.dumps(after))
    if size > most and (before is None or len(orjson.dumps(before)) < size):
        raise _too_large(f"{what} may have at most {most:,} bytes", where)


def check_alerts(before: int, after: int, limits: Limits) -> None:
    """Raises QueryError for more alerts than an incident may have, and than it had before."""
    if after > max(before, limits.incident_alerts):
        raise _too_many(f"an incident may have {limits.incident_alerts:,} alerts", None)


def fits(alert: Mapping[str, Any], limits: Limits) -> bool:
    """Whether an alert may have this."""
    return len(orjson.dumps(alert)) <= limits.alert_bytes


def check_text(text: str, limits: Limits, where: str) -> None:
    """Raises QueryError for a text of more bytes than a document may have."""
    size = len(text.encode())
    if size > limits.document_bytes:
        raise _too_large(f"a document may have {limits.document_bytes:,} bytes, not {size:,}", where)


def check_pairs(before: Collection[str], pairs: Collection[str], limits: Limits) -> None:
    """Raises QueryError for alerts of more different values than an incident can be found by, and than before."""
    size, most = len("".join(pairs)), max(limits.document_values // 2, len(before))
    # A character has at most four bytes: most are told to fit without looking closely.
    fits = 4 * size <= limits.document_bytes or _bytes(pairs) <= max(limits.document_bytes, _bytes(before))
    if len(pairs) > most or not fits:
        raise _too_many("the alerts of this incident have more different values than it can be found by", None)


def _bytes(texts: Iterable[str]) -> int:
    return len("".join(texts).encode(errors="surrogatepass"))


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


def _is_small(document: Mapping[str, Any], limits: Limits) -> bool:
    """Whether it is under every limit whatever is in it, as almost all are: told by its bytes and members alone."""
    text = orjson.dumps(document)
    members, size = bounds.count(text), len(text)
    few = members <= min(limits.document_values, limits.document_names, limits.field_values)
    # No value has a path longer than the document, and a number is counted as eight bytes.
    return few and size <= limits.document_bytes and (members + 2) * (size + 8) <= LONGEST_OBJECT


def _size(document: Mapping[str, Any]) -> int:
    return len(orjson.dumps({name: value for name, value in document.items() if name not in HIDDEN}))


def _too_many(reason: str, where: str | None) -> QueryError:
    return QueryError(reason, where, "too_many_values")


def _too_large(reason: str, where: str | None) -> QueryError:
    return QueryError(reason, where, "document_too_large")
