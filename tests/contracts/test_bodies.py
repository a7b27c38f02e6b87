"""What a body may hold, whatever the dialect: told as one refusal in its shape, and nothing is done."""

import json
from collections.abc import AsyncIterator
from typing import Any

import httpx2
import pytest

from gateway.dialects.settings import load
from gateway.serving.app import create_app
from tests.conftest import live
from tests.dialects.im.calls import Client

pytestmark = pytest.mark.anyio

HEADERS = {"Content-Type": "application/json", "x-bp-app-key": "k"}
ROUTES = {
    "_im": "/_im/incidents",
    "_im, alerts": "/_im/incidents/there/alerts",
    "_im, a search": "/_im/incidents_full_types",
    "_im, a result": "/_im/aggregations/results/a/r",
    "v1": "/v1/incidents",
    "v1, a scan report": "/v1/scan-reports",
    "Log360": "/api/v2/incident",
    "BigPanda, alerts": "/data/v2/alerts",
    "BigPanda, an environment": "/resources/v2.0/environments",
    "BigPanda, a change": "/data/changes",
    "BigPanda, a deployment": "/data/events/deployments/start",
    "Actian": "/api/backend/t/configuration/alerts/by_filters",
}


@pytest.fixture(scope="module")
async def client(opensearch_url: str) -> AsyncIterator[Client]:
    """A client of a gateway with default settings, as a tenant with one incident."""
    async with live(create_app(load(opensearch_url=opensearch_url))) as opened:
        opened.headers["X-Scope-OrgID"] = "t"
        (await opened.post("/_im/incidents/there", json={"title": "t"})).raise_for_status()
        yield opened
    httpx2.delete(f"{opensearch_url}/im-incidents-t.*,im-events-t.*", timeout=60).raise_for_status()


def names(count: int, length: int = 8) -> bytes:
    return json.dumps({f"{number:x}".rjust(length, "k"): 1 for number in range(count)}).encode()


BODIES = {
    "more members than are read": (b"[" + b",".join([b"{}"] * 50_001) + b"]", "at most "),
    "as many names": (names(50_002), "at most "),
    "more in the values of names": (b'{"a":[' + b",".join([b"1"] * 50_001) + b"]}", "at most "),
    "nested deeper than is read": (b'{"a":' + b"[" * 101 + b"]" * 101 + b"}", "nested deeper than 100"),
    "nested deeper than any parser goes": (b'{"a":' + b"[" * 5000 + b"]" * 5000 + b"}", "the body is not JSON"),
    "thousands of unknown names": (names(9_000), ""),
    "unknown names of 60 kB": (names(20, 60_000), ""),
}


@pytest.mark.parametrize("path", ROUTES.values(), ids=ROUTES)
@pytest.mark.parametrize(("body", "reason"), BODIES.values(), ids=BODIES)
async def test_is_refused_before_anything_is_made_of_it(client: Client, path: str, body: bytes, reason: str) -> None:
    answer = await client.post(path, content=body, headers=HEADERS)
    assert answer.status_code == 400
    assert reason in answer.text
    assert len(answer.content) < 2000


TEXTS = ("incidentId", "title", "description", "recommendation", "source", "resolution", "sourceSite", "severity")
V1 = {
    **dict.fromkeys(TEXTS, "x"),
    **{"type": "ALERT", "category": "SECURITY", "status": "OPEN", "priority": "x", "metadata": {}},
    **{"services": [{"name": "s"}], "metricNames": []},
}
CHANGE = {"identifier": "i", "status": "Done", "summary": "s", "start": 1}
FILTER = {"name": "host", "type": "text", "value": "x"}
LISTS: dict[str, tuple[str, Any]] = {
    "alerts of _im": ("/_im/incidents/there/alerts", [{}] * 1001),
    "values of a tag of _im": ("/_im/incidents/there/alerts", {"tags": [{"name": "a", "value": ["x"] * 101}]}),
    "tags of _im": ("/_im/incidents/there/alerts", {"tags": [{"name": "a", "value": "x"}] * 257}),
    "additional fields": ("/_im/incidents_full_types", {"additional_fields": [FILTER] * 65}),
    "widgets": ("/_im/incidents_full_types/stats", {"widgets": {f"w{n}": {} for n in range(65)}}),
    "tags of a change": ("/data/changes", CHANGE | {"tags": {f"t{n}": [] for n in range(201)}}),
    "metadata of one": ("/data/changes", CHANGE | {"metadata": {f"m{n}": [] for n in range(201)}}),
    "fields": ("/_im/incidents_full_types", {"fields": ["a"] * 513}),
    "services": ("/v1/incidents", V1 | {"services": [{"name": "s"}] * 1001}),
    "metric names": ("/v1/incidents", V1 | {"metricNames": ["m"] * 1001}),
    "notes": ("/api/v2/incident", {"name": "n", "notes": ["n"] * 101}),
    "evidence": ("/api/v2/incident", {"name": "n", "source": "alert", "evidence": ["e"] * 101}),
    "alerts of BigPanda": ("/data/v2/alerts", {"app_key": "k", "alerts": [{"status": "ok"}] * 1001}),
    "tags of BigPanda": ("/data/v2/alerts", {"app_key": "k", "status": "ok", **{f"t{n}": "x" for n in range(201)}}),
    "values of one": ("/data/v2/alerts", {"app_key": "k", "status": "ok", "host": "h", "t": ["x"] * 31}),
    "sources": (ROUTES["Actian"], {"sources": ["s"] * 1001}),
}


@pytest.mark.parametrize(("path", "body"), LISTS.values(), ids=LISTS)
async def test_every_list_has_an_end(client: Client, path: str, body: Any) -> None:
    answer = await client.post(path, json=body)
    assert answer.status_code == 400
    assert "at most" in answer.text
