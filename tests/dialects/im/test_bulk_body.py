"""A bulk body as its items, whatever pieces it arrives in: what each says, or what is wrong with it alone."""

import tracemalloc
from collections.abc import AsyncIterator
from typing import Any

import pytest

from gateway.dialects.im.bulk_body import Item, items
from gateway.dialects.im.bulk_lines import LONGEST_LINE

pytestmark = pytest.mark.anyio

Row = tuple[int, str | None, str | None, Any]


async def pieces(body: bytes, size: int) -> AsyncIterator[bytes]:
    for start in range(0, len(body), size):
        yield body[start : start + size]


def row(item: Item) -> Row:
    """An item's line, id and version, and its fields or what is wrong."""
    return item.line, item.id, item.version, (item.error.kind, item.error.where) if item.error else item.fields


async def read(body: bytes, size: int, action: str = "update") -> list[Row]:
    return [row(each) async for each in items(pieces(body, size), action)]


A, B = {"title": "a"}, {"title": "b"}

UPDATES: dict[str, tuple[bytes, list[Row]]] = {
    "nothing": (b"", []),
    "a byte order mark": (b'\xef\xbb\xbf{"_meta":{"id":"x"},"title":"a"}', [(1, "x", None, A)]),
    "one before an array": (b'\xef\xbb\xbf [{"_meta":{"id":"x"},"title":"a"}]', [(1, "x", None, A)]),
    "blank lines": (b"\n \r\n\n", []),
    "an action, then the fields": (b'{"update":{"_id":"x"}}\n{"title":"a"}\n', [(1, "x", None, A)]),
    "or the fields under doc": (b'{"update":{"_id":"x"}}\n{"doc":{"title":"a"}}\n', [(1, "x", None, A)]),
    "with the version that they lock": (
        b'{"update":{"_id":"x"}}\n{"_meta":{"id":"x","type":"incident","version":"1-2"},"title":"a"}\n',
        [(1, "x", "1-2", A)],
    ),
    "lines with _meta and no action": (
        b'{"_meta":{"id":"x"},"title":"a"}\n{"_meta":{"id":"y","version":"v"},"title":"b"}\n',
        [(1, "x", None, A), (2, "y", "v", B)],
    ),
    "an array": (
        b' [ {"_meta":{"id":"x"},"title":"a"},\n{"_meta":{"id":"y"},"title":"b"} ] ',
        [(1, "x", None, A), (2, "y", None, B)],
    ),
    "an empty array": (b"[]", []),
    "both kinds of lines": (
        b'{"_meta":{"id":"y"},"title":"b"}\n{"update":{"_id":"x"}}\n{"title":"a"}\n',
        [(1, "y", None, B), (2, "x", None, A)],
    ),
    "ends of lines as Windows has them": (
        b'{"update":{"_id":"x"}}\r\n{"title":"a"}\r\n\r\n{"_meta":{"id":"y"},"title":"b"}\r\n',
        [(1, "x", None, A), (4, "y", None, B)],
    ),
    "no end of the last line": (b'{"_meta":{"id":"x"},"title":"a"}', [(1, "x", None, A)]),
    "text beyond ASCII": ('{"_meta":{"id":"x"},"title":"ä\\n€"}\n'.encode(), [(1, "x", None, {"title": "ä\n€"})]),
    "numbers as they are": (b'[{"_meta":{"id":"x"},"n":1.5,"m":5}]', [(1, "x", None, {"n": 1.5, "m": 5})]),
    "a field of the name of an action": (
        b'{"_meta":{"id":"x"},"update":{"a":1}}\n', [(1, "x", None, {"update": {"a": 1}})]
    ),
    "a line that is no JSON": (
        b'{"_meta":{"id":"x"},"title":"a"}\n{nope\n{"_meta":{"id":"y"},"title":"b"}\n',
        [(1, "x", None, A), (2, None, None, ("bad_json", "line 2")), (3, "y", None, B)],
    ),
    "a source that is no JSON": (
        b'{"update":{"_id":"x"}}\n{nope\n{"_meta":{"id":"y"},"title":"b"}\n',
        [(2, "x", None, ("bad_json", "line 2")), (3, "y", None, B)],
    ),
    "a line that is no object": (b"5\n", [(1, None, None, ("bad_request", "line 1"))]),
    "a change of nobody": (b'{"title":"a"}\n', [(1, None, None, ("bad_request", "line 1._meta.id"))]),
    "an id that cannot be": (
        b'{"_meta":{"id":"a b"},"title":"a"}\n', [(1, None, None, ("bad_request", "line 1._meta.id"))]
    ),
    "an action without an id": (
        b'{"update":{}}\n{"title":"a"}\n', [(1, None, None, ("bad_request", "line 1.update._id"))]
    ),
    "an action with a number for an id": (
        b'{"update":{"_id":5}}\n{"title":"a"}\n', [(1, None, None, ("bad_request", "line 1.update._id"))]
    ),
    "an action with a reserved id": (
        b'{"update":{"_id":"pit"}}\n{"title":"a"}\n', [(1, "pit", None, ("bad_request", "line 1.update._id"))]
    ),
    "an action with more than an id": (
        b'{"update":{"_id":"x","routing":"other"}}\n{"title":"a"}\n',
        [(1, "x", None, ("bad_request", "line 1.update.routing"))],
    ),
    "another action, with its source": (
        b'{"index":{"_id":"x"}}\n{"title":"a"}\n{"create":{"_id":"y"}}\n{"title":"b"}\n',
        [(1, "x", None, ("bad_request", "line 1")), (3, "y", None, ("bad_request", "line 3"))],
    ),
    "a deletion, which has no source": (
        b'{"delete":{"_id":"x"}}\n{"_meta":{"id":"y"},"title":"b"}\n',
        [(1, "x", None, ("bad_request", "line 1")), (2, "y", None, B)],
    ),
    "an action without a source": (b'{"update":{"_id":"x"}}\n', [(1, "x", None, ("bad_request", "line 1"))]),
    "a source of somebody else": (
        b'{"update":{"_id":"x"}}\n{"_meta":{"id":"y"},"title":"a"}\n',
        [(1, "x", None, ("bad_request", "line 1._meta.id"))],
    ),
    "another kind of document": (
        b'{"_meta":{"id":"x","type":"aggregation_result"}}\n', [(1, None, None, ("bad_request", "line 1._meta.type"))]
    ),
    "doc beside something else": (
        b'{"update":{"_id":"x"}}\n{"doc":{"title":"a"},"doc_as_upsert":true}\n',
        [(1, "x", None, ("bad_request", "line 1.doc_as_upsert"))],
    ),
    "an array member that is no object": (
        b'[5,{"_meta":{"id":"x"},"title":"a"}]', [(1, None, None, ("bad_request", "line 1")), (2, "x", None, A)]
    ),
    "an array that breaks off": (
        b'[{"_meta":{"id":"x"},"title":"a"},{"_me', [(1, "x", None, A), (2, None, None, ("bad_json", "line 2"))]
    ),
    "an array with something after it": (
        b'[{"_meta":{"id":"x"},"title":"a"}] {}', [(1, "x", None, A), (2, None, None, ("bad_json", "line 2"))]
    ),
    "a member of an array that is no JSON": (
        b'[{"_meta":{"id":"x"},"title":"a"},nope,{"_meta":{"id":"y"},"title":"b"}]',
        [(1, "x", None, A), (2, None, None, ("bad_json", "line 2")), (3, "y", None, B)],
    ),
    "a member of an array that is not there": (
        b'[{"_meta":{"id":"x"},"title":"a"},]', [(1, "x", None, A), (2, None, None, ("bad_json", "line 2"))]
    ),
    "a member of an array that is closed twice": (
        b'[{"_meta":{"id":"x"},"title":"a"}},{"_meta":{"id":"y"},"title":"b"}]',
        [(1, None, None, ("bad_json", "line 1"))],
    ),
    "an array of arrays": (b'[[1,2],{"_meta":{"id":"x"},"title":"a"}]', [
        (1, None, None, ("bad_request", "line 1")), (2, "x", None, A),
    ]),
    "an array whose texts look like the end of a member": (
        rb'[{"_meta":{"id":"x"},"a":"},{\\\"]","b\\":["\\\\",{}]},{"_meta":{"id":"y"},"title":"b"}]',
        [(1, "x", None, {"a": '},{\\"]', "b\\": ["\\\\", {}]}), (2, "y", None, B)],
    ),
    "a text with an end of line in a member of an array": (
        b'[{"a":"x\\\n"},{"_meta":{"id":"y"},"title":"b"}]',
        [(1, None, None, ("bad_json", "line 1")), (2, "y", None, B)],
    ),
    "whole numbers of more than 64 bits in an array": (
        b'[{"_meta":{"id":"x"},"n":-1000000000000000000000000,"m":[18446744073709551616]},{"_meta":{"id":"y"},"title":"b"}]',
        [(1, "x", None, {"n": -1e24, "m": [2.0**64]}), (2, "y", None, B)],
    ),
    "or in a line": (
        b'{"_meta":{"id":"x"},"n":-1000000000000000000000000,"m":[18446744073709551616]}\n',
        [(1, "x", None, {"n": -1e24, "m": [2.0**64]})],
    ),
    "numbers in an array that no machine holds": (
        b'[{"n":1e400},{"n":' + b"1" * 5000 + b'},{"_meta":{"id":"y"},"title":"b"}]',
        [(1, None, None, ("bad_json", "line 1")), (2, None, None, ("bad_json", "line 2")), (3, "y", None, B)],
    ),
}  # fmt: skip


