"""Whatever one tenant searches, and whatever stands in a path: no byte of another's comes back, and nothing changes.

What is asked with another's ids is in tests/contracts/test_strangers.py.
"""

import json
import secrets
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import httpx2
import pytest

from gateway.dialects.settings import load
from gateway.serving.app import create_app
from tests import keyring
from tests.conftest import live
from tests.live import hostile, loading
from tests.live.loading import NDJSON, SEARCH, Json

pytestmark = pytest.mark.anyio

INCIDENTS, RESULTS = "/_im/incidents", "/_im/aggregations/results"


@dataclass(frozen=True)
class Two:
    """Two tenants, each with a key to everything of its own; whatever the victim has bears the canary."""

    victim: httpx2.AsyncClient
    thief: httpx2.AsyncClient
    tenant: str
    canary: str

    async def unseen(self, method: str, path: str, echoed: str = "", **words: Any) -> httpx2.Response:
        """The thief's answer, once no byte of it is found to be the victim's; what the thief said may come back."""
        reply = await self.thief.request(method, path, **words)
        shown = (reply.text + json.dumps(dict(reply.headers))).lower()
        assert self.canary not in (shown.replace(echoed.lower(), "") if echoed else shown)
        assert reply.status_code < 500, reply.text
        return reply


@pytest.fixture(scope="module")
async def two(opensearch_url: str) -> AsyncIterator[Two]:
    canary, settings = f"zq{secrets.token_hex(6)}", load(opensearch_url=opensearch_url, auth="keys")
    async with (
        loading.gateways(opensearch_url, 1) as [one],
        loading.gateways(opensearch_url, 1) as [other],
        live(create_app(settings)) as victim,
        live(create_app(settings)) as thief,
    ):
        for client, whose in ((victim, one), (thief, other)):
            tokens = await keyring.tokens(opensearch_url, whose.headers["X-Scope-OrgID"], "admin")
            client.headers["Authorization"] = f"Bearer {tokens['admin']}"
        await fill(victim, canary)
        await loading.create(thief, [{"_meta": {"id": "i1"}, "title": "mine", "region": "north", "tags": ["x"]}])
        yield Two(victim, thief, one.headers["X-Scope-OrgID"], canary)


async def fill(victim: httpx2.AsyncClient, canary: str) -> None:
    """Gives the victim incidents, a note, an alert and a result that all bear the canary."""
    rows = [
        {
            "_meta": {"id": each},
            "title": f"{canary} {each}",
            "region": canary,
            f"field_{canary}": canary,
            "tags": [canary],
            "details": {"a": canary},
            "comment": canary,
        }
        for each in ("i1", f"i-{canary}", "i3")
    ]
    await loading.create(victim, rows)
    alert = {"alert_id": canary, "description": canary, "tags": [{"name": canary, "value": canary}]}
    made = [
        await victim.post(f"{RESULTS}/{canary}/r-{canary}", json={"title": canary, "incident_ids": ["i1"]}),
        await victim.post(f"{INCIDENTS}/i1/alerts", json=alert),
        await victim.post(f"{INCIDENTS}/i1/notes", json={"body": canary}),
    ]
    assert [each.status_code for each in made] == [201, 201, 201]


async def everything(client: httpx2.AsyncClient) -> list[Json]:
    """All that the client's tenant has."""
    docs, _ = await loading.exported(client)
    lists = ("notes", "alerts", "activities")
    return [*docs, *[(await client.get(f"{INCIDENTS}/i1/{each}")).json() for each in lists]]


async def test_no_search_shows_anything_of_another_tenant(two: Two) -> None:
    asked = hostile.bodies(two.tenant)
    assert len(asked) > 100
    answered = 0
    for body in asked:
        reply = await two.unseen("POST", SEARCH, json=body)
        if reply.status_code == 200:
            assert {each["_meta"]["id"] for each in reply.json()["docs"]} <= {"i1"}
            answered += 1
        if body.keys() <= {"search_query", "additional_fields", "start_time"}:
            await two.unseen("POST", f"{SEARCH}/stats/region", json=body)
            await two.unseen("POST", f"{INCIDENTS}/export", json=body)
    assert answered > 10


