"""Requests that show what the gateway does, as lines to paste into a shell."""

import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

import orjson

from gateway.dialects.actian import names as actian
from gateway.dialects.bigpanda import names as bigpanda
from gateway.dialects.im.names import PREFIX
from gateway.dialects.incidents_v1 import names as incidents_v1
from gateway.dialects.log360 import names as log360
from gateway.incidents.model.difference import INCIDENT
from gateway.incidents.writing.results import KIND
from gateway.state import Gateway
from gateway.store import hits
from queries.criteria import And, Is, Not, Present, Where
from queries.fields import TYPED_COLUMNS
from queries.searches import Search
from queries.sorts import Sort, sort_clauses

_WORST_FIRST = sort_clauses((Sort("severity"), Sort("started_at")), TYPED_COLUMNS)
_PAGE = {
    "start_time": "now-14d",
    "search_query": {"match": {"description": "logons"}},
    "additional_fields": [
        {"name": "risk_score", "type": "number", "value": {"gte": 50}},
        {"name": "platforms", "type": "multiselect", "value": ["windows", "saas", "network"]},
    ],
    "size": 3,
    "with_total_docs": True,
}
_BPQL = '(host = "db-*" OR application IN [shop, billing]) AND status != ok'
_ALERTED = bigpanda.PREFIX + bigpanda.INCIDENTS.format(environment_id="all")
_WORST, _PAIR = 3, 2


@dataclass(frozen=True, slots=True)
class Examples:
    """Incidents that the tour shows: ids of the most severe with ATT&CK techniques, and BigPanda's ids of two open."""

    worst: list[str]
    pair: list[str]


async def examples(gateway: Gateway, tenant: str) -> Examples:
    """Incidents of the tenant as it is now, the newest of each kind."""
    incident = Where(KIND, Is((INCIDENT,)))
    known = And((incident, Where(TYPED_COLUMNS["mitre"], Present())))
    worst = await gateway.reader.find(tenant, Search(known, _WORST_FIRST, _WORST))
    alerted = Where(TYPED_COLUMNS["origin"], Is((bigpanda.NAME,)))
    going_on = And((incident, alerted, Not(Where(TYPED_COLUMNS["state"], Is(("closed",))))))
    pair = await gateway.reader.find(tenant, Search(going_on, _WORST_FIRST, _PAIR, fields=("hex_id",)))
    return Examples([each.id for each in worst.hits], [hits.document(each)["hex_id"] for each in pair.hits])


def tour(url: str, shown: Examples) -> Iterator[tuple[str, str]]:
    """What each request does, and the request: those of the native dialect, then BPQL and a merge."""
    yield from _native(url + PREFIX, shown.worst)
    query = urlencode({"query": _BPQL, "page_size": 3}, quote_via=quote)
    yield f"finds incidents by BPQL: {_BPQL}", f"curl -s {shlex.quote(f'{url}{_ALERTED}?{query}')}"
    if len(shown.pair) == _PAIR:
        first, second = shown.pair
        merged = {"source_incidents": [second], "comment": "merged by the tour"}
        yield "merges an incident into another", _sending(f"{url}{_ALERTED}/{first}/merge", merged)


def _native(im: str, ids: list[str]) -> Iterator[tuple[str, str]]:
    """A point in time, a page, the severity widget, ATT&CK, a bulk update."""
    yield "opens a point in time", f"curl -s {shlex.quote(f'{im}/incidents/pit?keep_alive=10m')}"
    yield "finds incidents by query, custom fields and time", _sending(f"{im}/incidents_full_types", _PAGE)
    month = {"start_time": "now-30d"}
    yield "counts by severity", _sending(f"{im}/incidents_full_types/stats/severity", month)
    for each in ids[:1]:
        yield "shows the ATT&CK techniques of an incident", f"curl -s {im}/incidents/{each}/mitre"
        changes = [{"_meta": {"id": each}, "priority": "p1", "comment": "changed by the tour"} for each in ids]
        yield f"changes {len(ids)} incidents at once", _sending(f"{im}/incidents/bulkUpdate", changes)


def elsewhere(url: str, tenant: str) -> tuple[str, ...]:
    """Where each of the other dialects lists the tenant's incidents."""
    paths = (
        f"{incidents_v1.PREFIX}/incidents",
        f"{log360.PREFIX}/incident",
        _ALERTED,
        f"{actian.PREFIX}/{tenant}/incidents",
    )
    return tuple(url + each for each in paths)


def _sending(address: str, body: Any) -> str:
    return f"curl -s {address} -H 'content-type: application/json' -d {shlex.quote(orjson.dumps(body).decode())}"