@pytest.mark.parametrize("size", [1, 7, 10_000], ids=["byte by byte", "in pieces of seven", "whole"])
@pytest.mark.parametrize(("body", "expected"), UPDATES.values(), ids=UPDATES.keys())
async def test_updates(body: bytes, expected: list[Row], size: int) -> None:
    assert await read(body, size) == expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param(b'{"create":{"_id":"x"}}\n{"title":"a"}\n', [(1, "x", None, A)], id="an action with an id"),
        pytest.param(b'{"create":{}}\n{"title":"a"}\n', [(1, None, None, A)], id="an action without one"),
        pytest.param(b'{"title":"a"}\n{"title":"b"}\n', [(1, None, None, A), (2, None, None, B)], id="bare lines"),
        pytest.param(b'[{"_meta":{"id":"x"},"title":"a"}]', [(1, "x", None, A)], id="an array"),
        pytest.param(
            b'{"update":{"_id":"x"}}\n{"title":"a"}\n', [(1, "x", None, ("bad_request", "line 1"))], id="another action"
        ),
    ],
)
async def test_creations(body: bytes, expected: list[Row]) -> None:
    assert await read(body, 7, "create") == expected


async def test_a_line_over_its_limit_fails_alone() -> None:
    long = b'{"_meta":{"id":"x"},"title":"' + b"a" * LONGEST_LINE + b'"}\n'
    assert await read(long + b'{"_meta":{"id":"y"},"title":"b"}\n', 2**20) == [
        (1, None, None, ("bad_request", "line 1")),
        (2, "y", None, B),
    ]


