"""Whatever one tenant asks: no byte of another's comes back, nothing of it changes, and it looks as if not there."""

import json
import secrets
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Any

import httpx2
import pytest

from gateway.access import keys
from gateway.dialects.settings import load
from gateway.incidents.session import utc_now
from gateway.serving.app import create_app, running
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
    pit: str
    cursor: str

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
        running(settings) as gateway,
        live(create_app(settings)) as victim,
        live(create_app(settings)) as thief,
    ):
        for client, whose in ((victim, one), (thief, other)):
            tenant = whose.headers["X-Scope-OrgID"]
            words: Json = {"name": f"key of {tenant}", "tenant": tenant, "scopes": keys.SCOPES, "expires_at": None}
            _, token = await keys.make(gateway.ctx.store.registry, **words, now=utc_now())
            client.headers["Authorization"] = f"Bearer {token}"
        pit, cursor = await fill(victim, canary)
        await loading.create(thief, [{"_meta": {"id": "i1"}, "title": "mine", "region": "north", "tags": ["x"]}])
        yield Two(victim, thief, one.headers["X-Scope-OrgID"], canary, pit, cursor)


async def fill(victim: httpx2.AsyncClient, canary: str) -> tuple[str, str]:
    """The victim's point in time and cursor, over incidents, notes, alerts and a result that all bear the canary."""
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
    pit = await loading.open_pit(victim)
    return pit, (await loading.page(victim, pit=pit, size=1))["next"]


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


By = Callable[[str], tuple[str, str, Json]]
BY_ID: dict[str, By] = {
    "read": lambda i: ("GET", f"{INCIDENTS}/{i}", {}),
    "change": lambda i: ("PUT", f"{INCIDENTS}/{i}", {"json": {"title": "x"}}),
    "delete": lambda i: ("DELETE", f"{INCIDENTS}/{i}", {}),
    "matrix": lambda i: ("GET", f"{INCIDENTS}/{i}/mitre", {}),
    "notes": lambda i: ("GET", f"{INCIDENTS}/{i}/notes", {}),
    "note": lambda i: ("POST", f"{INCIDENTS}/{i}/notes", {"json": {"body": "x"}}),
    "alerts": lambda i: ("GET", f"{INCIDENTS}/{i}/alerts", {}),
    "alert": lambda i: ("POST", f"{INCIDENTS}/{i}/alerts", {"json": {"alert_id": "x"}}),
    "activities": lambda i: ("GET", f"{INCIDENTS}/{i}/activities", {}),
    "bulk": lambda i: ("POST", f"{INCIDENTS}/bulkUpdate", loading.lines([{"_meta": {"id": i}, "title": "x"}])),
    "members": lambda i: ("POST", f"{RESULTS}/rule/{i}x", {"json": {"title": "x", "incident_ids": [i]}}),
    "result": lambda i: ("PUT", f"{RESULTS}/{i}/r-{i}?sync=true", {"json": {"severity": "low"}}),
    "no result": lambda i: ("DELETE", f"{RESULTS}/{i}/r-{i}", {}),
    "results": lambda i: ("GET", f"{RESULTS}?incident_aggregation_result_id=r-{i}", {}),
    "search": lambda i: ("POST", SEARCH, {"json": {"search_query": {"ids": {"values": [i]}}}}),
}


@pytest.mark.parametrize("by", BY_ID.values(), ids=BY_ID)
async def test_what_another_tenant_has_looks_like_what_nobody_has(two: Two, by: By) -> None:
    answers = []
    for incident_id in (f"i-{two.canary}", "i-" + "zz" + secrets.token_hex(6)):
        method, path, words = by(incident_id)
        reply = await two.unseen(method, path, echoed=incident_id, **words)
        body = json.loads(reply.text.replace(incident_id, "ID"))
        answers.append((reply.status_code, body | ({"took": 0} if "took" in body else {})))
    assert answers[0] == answers[1]


async def test_points_in_time_and_cursors_of_another_tenant_open_nothing(two: Two) -> None:
    nobody = "A" * len(two.pit)
    foreign = [await two.unseen("POST", SEARCH, json={"pit": each}) for each in (two.pit, nobody)]
    assert [each.status_code for each in foreign] == [404, 404]
    assert foreign[0].json() == foreign[1].json()
    deleted = [
        await two.unseen("DELETE", f"{INCIDENTS}/pit", echoed=two.pit, json={"id": each}) for each in (two.pit, nobody)
    ]
    assert [each.status_code for each in deleted] == [404, 404]
    assert foreign[0].json()["error"]["type"] == "not_found"
    assert (await two.unseen("GET", f"{INCIDENTS}/export", params={"pit": two.pit})).status_code == 404
    own = await loading.open_pit(two.thief)
    for body in ({"after": two.cursor}, {"after": two.cursor, "size": 1}, {"after": two.cursor, "pit": own, "size": 1}):
        assert (await two.unseen("POST", SEARCH, json=body)).json()["error"]["type"] == "bad_cursor"
    assert (await two.unseen("POST", SEARCH, json={"after": two.cursor, "pit": two.pit})).status_code == 404
    assert {each["id"] for each in (await two.unseen("GET", f"{INCIDENTS}/pits")).json()["docs"]} == {own}


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


async def test_a_header_that_names_another_tenant_finds_none(two: Two) -> None:
    for method, path in (("GET", INCIDENTS), ("POST", SEARCH), ("GET", f"{INCIDENTS}/i1"), ("GET", f"{INCIDENTS}/pit")):
        reply = await two.unseen(method, path, headers={"X-Scope-OrgID": two.tenant})
        assert reply.status_code == 404


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
