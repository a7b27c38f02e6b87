"""A tenant's indices made anew under four writers and a walk: nothing is lost, nothing comes back."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import nullcontext
from dataclasses import dataclass, field
from random import Random
from typing import Any

import httpx2
import pytest

from gateway.dialects import EXTENSIONS
from gateway.dialects.settings import load
from gateway.incidents.reindexing import reindex
from gateway.incidents.session import Context
from gateway.problems import GatewayError
from gateway.serving.app import running
from gateway.store import Store, templates
from tests import faults
from tests.conftest import Serve
from tests.faults import Fault
from tests.gateway.store.test_side_by_side import made_by_the_old

pytestmark = pytest.mark.anyio

PATH = "/_im/incidents"
Json = dict[str, Any]


@dataclass(slots=True)
class Ledger:
    """What was acknowledged: the latest value of each incident and how many changes it has; what was deleted."""

    values: dict[str, int] = field(default_factory=dict)
    changes: dict[str, int] = field(default_factory=dict)
    deleted: set[str] = field(default_factory=set)
    refused: list[httpx2.Response] = field(default_factory=list)


async def write(client: httpx2.AsyncClient, name: str, ledger: Ledger, over: asyncio.Event) -> None:
    """Makes, changes and deletes incidents of its own until it is over."""
    random, number = Random(name), 0
    while not over.is_set():
        number += 1
        mine = [each for each in ledger.values if each.startswith(name)]
        drawn = random.random()
        if not mine or drawn < 0.3:
            incident = f"{name}{number}"
            answer = await client.post(f"{PATH}/{incident}", json={"title": incident, "seen": number})
        elif drawn < 0.9:
            incident = random.choice(mine)
            answer = await client.put(f"{PATH}/{incident}", json={"seen": number})
        else:
            incident = random.choice(mine)
            answer = await client.delete(f"{PATH}/{incident}")
            if answer.is_success:
                ledger.deleted.add(incident)
                del ledger.values[incident]
                continue
        if answer.is_success:
            ledger.values[incident] = number
            ledger.changes[incident] = ledger.changes.get(incident, 0) + 1
        else:
            ledger.refused.append(answer)


async def check(client: httpx2.AsyncClient, ledger: Ledger) -> None:
    """The tenant has what was acknowledged, with its history, and nothing else."""
    read = {each: await client.get(f"{PATH}/{each}") for each in [*ledger.values, *ledger.deleted]}
    assert {each: answer.json()["seen"] for each, answer in read.items() if answer.is_success} == ledger.values
    assert {answer.status_code for each, answer in read.items() if each in ledger.deleted} <= {404}
    for each in ledger.values:
        told = (await client.get(f"{PATH}/{each}/activities", params={"size": 1000})).json()
        assert told["total_docs"] == ledger.changes[each]
    numbers = [answer.json()["numeric_id"] for answer in read.values() if answer.is_success]
    assert len(numbers) == len(set(numbers))


@pytest.fixture
async def engine(opensearch_url: str) -> AsyncIterator[httpx2.AsyncClient]:
    async with httpx2.AsyncClient(base_url=opensearch_url, timeout=60) as client:
        yield client


async def in_use(engine: httpx2.AsyncClient, tenant: str) -> dict[str, list[str]]:
    reply = (await engine.get(f"/im-incidents-{tenant}*,im-events-{tenant}*/_alias")).json()
    return {index: sorted(each["aliases"]) for index, each in reply.items()}


async def walked(client: httpx2.AsyncClient, pit: str, reached: asyncio.Event, go_on: asyncio.Event) -> list[str]:
    """What is in a point in time, in pages of ten; the walk stands still after the first until it may go on."""
    ids, after = [], None
    while True:
        body = {"pit": pit, "size": 10, **({"after": after} if after else {})}
        page = (await client.post("/_im/incidents_full_types", json=body)).raise_for_status().json()
        ids += [each["_meta"]["id"] for each in page["docs"]]
        after = page.get("next")
        reached.set()
        if not page["docs"] or after is None:
            return ids
        await go_on.wait()


async def kept(client: httpx2.AsyncClient, ledger: Ledger) -> str:
    """A point in time over fifty incidents."""
    rows = b"".join(b'{"_meta":{"id":"k%d"},"title":"kept","seen":0}\n' % i for i in range(50))
    headers = {"Content-Type": "application/x-ndjson"}
    (await client.post(f"{PATH}/bulkCreate?refresh=true", content=rows, headers=headers)).raise_for_status()
    ledger.values |= {f"k{i}": 0 for i in range(50)}
    ledger.changes |= dict.fromkeys(ledger.values, 1)
    pit: str = (await client.get(f"{PATH}/pit")).json()["id"]
    return pit


async def until_swapped(ctx: Context, tenant: str) -> asyncio.Task[None]:
    """What goes on reindexing once it has swapped."""
    swapped = asyncio.Event()

    def say(line: str) -> None:
        if line == "swapped":
            swapped.set()

    work, awaited = asyncio.create_task(reindex(ctx, tenant, {"shards": 2}, say)), asyncio.create_task(swapped.wait())
    await asyncio.wait({work, awaited}, return_when=asyncio.FIRST_COMPLETED)
    awaited.cancel()
    return work


async def test_nothing_is_lost_under_four_writers_and_a_walk(
    serve: Serve, engine: httpx2.AsyncClient, opensearch_url: str, tenant: str
) -> None:
    ledger, over, reached, go_on = Ledger(), asyncio.Event(), asyncio.Event(), asyncio.Event()
    async with serve() as one, serve() as other, running(load(opensearch_url=opensearch_url)) as gateway:
        pit = await kept(one, ledger)
        version = (await one.get(f"{PATH}/k0")).headers["ETag"]
        walk = asyncio.create_task(walked(other, pit, reached, go_on))
        await reached.wait()
        ways = (("a", one), ("b", one), ("c", other), ("d", other))
        writers = [asyncio.create_task(write(client, f"{name}-", ledger, over)) for name, client in ways]
        left = await until_swapped(gateway.ctx, tenant)
        go_on.set()
        assert sorted(await walk) == sorted(f"k{i}" for i in range(50))
        over.set()
        await asyncio.gather(*writers)
        await one.request("DELETE", f"{PATH}/pit", params={"id": pit})
        await left
        assert [each.text for each in ledger.refused] == []
        stale = await one.put(f"{PATH}/k0", json={"seen": 1}, headers={"If-Match": version})
        assert stale.status_code == 409
        await check(one, ledger)
        names = {f"im-{kind}-{tenant}.000002": [f"im-{kind}-{tenant}"] for kind in ("incidents", "events")}
        assert await in_use(engine, tenant) == names


async def test_a_tenant_of_the_version_before_is_behind_aliases_then(
    serve: Serve, engine: httpx2.AsyncClient, opensearch_url: str, tenant: str
) -> None:
    """One, moreover, with a column that cannot become today's: no gateway starts until it is made anew."""
    settings = load(opensearch_url=opensearch_url)
    store = Store(settings, {})
    async with serve() as client:
        await made_by_the_old(engine, tenant, reviewer={"type": "text"})
        (await client.post(f"{PATH}/a", json={"title": "a", "seen": 1})).raise_for_status()
        pit = (await client.get(f"{PATH}/pit")).json()["id"]
        with pytest.raises(templates.TemplateError, match="tenant reindex makes it anew"):
            await templates.apply(store.client, EXTENSIONS)
        async with running(settings, upgrade=False) as gateway:
            await reindex(gateway.ctx, tenant, {}, lambda _line: None)
        assert await templates.apply(store.client, EXTENSIONS) == []
        await check(client, Ledger({"a": 1}, {"a": 1}))
        gone = await client.post("/_im/incidents_full_types", json={"pit": pit})
        assert (gone.status_code, gone.json()["error"]["type"]) == (410, "pit_expired")
    await store.close()
    assert await in_use(engine, tenant) == {
        f"im-{kind}-{tenant}.000001": [f"im-{kind}-{tenant}"] for kind in ("incidents", "events")
    }


