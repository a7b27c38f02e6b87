"""A result of thousands, carried over to its incidents while others write and delete: what is told is what was done."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from pathlib import Path
from random import Random
from typing import Any

import httpx2
import pytest

from tests import faults
from tests.live import bench as benches
from tests.live import loading
from tests.live.loading import Clients, Json

INCIDENTS = loading.number("SYNC_INCIDENTS", 3000)
pytestmark = [pytest.mark.anyio, pytest.mark.timeout(600 + INCIDENTS // 50)]

RESULT = "/_im/aggregations/results/rule/big"
SYNCED = {"status": "in_progress", "severity": "critical", "reviewer": "dana", "comment": "seen"}
WORKFLOWS = {"default": {"new": "open", "in_progress": "in_progress"}, "narrow": {"raised": "open"}}


@pytest.fixture
async def gateways(opensearch_url: str, tmp_path: Path) -> AsyncIterator[Clients]:
    """Two gateways, whose workflow `narrow` lacks the status that is synced."""
    file = tmp_path / "workflows.json"
    file.write_text(json.dumps(WORKFLOWS))
    async with loading.gateways(opensearch_url, workflows=file) as clients:
        yield clients


def incident(number: int) -> Json:
    narrow = {"workflow_id": "narrow"} if number % 100 == 0 else {}
    return {"_meta": {"id": f"m{number}"}, "title": f"incident {number}", "severity": "low", **narrow}


async def synced(client: httpx2.AsyncClient) -> Json:
    """The answer to the PUT; what is no field of an incident stays with the result."""
    began = time.monotonic()
    reply = await client.put(f"{RESULT}?sync=true", json={**SYNCED, "title": "renamed"}, timeout=1200)
    assert reply.status_code == 200, reply.text
    answer: Json = reply.json()
    print(f"synced {answer['synced']} in {time.monotonic() - began:.1f} s")
    return answer


async def disturb(client: httpx2.AsyncClient, ids: list[str], done: dict[str, Any]) -> None:
    """Deletes some incidents and changes others, one after another, until cancelled."""
    chance = Random(7)
    for number in range(10**9):
        each = ids.pop(chance.randrange(len(ids)))
        if number % 2:
            reply = await client.delete(f"/_im/incidents/{each}")
            done[each] = None
        else:
            reply = await client.put(f"/_im/incidents/{each}", json={"mark": number})
            done[each] = number
        assert reply.status_code == 200, reply.text


async def test_a_large_result_is_synced_while_others_write(gateways: Clients) -> None:
    here, there = gateways
    ids = list(await loading.create(here, map(incident, range(INCIDENTS))))
    made = await here.post(RESULT, json={"title": "big", "incident_ids": ids}, timeout=1200)
    assert (made.status_code, made.json()["incidents_count"]) == (201, INCIDENTS)
    disturbed: dict[str, Any] = {}
    others = asyncio.create_task(disturb(there, list(ids), disturbed))
    first = await synced(here)
    others.cancel()
    await asyncio.gather(others, return_exceptions=True)
    failed = {each["id"]: each["reason"] for each in first["failed"]}
    docs = {each["_meta"]["id"]: each for each in (await loading.exported(here, is_show_aggs=False))[0]}
    deleted = ids_of(ids) - docs.keys()
    narrow = {each for each, document in docs.items() if document["workflow_id"] == "narrow"}
    assert deleted
    assert narrow <= failed.keys() <= narrow | {each for each in disturbed if disturbed[each] is None}
    assert {reason for each, reason in failed.items() if each in narrow} == {
        'workflow "narrow" has no status "in_progress"; it has raised'
    }
    assert first["synced"] + len(failed) >= len(docs)
    check(docs, narrow, disturbed)


def ids_of(ids: list[str]) -> set[str]:
    return set(ids)


def check(docs: dict[str, Json], left: set[str], disturbed: dict[str, Any]) -> None:
    """Every incident that is there has what was synced, once, and what others wrote; those left out have none of it."""
    for incident_id, document in docs.items():
        held = {name: document.get(name) for name in (*SYNCED, "note_count")}
        if incident_id in left:
            assert held == {"status": "raised", "severity": "low", "reviewer": None, "comment": None, "note_count": 0}
        else:
            assert held == {**SYNCED, "note_count": 1}
        assert document["title"] == f"incident {incident_id.removeprefix('m')}"
        if disturbed.get(incident_id) is not None:
            assert document["mark"] == disturbed[incident_id]


async def test_the_same_request_again_finishes_what_was_left(gateways: Clients) -> None:
    here, there = gateways
    ids = list(await loading.create(here, map(incident, range(400))))
    assert (await here.post(RESULT, json={"title": "big", "incident_ids": ids})).status_code == 201
    first = await synced(here)
    assert (first["result"], first["synced"]) == ("updated", 396)
    assert [each["id"] for each in first["failed"]] == ["m0", "m100", "m200", "m300"]
    moved = [{"_meta": {"id": each["id"]}, "workflow_id": "default", "status": "new"} for each in first["failed"]]
    assert {each["status"] for each in await loading.bulk(there, "bulkUpdate", moved)} == {200}
    again = await synced(there)
    assert (again["result"], again["synced"], again["failed"]) == ("noop", 400, [])
    docs, _ = await loading.exported(here, is_show_aggs=False)
    check({each["_meta"]["id"]: each for each in docs}, set(), {})


async def test_where_the_engine_fails_amid_it_the_same_request_again_finishes_it(opensearch_url: str) -> None:
    async with benches.opened(opensearch_url, bulk_slice=50) as bench:
        ids = list(await loading.create(bench.direct, map(incident_without_workflow, range(200))))
        assert (await bench.direct.post(RESULT, json={"title": "big", "incident_ids": ids})).status_code == 201
        bench.proxy.fault = faults.after(4, faults.failing(503, "cluster_block_exception"))
        bench.proxy.hits = lambda request: request.path == "/_bulk"
        broken = await bench.client.put(f"{RESULT}?sync=true", json=SYNCED)
        assert broken.status_code == 504
        bench.proxy.fault = None
        again = await synced(bench.client)
        assert (again["synced"], again["failed"]) == (200, [])
        docs, _ = await loading.exported(bench.direct, is_show_aggs=False)
        check({each["_meta"]["id"]: each for each in docs if each["_meta"]["id"] in ids}, set(), {})


def incident_without_workflow(number: int) -> Json:
    return {name: value for name, value in incident(number).items() if name != "workflow_id"}
