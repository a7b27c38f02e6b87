"""Every order, missing values among it: pages by cursor are the whole list, each document once."""

import itertools
from typing import Any

import pytest

from tests.dialects.im.calls import IM, Client, Json, found, ids, listed, loaded, opened, put, searched

pytestmark = pytest.mark.anyio

DRAFTS: list[Json] = [
    {"id": "a", "severity": "low", "word": "b", "score": 1.5, "flag": True, "due_at": 5, "tags": ["m", "z"]},
    {"id": "b", "word": "B", "score": -3, "due_at": "2026-11-22", "tags": ["n"], "assignee": {"numeric_id": 7}},
    {"id": "c", "severity": "critical", "score": 2.0**60, "flag": False, "tags": ["a"], "assignee": {"numeric_id": -7}},
    {"id": "d", "severity": "info", "word": "a", "flag": True, "due_at": -5},
    {"id": "e"},
    {"id": "f", "word": "", "score": 0},
    {"id": "g", "severity": "low", "word": "b", "score": 1.5, "flag": True, "due_at": 5, "tags": ["m", "z"]},
    {"id": "h", "extra": {"leaf": 1}},
]

ORDERS: list[tuple[str, str, str, str]] = [
    ("text", "title", "abcdefgh", "hgfedcba"),
    ("a keyword, missing last", "word", "fBdagceh", "gadBfhec"),
    ("a number, missing last", "score", "bfagcdeh", "cgafbhed"),
    ("a whole number, missing last", "assignee.numeric_id", "cbadefgh", "bchgfeda"),
    ("a time, missing last", "due_at", "dagbcefh", "bgadhfec"),
    ("a boolean, missing last", "flag", "cadgbefh", "gdachfeb"),
    ("a list by its least or greatest", "tags", "cagbdefh", "gabchfed"),
    ("severity by rank, none as least", "severity", "befhdagc", "cgadhfeb"),
    ("the number of creation", "numeric_id", "abcdefgh", "hgfedcba"),
]


@pytest.fixture(scope="module")
async def corpus(shared: Client) -> Client:
    """Eight incidents, made one after another at the same moment, each lacking something."""
    await loaded(shared, [{"started_at": 0, **each} for each in DRAFTS])
    return shared


def expected_ids(letters: str) -> list[str]:
    return list(letters.lower())


BOTH_WAYS = [
    pytest.param(field, way, expected_ids(letters), id=f"{name}, {way}")
    for name, field, rising, falling in ORDERS
    for way, letters in (("asc", rising), ("desc", falling))
]


@pytest.mark.parametrize(("field", "way", "expected"), BOTH_WAYS)
async def test_one_key(corpus: Client, field: str, way: str, expected: list[str]) -> None:
    assert await found(corpus, sort=[{"field": field, "order": way}]) == expected
    assert await listed(corpus, f"sort={field}:{way}") == expected


async def walked(client: Client, size: int, **words: Any) -> list[str]:
    """The ids of every page, one cursor after another."""
    pages: list[list[str]] = []
    token = None
    while token or not pages:
        page = await searched(client, size=size, **words, **({"after": token} if token else {}))
        pages.append(ids(page))
        token = page["next"]
    assert all(len(each) == size for each in pages[:-1])
    return list(itertools.chain.from_iterable(pages))


@pytest.mark.parametrize("size", [1, 3, 8])
@pytest.mark.parametrize(("field", "way", "expected"), BOTH_WAYS)
async def test_pages_by_cursor(corpus: Client, field: str, way: str, expected: list[str], size: int) -> None:
    assert await walked(corpus, size, sort=[{"field": field, "order": way}]) == expected


@pytest.mark.parametrize("pit", [False, True], ids=["without a point in time", "in a point in time"])
async def test_several_keys(corpus: Client, pit: bool) -> None:
    sort = [{"field": "flag", "order": "desc"}, {"field": "due_at", "order": "asc"}, {"field": "word", "order": "desc"}]
    words = {"sort": sort, **({"pit": await opened(corpus)} if pit else {})}
    expected = expected_ids("dgacbfhe")
    assert await found(corpus, **words) == expected
    for size in (1, 2, 5):
        assert await walked(corpus, size, **words) == expected


async def test_the_default_is_newest_first_then_last_made(corpus: Client) -> None:
    try:
        await put(corpus, "b", started_at=5)
        expected = expected_ids("bhgfedca")
        assert (await found(corpus), await listed(corpus), await walked(corpus, 3)) == (expected, expected, expected)
    finally:
        await put(corpus, "b", started_at=0)


async def test_descending_unless_said_otherwise(corpus: Client) -> None:
    assert (
        await found(corpus, sort=[{"field": "title"}]) == await listed(corpus, "sort=title") == expected_ids("hgfedcba")
    )


@pytest.mark.parametrize("field", ["extra", "extra.leaf", "ext.v1.metadata", "assignee", "kind", "_id", "_score", ""])
async def test_what_has_no_order(corpus: Client, field: str) -> None:
    response = await corpus.post(f"{IM}/incidents_full_types", json={"sort": [{"field": field}]})
    assert (response.status_code, response.json()["error"]["where"]) == (400, "sort[0].field")
    response = await corpus.get(f"{IM}/incidents?sort={field}")
    assert (response.status_code, response.json()["error"]["where"]) == (400, "sort[0].field")
