"""The engine's failures as ours, by the type and the status that it gives them; never by its sentences."""

import logging
from collections.abc import Iterator
from typing import Any

import orjson
from opensearchpy import exceptions as engine

from gateway.problems import Conflict, GatewayError, NotFound, PitExpired, TimedOut, Unavailable
from gateway.store.exchange import ExchangeError, NotSent, ReplyTooLarge, TimedOutWaiting
from gateway.store.replies import NO_REPLY
from queries.errors import QueryError

_log = logging.getLogger("gateway.store")
_GONE = frozenset({"search_context_missing_exception", "node_not_connected_exception"})
_CLAUSES = ("the query has too many clauses for the engine", "bad_request")
_BUCKETS = ("this is more buckets than the engine makes: longer intervals, or a shorter time", "refused")
_TOO_MANY = {
    "too_many_clauses": _CLAUSES,
    "too_many_nested_clauses": _CLAUSES,
    "too_many_buckets_exception": _BUCKETS,
}
NO_SHARD = "no_shard_available_action_exception"
_NO_SHARDS = frozenset({NO_SHARD, "search_phase_execution_exception"})
_FULL = "validation_exception"
_EXISTS = "resource_already_exists_exception"
BLOCK = "cluster_block_exception"
_LONGEST = 200
_NO_NUMBER_TYPE = "number_format_exception"
_NO_NUMBER = "a field that holds numbers is compared with what is none"
_NOT_TAKEN = "the engine cannot search so: a value, or a pattern, is none that its field takes"


class Refused(QueryError):
    """Something that the engine does not take as it was sent; `words` are its own, for who runs the engine."""

    def __init__(self, reason: str, words: str) -> None:
        super().__init__(reason, kind="refused")
        self.words = words


class AlreadyExists(Conflict):
    """What was to be made is there."""

    kind = "already_exists"


class Overloaded(Unavailable):
    """The engine has no room for this now."""


class Blocked(Unavailable):
    """The engine takes no writes to this index."""


class NotStarted(Unavailable):
    """The shard cannot be read: mostly one of an index that is just being made."""


class NoRoom(Unavailable):
    """The engine makes no further index."""


def ours(error: engine.OpenSearchException | ExchangeError, *, write: bool = False) -> Exception:
    """What a failure of the engine, or on the way to it, is for a caller; a write that broke off may have been done."""
    match error:
        case ExchangeError():
            return _on_the_way(error, write=write)
        case engine.TransportError():
            return _answered(error.status_code, error.info, write=write)
        case _:
            return TimedOut(f"{NO_REPLY}; it may have done this") if write else Unavailable(NO_REPLY)


def outcome(error: engine.OpenSearchException | ExchangeError) -> str:
    """What came of a call that failed, in few words: the engine's status, or why there is none."""
    match error:
        case NotSent():
            return "unreachable"
        case TimedOutWaiting():
            return "timed_out"
        case ReplyTooLarge():
            return "too_large"
        case engine.TransportError(status_code=int(status)):
            return str(status)
        case _:
            return "broken"


def of_reply(status: int, text: str) -> Exception:
    """What a reply that is no success is for who has asked for a search."""
    try:
        info = orjson.loads(text)
    except orjson.JSONDecodeError:
        info = None
    return _answered(status, info, write=False)


def _on_the_way(error: ExchangeError, *, write: bool) -> Exception:
    _log.info("no reply of the engine", {"host": error.host, "reason": error.reason})
    match error:
        case NotSent():
            return Unavailable("the engine cannot be reached")
        case TimedOutWaiting():
            return TimedOut("the engine did not answer in time")
        case ReplyTooLarge():
            return TimedOut("the engine answered with more than is taken")
        case _:
            return TimedOut("the engine broke off; it may have done this") if write else Unavailable(NO_REPLY)


def _answered(status: int | str, info: Any, *, write: bool) -> Exception:
    types = _types(info)
    expected = status in {400, 404, 409} or BLOCK in types
    _log.log(logging.DEBUG if expected else logging.WARNING, "the engine answered %s: %s", status, types)
    if _EXISTS in types:
        return AlreadyExists("it is there already")
    if _FULL in types:
        return NoRoom("the engine is at its limit of shards (cluster.max_shards_per_node) and makes no further index")
    too_many = next((said for kind, said in _TOO_MANY.items() if kind in types), None)
    if too_many is not None:
        return QueryError(too_many[0], kind=too_many[1])
    if "task_cancelled_exception" in types:
        return TimedOut("the engine stopped a search that took too long")
    if "index_not_found_exception" in types:
        return NotFound("no such index")
    if types & _GONE:
        return PitExpired("this point in time is gone; open a new one")
    if write and isinstance(status, int) and status >= 500 and status != 503:
        return TimedOut(f"the engine failed with status {status}; it may have done this")
    return _by_status(status, info)


def _by_status(status: int | str, info: Any) -> Exception:
    match status:
        case 400:
            return _refused(info)
        case 409:
            return Conflict("the document is not at that version")
        case 429:
            return Overloaded("the engine is overloaded")
        case 503 if _types(info) & _NO_SHARDS:
            return NotStarted("the engine failed with status 503")
        case 403 if BLOCK in _types(info):
            return Blocked("the engine takes no writes to this index now")
        case 401 | 403:
            return Unavailable("the engine refuses the gateway's own credentials")
        case _:
            return Unavailable(f"the engine failed with status {status}")


def of_item(status: int, error: Any, what: str) -> GatewayError | QueryError:
    """What a failed operation of a bulk request is for the caller whose `what` it was."""
    if status == 400:
        _log.info("the engine refused an item: %s", str((error or {}).get("reason"))[:_LONGEST])
        return QueryError(f"the engine refused this{what}: a value is not of its field's kind", kind="wrong_type")
    return Unavailable(f"the engine answered with status {status}")


def _refused(info: Any) -> Refused:
    """What the engine does not take, in our words: its own tell of Java, and of names that are none of a caller's."""
    words = _reason(info)
    _log.info("the engine refused this: %s", words)
    chain = list(_chain(info.get("error") if isinstance(info, dict) else None))
    reason = _NO_NUMBER if _NO_NUMBER_TYPE in chain else _NOT_TAKEN
    return Refused(reason, words)


def _chain(error: Any) -> Iterator[str]:
    """The types of an error and of what caused it, down to the first cause."""
    while isinstance(error, dict):
        yield str(error.get("type"))
        error = error.get("caused_by")


def _types(info: Any) -> set[str]:
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
    return str(reason).split("\n", maxsplit=1)[0][:_LONGEST]
