"""A search in BigPanda's query language, against the search that it is, and against all that the gateway asks."""

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from statistics import median
from time import perf_counter
from typing import Any
from urllib.parse import quote, urlencode

import orjson

from benchmarks import latency
from benchmarks.alerted import give_alerts
from benchmarks.bench import Bench
from benchmarks.connection import asked, connected
from benchmarks.figures import Figure, Measured, compared
from benchmarks.searches import ALWAYS
from gateway.dialects.bigpanda import membership, searching
from gateway.dialects.bigpanda.names import ENVIRONMENTS, INCIDENTS, PREFIX
from gateway.dialects.bigpanda.requests import Search as Asked
from gateway.incidents.reading.history import INCIDENT_ID
from gateway.store.names import REGISTRY, events_of
from queries.criteria import And, Criterion, Everything, Is, Where
from queries.kinds import KIND
from queries.searches import Search, body

_QUERY = '(host = "db-*" OR application IN [billing, shop]) AND status != ok'
_ASKED = {"query": _QUERY, "page_size": 25, "sort_by": "last_change"}
_PATH = f"{PREFIX}{INCIDENTS.format(environment_id='all')}?{urlencode(_ASKED, quote_via=quote)}"
_ENVIRONMENT = {"name": "Europe", "filter": "region = eu-*"}
_AS_ATTACHED = ({"sequence": {"order": "asc"}}, {"alert_id": {"order": "asc"}})
_MOST_ALERTS = 1000
_REQUESTS = 60

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Direct:
    """The same search of the engine: where, and what beside the time of the request is in its body."""

    bench: Bench
    environments: dict[str, Criterion]

    @property
    def path(self) -> str:
        return f"/{self.bench.index}/_search?{ALWAYS}&ignore_unavailable=true"

    def sent(self) -> bytes:
        """The body, as the gateway would send it now."""
        wanted = (Everything(), membership.filtered(_QUERY))
        search = searching.search(Asked.model_validate(_ASKED), wanted, self.environments, datetime.now(UTC))
        return orjson.dumps(body(search, self.bench.tenant))


async def bpql(bench: Bench) -> list[Figure]:
    """The median time of a page of 25 of a tenant with one environment."""
    await give_alerts(bench)
    made = await asked(bench.gateway, "POST", PREFIX + ENVIRONMENTS, _ENVIRONMENT, tenant=bench.tenant)
    direct = _Direct(bench, {made["id"]: membership.filtered(_ENVIRONMENT["filter"])})
    await _check(direct)
    others = {"the same search": partial(_search, direct), "the three requests that it takes": partial(_all, direct)}
    return await compared(bench, "BPQL search, page of 25", "ms", partial(_gateway, bench), others)


async def _gateway(bench: Bench, _round: int) -> Measured:
    return await latency.p50(bench.gateway, bench.tenant, _PATH, latency.same(b""), requests=_REQUESTS, method="GET")


async def _search(direct: _Direct, _round: int) -> Measured:
    return await latency.p50(direct.bench.engine, "", direct.path, direct.sent, requests=_REQUESTS)


async def _all(direct: _Direct, _round: int) -> Measured:
    """The environments, the search, and the alerts of what it found."""
    bench, times = direct.bench, []
    events, entry = events_of(bench.tenant), membership.entry_id(bench.tenant)
    async with connected(bench.engine) as engine:
        for _ in range(_REQUESTS):
            sent, started = direct.sent(), perf_counter()
            await engine.call("GET", f"/{REGISTRY}/_doc/{quote(entry, safe='')}")
            found = await engine.told("POST", direct.path, sent)
            await engine.call("POST", f"/{events}/_search?{ALWAYS}", _alerts(bench, found))
            times.append((perf_counter() - started) * 1000)
    return Measured(median(times), len(times))


def _alerts(bench: Bench, found: Json) -> Json:
    ids = tuple(each["_id"] for each in found["hits"]["hits"])
    wanted = And((Where(INCIDENT_ID, Is(ids)), Where(KIND, Is(("alert",)))))
    return body(Search(wanted, _AS_ATTACHED, _MOST_ALERTS, fields=("alert_id", "incident_id")), bench.tenant)


async def _check(direct: _Direct) -> None:
    """Raises AssertionError unless both ways find the same, with the same alerts."""
    bench = direct.bench
    ours = await asked(bench.gateway, "GET", _PATH, tenant=bench.tenant)
    theirs = await asked(bench.engine, "POST", direct.path, direct.sent())
    told = await asked(bench.engine, "POST", f"/{events_of(bench.tenant)}/_search", _alerts(bench, theirs))
    shown = [(each["id"], ref["alert_id"]) for each in ours["items"] for ref in each["alerts"]]
    ids = {each["_id"]: each["_source"]["hex_id"] for each in theirs["hits"]["hits"]}
    found = [(ids[each["_source"]["incident_id"]], each["_source"]["alert_id"]) for each in told["hits"]["hits"]]
    assert ours["total"] == theirs["hits"]["total"]["value"], "the gateway and the engine count differently"
    assert [each["id"] for each in ours["items"]] == list(ids.values()), "they show different pages"
    assert (len(ids), sorted(shown)) == (_ASKED["page_size"], sorted(found)), "they show different alerts"
