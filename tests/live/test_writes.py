"""Many writers at once, through two gateways: nothing acknowledged is lost, and what is refused was not done."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Sequence
from itertools import chain
from typing import Any, TypeVar

import httpx2
import pytest

from tests.live import loading
from tests.live.loading import Clients, Json, bulk, create

T = TypeVar("T")

pytestmark = pytest.mark.anyio


@pytest.fixture(scope="module")
async def gateways(opensearch_url: str) -> AsyncIterator[Clients]:
    """Two gateways over one engine."""
    async with loading.gateways(opensearch_url) as clients:
        yield clients


@pytest.fixture
async def one(gateways: Clients) -> str:
    """The path of a new incident."""
    reply = await gateways[0].post("/_im/incidents", json={"title": "one"})
    return str(reply.headers["Location"])


async def read(client: httpx2.AsyncClient, path: str) -> Json:
    document: Json = (await client.get(path)).raise_for_status().json()
    return document


def flat(lists: Iterable[list[T]]) -> list[T]:
    return list(chain.from_iterable(lists))


def statuses(answers: Sequence[httpx2.Response]) -> Counter[int]:
    return Counter(each.status_code for each in answers)


async def test_writers_of_different_fields_lose_nothing(gateways: Clients, one: str) -> None:
    async def count_up(client: httpx2.AsyncClient, field: str) -> None:
        for number in range(1, 16):
            reply = await client.put(one, json={field: number})
            assert reply.status_code == 200, reply.text

    fields = [f"counter_{i}" for i in range(8)]
    await asyncio.gather(*(count_up(gateways[i % 2], field) for i, field in enumerate(fields)))
    found = await read(gateways[0], one)
    assert {field: found[field] for field in fields} == dict.fromkeys(fields, 15)
    activities = (await gateways[1].get(f"{one}/activities", params={"size": 1000})).json()
    assert activities["total_docs"] == 1 + 8 * 15
    told = Counter(change["field"] for each in activities["docs"] for change in each["changes"])
    assert {field: told[field] for field in fields} == dict.fromkeys(fields, 15)


@pytest.mark.parametrize("way", ["If-Match", "_meta.version"])
async def test_a_counter_under_versions_is_the_number_of_increments_that_were_acknowledged(
    gateways: Clients, one: str, way: str
) -> None:
    async def increment(client: httpx2.AsyncClient, times: int) -> list[httpx2.Response]:
        answers = []
        for _ in range(times):
            before = await client.get(one)
            count = before.json().get("count", 0) + 1
            lock: Json = {"headers": {"If-Match": before.headers["ETag"]}} if way == "If-Match" else {}
            meta = {"_meta": before.json()["_meta"]} if way == "_meta.version" else {}
            answers.append(await client.put(one, json={"count": count, **meta}, **lock))
        return answers

    answers = flat(await asyncio.gather(*(increment(gateways[i % 2], 20) for i in range(8))))
    found = statuses(answers)
    assert found.keys() == {200, 409}
    assert (await read(gateways[1], one))["count"] == found[200]
    refused = [each.json()["error"]["type"] for each in answers if each.status_code == 409]
    assert set(refused) == {"version_conflict"}


async def test_of_many_that_create_one_id_one_wins_and_its_document_stands(gateways: Clients) -> None:
    for number in range(4):
        path = f"/_im/incidents/new{number}"
        answers = await asyncio.gather(*(gateways[i % 2].post(path, json={"title": f"by {i}"}) for i in range(12)))
        assert statuses(answers) == {201: 1, 409: 11}
        won = next(each.json() for each in answers if each.status_code == 201)
        assert await read(gateways[0], path) == won
        assert {each.json()["error"]["type"] for each in answers if each.status_code == 409} == {"already_exists"}
        assert (await gateways[0].get(f"{path}/activities")).json()["total_docs"] == 1


async def test_of_many_that_delete_one_incident_one_does(gateways: Clients, one: str) -> None:
    answers = await asyncio.gather(*(gateways[i % 2].delete(one) for i in range(8)))
    assert statuses(answers) == {200: 1, 404: 7}


async def test_bulks_over_the_same_incidents_leave_what_each_item_says(gateways: Clients) -> None:
    ids = [f"b{n}" for n in range(100)]
    await create(gateways[0], ({"_meta": {"id": each}, "title": each} for each in ids))
    rows = [[{"_meta": {"id": each}, f"own_{i}": i, "shared": i} for each in ids] for i in range(4)]
    bulks = await asyncio.gather(*(bulk(gateways[i % 2], "bulkUpdate", rows[i]) for i in range(4)))
    assert {each["status"] for items in bulks for each in items} == {200}
    for position, incident_id in enumerate(ids):
        found = await read(gateways[0], f"/_im/incidents/{incident_id}")
        versions = [items[position]["version"] for items in bulks]
        last = max(range(4), key=lambda i: _order(versions[i]))
        assert len(set(versions)) == 4
        assert (found["_meta"]["version"], found["shared"]) == (versions[last], last)
        assert [found[f"own_{i}"] for i in range(4)] == [0, 1, 2, 3]


def _order(version: str) -> list[int]:
    return [int(each) for each in version.split("-")]


async def test_of_bulks_on_one_version_one_wins_each_incident(gateways: Clients) -> None:
    ids = [f"v{n}" for n in range(100)]
    held = await create(gateways[0], ({"_meta": {"id": each}, "title": each} for each in ids))
    rows = [[{"_meta": {"id": each, "version": held[each]}, "by": i} for each in ids] for i in range(4)]
    bulks = await asyncio.gather(*(bulk(gateways[i % 2], "bulkUpdate", rows[i]) for i in range(4)))
    for position, incident_id in enumerate(ids):
        answers = [items[position]["status"] for items in bulks]
        assert sorted(answers) == [200, 409, 409, 409]
        assert (await read(gateways[0], f"/_im/incidents/{incident_id}"))["by"] == answers.index(200)


async def test_no_number_is_given_twice(gateways: Clients) -> None:
    async def some(client: httpx2.AsyncClient, name: str) -> list[Json]:
        items = await bulk(client, "bulkCreate", ({"_meta": {"id": f"{name}-{n}"}, "title": "n"} for n in range(130)))
        single = [(await client.post("/_im/incidents", json={"title": "s"})).json()["_meta"]["id"] for _ in range(5)]
        return [
            await read(client, f"/_im/incidents/{each}") for each in [*(item["_id"] for item in items[:40]), *single]
        ]

    found = flat(await asyncio.gather(*(some(gateways[i % 2], f"n{i}") for i in range(6))))
    assert len({each["numeric_id"] for each in found}) == len({each["hex_id"] for each in found}) == len(found) == 270


VALUES: dict[str, Any] = {
    "text": "5",
    "number": 5,
    "boolean": True,
    "object": {"a": "5"},
    "another text": "true",
    "list of numbers": [1.5],
}
KINDS = {"another text": "text", "list of numbers": "number"}


@pytest.mark.parametrize("first", VALUES)
@pytest.mark.parametrize("second", ["text", "number", "boolean", "object"])
async def test_of_first_values_of_different_types_one_type_stands(gateways: Clients, first: str, second: str) -> None:
    values = [VALUES[first], VALUES[second]]
    expected = [201, 201] if KINDS.get(first, first) == second else [201, 400]
    field = f"race_{first}_{second}".replace(" ", "_")
    sent = [{"title": "race", field: each} for each in values]
    answers = await asyncio.gather(*(gateways[i].post("/_im/incidents", json=each) for i, each in enumerate(sent)))
    assert sorted(each.status_code for each in answers) == expected
    for answer, value in zip(answers, values, strict=True):
        if answer.status_code == 201:
            assert (await read(gateways[0], answer.headers["Location"]))[field] == value
        else:
            assert (answer.json()["error"]["type"], answer.json()["error"]["where"]) == ("wrong_type", field)


async def test_notes_and_history_are_as_many_as_were_acknowledged(gateways: Clients, one: str) -> None:
    async def write(client: httpx2.AsyncClient, i: int) -> None:
        for number in range(6):
            replies = (
                await client.post(f"{one}/notes", json={"body": f"note {i} {number}"}),
                await client.put(one, json={"comment": f"comment {i} {number}"}),
                await client.put(one, json={f"field_{i}": number}),
                await client.post(f"{one}/alerts", json={"alert_id": f"a{i}-{number}", "status": "critical"}),
            )
            assert [each.status_code for each in replies] == [201, 200, 200, 201], [each.text for each in replies]

    await asyncio.gather(*(write(gateways[i % 2], i) for i in range(4)))
    found = await read(gateways[0], one)
    listed = {
        name: (await gateways[1].get(f"{one}/{name}", params={"size": 1000})).json()
        for name in ("notes", "alerts", "activities")
    }
    assert (found["note_count"], listed["notes"]["total_docs"]) == (48, 48)
    assert (found["alert_count"], listed["alerts"]["total_docs"]) == (24, 24)
    kinds = Counter(each["type"] for each in listed["activities"]["docs"])
    assert kinds == {"created": 1, "note_added": 48, "updated": 24, "alerts_added": 24}
    assert found["comment"] in {each["body"] for each in listed["notes"]["docs"]}
