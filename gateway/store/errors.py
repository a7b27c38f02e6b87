"""The engine's failures as ours: what a caller can mend is a 400, the rest is typed by what may be done about it."""

import logging
from typing import Any

from opensearchpy import exceptions as engine

from gateway.problems import Conflict, NotFound, PitExpired, TimedOut, Unavailable
from gateway.store.replies import NO_REPLY
from queries.errors import QueryError

BUSY = "the engine is overloaded"

_log = logging.getLogger("gateway.store")
_GONE = frozenset({"search_context_missing_exception", "node_not_connected_exception"})
_TOO_MANY = frozenset({"too_many_clauses", "too_many_nested_clauses"})
_FULL = "maximum shards open"


def ours(error: engine.OpenSearchException) -> Exception:
    """What a failure of the engine, or on the way to it, is for a caller."""
    match error:
        case engine.ConnectionTimeout():
            return TimedOut("the engine did not answer in time")
        case engine.ConnectionError():
            return Unavailable("the engine cannot be reached")
        case engine.TransportError():
            return _answered(error)
        case _:
            return Unavailable(NO_REPLY)


def _answered(error: engine.TransportError) -> Exception:
    status, kinds, reason = error.status_code, _kinds(error.info), _reason(error.info)
    level = logging.DEBUG if status in {400, 404, 409} else logging.WARNING
    _log.log(level, "the engine answered %s: %s", status, kinds)
    if status == 400:
        return _bad_request(reason)
    if kinds & _TOO_MANY:
        return QueryError("the query has too many clauses for the engine")
    if "task_cancelled_exception" in kinds:
        return TimedOut("the engine stopped a search that took too long")
    if "index_not_found_exception" in kinds:
        return NotFound("no such index")
    if kinds & _GONE:
        return PitExpired("this point in time is gone; open a new one")
    return _by_status(status)


def _bad_request(reason: str) -> Exception:
    if _FULL in reason:
        return Unavailable("the engine has no room for another index")
    return QueryError(f"the engine refused this: {reason}", kind="refused")


def _by_status(status: int | str) -> Exception:
    match status:
        case 409:
            return Conflict("the document is not at that version")
        case 429:
            return Unavailable(BUSY)
        case 401 | 403:
            return Unavailable("the engine refuses the gateway's own credentials")
        case _:
            return Unavailable(f"the engine failed with status {status}")


def _kinds(info: Any) -> set[str]:
    error = info.get("error") if isinstance(info, dict) else None
    if not isinstance(error, dict):
        return set()
    causes = [error, error.get("caused_by") or {}, *error.get("root_cause", [])]
    return {cause["type"] for cause in causes if "type" in cause}


def _reason(info: Any) -> str:
    error = info.get("error") if isinstance(info, dict) else None
    if not isinstance(error, dict):
        return "no reason given"
    cause = next(iter(error.get("root_cause", [])), error)
    reason = (error.get("caused_by") or {}).get("reason") or cause.get("reason") or "no reason given"
    return str(reason).split("\n", maxsplit=1)[0][:300]
