"""Endpoints of statistics. The engine counts; no incident is fetched."""

from math import floor
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from gateway import wire
from gateway.dialects.incidents_v1 import buckets, requests
from gateway.dialects.incidents_v1.reading import incident_type, query
from gateway.dialects.incidents_v1.translate import INCIDENTS
from gateway.dialects.incidents_v1.words import criterion
from gateway.incidents.reading.count import aggregated
from gateway.incidents.session import Session
from gateway.state import State
from queries.criteria import And, Criterion, Everything, Is, Where
from queries.fields import TYPED_COLUMNS, Column

_STARTED, _RESOLVED = TYPED_COLUMNS["started_at"], TYPED_COLUMNS["resolved_at"]
_RESOLUTION = TYPED_COLUMNS["resolution"]


async def types_over_time(request: Request[State], session: Session) -> Response:
    """`GET incidents/stats/types`: the open ones by their start, or the resolved ones by their end."""
    wanted = query(request, requests.TypeBuckets)
    status = wanted.status or "OPEN"
    column = _RESOLVED if status == "RESOLVED" else _STARTED
    also = [criterion("status", status), *([criterion("type", wanted.type)] if wanted.type else [])]
    if wanted.resolution is not None:
        also.append(Where(_RESOLUTION, Is((wanted.resolution,))))
    parts = await _parts(session, wanted, column, also)
    counted = await _over_time(session, also, column, parts, buckets.by_type())
    return wire.reply(buckets.type_rows(parts, counted))


async def severities_over_time(request: Request[State], session: Session) -> Response:
    """`GET incidents/stats/severities`: everything that started, whatever became of it."""
    wanted = query(request, requests.SeverityBuckets)
    parts = await _parts(session, wanted, _STARTED, [])
    counted = await _over_time(session, [], _STARTED, parts, buckets.by_severity())
    return wire.reply(buckets.severity_rows(parts, counted, session.rules.words.severities))


async def current(request: Request[State], session: Session) -> Response:
    """`GET incidents/stats/current`."""
    counts = await _current(request, session, buckets.by_filter({"all": Everything()}))
    return wire.reply({"count": counts.get("all", {}).get("doc_count", 0)})


async def current_by_priority(request: Request[State], session: Session) -> Response:
    """`GET incidents/stats/current/priorities`."""
    return wire.reply(buckets.priority_counts(await _current(request, session, buckets.by_priority())))


async def count(request: Request[State], session: Session) -> Response:
    """`GET incidents/stats/{type}/count`: opened and resolved in the time frame."""
    kind, asked = incident_type(request), query(request, requests.Window)
    start, end = _frame(session, asked.timestamp_from, asked.timestamp_to, "timestampFrom")
    wanted = {
        "OPEN": And((criterion("status", "OPEN"), buckets.frame(_STARTED, start, end))),
        "RESOLVED": And((criterion("status", "RESOLVED"), buckets.frame(_RESOLVED, start, end))),
    }
    counted = await _counted(session, [criterion("type", kind)], buckets.by_filter(wanted))
    return wire.reply({word: counted.get(word, {}).get("doc_count", 0) for word in wanted})


async def services(request: Request[State], session: Session) -> Response:
    """`GET incidents/stats/{type}/services`."""
    kind, wanted = incident_type(request), query(request, requests.StartWindow)
    first, last = wanted.start_timestamp_from, wanted.start_timestamp_to
    start, end = _frame(session, first, last, "startTimestampFrom")
    also = [criterion("type", kind), buckets.frame(_STARTED, start, end)]
    return wire.reply(buckets.service_rows(await _counted(session, also, buckets.by_service())))


async def _over_time(
    session: Session,
    also: list[Criterion],
    column: Column,
    parts: list[tuple[int, int]],
    inner: dict[str, Any],
) -> dict[str, Any]:
    within = [*also, buckets.frame(column, parts[0][0], parts[-1][1])]
    return await _counted(session, within, buckets.over_time(column, parts, inner))


async def _current(request: Request[State], session: Session, aggregations: dict[str, Any]) -> dict[str, Any]:
    wanted = query(request, requests.Current)
    also = [criterion("status", wanted.status), *([criterion("type", wanted.type)] if wanted.type else [])]
    return await _counted(session, also, aggregations)


async def _counted(session: Session, also: list[Criterion], aggregations: dict[str, Any]) -> dict[str, Any]:
    return await aggregated(session, And((INCIDENTS, *also)), aggregations)


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
        wanted = [*also, buckets.frame(column, None, end)]
        first = (await _counted(session, wanted, {"first": {"min": {"field": column.path}}})).get("first", {})
        start = end if first.get("value") is None else floor(first["value"] / 1000)
    return buckets.edges(start, end, asked.buckets)
