"""`bulkUpdate`: one item for each change, in its order, under the rules of a single write."""

from collections.abc import AsyncIterator, Sequence
from typing import Any

import httpx2
import orjson
import pytest
from dirty_equals import IsInt, IsStr

from tests.conftest import Serve
from tests.dialects.im.calls import IM, NDJSON, Client, Json, answer, created, events, found, loaded, read, refusal

pytestmark = pytest.mark.anyio

NAMES = ["a", "b", "c", "d", "e"]
VERSION = IsStr(regex=r"\d+-\d+")


@pytest.fixture
async def five(client: Client) -> Client:
    """Five incidents, a to e."""
    await loaded(client, [{"id": each} for each in NAMES])
    return client


def changes(*rows: tuple[str, Json]) -> bytes:
    return b"".join(orjson.dumps({"_meta": {"id": name}, **fields}) + b"\n" for name, fields in rows)


def pairs(*rows: tuple[str, Json]) -> bytes:
    return b"".join(
        orjson.dumps({"update": {"_id": name}}) + b"\n" + orjson.dumps(fields) + b"\n" for name, fields in rows
    )


async def updated(client: Client, body: Any, query: str = "refresh=true") -> list[Json]:
    """The items of the answer, and that it says of errors what they say."""
    response = await client.post(f"{IM}/incidents/bulkUpdate?{query}", content=body, headers=NDJSON)
    assert response.status_code == 200, response.text
    told = answer(response)
    items = [each["update"] for each in told["items"]]
    errors = any("error" in each for each in items)
    assert told == {"took": IsInt(ge=0), "errors": errors, "items": [{"update": each} for each in items]}
    return items


def good(name: str, result: str = "updated") -> Json:
    return {"_id": name, "status": 200, "result": result, "version": VERSION}


def bad(name: str | None, status: int, kind: str, where: str) -> Json:
    return {"_id": name, "status": status, "error": {"type": kind, "reason": IsStr(min_length=5), "where": where}}


FORMS = {
    "actions and sources": pairs(("a", {"reviewer": "ann"}), ("b", {"reviewer": "bob"})),
    "sources under doc": pairs(("a", {"doc": {"reviewer": "ann"}}), ("b", {"doc": {"reviewer": "bob"}})),
    "lines with _meta": changes(("a", {"reviewer": "ann"}), ("b", {"reviewer": "bob"})),
    "a JSON array": b'[{"_meta":{"id":"a"},"reviewer":"ann"}, {"_meta":{"id":"b"},"reviewer":"bob"}]',
    "ends of lines as Windows has them": changes(("a", {"reviewer": "ann"}), ("b", {"reviewer": "bob"})).replace(
        b"\n", b"\r\n"
    ),
    "no end of the last line": changes(("a", {"reviewer": "ann"}), ("b", {"reviewer": "bob"})).rstrip(),
}


@pytest.mark.parametrize("body", FORMS.values(), ids=FORMS.keys())
async def test_forms(shared: Client, body: bytes) -> None:
    for name in ("a", "b"):
        await shared.delete(f"{IM}/incidents/{name}")
        await created(shared, name)
    assert await updated(shared, body) == [good("a"), good("b")]
    assert [(await read(shared, name))["reviewer"] for name in ("a", "b")] == ["ann", "bob"]


async def arriving(pieces: Sequence[bytes]) -> AsyncIterator[bytes]:
    for piece in pieces:
        yield piece


@pytest.mark.parametrize("size", [1, 7, 64])
@pytest.mark.parametrize("form", [changes, pairs], ids=["lines", "pairs"])
async def test_in_odd_pieces(five: Client, form: Any, size: int) -> None:
    body: bytes = form(*((name, {"reviewer": f"ä{name}\n"}) for name in NAMES))
    pieces = [body[start : start + size] for start in range(0, len(body), size)]
    assert await updated(five, arriving(pieces)) == [good(name) for name in NAMES]
    assert [(await read(five, name))["reviewer"] for name in NAMES] == [f"ä{name}\n" for name in NAMES]


@pytest.mark.parametrize("body", [b"", b"\n\n", b"[]"], ids=["nothing", "blank lines", "an empty array"])
async def test_nothing_to_do(shared: Client, body: bytes) -> None:
    assert await updated(shared, body) == []


@pytest.mark.parametrize("size", [1, 2, 3, 1000])
async def test_order_and_truth_whatever_the_slices(serve: Serve, size: int) -> None:
    async with serve(bulk_slice=size) as client:
        await loaded(client, [{"id": each} for each in NAMES])
        body = b"\n".join(
            [
                *changes(("e", {"reviewer": "1"}), ("nobody", {"reviewer": "1"})).splitlines(),
                b"{nope",
                *changes(("a", {"severity": "urgent"}), ("a", {"severity": "low"})).splitlines(),
                *pairs(("b", {"title": "an incident"}), ("b", {"tags": "x"})).splitlines(),
                b'{"delete":{"_id":"c"}}',
                b'{"index":{"_id":"d"}}\n{"title":"x"}',
                *changes(("e", {"reviewer": "2"}), ("e", {"reviewer": "2"})).splitlines(),
            ]
        )
        assert await updated(client, body) == [
            good("e"),
            bad("nobody", 404, "not_found", "line 2"),
            bad(None, 400, "bad_json", "line 3"),
            bad("a", 400, "bad_request", "line 4.severity"),
            good("a"),
            good("b"),
            bad("b", 400, "bad_request", "line 8.tags"),
            bad("c", 400, "bad_request", "line 10"),
            bad("d", 400, "bad_request", "line 11"),
            good("e"),
            good("e", "noop"),
        ]
        assert (await read(client, "e"))["reviewer"] == "2"
        assert sorted(await found(client)) == NAMES


