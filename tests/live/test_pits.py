"""Points in time across gateways: counted exactly, kept alive together, gone for all at once, and never leaked."""

import asyncio
import base64
from collections import Counter
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2
import pytest

from tests.clock import Clock
from tests.live import loading
from tests.live.loading import Clients, Json, open_pit
from tests.live.writers import writing

pytestmark = pytest.mark.anyio

PLACES = 10
PIT = "/_im/incidents/pit"


@pytest.fixture
def clock() -> Clock:
    return Clock(datetime.now(UTC).replace(microsecond=0))


@pytest.fixture
async def gateways(opensearch_url: str, clock: Clock) -> AsyncIterator[Clients]:
    """Two gateways over one engine and one clock; the tenant has one incident."""
    async with loading.gateways(opensearch_url, clock=clock, pits=PLACES) as clients:
        await loading.create(clients[0], [{"_meta": {"id": "a"}, "title": "a"}])
        yield clients


@pytest.fixture
def tenant(gateways: Clients) -> str:
    """Whose they are."""
    return gateways[0].headers["X-Scope-OrgID"]


async def in_engine(url: str, tenant: str) -> list[Json]:
    """The engine's own points in time over the tenant's incidents."""
    async with httpx2.AsyncClient(base_url=url, timeout=60) as engine:
        reply = await engine.get("/_search/point_in_time/_all")
        found = reply.json().get("pits", []) if reply.status_code == 200 else []
    index = f"im-incidents-{tenant}".encode()
    return [each for each in found if index in base64.urlsafe_b64decode(each["pit_id"] + "==")]


async def lose(url: str, tenant: str) -> None:
    """Deletes the tenant's points in time behind the gateway's back."""
    ids = [each["pit_id"] for each in await in_engine(url, tenant)]
    async with httpx2.AsyncClient(base_url=url, timeout=60) as engine:
        reply = await engine.request("DELETE", "/_search/point_in_time", json={"pit_id": ids})
        assert reply.json()["pits"], reply.text


async def status(client: httpx2.AsyncClient, pit: str, **words: Any) -> int:
    """How a search of the point in time is answered."""
    return (await client.post(loading.SEARCH, json={"pit": pit, **words})).status_code


async def pits(client: httpx2.AsyncClient) -> list[Json]:
    """The open points in time."""
    docs: list[Json] = (await client.get("/_im/incidents/pits")).json()["docs"]
    return docs


async def listed(client: httpx2.AsyncClient) -> dict[str, str]:
    """When each open point in time expires."""
    return {each["id"]: each["expires_at"] for each in await pits(client)}


async def until(expected: Any, ask: Any) -> None:
    """Waits until the answer is as expected; the test's own timeout ends a wait in vain."""
    while await ask() != expected:
        await asyncio.sleep(0.01)


async def test_of_many_that_open_at_once_exactly_as_many_win_as_there_are_places(
    gateways: Clients,
) -> None:
    answers = await asyncio.gather(*(gateways[i % 2].get(PIT, params={"keep_alive": "1m"}) for i in range(64)))
    assert Counter(each.status_code for each in answers) == {200: PLACES, 429: 64 - PLACES}
    refused = [each for each in answers if each.status_code == 429]
    assert {each.json()["error"]["type"] for each in refused} == {"too_many_pits"}
    assert {each.headers["Retry-After"] for each in refused} == {"60"}
    won = {each.json()["id"] for each in answers if each.status_code == 200}
    assert len(won) == PLACES
    assert [set(await listed(each)) for each in gateways] == [won, won]
    assert max(each.json()["active_pits"] for each in answers if each.status_code == 200) <= PLACES


async def test_a_place_is_free_as_soon_as_its_point_in_time_is_deleted_by_anyone(
    gateways: Clients,
) -> None:
    here, there = gateways
    opened = [await open_pit(here) for _ in range(PLACES)]
    assert await status(here, opened[0]) == 200
    assert (await there.get(PIT)).status_code == 429
    assert (await there.request("DELETE", PIT, json={"id": opened[0]})).json() == {"id": opened[0], "deleted": True}
    assert await status(there, opened[0]) == 410
    # What it has answered it may give again for some seconds (gateway/store/snapshots.py); anything else is refused.
    assert await status(here, opened[0], size=7) == 410
    assert [await status(each, opened[0]) for each in gateways] == [410, 410]
    assert [(await each.request("DELETE", PIT, json={"id": opened[0]})).status_code for each in gateways] == [404, 404]
    assert (await there.get(PIT)).status_code == 200
    assert (await here.get(PIT)).status_code == 429