async def test_what_another_tenant_has_just_asked_is_answered_anew(two: Two) -> None:
    """What is remembered of a request is found by its bytes, and here these are the same, twice."""
    handles = {each: (await each.get(f"{INCIDENTS}/pit")).json()["id"] for each in (two.victim, two.thief)}
    again = [{}, {"sort": [{"field": "numeric_id"}]}, {"pit": handles[two.victim]}, *hostile.bodies(two.tenant)[::7]]
    for body in again:
        for path in (SEARCH, f"{SEARCH}/stats/region"):
            await two.victim.post(path, json=body)
            replies = [await two.unseen("POST", path, json=body) for _ in range(2)]
            assert replies[0].status_code == replies[1].status_code
            assert replies[0].status_code >= 400 or replies[0].json().get("total_docs", 1) <= 1
    foreign = await two.unseen("POST", SEARCH, json={"pit": handles[two.victim]})
    assert foreign.status_code in {404, 410}
    for each, handle in handles.items():
        await each.request("DELETE", f"{INCIDENTS}/pit", json={"id": handle})


@pytest.mark.parametrize(
    "field",
    ["tenant", "_index", "_id", "hex_id", "kind", "title", "title.keyword", "created_by", "region", "*", "details.a"],
)
async def test_no_statistics_count_another_tenants_values(two: Two, field: str) -> None:
    reply = await two.unseen("POST", f"{SEARCH}/stats/{field}", json={})
    assert reply.status_code == 400 or reply.json()["total_docs"] == 1


LISTS = {
    "the tenant's own mark": {"tenant": "VICTIM"},
    "the engine's name of the index": {"_index": "im-incidents-VICTIM"},
    "an index": {"index": "im-*"},
    "any title": {"title": "*"},
    "any kind": {"kind": "*"},
    "sorted by tenant": {"sort": "tenant:asc"},
    "sorted by index": {"sort": "_index"},
    "since ever": {"start_time": "0001-01-01"},
}


@pytest.mark.parametrize("query", LISTS.values(), ids=LISTS)
async def test_no_list_shows_anything_of_another_tenant(two: Two, query: dict[str, str]) -> None:
    named = {name: value.replace("VICTIM", two.tenant) for name, value in query.items()}
    reply = await two.unseen("GET", INCIDENTS, params=named)
    assert reply.status_code == 400 or {each["_meta"]["id"] for each in reply.json()["docs"]} <= {"i1"}


PATHS = {
    "up to the engine's document": "../im-incidents-VICTIM/_doc/i1",
    "up, escaped": "%2e%2e%2fim-incidents-VICTIM%2f_doc%2fi1",
    "up from an id, escaped": "i1%2f..%2f..%2fim-incidents-VICTIM%2f_search",
    "an index beside an id": "i1?index=im-incidents-VICTIM",
    "an engine's word": "_search",
    "another": "_all",
    "a wildcard": "*",
    "the end of a text": "i1%00",
    "up to the engine's tables": "i1/../../../_cat/indices",
    "the id of a place": "pit:VICTIM:0",
    "the name of an index": "im-incidents-VICTIM",
    "parameters, escaped": "i1%3frouting=x",
    "a fragment, escaped": "i1%23",
}


@pytest.mark.parametrize("path", PATHS.values(), ids=PATHS)
async def test_no_path_leads_out(two: Two, path: str) -> None:
    for method in ("GET", "PUT", "DELETE"):
        words: Json = {"json": {"title": "x"}} if method == "PUT" else {}
        reply = await two.unseen(method, f"{INCIDENTS}/{path.replace('VICTIM', two.tenant)}", **words)
        assert reply.status_code in {400, 404, 405}


async def test_no_bulk_writes_elsewhere(two: Two) -> None:
    before = await everything(two.victim)
    for action in ("update", "create", "index", "delete"):
        for meta in ({"_index": f"im-incidents-{two.tenant}"}, {"_index": "im-registry"}, {"routing": "x"}, {}):
            sent = "\n".join(json.dumps(each) for each in ({action: {"_id": "i3", **meta}}, {"title": "x"})) + "\n"
            for endpoint in ("bulkUpdate", "bulkCreate"):
                await two.unseen("POST", f"{INCIDENTS}/{endpoint}", content=sent, headers=NDJSON)
    taken = [{"title": "x", name: two.tenant} for name in ("tenant", "_index", "kind", "hex_id", "numeric_id")]
    for each in taken:
        assert (await two.unseen("POST", INCIDENTS, echoed=two.tenant, json=each)).status_code == 400
    assert await everything(two.victim) == before
