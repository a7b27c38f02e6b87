"""`bulkCreate`: incidents made from lines, each under the rules of a single creation."""

from typing import Any

import orjson
import pytest
from dirty_equals import IsInt, IsStr

from tests.conftest import Serve
from tests.dialects.im.calls import IM, NDJSON, Client, Json, answer, created, events, found, fresh_id, read

pytestmark = pytest.mark.anyio


async def made(client: Client, body: bytes) -> list[Json]:
    """The items of the answer, and that it says of errors what they say."""
    response = await client.post(f"{IM}/incidents/bulkCreate?refresh=true", content=body, headers=NDJSON)
    assert response.status_code == 200, response.text
    told = answer(response)
    items = [each["create"] for each in told["items"]]
    errors = any("error" in each for each in items)
    assert told == {"took": IsInt(ge=0), "errors": errors, "items": [{"create": each} for each in items]}
    return items


def good(name: str) -> Json:
    return {"_id": name, "status": 201, "result": "created", "version": IsStr(regex=r"\d+-\d+")}


def bad(name: str | None, status: int, kind: str, where: str) -> Json:
    return {"_id": name, "status": status, "error": {"type": kind, "reason": IsStr(min_length=5), "where": where}}


def lines(*values: Json) -> bytes:
    return b"".join(orjson.dumps(each) + b"\n" for each in values)


MADE: Any = IsStr(regex="i[0-9a-f-]{36}")


@pytest.mark.parametrize("form", ["actions and sources", "bare lines", "an array"])
async def test_forms(shared: Client, form: str) -> None:
    name = fresh_id()
    drafts: list[Json] = [{"_meta": {"id": name}, "title": "t", "reviewer": name}, {"title": "u", "reviewer": name}]
    bodies = {
        "actions and sources": lines({"create": {"_id": name}}, drafts[0], {"create": {}}, drafts[1]),
        "bare lines": lines(*drafts),
        "an array": orjson.dumps(drafts),
    }
    items = await made(shared, bodies[form])
    assert items == [good(name), good(MADE)]
    assert sorted(await found(shared, search_query={"term": {"reviewer": name}})) == sorted(
        each["_id"] for each in items
    )


async def test_order_and_truth(serve: Serve) -> None:
    async with serve(bulk_slice=3) as client:
        before = await created(client, "taken")
        body = lines(
            {"_meta": {"id": "a"}, "title": "a"},
            {"_meta": {"id": "taken"}, "title": "another"},
            {"_meta": {"id": "b"}},
            {"_meta": {"id": "a"}, "title": "again"},
            {"_meta": {"id": "pit"}, "title": "reserved"},
            {"title": "c", "severity": "urgent"},
            {"update": {"_id": "taken"}},
            {"title": "changed"},
            {"_meta": {"id": "d", "version": "1-0"}, "title": "d"},
            {"_meta": {"id": "e"}, "title": "e", "numeric_id": 1},
            {"_meta": {"id": "f"}, "title": "f", "comment": "c", "status": "resolved"},
        )
        assert await made(client, body) == [
            good("a"),
            bad("taken", 409, "already_exists", "line 2"),
            bad("b", 400, "bad_request", "line 3.title"),
            bad("a", 409, "already_exists", "line 4"),
            bad(None, 400, "bad_request", "line 5._meta.id"),
            bad(None, 400, "bad_request", "line 6.severity"),
            bad("taken", 400, "bad_request", "line 7"),
            bad("d", 409, "version_conflict", "line 9"),
            bad("e", 400, "read_only", "line 10.numeric_id"),
            good("f"),
        ]
        assert (await read(client, "taken"), (await read(client, "a"))["title"]) == (before, "a")


async def test_what_is_made_has_its_history(client: Client) -> None:
    body = lines({"_meta": {"id": "f"}, "title": "f", "comment": "c", "status": "resolved"})
    assert await made(client, body) == [good("f")]
    after = await read(client, "f")
    assert (after["state"], after["note_count"], after["origin"]) == ("closed", 1, "im")
    assert [each["type"] for each in await events(client, "f", "activities")] == ["created"]
    assert [each["body"] for each in await events(client, "f", "notes")] == ["c"]


async def test_what_is_made_is_what_a_single_creation_makes(shared: Client) -> None:
    draft = {"title": "t", "severity": "low", "started_at": 0, "tags": ["a"], "x": {"y": [1]}}
    [item] = await made(shared, lines(draft))
    one, other = await read(shared, item["_id"]), await created(shared, **draft)
    own = {"_meta", "numeric_id", "hex_id", "created_at", "updated_at"}
    assert {k: v for k, v in one.items() if k not in own} == {k: v for k, v in other.items() if k not in own}
    assert one["numeric_id"] < other["numeric_id"]
