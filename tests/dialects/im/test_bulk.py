"""`bulkUpdate`: one item for each change, in its order, under the rules of a single write."""

from collections.abc import AsyncIterator, Callable, Sequence
from typing import Any

import httpx2
import orjson
import pytest
from dirty_equals import IsInt, IsStr

from tests.conftest import Serve
from tests.dialects.im.calls import IM, NDJSON, Client, Json, answer, events, found, fresh_id, loaded, read, refusal

pytestmark = pytest.mark.anyio

VERSION = IsStr(regex=r"\d+-\d+")


@pytest.fixture
async def five(shared: Client) -> list[str]:
    """The ids of five new incidents."""
    names = [fresh_id() for _ in range(5)]
    await loaded(shared, [{"id": each} for each in names])
    return names


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


FORMS: dict[str, Callable[..., bytes]] = {
    "actions and sources": pairs,
    "sources under doc": lambda *rows: pairs(*((name, {"doc": fields}) for name, fields in rows)),
    "lines with _meta": changes,
    "a JSON array": lambda *rows: b"[" + b",".join(changes(*rows).splitlines()) + b"]",
    "ends of lines as Windows has them": lambda *rows: pairs(*rows).replace(b"\n", b"\r\n"),
    "no end of the last line": lambda *rows: changes(*rows).rstrip(),
}


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS.keys())
async def test_forms(shared: Client, five: list[str], form: Callable[..., bytes]) -> None:
    assert await updated(shared, form(*((name, {"reviewer": f"for {name}"}) for name in five))) == [
        good(name) for name in five
    ]
    assert [(await read(shared, name))["reviewer"] for name in five] == [f"for {name}" for name in five]


async def arriving(pieces: Sequence[bytes]) -> AsyncIterator[bytes]:
    for piece in pieces:
        yield piece


@pytest.mark.parametrize("size", [1, 7, 64])
@pytest.mark.parametrize("form", [changes, pairs], ids=["lines", "pairs"])
async def test_in_odd_pieces(shared: Client, five: list[str], form: Callable[..., bytes], size: int) -> None:
    body = form(*((name, {"reviewer": f"ä{name}\n"}) for name in five))
    pieces = [body[start : start + size] for start in range(0, len(body), size)]
    assert await updated(shared, arriving(pieces)) == [good(name) for name in five]
    assert [(await read(shared, name))["reviewer"] for name in five] == [f"ä{name}\n" for name in five]


@pytest.mark.parametrize("body", [b"", b"\n\n", b"[]"], ids=["nothing", "blank lines", "an empty array"])
async def test_nothing_to_do(shared: Client, body: bytes) -> None:
    assert await updated(shared, body) == []


@pytest.mark.parametrize("size", [1, 2, 3, 1000])
async def test_order_and_truth_in_slices(serve: Serve, shared_tenant: str, five: list[str], size: int) -> None:
    a, b, c, d, e = five
    body = b"\n".join(
        [
            *changes((e, {"reviewer": "1"}), ("nobody", {"reviewer": "1"})).splitlines(),
            b"{nope",
            *changes((a, {"severity": "urgent"}), (a, {"severity": "low"})).splitlines(),
            *pairs((b, {"severity": "low"}), (b, {"tags": "x"})).splitlines(),
            orjson.dumps({"delete": {"_id": c}}),
            orjson.dumps({"index": {"_id": d}}) + b'\n{"title":"x"}',
            *changes((e, {"reviewer": "2"}), (e, {"reviewer": "2"})).splitlines(),
        ]
    )
    async with serve(headers={"X-Scope-OrgID": shared_tenant}, bulk_slice=size) as client:
        assert await updated(client, body) == [
            good(e),
            bad("nobody", 404, "not_found", "line 2"),
            bad(None, 400, "bad_json", "line 3"),
            bad(a, 400, "bad_request", "line 4.severity"),
            good(a),
            good(b),
            bad(b, 400, "bad_request", "line 8.tags"),
            bad(c, 400, "bad_request", "line 10"),
            bad(d, 400, "bad_request", "line 11"),
            good(e),
            good(e, "noop"),
        ]
        assert [(await read(client, name))["title"] for name in five] == five
        assert (await read(client, e))["reviewer"] == "2"