async def test_the_same_incident_again_in_order(five: Client) -> None:
    body = changes(("a", {"x": 1, "y": 1}), ("a", {"x": 2}), ("a", {"y": None}), ("a", {"x": 2}))
    items = await updated(five, body)
    assert [each["result"] for each in items] == ["updated", "updated", "updated", "noop"]
    after = await read(five, "a")
    assert (after["x"], "y" in after) == (2, False)
    kinds = [(each["type"], each["changes"]) for each in await events(five, "a", "activities")]
    assert kinds == [
        ("updated", [{"field": "y", "from": 1, "to": None}]),
        ("updated", [{"field": "x", "from": 1, "to": 2}]),
        ("updated", [{"field": "x", "from": None, "to": 1}, {"field": "y", "from": None, "to": 1}]),
        ("created", []),
    ]


async def test_a_version_locks_its_item(five: Client) -> None:
    versions = {name: (await read(five, name))["_meta"]["version"] for name in NAMES}
    await updated(five, changes(("b", {"reviewer": "first"})))
    lines = [
        {"_meta": {"id": "a", "version": versions["a"]}, "reviewer": "1"},
        {"_meta": {"id": "b", "version": versions["b"]}, "reviewer": "2"},
        {"_meta": {"id": "a", "version": versions["a"]}, "reviewer": "3"},
        {"_meta": {"id": "b"}, "severity": "low"},
    ]
    items = await updated(five, b"\n".join(orjson.dumps(each) for each in lines))
    assert items == [
        good("a"),
        bad("b", 409, "version_conflict", "line 2"),
        bad("a", 409, "version_conflict", "line 3"),
        good("b"),
    ]
    assert [(await read(five, name))["reviewer"] for name in ("a", "b")] == ["1", "first"]


async def test_versions_answered_are_those_that_are_read(five: Client) -> None:
    items = await updated(five, changes(("a", {"reviewer": "x"}), ("b", {"title": "b"})))
    for item in items:
        assert (await read(five, item["_id"]))["_meta"]["version"] == item["version"]


async def test_the_rules_of_a_single_write(five: Client) -> None:
    await updated(five, changes(("a", {"status": "closed", "comment": "done"})), "")
    after = await read(five, "a")
    assert (after["state"], "resolved_at" in after, after["note_count"]) == ("closed", True, 1)
    assert [each["body"] for each in await events(five, "a", "notes")] == ["done"]
    whole = changes(("b", {**(await read(five, "b")), "title": "sent back"}))
    assert await updated(five, whole) == [good("b")]
    refused = changes(("b", {"state": "closed"}), ("b", {"assignee": {"nme": 1}}), ("b", {"title": None}))
    assert await updated(five, refused) == [
        bad("b", 400, "read_only", "line 1.state"),
        bad("b", 400, "unknown_field", "line 2.assignee.nme"),
        bad("b", 400, "bad_request", "line 3.title"),
    ]


async def test_a_result_is_no_incident(five: Client) -> None:
    await five.post(f"{IM}/aggregations/results/r/1", json={"title": "r"})
    assert await updated(five, changes(("r~1", {"title": "x"}))) == [bad(None, 400, "bad_request", "line 1._meta.id")]


@pytest.mark.parametrize(("query", "expected"), [("refresh=true", ["a"]), ("", [])])
async def test_refresh(five: Client, query: str, expected: list[str]) -> None:
    await updated(five, changes(("a", {"reviewer": "new"})), query)
    assert await found(five, search_query={"term": {"reviewer": "new"}}) == expected


@pytest.mark.parametrize("chunked", [False, True], ids=["said at once", "found out"])
async def test_too_large(serve: Serve, chunked: bool) -> None:
    async with serve(bulk_limit=1024, bulk_slice=1) as client:
        await created(client, "a")
        body = changes(*(("a", {"x": i}) for i in range(50)))
        content: Any = arriving([body[:500], body[500:1000], body[1000:]]) if chunked else body
        response = await client.post(f"{IM}/incidents/bulkUpdate", content=content, headers=NDJSON)
        assert refusal(response) == (413, "too_large", None)
        tried = "items before that were tried" in answer(response)["error"]["reason"]
        assert (tried, "x" in await read(client, "a")) == (chunked, chunked)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        pytest.param(NDJSON, 200, id="NDJSON"),
        pytest.param({"Content-Type": "application/json; charset=utf-8"}, 200, id="JSON"),
        pytest.param({}, 200, id="nothing said"),
        pytest.param({"Content-Type": "text/csv"}, 415, id="something else"),
    ],
)
async def test_media_types(shared: Client, headers: dict[str, str], status: int) -> None:
    response: httpx2.Response = await shared.post(f"{IM}/incidents/bulkUpdate", content=b"", headers=headers)
    assert response.status_code == status


async def test_parameters(shared: Client) -> None:
    for query, expected in (("refresh=no", "bad_request"), ("pipeline=x", "unknown_field")):
        response = await shared.post(f"{IM}/incidents/bulkUpdate?{query}", content=b"")
        assert refusal(response) == (400, expected, query.partition("=")[0])
