"""What a bulk may cost: what goes on being no change is not read on, no line is joined twice, nobody waits for long."""

import asyncio
import gc
import re
from typing import Any

import httpx2
import orjson
import pytest

from gateway.dialects.im import bulk_lines
from gateway.dialects.im.bulk_body import items
from gateway.dialects.settings import load
from gateway.serving.app import create_app
from gateway.wire import LEFT
from gateway.work import turns
from tests.conftest import client_of, transport
from tests.dialects.im.calls import IM, NDJSON, Client, Json
from tests.dialects.im.test_bulk_body import pieces, read

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(
    ("body", "count", "reason"),
    [
        pytest.param(b"x\n" * 1000, 101, "100 lines in a row are no JSON", id="lines that are no JSON"),
        pytest.param(b"{}\n" * 5000, 1001, "1,000 items are none, and have few bytes", id="short ones that are"),
        pytest.param(
            b"[" + b",".join([b"{}"] * 5000) + b"]", 1001, "1,000 items are none, and have few bytes", id="an array"
        ),
        pytest.param(b"x\nx\n{}\n" * 1000, 1001, "1,000 items are none, and have few bytes", id="lines of either kind"),
    ],
)
async def test_what_goes_on_being_none_is_not_read_on(body: bytes, count: int, reason: str) -> None:
    found = [each async for each in items(pieces(body, 1000), "update")]
    assert len(found) == count
    last = found[-1].error
    assert last is not None
    assert (last.kind, last.reason) == ("not_read", f"{reason}: what follows is not read")


@pytest.mark.parametrize(
    "body",
    [
        pytest.param((b"x\n" * 99 + b'{"_meta":{"id":"x"},"title":"a"}\n') * 5, id="a good line among a hundred"),
        pytest.param(b'{"title":"%b"}\n' % (b"a" * 60) * 3000, id="many that are none, but not short"),
    ],
)
async def test_what_has_something_in_it_is_read_to_its_end(body: bytes) -> None:
    found = [each async for each in items(pieces(body, 1000), "update")]
    assert len(found) == body.count(b"\n")


async def test_a_line_that_comes_byte_by_byte_is_joined_once() -> None:
    line = b'{"_meta":{"id":"x"},"title":"' + b"a" * 200_000 + b'"}\n'
    assert await read(line * 2, 1) == [(number, "x", None, {"title": "a" * 200_000}) for number in (1, 2)]


LONG = 2**18


class Counted:
    """A pattern, and how often it was looked for."""

    def __init__(self, pattern: re.Pattern[bytes]) -> None:
        self.pattern, self.count = pattern, 0

    def match(self, chunk: bytes, start: int) -> re.Match[bytes] | None:
        self.count += 1
        return self.pattern.match(chunk, start)


MEMBERS = {"numbers": b"1,", "texts": b'"a",', "none": b"{},", "objects": b'{"a":1,"b":"]"},', "quotes": b'"\\"",'}


@pytest.mark.parametrize("many", MEMBERS.values(), ids=MEMBERS)
async def test_a_member_of_many_values_is_passed_by_in_few_steps(many: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    patterns = {name: Counted(getattr(bulk_lines, name)) for name in ("_TEXT", "_INSIDE", "_BETWEEN")}
    for name, pattern in patterns.items():
        monkeypatch.setattr(bulk_lines, name, pattern)
    body = b'[{"title":"t","a":[' + many * (LONG // len(many)) + b'1]},{"title":"t"}]'
    refused, good = [each async for each in items(pieces(body, LONG), "create")]
    assert (refused.error and refused.error.kind, good.error) == ("too_many_members", None)
    assert sum(each.count for each in patterns.values()) <= 8 * (len(body) // 2**12 + 1)


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"[" * LONG, id="brackets"),
        pytest.param(b'["' + b'\\"' * (LONG // 2), id="escaped quotes"),
        pytest.param(b"x" + b"\n" * LONG, id="blank lines"),
        pytest.param(b"x" * LONG, id="one line"),
    ],
)
async def test_others_go_on_while_a_body_is_read(body: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "LONGEST", 0)
    passes, over = 0, False

    async def others() -> None:
        nonlocal passes
        while not over:
            passes += 1
            await asyncio.sleep(0)

    beside = asyncio.create_task(others())
    found = [each async for each in items(pieces(body, LONG), "create")]
    over = True
    await beside
    assert (len(found) < 200, passes >= LONG // 2**14) == (True, True)


ROWS = 30_000


@pytest.mark.parametrize(
    ("path", "body"),
    [
        pytest.param("bulkCreate", b"[" + b",".join([b"{}"] * ROWS) + b"]", id="drafts without a title"),
        pytest.param("bulkCreate", b"{}\n" * ROWS, id="lines of them"),
        pytest.param("bulkDelete", orjson.dumps({"ids": [""] * ROWS}), id="ids that are none"),
        pytest.param("bulkDelete", orjson.dumps({"ids": ["x"] * ROWS}), id="ids of nobody"),
    ],
)
async def test_an_answer_is_in_proportion_to_its_request(shared: Client, path: str, body: bytes) -> None:
    headers = {"content-type": "application/json"} if body[:1] == b"{" and b'"ids"' in body else NDJSON
    response = await shared.post(f"{IM}/incidents/{path}", content=body, headers=headers)
    [last] = response.json()["items"][-1].values()
    assert (response.status_code, last["error"]["type"]) == (200, "not_read")
    assert last["error"]["reason"] == "the answer has many times the bytes of what it is for: what follows is not read"
    assert len(response.content) < 2**21 + 16 * len(body)


@pytest.mark.parametrize("row", [b"{}", b'{"title":"t","severity":"loud","note":"%b"}' % (b"x" * 60)])
async def test_what_is_refused_is_gone_with_its_request(shared: Client, row: bytes) -> None:
    """The traceback of an error that is kept leads to itself, and with it to what was read."""
    gc.collect()
    gc.disable()
    try:
        await shared.post(f"{IM}/incidents/bulkCreate", content=(row + b"\n") * 900, headers=NDJSON)
        assert gc.collect() < 900
    finally:
        gc.enable()


async def count(client: Client, query: Json) -> int:
    words = {"search_query": query, "size": 0, "with_total_docs": True}
    await client.post(f"{IM}/incidents?refresh=true", json={"title": "another"})
    return int((await client.post(f"{IM}/incidents_full_types", json=words)).json()["total_docs"])


async def test_who_leaves_ends_the_bulk_behind_the_slices_under_way(
    opensearch_url: str, shared: Client, shared_tenant: str
) -> None:
    """Also where the whole body has been read: a few thousand changes are one part of it."""
    asked = 0

    def has_left() -> bool:
        nonlocal asked
        asked += 1
        return asked > 2

    async with transport(create_app(load(opensearch_url=opensearch_url, bulk_slice=50))) as inner:
        app: Any = inner

        async def leaving(scope: Any, receive: Any, send: Any) -> None:
            await app.app(scope | {"extensions": {LEFT: {"ask": has_left}}}, receive, send)
            raise ConnectionError("the client has left")

        async with client_of(httpx2.ASGITransport(app=leaving)) as client:
            body = b'{"title":"t","host":"leaving"}\n' * 1000
            headers = {"X-Scope-OrgID": shared_tenant, **NDJSON}
            with pytest.raises(ConnectionError):
                await client.post(f"{IM}/incidents/bulkCreate", content=body, headers=headers)
            while await count(shared, {"term": {"host": "leaving"}}) < 100:
                pass
    assert (await count(shared, {"term": {"host": "leaving"}}), asked) == (100, 3)