async def test_a_place_is_free_as_soon_as_its_point_in_time_expires(
    gateways: Clients, clock: Clock, opensearch_url: str, tenant: str
) -> None:
    here, there = gateways
    old = [await open_pit(here, keep_alive="1m") for _ in range(PLACES)]
    clock.move(seconds=59)
    assert (await there.get(PIT)).status_code == 429
    clock.move(seconds=1)
    assert [await status(each, old[0]) for each in gateways] == [410, 410]
    fresh = [await open_pit(each) for each in gateways * (PLACES // 2)]
    assert set(await listed(here)) == set(fresh)
    assert len(await in_engine(opensearch_url, tenant)) == PLACES


async def test_use_in_one_gateway_keeps_it_alive_in_the_other(
    gateways: Clients, clock: Clock, opensearch_url: str, tenant: str
) -> None:
    here, there = gateways
    began, pit = clock.now, await open_pit(here, keep_alive="1m")
    for _ in range(3):
        clock.move(seconds=40)
        assert await status(there, pit) == 200
        await until(True, lambda: expires_at(here, pit, clock.now + timedelta(seconds=60)))
    assert await status(here, pit, keep_alive="30m") == 200
    await until(True, lambda: expires_at(there, pit, clock.now + timedelta(minutes=30)))
    clock.move(seconds=30)
    assert await status(there, pit) == 200
    assert [each["keep_alive"] for each in await pits(here)] == ["1800s"]
    clock.move(minutes=25)
    assert await status(there, pit) == 200
    await until(True, lambda: expires_at(here, pit, clock.now + timedelta(minutes=30)))
    clock.move(minutes=20)
    assert [await status(each, pit) for each in gateways] == [200, 200]
    kept = [each["keep_alive"] for each in await in_engine(opensearch_url, tenant)]
    assert kept == [31 * 60 * 1000]
    clock.move(minutes=31)
    assert [await status(each, pit) for each in gateways] == [410, 410]
    assert clock.now > began


async def expires_at(client: httpx2.AsyncClient, pit: str, moment: datetime) -> bool:
    return datetime.fromisoformat((await listed(client))[pit]) == moment


async def test_one_that_the_engine_lost_is_gone_and_can_be_deleted(
    gateways: Clients, opensearch_url: str, tenant: str
) -> None:
    pit = await open_pit(gateways[0])
    assert [await status(each, pit) for each in gateways] == [200, 200]
    await lose(opensearch_url, tenant)
    assert [await status(each, pit, size=7) for each in gateways] == [410, 410]
    assert [await status(each, pit) for each in gateways] == [410, 410]
    stats = [await each.post(f"{loading.SEARCH}/stats/status", json={"pit": pit}) for each in gateways]
    assert [each.json()["error"]["type"] for each in stats] == ["pit_expired", "pit_expired"]
    assert (await gateways[0].post("/_im/incidents/export", json={"pit": pit})).status_code == 410
    assert (await gateways[1].request("DELETE", PIT, json={"id": pit})).status_code == 200
    assert await listed(gateways[0]) == {}


async def test_none_is_left_in_the_engine_by_many_that_open_walk_and_delete(
    gateways: Clients, opensearch_url: str, tenant: str
) -> None:
    async def come_and_go(client: httpx2.AsyncClient) -> None:
        for _ in range(12):
            pit = await open_pit(client)
            assert await loading.by_cursor(client, pit=pit, size=1)
            assert (await client.request("DELETE", PIT, json={"id": pit})).status_code == 200

    await asyncio.gather(*(come_and_go(each) for each in gateways * 4))
    assert await in_engine(opensearch_url, tenant) == []
    assert await listed(gateways[0]) == {}


async def test_it_shows_what_was_acknowledged_before_it_was_opened_and_nothing_begun_after(
    gateways: Clients,
) -> None:
    here, there = gateways
    held = await loading.create(here, ({"_meta": {"id": f"s{n}"}, "title": "s"} for n in range(200)))
    async with writing(there, list(held)) as written:
        for _ in range(8):
            made = [await here.post("/_im/incidents", json={"title": "before"}) for _ in range(3)]
            pit = await open_pit(there)
            after = await here.post("/_im/incidents", json={"title": "after"})
            found = dict(await loading.by_cursor(here, there, pit=pit, size=61))
            again = dict(await loading.by_cursor(there, pit=pit, size=1000))
            before = {each.json()["_meta"]["id"] for each in made}
            assert before <= found.keys()
            assert after.json()["_meta"]["id"] not in found
            assert again == found
    assert set(written) == {"POST", "PUT", "DELETE"}
