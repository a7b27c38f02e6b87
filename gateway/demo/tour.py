"""What is there to look at: addresses, and requests that show what the gateway does, as lines to paste into a shell."""

import shlex
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, urlencode

import orjson

PAGE = "/console"
"""Where a person looks first."""

_IM, _ALERTED = "/_im", "/resources/v2.0/environments/all/incidents"
_PAGE_OF_INCIDENTS = {
    "start_time": "now-14d",
    "search_query": {"match": {"description": "logons"}},
    "additional_fields": [
        {"name": "risk_score", "type": "number", "value": {"gte": 50}},
        {"name": "platforms", "type": "multiselect", "value": ["windows", "saas", "network"]},
    ],
    "size": 3,
    "with_total_docs": True,
}
_BPQL = '(host = "*db-*" OR application IN [shop, billing]) AND status != ok'
_CHANGES = [
    {"_meta": {"id": each}, "reviewer": "you", "comment": "changed by the tour"}
    for each in ("INTRUSION-1", "DQ-LEDGER-1")
]


def addresses(url: str, tenant: str) -> list[str]:
    """Where each dialect lists the tenant's incidents."""
    paths = (f"{_IM}/incidents", "/v1/incidents", "/api/v2/incident", _ALERTED, f"/api/backend/{tenant}/incidents")
    return [url + each for each in paths]


def tour(url: str) -> Iterator[tuple[str, str]]:
    """What each request does, and the request; those of the attack work once its story is told."""
    im, query = url + _IM, urlencode({"query": _BPQL, "page_size": 3}, quote_via=quote)
    yield "opens a point in time", f"curl -s {shlex.quote(f'{im}/incidents/pit?keep_alive=10m')}"
    yield "finds incidents by query, custom fields and time", _sending(f"{im}/incidents_full_types", _PAGE_OF_INCIDENTS)
    yield "counts by severity", _sending(f"{im}/incidents_full_types/stats/severity", {"start_time": "now-30d"})
    yield "tells what was done about an attack", f"curl -s {im}/incidents/INTRUSION-1/activities"
    yield "shows its ATT&CK techniques", f"curl -s {im}/incidents/INTRUSION-1/mitre"
    yield "changes two incidents at once", _sending(f"{im}/incidents/bulkUpdate", _CHANGES)
    yield f"finds incidents by BPQL: {_BPQL}", f"curl -s {shlex.quote(f'{url}{_ALERTED}?{query}')}"


def _sending(address: str, body: Any) -> str:
    return f"curl -s {address} -H 'content-type: application/json' -d {shlex.quote(orjson.dumps(body).decode())}"
