"""Statistics of the vendors' dialects, against the very aggregation that each of them asks the engine for."""

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any

import orjson

from benchmarks import latency
from benchmarks.bench import Bench
from benchmarks.figures import Figure, Measured, compared
from gateway.dialects.actian import counting
from gateway.dialects.actian.translate import created_in
from gateway.dialects.incidents_v1 import buckets, facets, requests, translate, words
from queries.criteria import And, Criterion
from queries.fields import TYPED_COLUMNS
from queries.kinds import INCIDENTS
from queries.periods import Span, iso
from queries.searches import Search, body

_REQUESTS = 60
_DAYS = 30
_STARTED = TYPED_COLUMNS["started_at"]
_BY_NUMBER = ({"numeric_id": {"order": "desc"}},)


@dataclass(frozen=True, slots=True)
class _Compared:
    """A request of the gateway, and the searches that the engine is sent for the same, all at once."""

    name: str
    path: str
    searches: tuple[Search, ...]


async def vendors(bench: Bench) -> list[Figure]:
    """The median time of each, asked again and again as a dashboard does."""
    figures: list[Figure] = []
    for each in _compared(bench):
        ours = partial(_gateway, bench, each.path)
        figures += await compared(bench, each.name, "ms", ours, {"the same aggregation": partial(_engine, bench, each)})
    return figures


def _compared(bench: Bench) -> list[_Compared]:
    end = int(bench.now.timestamp())
    start = end - _DAYS * 86_400
    return [_facets(start, end), _type_buckets(start, end), _distribution(bench)]


def _facets(start: int, end: int) -> _Compared:
    asked = requests.Faceted.model_validate({"startTimestamp": str(start), "endTimestamp": str(end), "limit": "20"})
    page = Search(translate.wanted(asked), _BY_NUMBER, 21)
    counts = Search(INCIDENTS, (), 0, aggregations=facets.aggregations(asked))
    path = f"/v1/incidents/facets?startTimestamp={start}&endTimestamp={end}&limit=20"
    return _Compared("v1 list with facets", path, (page, counts))


def _type_buckets(start: int, end: int) -> _Compared:
    parts = buckets.edges(start, end, _DAYS)
    wanted: Criterion = And((INCIDENTS, words.criterion("status", "OPEN"), buckets.frame(_STARTED, start, end)))
    counts = Search(wanted, (), 0, aggregations=buckets.over_time(_STARTED, parts, buckets.by_type()))
    path = f"/v1/incidents/stats/types?timestampFrom={start}&timestampTo={end}&buckets={_DAYS}"
    return _Compared("v1 type buckets", path, (counts,))


def _distribution(bench: Bench) -> _Compared:
    span = Span(bench.now - timedelta(days=_DAYS), bench.now)
    wanted = And((INCIDENTS, *created_in(span)))
    counts = Search(wanted, (), 0, aggregations=counting.by_day())
    times = f"from_time={iso(bench.now - timedelta(days=_DAYS))}&to_time={iso(bench.now)}"
    return _Compared("Actian distribution", f"/api/backend/{bench.tenant}/incidents/distribution?{times}", (counts,))


async def _gateway(bench: Bench, path: str, _round: int) -> Measured:
    return await latency.p50(bench.gateway, bench.tenant, path, _nothing, requests=_REQUESTS, method="GET")


async def _engine(bench: Bench, asked: _Compared, _round: int) -> Measured:
    """Where the dialect asks for two things at once, so is the engine; the slower one counts."""
    measured = await asyncio.gather(*(_search(bench, each) for each in asked.searches))
    return max(measured, key=lambda each: each.value)


async def _search(bench: Bench, search: Search) -> Measured:
    cached = "&request_cache=true" if not search.size else ""
    path = f"/{bench.index}/_search?allow_partial_search_results=false{cached}"
    sent: dict[str, Any] = body(search, bench.tenant)
    return await latency.p50(bench.engine, bench.tenant, path, latency.same(orjson.dumps(sent)), requests=_REQUESTS)


def _nothing() -> bytes:
    return b""
