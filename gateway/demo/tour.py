"""Requests that show what the gateway does, as lines to paste into a shell."""

import shlex
from collections.abc import Iterator, Sequence
from typing import Any

import orjson

from gateway.dialects.actian import names as actian
from gateway.dialects.im.names import PREFIX
from gateway.dialects.incidents_v1 import names as incidents_v1
from gateway.dialects.log360 import names as log360
from gateway.incidents.changes import INCIDENT
from gateway.incidents.results import KIND
from gateway.state import Gateway
from queries.criteria import And, Is, Present, Where
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


async def worst(gateway: Gateway, tenant: str, count: int) -> list[str]:
    """The ids of the most severe incidents with ATT&CK techniques, newest first."""
    wanted = And((Where(KIND, Is((INCIDENT,))), Where(TYPED_COLUMNS["mitre"], Present())))
    page = await gateway.reader.find(tenant, Search(wanted, _WORST_FIRST, count))
    return [each.id for each in page.hits]


def tour(url: str, ids: Sequence[str]) -> Iterator[tuple[str, str]]:
    """What each request does, and the request: a point in time, a page, the severity widget, ATT&CK, a bulk update."""
    im = url + PREFIX
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
    paths = (f"{incidents_v1.PREFIX}/incidents", f"{log360.PREFIX}/incident", f"{actian.PREFIX}/{tenant}/incidents")
    return tuple(url + each for each in paths)


def _sending(address: str, body: Any) -> str:
    return f"curl -s {address} -H 'content-type: application/json' -d {shlex.quote(orjson.dumps(body).decode())}"
