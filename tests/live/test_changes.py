"""The change feed as a stream of events: over sockets, across gateways, to its end."""

import asyncio
import re
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import aclosing, asynccontextmanager

import httpx2
import orjson
import pytest

from gateway.dialects.settings import Settings
from gateway.serving.app import create_app
from tests import keyring
from tests.serving import served, serving

pytestmark = pytest.mark.anyio

PATH = "/_im/incidents/changes"
EVENTS = {"Accept": "text/event-stream"}
LISTENERS, CALLS = 200, 40

Client = httpx2.AsyncClient
Event = dict[str, str]


async def blocks(client: Client, last: str | None = None, **words: str) -> AsyncGenerator[Event, None]:
    """The blocks of a stream, each as its words."""
    headers = EVENTS | ({"Last-Event-ID": last} if last else {})
    async with client.stream("GET", PATH, params=words, headers=headers) as answer:
        assert answer.status_code == 200, await answer.aread()
        block: Event = {}
        async for line in answer.aiter_lines():
            if line:
                name, _, value = line.partition(":")
                block[name] = value.strip()
            else:
                yield block
                block = {}


async def told(stream: AsyncIterator[Event]) -> Event:
    """The next event of a stream that is no sign of life."""
    return await anext(each async for each in stream if "event" in each)


@asynccontextmanager
async def reaching(url: str, tenant: str) -> AsyncIterator[Client]:
    """A client of the tenant's."""
    limits = httpx2.Limits(max_connections=None)
    async with httpx2.AsyncClient(base_url=url, headers={"X-Scope-OrgID": tenant}, timeout=60, limits=limits) as client:
        yield client


async def make(client: Client, incident_id: str) -> None:
    (await client.post(f"/_im/incidents/{incident_id}", json={"title": incident_id})).raise_for_status()


async def test_a_stream_is_gone_on_with_behind_its_last_event_on_another_gateway(
    opensearch_url: str, tenant: str
) -> None:
    settings = Settings(opensearch_url=opensearch_url)
    with serving(settings) as one, serving(settings) as other:
        async with reaching(one, tenant) as first, reaching(other, tenant) as second:
            async with aclosing(blocks(first)) as stream:
                begin = await anext(stream)
                for each in ("a", "b"):
                    await make(second, each)
                event = await told(stream)
            assert (set(begin), orjson.loads(event["data"])["id"]) == ({"retry", "id"}, "a")
            await make(first, "c")
            async with aclosing(blocks(second, event["id"], after="ignored")) as stream:
                rest = [await told(stream) for _ in range(2)]
            async with aclosing(blocks(second, begin["id"])) as stream:
                again = [await told(stream) for _ in range(3)]
    assert [orjson.loads(each["data"])["id"] for each in rest] == ["b", "c"]
    assert [each["data"] for each in again] == [event["data"], *(each["data"] for each in rest)]
    assert {each["event"] for each in again} == {"created"}


async def test_each_tenant_is_told_of_its_own_alone(opensearch_url: str, new_tenant: Callable[[], str]) -> None:
    with serving(Settings(opensearch_url=opensearch_url)) as url:
        async with reaching(url, new_tenant()) as one, reaching(url, new_tenant()) as other:
            async with aclosing(blocks(one)) as first, aclosing(blocks(other)) as second:
                cursor = (await anext(first))["id"]
                await anext(second)
                await make(one, "a")
                await make(other, "b")
                ids = [orjson.loads((await told(each))["data"])["id"] for each in (first, second)]
            stolen = await other.get(PATH, params={"after": cursor})
    assert (ids, stolen.status_code, stolen.json()["error"]["type"]) == (["a", "b"], 400, "bad_cursor")


async def test_signs_of_life_move_the_place_behind_what_a_filter_left_out(opensearch_url: str, tenant: str) -> None:
    with serving(Settings(opensearch_url=opensearch_url, feed_heartbeat=0.1)) as url:
        async with reaching(url, tenant) as client, aclosing(blocks(client, end_time="now-1d")) as stream:
            begin = await anext(stream)
            await make(client, "a")
            moved = await anext(each async for each in stream if each["id"] != begin["id"])
    assert set(moved) == {"", "id"}


async def test_a_stream_ends_once_its_key_does_not_hold(opensearch_url: str, tenant: str) -> None:
    [(key, token)] = await keyring.made(opensearch_url, tenant, ["read"])
    settings = Settings(opensearch_url=opensearch_url, auth="keys", key_cache=0, feed_heartbeat=0.1)
    with serving(settings) as url:
        async with reaching(url, tenant) as client:
            client.headers["Authorization"] = f"Bearer {token}"
            async with aclosing(blocks(client)) as stream:
                await anext(stream)
                async with httpx2.AsyncClient(base_url=opensearch_url, timeout=60) as engine:
                    gone = await engine.delete(f"/im-registry/_doc/key:{key.key_id}?refresh=true")
                    assert gone.status_code == 200
                assert [each async for each in stream if "event" in each] == []


async def test_a_stop_ends_streams_and_answers_polls_at_once(opensearch_url: str, tenant: str) -> None:
    settings = Settings(opensearch_url=opensearch_url)
    with served(create_app(settings), settings) as gateway:
        host, port = gateway.address[:2]
        async with reaching(f"http://{host}:{port}", tenant) as client, aclosing(blocks(client)) as stream:
            begin = await anext(stream)
            poll = asyncio.create_task(client.get(PATH, params={"wait": "60"}))
            await listening(client, 2)
            gateway.server.should_exit = True
            assert [each async for each in stream] == []
            answer = (await poll).json()
    assert (set(begin), answer["changes"]) == ({"retry", "id"}, [])


async def test_who_leaves_a_poll_is_no_listener_any_more(opensearch_url: str, tenant: str) -> None:
    with serving(Settings(opensearch_url=opensearch_url)) as url:
        async with reaching(url, tenant) as client:
            async with reaching(url, tenant) as other:
                poll = asyncio.create_task(other.get(PATH, params={"wait": "60"}))
                await listening(client, 1)
                poll.cancel()
            async with asyncio.timeout(60):
                await listening(client, 0)


async def test_many_listeners_cost_the_engine_what_one_costs(opensearch_url: str, tenant: str) -> None:
    """And each is told what all are."""
    with serving(Settings(opensearch_url=opensearch_url)) as url:
        async with reaching(url, tenant) as client:
            await make(client, "first")
            streams = [blocks(client) for _ in range(LISTENERS)]
            await asyncio.gather(*(anext(each) for each in streams))
            before = await calls(client)
            await make(client, "second")
            events = await asyncio.gather(*(told(each) for each in streams))
            cost = await calls(client) - before
            await asyncio.gather(*(each.aclose() for each in streams))
            await listening(client, 0)
    assert {orjson.loads(each["data"])["id"] for each in events} == {"second"}
    assert cost < CALLS


async def calls(client: Client) -> float:
    """How many calls of the engine there were."""
    return sum(await series(client, "gateway_engine_seconds_count"))


async def listening(client: Client, count: int) -> None:
    """Waits until so many listen."""
    while sum(await series(client, "gateway_listeners")) != count:
        await asyncio.sleep(0.01)


async def series(client: Client, name: str) -> list[float]:
    """The values of a series."""
    text = (await client.get("/metrics")).text
    return [float(value) for value in re.findall(rf"^{name}(?:{{.*}})? (\S+)$", text, re.MULTILINE)]
