"""Endpoints of statistics. The engine counts; no incident is fetched."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from math import floor
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from gateway import wire
from gateway.dialects.incidents_v1 import buckets, repeated, requests
from gateway.dialects.incidents_v1.reading import incident_type, query
from gateway.dialects.incidents_v1.repeated import Plan
from gateway.dialects.incidents_v1.words import criterion
from gateway.incidents.session import Session
from gateway.state import State
from queries.criteria import And, Criterion, Everything, Is, Where
from queries.fields import TYPED_COLUMNS, Column
from queries.kinds import INCIDENTS
from queries.searches import Search

_STARTED, _RESOLVED = TYPED_COLUMNS["started_at"], TYPED_COLUMNS["resolved_at"]
_RESOLUTION = TYPED_COLUMNS["resolution"]

Shown = Callable[[Mapping[str, Any]], Any]
"""What the engine counted as it is answered."""


async def types_over_time(request: Request[State], session: Session) -> Response:
    """`GET incidents/stats/types`: the open ones by their start, or the resolved ones by their end."""
    return await repeated.answered(request, session, _types, _counts)


async def severities_over_time(request: Request[State], session: Session) -> Response:
    """`GET incidents/stats/severities`: everything that started, whatever became of it."""
    return await repeated.answered(request, session, _severities, _counts)


async def current(request: Request[State], session: Session) -> Response:
    """`GET incidents/stats/current`."""
    return await repeated.answered(request, session, _all_current, _counts)


async def current_by_priority(request: Request[State], session: Session) -> Response:
    """`GET incidents/stats/current/priorities`."""
    return await repeated.answered(request, session, _by_priority, _counts)


async def count(request: Request[State], session: Session) -> Response:
    """`GET incidents/stats/{type}/count`: opened and resolved in the time frame."""
    return await repeated.answered(request, session, _opened_and_resolved, _counts)


async def services(request: Request[State], session: Session) -> Response:
    """`GET incidents/stats/{type}/services`."""
    return await repeated.answered(request, session, _most_touched, _counts)


async def _counts(session: Session, plan: Plan[Shown]) -> bytes:
    [search] = plan.searches
    counted = await session.ctx.reader.aggregate(session.tenant, search)
    return plan.shown("counts", counted.raw, lambda: wire.dumps(plan.shape(counted.aggregations)))


async def _types(request: Request[State], session: Session) -> Plan[Shown]:
    asked = query(request, requests.TypeBuckets)
    status = asked.status or "OPEN"
    column = _RESOLVED if status == "RESOLVED" else _STARTED
    also = [criterion("status", status), *([criterion("type", asked.type)] if asked.type else [])]
    if asked.resolution is not None:
        also.append(Where(_RESOLUTION, Is((asked.resolution,))))
    parts = await _parts(session, asked, column, also)
    wanted = _over_time(also, column, parts, buckets.by_type())
    return Plan(partial(buckets.type_rows, parts), (wanted,), lasting=_is_whole(asked))


async def _severities(request: Request[State], session: Session) -> Plan[Shown]:
    asked = query(request, requests.SeverityBuckets)
    parts = await _parts(session, asked, _STARTED, [])
    wanted = _over_time([], _STARTED, parts, buckets.by_severity())
    rows = partial(buckets.severity_rows, parts, levels=session.rules.words.severities)
    return Plan(rows, (wanted,), lasting=_is_whole(asked))


async def _all_current(request: Request[State], _session: Session) -> Plan[Shown]:
    wanted = _current(request, buckets.by_filter({"all": Everything()}))
    return Plan(lambda counted: {"count": counted.get("all", {}).get("doc_count", 0)}, (wanted,))


async def _by_priority(request: Request[State], _session: Session) -> Plan[Shown]:
    return Plan(buckets.priority_counts, (_current(request, buckets.by_priority()),))


async def _opened_and_resolved(request: Request[State], session: Session) -> Plan[Shown]:
    kind, asked = incident_type(request), query(request, requests.Window)
    start, end = _frame(session, asked.timestamp_from, asked.timestamp_to, "timestampFrom")
    wanted = {
        "OPEN": And((criterion("status", "OPEN"), buckets.frame(_STARTED, start, end))),
        "RESOLVED": And((criterion("status", "RESOLVED"), buckets.frame(_RESOLVED, start, end))),
    }
    search = _counting([criterion("type", kind)], buckets.by_filter(wanted))
    return Plan(partial(_by_word, tuple(wanted)), (search,), lasting=asked.timestamp_to is not None)


async def _most_touched(request: Request[State], session: Session) -> Plan[Shown]:
    kind, asked = incident_type(request), query(request, requests.StartWindow)
    first, last = asked.start_timestamp_from, asked.start_timestamp_to
    start, end = _frame(session, first, last, "startTimestampFrom")
    search = _counting([criterion("type", kind), buckets.frame(_STARTED, start, end)], buckets.by_service())
    return Plan(buckets.service_rows, (search,), lasting=last is not None)


def _by_word(words: Sequence[str], counted: Mapping[str, Any]) -> dict[str, int]:
    return {word: counted.get(word, {}).get("doc_count", 0) for word in words}


def _over_time(also: list[Criterion], column: Column, parts: list[tuple[int, int]], inner: dict[str, Any]) -> Search:
    within = [*also, buckets.frame(column, parts[0][0], parts[-1][1])]
    return _counting(within, buckets.over_time(column, parts, inner))


def _current(request: Request[State], aggregations: dict[str, Any]) -> Search:
    asked = query(request, requests.Current)
    also = [criterion("status", asked.status), *([criterion("type", asked.type)] if asked.type else [])]
    return _counting(also, aggregations)


def _counting(also: list[Criterion], aggregations: dict[str, Any]) -> Search:
    return Search(And((INCIDENTS, *also)), (), 0, aggregations=aggregations)


def _is_whole(asked: requests.Window) -> bool:
    """Whether the frame has both its ends, and is the same whenever it is asked for."""
    return asked.timestamp_from is not None and asked.timestamp_to is not None


def _frame(session: Session, start: int | None, end: int | None, where: str) -> tuple[int | None, int]:
    """The frame asked for; without an end, this second is in it."""
    last = floor(session.now().timestamp()) + 1 if end is None else end
    buckets.ordered(start, last, where)
    return start, last


async def _parts(
    session: Session, asked: requests.SeverityBuckets, column: Column, also: list[Criterion]
) -> list[tuple[int, int]]:
    """The buckets asked for; without a start, from the second of the earliest incident on."""
    start, end = _frame(session, asked.timestamp_from, asked.timestamp_to, "timestampFrom")
    if start is None:
        search = _counting([*also, buckets.frame(column, None, end)], {"first": {"min": {"field": column.path}}})
        first = (await session.ctx.reader.aggregate(session.tenant, search)).aggregations.get("first", {})
        start = end if first.get("value") is None else floor(first["value"] / 1000)
    return buckets.edges(start, end, asked.buckets)
