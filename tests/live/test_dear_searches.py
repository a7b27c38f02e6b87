"""Searches that ask much of the engine: few of them are in it at once, and nobody else waits for them."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from urllib.parse import urlencode

import httpx2
import pytest
from prometheus_client import REGISTRY

from tests import faults
from tests.faults import Request
from tests.live import bench as benches
from tests.live.bench import INCIDENTS, Bench
from tests.live.loading import SEARCH, Json
from tests.storms.gateways import serving

pytestmark = pytest.mark.anyio

BPQL = "/resources/v2.0/environments/all/incidents?"
EIGHT = 8


@pytest.fixture
async def bench(opensearch_url: str) -> AsyncIterator[Bench]:
    """A gateway of four places, whose dear searches the test can hold."""
    async with benches.opened(opensearch_url, requests=4) as opened:
        opened.proxy.hits = is_dear
        yield opened


def is_dear(request: Request) -> bool:
    return b"dear" in request.body


def patterns(number: int, field: str = "description.keyword") -> Json:
    """A dear question, another one for each number."""
    return {"wildcard": {field: f"*dear{number}*"}}


def dear(client: httpx2.AsyncClient, tenant: str | None = None) -> Sequence[asyncio.Task[httpx2.Response]]:
    """Eight dear requests that are begun, of routes and dialects that take one."""
    headers = {"X-Scope-OrgID": tenant} if tenant else {}
    filters = [{"search_query": patterns(number)} for number in range(EIGHT)]
    field = {"name": "description", "type": "text", "value": "*dear8*"}
    change = {"change": {"severity": "low"}, "dry_run": True}
    asked = [
        client.post(SEARCH, json=filters[0], headers=headers),
        client.post(SEARCH, json={"additional_fields": [field]}, headers=headers),
        client.post(f"{SEARCH}/stats/severity", json=filters[1], headers=headers),
        client.post(f"{SEARCH}/stats", json={"widgets": {}, **filters[2]}, headers=headers),
        client.post(f"{INCIDENTS}/bulkUpdate/byFilter", json={**filters[3], **change}, headers=headers),
        client.post(f"{INCIDENTS}/export", json=filters[4], headers=headers),
        client.get(f"{INCIDENTS}?{urlencode({'description': '*dear5*'})}", headers=headers),
        client.get(BPQL + urlencode({"query": "description = *dear6*"}), headers=headers),
    ]
    return [asyncio.create_task(each) for each in asked]


async def test_eight_at_once_keep_nobody_waiting(bench: Bench) -> None:
    over, seen, most = asyncio.Event(), asyncio.Semaphore(0), [0, 0]

    async def held(forward: faults.Forward, send: faults.Send) -> bool:
        most[0] += 1
        most[1] = max(most)
        seen.release()
        await over.wait()
        answer = await forward()
        most[0] -= 1
        await send(answer)
        return True

    bench.proxy.fault = held
    tasks = dear(bench.client)
    for _ in range(2):
        await seen.acquire()
    for tenant in (bench.client.headers["X-Scope-OrgID"], "neighbour"):
        pages = [bench.client.get(f"{INCIDENTS}?size=25", headers={"X-Scope-OrgID": tenant}) for _ in range(9)]
        assert [each.status_code for each in await asyncio.gather(*pages)] == [200] * 9
    assert most[1] == 2
    over.set()
    assert [each.status_code for each in await asyncio.gather(*tasks)] == [200] * EIGHT
    assert most == [0, 2]


async def test_one_that_has_no_turn_in_time_is_told_that_nothing_was_done(opensearch_url: str) -> None:
    async with benches.opened(opensearch_url, requests=4, request_timeout=0.5, dear_searches=1) as bench:
        begun = list[Request]()

        def is_noted(request: Request) -> bool:
            begun.extend([request] if is_dear(request) else [])
            return is_dear(request)

        bench.proxy.hits, bench.proxy.fault = is_noted, faults.silent
        answers = await asyncio.gather(*dear(bench.client))
    refused = [each for each in answers if each.status_code == 503]
    assert {each.status_code for each in answers} == {503, 504}
    assert {each.headers.get("Retry-After") for each in refused} == {"1"}
    assert len(begun) <= EIGHT - len(refused)


async def test_another_tenants_are_next(bench: Bench) -> None:
    over, order = asyncio.Event(), list[bytes]()

    def is_noted(request: Request) -> bool:
        if is_dear(request):
            order.append(request.body)
        return is_dear(request)

    bench.proxy.hits, bench.proxy.fault = is_noted, faults.held(over)
    loud = dear(bench.client)
    quiet = bench.client.post(SEARCH, json={"search_query": patterns(9)}, headers={"X-Scope-OrgID": "quiet"})
    task = asyncio.create_task(quiet)
    while REGISTRY.get_sample_value("gateway_dear_searches_waiting") != EIGHT + 1 - 2:
        await asyncio.sleep(0.01)
    over.set()
    answers = await asyncio.gather(task, *loud)
    assert [each.status_code for each in answers] == [200] * (EIGHT + 1)
    assert next(i for i, body in enumerate(order) if b"dear9" in body) <= 3


async def test_one_whose_caller_left_makes_room(opensearch_url: str, tenant: str) -> None:
    begun = asyncio.Event()

    async def held(forward: faults.Forward, send: faults.Send) -> bool:
        begun.set()
        return await faults.silent(forward, send)

    headers = {"X-Scope-OrgID": tenant}
    async with faults.proxy(opensearch_url) as proxy, serving(proxy.url, dear_searches=1) as gateway:
        proxy.hits, proxy.fault = is_dear, held
        async with httpx2.AsyncClient(base_url=gateway.url, headers=headers, timeout=60) as client:
            task = asyncio.create_task(client.post(SEARCH, json={"search_query": patterns(1)}))
            await begun.wait()
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            proxy.fault = None
            answer = await client.post(SEARCH, json={"search_query": patterns(2)})
    assert answer.status_code == 200