async def test_the_same_incident_again_in_order(shared: Client, five: list[str]) -> None:
    a = five[0]
    items = await updated(shared, changes((a, {"x": 1, "y": 1}), (a, {"x": 2}), (a, {"y": None}), (a, {"x": 2})))
    assert [each["result"] for each in items] == ["updated", "updated", "updated", "noop"]
    after = await read(shared, a)
    assert (after["x"], "y" in after) == (2, False)
    kinds = [(each["type"], each["changes"]) for each in await events(shared, a, "activities")]
    assert kinds == [
        ("updated", [{"field": "y", "from": 1, "to": None}]),
        ("updated", [{"field": "x", "from": 1, "to": 2}]),
        ("updated", [{"field": "x", "from": None, "to": 1}, {"field": "y", "from": None, "to": 1}]),
        ("created", []),
    ]


async def test_a_version_locks_its_item(shared: Client, five: list[str]) -> None:
    a, b, *_ = five
    old = {name: (await read(shared, name))["_meta"] for name in (a, b)}
    await updated(shared, changes((b, {"reviewer": "first"})))
    lines = [
        {"_meta": old[a], "reviewer": "1"},
        {"_meta": old[b], "reviewer": "2"},
        {"_meta": old[a], "reviewer": "3"},
        {"_meta": {"id": b}, "severity": "low"},
    ]
    assert await updated(shared, b"\n".join(orjson.dumps(each) for each in lines)) == [
        good(a),
        bad(b, 409, "version_conflict", "line 2"),
        bad(a, 409, "version_conflict", "line 3"),
        good(b),
    ]
    assert [(await read(shared, name))["reviewer"] for name in (a, b)] == ["1", "first"]


async def test_versions_answered_are_those_that_are_read(shared: Client, five: list[str]) -> None:
    items = await updated(shared, changes((five[0], {"reviewer": "x"}), (five[1], {"title": five[1]})))
    assert [each["result"] for each in items] == ["updated", "noop"]
    for item in items:
        assert (await read(shared, item["_id"]))["_meta"]["version"] == item["version"]


async def test_the_rules_of_a_single_write(shared: Client, five: list[str]) -> None:
    a, b, *_ = five
    await updated(shared, changes((a, {"status": "closed", "comment": "done"})), "")
    after = await read(shared, a)
    assert (after["state"], "resolved_at" in after, after["note_count"]) == ("closed", True, 1)
    assert [each["body"] for each in await events(shared, a, "notes")] == ["done"]
    whole = orjson.dumps({**(await read(shared, b)), "title": "sent back"})
    assert await updated(shared, whole) == [good(b)]
    refused = changes((b, {"state": "closed"}), (b, {"assignee": {"nme": 1}}), (b, {"title": None}))
    assert await updated(shared, refused) == [
        bad(b, 400, "read_only", "line 1.state"),
        bad(b, 400, "unknown_field", "line 2.assignee.nme"),
        bad(b, 400, "bad_request", "line 3.title"),
    ]


async def test_a_result_is_no_incident(shared: Client) -> None:
    await shared.post(f"{IM}/aggregations/results/r/1", json={"title": "r"})
    assert await updated(shared, changes(("r~1", {"title": "x"}))) == [bad(None, 400, "bad_request", "line 1._meta.id")]


async def test_refresh(shared: Client, five: list[str]) -> None:
    await updated(shared, changes((five[0], {"reviewer": five[0]})), "refresh=true")
    assert await found(shared, search_query={"term": {"reviewer": five[0]}}) == [five[0]]


@pytest.mark.parametrize("chunked", [False, True], ids=["said at once", "found out"])
async def test_too_large(serve: Serve, shared_tenant: str, five: list[str], chunked: bool) -> None:
    async with serve(headers={"X-Scope-OrgID": shared_tenant}, bulk_limit=1024, bulk_slice=1) as client:
        body = changes(*((five[0], {"x": i}) for i in range(50)))
        content: Any = arriving([body[:500], body[500:1000], body[1000:]]) if chunked else body
        response = await client.post(f"{IM}/incidents/bulkUpdate", content=content, headers=NDJSON)
        assert refusal(response) == (413, "too_large", None)
        tried = "items before that were tried" in answer(response)["error"]["reason"]
        assert (tried, "x" in await read(client, five[0])) == (chunked, chunked)


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
