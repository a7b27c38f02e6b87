"""What a caller is told while things fail is true: done is done, refused is not, and what was cut says so."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable

import httpx2
import pytest

from tests import faults
from tests.faults import Answer, Fault, Forward, Request, Send
from tests.live import bench as benches
from tests.live import loading
from tests.live.bench import INCIDENTS, Bench
from tests.live.loading import Json

pytestmark = pytest.mark.anyio

IDS = [f"s{number}" for number in range(8)]
REFUSED: Json = {"type": "rejected_execution_exception", "reason": "for the test"}


@pytest.fixture
async def bench(opensearch_url: str) -> AsyncIterator[Bench]:
    async with benches.opened(opensearch_url) as found:
        await create(found.direct)
        yield found


async def create(client: httpx2.AsyncClient) -> None:
    await loading.create(client, ({"_meta": {"id": each}, "title": each, "seen": 0} for each in IDS))


def bulk_of(*words: str) -> Callable[[Request], bool]:
    """Whether a request is a bulk in which each of the words stands."""
    return lambda request: request.path == "/_bulk" and all(each.encode() in request.body for each in words)


def refusing(*positions: int) -> Fault:
    """A bulk whose items at these positions the engine had no room for."""

    async def fault(forward: Forward, send: Send) -> bool:
        said = json.loads((await forward()).body)
        for each in positions:
            for item in said["items"][each].values():
                item |= {"status": 429, "error": REFUSED}
        await send(Answer(200, json.dumps(said).encode()))
        return True

    return fault


async def seen(client: httpx2.AsyncClient) -> list[int]:
    return [(await client.get(f"{INCIDENTS}/{each}")).json()["seen"] for each in IDS]


async def test_where_one_slice_of_a_bulk_fails_each_item_says_what_became_of_it(opensearch_url: str) -> None:
    async with benches.opened(opensearch_url, bulk_slice=2) as bench:
        await create(bench.direct)
        bench.proxy.fault = faults.failing(503, "cluster_block_exception")
        bench.proxy.hits = bulk_of("im-incidents", '"s4"')
        items = await loading.bulk(bench.client, "bulkUpdate", [{"_meta": {"id": each}, "seen": 1} for each in IDS])
        bench.proxy.fault = None
        assert [each["_id"] for each in items] == IDS
        assert [each["status"] for each in items][:6] == [200, 200, 200, 200, 503, 503]
        assert await seen(bench.client) == [int(each["status"] == 200) for each in items]


async def test_an_item_that_the_engine_had_no_room_for_says_so(bench: Bench) -> None:
    bench.proxy.fault, bench.proxy.hits = refusing(1, 3, 5, 7), bulk_of("im-incidents")
    changed = await loading.bulk(bench.client, "bulkUpdate", [{"_meta": {"id": each}, "seen": 1} for each in IDS])
    made = await loading.bulk(
        bench.client, "bulkCreate", [{"_meta": {"id": f"new-{each}"}, "title": "t"} for each in IDS]
    )
    bench.proxy.fault = None
    assert [each["status"] for each in changed] == [200, 503] * 4
    assert [each["status"] for each in made] == [201, 503] * 4
    assert {each["error"]["type"] for each in [*changed, *made] if "error" in each} == {"unavailable"}
    history = [(await bench.client.get(f"{INCIDENTS}/{each}/activities")).json()["total_docs"] for each in IDS]
    assert history == [1 + value for value in await seen(bench.client)]


async def test_history_that_cannot_be_written_is_carried_until_it_can(bench: Bench) -> None:
    bench.proxy.fault, bench.proxy.hits = faults.failing(503, "cluster_block_exception"), bulk_of("im-events")
    replies = [
        await bench.client.put(f"{INCIDENTS}/a", json={"seen": 1}),
        await bench.client.post(f"{INCIDENTS}/unheard", json={"title": "t"}),
        await bench.client.post(f"{INCIDENTS}/a/notes", json={"body": "n"}),
        await bench.client.get(f"{INCIDENTS}/unheard/activities"),
    ]
    items = await loading.bulk(bench.client, "bulkUpdate", [{"_meta": {"id": each}, "seen": 1} for each in IDS])
    assert [each.status_code for each in replies] == [200, 201, 201, 503]
    assert {each["status"] for each in items} == {200}
    bench.proxy.fault = None
    assert {each: await kinds_of_history(bench.client, each) for each in ("unheard", "a", *IDS)} == {
        "unheard": ["created"], "a": ["note_added", "updated", "updated", "created"],
        **{each: ["updated", "created"] for each in IDS}
    }  # fmt: skip


async def test_history_that_can_never_be_written_stops_the_changes_in_time(bench: Bench) -> None:
    bench.proxy.fault, bench.proxy.hits = faults.failing(503, "cluster_block_exception"), bulk_of("im-events")
    statuses = [(await bench.client.put(f"{INCIDENTS}/a", json={"seen": number})).status_code for number in range(60)]
    bench.proxy.fault = None
    done = statuses.count(200)
    assert statuses == [200] * done + [503] * (60 - done)
    assert 40 < done < 60
    assert await kinds_of_history(bench.client, "a") == ["updated"] * done + ["created"]


async def kinds_of_history(client: httpx2.AsyncClient, incident_id: str) -> list[str]:
    """What happened to the incident, latest first."""
    docs = (await client.get(f"{INCIDENTS}/{incident_id}/activities?size=100")).json()["docs"]
    return [each["type"] for each in docs]


async def test_a_retry_under_a_version_counts_once_though_answers_are_lost(bench: Bench) -> None:
    bench.proxy.fault, bench.proxy.hits = faults.sometimes(faults.lost, 0.4), bulk_of("im-incidents")
    unsure = 0
    for number in range(1, 31):
        while (found := await bench.client.get(f"{INCIDENTS}/s0")).json()["seen"] < number:
            sent = {"_meta": found.json()["_meta"], "seen": number}
            reply = await bench.client.put(f"{INCIDENTS}/s0", json=sent)
            assert reply.status_code in {200, 504}
            unsure += reply.status_code == 504
    bench.proxy.fault = None
    assert (await seen(bench.client))[0] == 30
    assert unsure > 5


async def test_a_create_whose_answer_was_lost_is_there_once(bench: Bench) -> None:
    bench.proxy.fault, bench.proxy.hits = faults.lost, bulk_of("im-incidents")
    first = await bench.client.post(f"{INCIDENTS}/once", json={"title": "first"})
    bench.proxy.fault = None
    again = await bench.client.post(f"{INCIDENTS}/once", json={"title": "again"})
    assert (first.status_code, again.status_code) == (504, 409)
    assert (await bench.client.get(f"{INCIDENTS}/once")).json()["title"] == "first"


async def test_an_export_that_breaks_off_says_so_and_goes_on_where_it_was(bench: Bench) -> None:
    versions = await loading.create(bench.direct, ({"_meta": {"id": f"e{n}"}, "title": "e"} for n in range(2500)))
    pit = await loading.open_pit(bench.direct)
    # The first search asks how large the documents are.
    bench.proxy.fault = faults.after(3, faults.failing(503, "cluster_block_exception"))
    bench.proxy.hits = lambda request: request.path.endswith("/_search")
    docs, status = await loading.exported(bench.client, pit=pit)
    bench.proxy.fault = None
    assert (len(docs), status["complete"], status["count"]) == (2000, False, 2000)
    assert status["error"]["type"] == "unavailable"
    rest, whole = await loading.exported(bench.client, pit=pit, after=status["next"])
    assert whole == {"complete": True, "count": len(rest), "next": None, "pit": pit}
    found = [each["_meta"]["id"] for each in [*docs, *rest]]
    expected = {*versions, *IDS, "a", "b", "c", "rule~r1"}
    assert (len(found), set(found)) == (len(expected), expected)


async def test_who_finds_no_room_to_wait_is_told_at_once(opensearch_url: str) -> None:
    async with benches.opened(opensearch_url, requests=2, requests_waiting=1) as bench:
        over = asyncio.Event()
        bench.proxy.fault = faults.held(over)
        replies: list[httpx2.Response] = []
        for each in asyncio.as_completed([bench.client.get(f"{INCIDENTS}/a") for _ in range(9)]):
            replies.append(await each)
            if len(replies) == 6:
                over.set()
    assert [each.status_code for each in replies] == [503] * 6 + [200] * 3
    assert {each.headers.get("Retry-After") for each in replies[:6]} == {"1"}