@pytest.mark.parametrize(
    ("broken", "swapped"),
    [
        pytest.param(("/_aliases", faults.lost), True, id="it swapped and could not say so"),
        pytest.param(("/_block/write", faults.lost), False, id="it blocked and could not say so"),
        pytest.param(("/_reindex", faults.dropped), False, id="it never heard of what is to be copied"),
    ],
)
async def test_the_tenant_is_as_it_was_or_done_where(
    serve: Serve, engine: httpx2.AsyncClient, opensearch_url: str, tenant: str, broken: tuple[str, Fault], swapped: bool
) -> None:
    call, fault = broken
    async with faults.proxy(opensearch_url) as proxy, running(load(opensearch_url=proxy.url)) as gateway:
        async with serve() as client:
            (await client.post(f"{PATH}/a", json={"title": "a", "seen": 1})).raise_for_status()
            proxy.hits, proxy.fault = lambda request: request.path.endswith(call), fault
            with nullcontext() if swapped else pytest.raises(GatewayError):
                await reindex(gateway.ctx, tenant, {}, lambda _line: None)
            (await client.put(f"{PATH}/a", json={"seen": 2})).raise_for_status()
            await check(client, Ledger({"a": 2}, {"a": 2}))
        assert await gateway.ctx.store.registry.read(f"reindex:{tenant}") is None
    number = 2 if swapped else 1
    assert await in_use(engine, tenant) == {
        f"im-{kind}-{tenant}.00000{number}": [f"im-{kind}-{tenant}"] for kind in ("incidents", "events")
    }
