"""A bulk of thousands, a part of them broken: each item says what became of it, and reading it back says the same."""

import json
from collections.abc import AsyncIterator, Callable
from random import Random
from typing import Any

import httpx2
import pytest

from tests.live import loading
from tests.live.loading import NDJSON, Json

pytestmark = pytest.mark.anyio

HELD, ITEMS = 1500, 2500


@pytest.fixture(scope="module")
async def client(opensearch_url: str) -> AsyncIterator[httpx2.AsyncClient]:
    async with loading.gateways(opensearch_url, 1, bulk_slice=170) as [one]:
        yield one


def update(incident_id: str, **words: Any) -> str:
    return json.dumps({"_meta": {"id": incident_id}, **words})


Line = Callable[[str, int, int], str]
"""The line about an incident, of a number, given the value that the incident has."""

LINES: dict[str, tuple[Line, int]] = {
    "set": (lambda each, number, _: update(each, value=number), 200),
    "the same again": (lambda each, number, held: update(each, value=held), 200),
    "of no incident": (lambda each, number, _: update(f"x{number}", value=number), 404),
    "stale": (lambda each, number, _: json.dumps({"_meta": {"id": each, "version": "1-99999"}, "value": -1}), 409),
    "of another type": (lambda each, number, _: update(each, value="text"), 400),
    "an unknown word": (lambda each, number, _: update(each, value=-2, severity="loud"), 400),
    "read-only": (lambda each, number, _: update(each, value=-3, numeric_id=0), 400),
    "cut": (lambda each, number, _: update(each, value=-4)[:-2], 400),
    "no object": (lambda each, number, _: "[]", 400),
}
KINDS = ("set",) * 8 + tuple(LINES)


def drawn(chance: Random, number: int, values: dict[str, int]) -> tuple[str, int]:
    """A line, and the status it should be answered with; the values become what they should be after it."""
    each, kind = f"h{chance.randrange(HELD)}", chance.choice(KINDS)
    line, status = LINES[kind]
    said = line(each, number, values[each])
    if kind == "set":
        values[each] = number
    return said, status


async def test_every_item_says_what_became_of_it(client: httpx2.AsyncClient) -> None:
    ids = [f"h{each}" for each in range(HELD)]
    versions = await loading.create(client, ({"_meta": {"id": each}, "title": each, "value": 0} for each in ids))
    values, chance = dict.fromkeys(ids, 0), Random(11)
    lines = [drawn(chance, number, values) for number in range(1, ITEMS + 1)]
    body = "\n".join(line for line, _ in lines)
    reply = await client.post("/_im/incidents/bulkUpdate?refresh=true", content=body, headers=NDJSON)
    answer = reply.json()
    items: list[Json] = [each["update"] for each in answer["items"]]
    assert answer["errors"] is True
    assert [each["status"] for each in items] == [status for _, status in lines]
    said = [each["error"]["where"].partition(".")[0] for each in items if each["status"] == 400]
    assert said == [f"line {number}" for number, (_, status) in enumerate(lines, 1) if status == 400]
    docs, _ = await loading.exported(client)
    assert {each["_meta"]["id"]: each["value"] for each in docs} == values
    newest = versions | {each["_id"]: each["version"] for each in items if each.get("result") == "updated"}
    assert {each["_meta"]["id"]: each["_meta"]["version"] for each in docs} == newest


async def test_an_incident_changed_often_in_one_bulk_is_left_as_the_last_line_says(client: httpx2.AsyncClient) -> None:
    await loading.create(client, [{"_meta": {"id": "often"}, "title": "often"}])
    rows = [{"_meta": {"id": "often"}, "step": number, f"field_{number % 7}": number} for number in range(400)]
    items = await loading.bulk(client, "bulkUpdate", rows)
    assert {each["status"] for each in items} == {200}
    found = (await client.get("/_im/incidents/often")).json()
    assert found["step"] == 399
    assert [found[f"field_{each}"] for each in range(7)] == [399 - (399 - each) % 7 for each in range(7)]
    assert found["_meta"]["version"] == items[-1]["version"]
    told = await client.get("/_im/incidents/often/activities", params={"size": 1000})
    assert told.json()["total_docs"] == 401
