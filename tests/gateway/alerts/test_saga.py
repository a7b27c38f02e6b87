"""Merges and splits that meet each other, deletions, and gateways that end or lose their lease."""

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from gateway.alerts.saga import merge, replay
from gateway.dialects.bigpanda.extension import own
from gateway.incidents.writing.delete import delete
from gateway.problems import NotFound, Unavailable
from gateway.store.bulk import Write
from tests import faults
from tests.faults import Proxy, Request
from tests.gateway.alerts.stage import Stage, event, staged

pytestmark = pytest.mark.anyio

Hits = Callable[[str, Request], bool]


def reads(incident_id: str, request: Request) -> bool:
    """Whether the incident is read as the last of two."""
    ids = request.body.count(b'"') // 2 - 1
    return request.path.endswith("/_mget") and ids == 2 and request.body.endswith(f'"{incident_id}"]}}'.encode())


def reads_alerts(_incident_id: str, request: Request) -> bool:
    """Whether alerts are read, which are to leave."""
    return request.path.startswith("/im-events-") and request.path.endswith("/_mget") and b'"alert-' in request.body


def marks(incident_id: str, request: Request) -> bool:
    """Whether the incident is marked as merged into another."""
    body = request.body
    return request.path == "/_bulk" and f'"_id":"{incident_id}"'.encode() in body and b'"merged_into"' in body


async def test_the_same_merge_twice_at_once(stage: Stage) -> None:
    first, second, _ = await stage.three()
    asked = [merge(stage.session, second, [first], None) for _ in range(2)]
    failed = [each for each in await asyncio.gather(*asked, return_exceptions=True) if each is not None]
    assert [str(each) for each in failed] == ["this merge is under way already"]


async def test_different_ones_wait_for_each_other(stage: Stage) -> None:
    found = await stage.send(*(event(f"n{i}", "critical") for i in range(8)))
    pairs = [found[i : i + 2] for i in range(0, 8, 2)]
    merges = (merge(stage.session, a.incident_id, [b.incident_id], None) for a, b in pairs)
    await asyncio.gather(*merges)
    assert [(await stage.incident(a.incident_id))["alert_count"] for a, _ in pairs] == [2] * 4


async def test_a_destination_that_is_deleted_on_the_way(proxied: Stage, proxy: Proxy) -> None:
    first, second, third = await proxied.three()
    [alert] = await proxied.ids(first)
    proxy.hits = partial(marks, second)
    proxy.fault = faults.meanwhile(lambda: delete(proxied.session, third))
    with pytest.raises(NotFound):
        await merge(proxied.session, third, [first, second], None)
    incident = await proxied.incident(first)
    assert (incident["state"], incident["alert_count"], "merged_into" in own(incident)) == ("open", 1, False)
    assert await proxied.ids(first) == [alert]
    assert "merged_source" not in await proxied.told(first)


@pytest.mark.parametrize(
    "hits",
    [
        pytest.param(reads, id="before it is read"),
        pytest.param(marks, id="before it is marked"),
        pytest.param(reads_alerts, id="before its alerts leave"),
    ],
)
async def test_a_source_that_is_deleted_on_the_way(proxied: Stage, proxy: Proxy, hits: Hits) -> None:
    first, second, third = await proxied.three()
    deleted = asyncio.Event()

    async def lose() -> None:
        await delete(proxied.session, second)
        deleted.set()

    proxy.hits = partial(hits, second)
    proxy.fault = faults.meanwhile(lose, first=True)
    await merge(proxied.session, third, [first, second], None)
    assert (await proxied.incident(third))["alert_count"] == len(await proxied.ids(third)) == 2
    assert deleted.is_set()


@pytest.mark.parametrize("planned", [pytest.param(True, id="with a plan"), pytest.param(False, id="without one")])
async def test_what_is_left_of_a_tenant_that_is_gone_is_cleared(stage: Stage, planned: bool) -> None:
    entry: dict[str, Any] = {
        "kind": "move",
        "tenant": stage.tenant,
        "operation": "merge",
        "until": "2026-11-22T07:00:00Z",
    }
    entry |= {"actor": {"name": "x", "dialect": "bigpanda"}} | ({"plan": {"destination": "a"}} if planned else {})
    await stage.ctx.store.registry.put(Write(f"move:{stage.tenant}", entry))
    await replay(stage.ctx)
    assert await stage.ctx.store.registry.read(f"move:{stage.tenant}") is None


async def test_one_that_works_on_is_waited_for_whatever_its_clock(proxy: Proxy, tenant: str) -> None:
    """Another gateway whose clock is far ahead takes nothing over that is being worked on."""
    async with staged(proxy.url, tenant, lease=60, lease_watch=60) as stage:
        first, second, third = await stage.three()
        ahead = replace(stage.ctx, clock=lambda: stage.now + timedelta(hours=1))
        slow, waited_for, looks = asyncio.Event(), asyncio.Event(), Counter[str]()

        def gathers(request: Request) -> bool:
            looks[request.method] += request.path.endswith(f"/_doc/move%3A{tenant}")
            if looks["GET"] > 2:
                waited_for.set()
            return request.path == "/_bulk" and f'"_id":"{second}"'.encode() in request.body

        async def held_up() -> None:
            slow.set()
            await waited_for.wait()

        proxy.hits, proxy.fault = gathers, faults.meanwhile(held_up, first=True)
        merging = asyncio.create_task(merge(stage.session, second, [first], None))
        await slow.wait()
        await replay(ahead)
        await merging
        await merge(replace(stage.session, ctx=ahead), second, [third], None)
        assert len(await stage.ids(second)) == 3


async def test_one_whose_lease_is_anothers_stops(proxied: Stage, proxy: Proxy) -> None:
    first, second, _ = await proxied.three()
    lease, registry = f"move:{proxied.tenant}", proxied.ctx.store.registry
    proxy.hits = partial(marks, first)
    proxy.fault = faults.meanwhile(lambda: registry.revise(lease, lambda held: {**(held or {}), "by": "another"}))
    with pytest.raises(Unavailable, match="another gateway goes on"):
        await merge(proxied.session, second, [first], None)
    assert len(await proxied.ids(first)) == 1
    proxied.now += timedelta(minutes=2)
    await replay(proxied.ctx)
    assert (len(await proxied.ids(first)), len(await proxied.ids(second))) == (0, 2)


@pytest.mark.parametrize("next_merge", [pytest.param(True, id="the next merge"), pytest.param(False, id="a start")])
async def test_one_whose_registry_is_lost_is_finished_by(proxied: Stage, proxy: Proxy, next_merge: bool) -> None:
    first, second, third = await proxied.three()
    proxy.hits = partial(marks, first)
    proxy.fault = faults.meanwhile(lambda: proxied.ctx.store.registry.delete(f"move:{proxied.tenant}"))
    with pytest.raises(Unavailable, match="another gateway goes on"):
        await merge(proxied.session, second, [first], None)
    proxy.fault = None
    proxied.now += timedelta(minutes=2)
    await (merge(proxied.session, third, [second], None) if next_merge else replay(proxied.ctx))
    counts = [len(await proxied.ids(each)) for each in (first, second, third)]
    assert counts == ([0, 0, 3] if next_merge else [0, 2, 1])
    assert await proxied.session.events.get("move") is None