async def test_so_does_a_member_of_an_array() -> None:
    long = b'[{"_meta":{"id":"x"},"title":"' + b"a" * 2 * LONGEST_LINE + b'"},{"_meta":{"id":"y"},"title":"b"}]'
    assert await read(long, 2**16) == [(1, None, None, ("bad_request", "line 1")), (2, "y", None, B)]


async def test_what_is_too_long_is_not_kept() -> None:
    async def body() -> AsyncIterator[bytes]:
        yield b'[{"title":"'
        for _ in range(80):
            yield b"a" * 2**20
        yield b'"}]'

    tracemalloc.start()
    try:
        assert [row(each) async for each in items(body(), "create")] == [(1, None, None, ("bad_request", "line 1"))]
        assert tracemalloc.get_traced_memory()[1] < 4 * LONGEST_LINE
    finally:
        tracemalloc.stop()


async def test_a_member_of_an_array_that_is_nested_too_deeply_fails_alone() -> None:
    deep = b'{"a":' * 3000 + b"1" + b"}" * 3000
    body = b'[{"_meta":{"id":"x"},"a":' + deep + b'},{"_meta":{"id":"y"},"title":"b"}]'
    assert await read(body, 2**16) == [(1, None, None, ("bad_json", "line 1")), (2, "y", None, B)]


async def test_the_size_of_each_item_is_known() -> None:
    body = b'{"update":{"_id":"x"}}\n{"title":"a"}\n{"_meta":{"id":"y"},"title":"b"}\n{"delete":{"_id":"x"}}\n'
    assert [each.size async for each in items(pieces(body, 7), "update")] == [35, 32, 22]
