"""`additional_fields` in the engine: each type on typed and custom fields of each kind, and values that cannot be."""

from typing import Any

import pytest

from tests.dialects.im.calls import IM, Client, Json, found, loaded, refusal

pytestmark = pytest.mark.anyio

DRAFTS: list[Json] = [
    {"id": "a", "title": "Disk full", "word": "Alpha", "score": 5, "flag": True, "due_at": "2026-11-22T10:00:00Z"},
    {"id": "b", "title": "disk slow", "word": "alphabet", "score": 5.5, "flag": False, "due_at": "2026-11-23"},
    {"id": "c", "word": "50% * 2?", "score": -1, "tags": ["x", "y"], "scores": [1, 10], "words": ["one", "two"]},
    {"id": "d", "word": "C:\\temp", "score": 0, "tags": ["y"], "extra": {"os": {"name": "Linux"}, "n": 5}},
    {"id": "e", "word": "", "assignee": {"id": "7", "numeric_id": 7}, "description": "Größe", "word2": "ÄPFEL"},
    {"id": "f", "words": ["x" * 8191, "short"]},
]


@pytest.fixture(scope="module")
async def corpus(shared: Client) -> Client:
    """Six incidents of one moment, and an aggregation result."""
    await loaded(shared, [{"started_at": 0, **each} for each in DRAFTS])
    body = {"title": "disk result", "started_at": 0}
    assert (await shared.post(f"{IM}/aggregations/results/r/1?refresh=true", json=body)).status_code == 201
    return shared


def filters(*rows: tuple[str, str, Any]) -> list[Json]:
    return [{"name": name, "type": kind, "value": value} for name, kind, value in rows]


@pytest.mark.parametrize(
    ("name", "kind", "value", "expected"),
    [
        pytest.param("score", "number", 5, "a", id="number"),
        pytest.param("score", "number", "5.5", "b", id="number as text"),
        pytest.param("score", "number", "-1", "c", id="a negative one"),
        pytest.param("score", "number", 0, "d", id="zero"),
        pytest.param("score", "number", -0.0, "d", id="the other zero"),
        pytest.param("score", "number", {"gte": 5}, "ab", id="at least"),
        pytest.param("score", "number", {"gt": 5}, "b", id="more than"),
        pytest.param("score", "number", {"lte": 0}, "cd", id="at most"),
        pytest.param("score", "number", {"lt": "0"}, "c", id="less than"),
        pytest.param("score", "number", {"gte": 0, "lt": 5.5}, "ad", id="between"),
        pytest.param("scores", "number", {"gt": 2, "lt": 9}, "", id="one and the same member lies between"),
        pytest.param("scores", "number", 10, "c", id="a member of a list"),
        pytest.param("assignee.numeric_id", "number", 7, "e", id="a whole number"),
        pytest.param("assignee.numeric_id", "number", 7.5, "", id="no whole number is a fraction"),
        pytest.param("assignee.numeric_id", "number", {"lt": 7.5}, "e", id="but it may be less than one"),
        pytest.param("assignee.numeric_id", "number", {"lt": 1e300}, "e", id="or than any number at all"),
        pytest.param("alert_count", "number", {"lt": 3e9}, "abcdef", id="also where the column is smaller"),
        pytest.param("alert_count", "number", 3e9, "", id="which holds no such number"),
        pytest.param("due_at", "number", 1795341600000, "a", id="a time in epoch milliseconds"),
        pytest.param("due_at", "number", {"gt": 1795341600000}, "b", id="after one"),
        pytest.param("word", "text", "alpha", "a", id="text in any case, the whole of it"),
        pytest.param("word", "text", "ALPHA*", "ab", id="a pattern in any case"),
        pytest.param("word", "text", "alph?", "a", id="one character"),
        pytest.param("word", "text", "*\\* 2\\?", "c", id="escaped wildcards"),
        pytest.param("word", "text", "50% \\* 2\\?", "c", id="nothing but escaped wildcards"),
        pytest.param("word", "text", "c:\\TEMP", "d", id="a backslash"),
        pytest.param("word", "text", "c:\\\\*", "d", id="a backslash before a wildcard"),
        pytest.param("word", "text", "", "e", id="the empty text"),
        pytest.param("word", "text", "*", "abcde", id="any text"),
        pytest.param("word2", "text", "ÄPFEL", "e", id="letters beyond ASCII as they are"),
        pytest.param("word2", "text", "äpf*", "e", id="and in another case"),
        pytest.param("title", "text", "disk*", "abr", id="a typed text"),
        pytest.param("title", "text", "disk", "", id="not a part of one"),
        pytest.param("tags", "text", "Y", "cd", id="a member of a typed list"),
        pytest.param("words", "text", "ONE", "c", id="a member of a custom list"),
        pytest.param("words", "text", "sh*", "f", id="beside a text as long as can be"),
        pytest.param("extra.os.name", "text", "lin*", "d", id="a leaf of an object"),
        pytest.param("extra.os.name", "text", "LINUX", "d", id="a leaf in any case"),
        pytest.param("word", "select", "Alpha", "a", id="a choice"),
        pytest.param("word", "select", "alpha", "", id="a choice is exact"),
        pytest.param("word", "select", "50% * 2?", "c", id="a choice has no wildcards"),
        pytest.param("score", "select", "5", "a", id="a choice among numbers"),
        pytest.param("flag", "select", True, "a", id="a choice among booleans"),
        pytest.param("flag", "select", "false", "b", id="a choice among booleans, as text"),
        pytest.param("due_at", "select", "2026-11-22", "a", id="a choice among days"),
        pytest.param("extra.n", "select", 5, "d", id="a choice among leaves"),
        pytest.param("assignee.id", "select", "7", "e", id="a choice among members"),
        pytest.param("tags", "multiselect", ["x"], "c", id="any of one"),
        pytest.param("tags", "multiselect", ["x", "y", "z"], "cd", id="any of several"),
        pytest.param("score", "multiselect", [5, "0"], "ad", id="any of numbers"),
        pytest.param("due_at", "multiselect", ["2026-11-22", "2026-11-23"], "ab", id="any of days"),
        pytest.param("tags", "multiselect", [], "", id="any of none"),
        pytest.param("result_id", "select", "1", "r", id="a field of results"),
        pytest.param("nobody_has", "select", "x", "", id="a field that nobody has"),
        pytest.param("kind", "select", "incident", "", id="a hidden name"),
        pytest.param("tenant", "text", "*", "", id="the tenant"),
    ],
)
async def test_each_type(corpus: Client, name: str, kind: str, value: Any, expected: str) -> None:
    names = sorted(each[0] for each in await found(corpus, additional_fields=filters((name, kind, value))))
    assert "".join(names) == expected


async def test_all_of_them_hold(corpus: Client) -> None:
    both = filters(("score", "number", {"gte": 5}), ("word", "text", "alpha"))
    assert await found(corpus, additional_fields=both) == ["a"]
    none = filters(("score", "number", {"gte": 5}), ("tags", "select", "x"))
    assert await found(corpus, additional_fields=none) == []


TOO_COMPLEX = "*a" + "?" * 20 + "b"
"""A pattern that the engine would need a million states for."""


@pytest.mark.parametrize(
    ("words", "where"),
    [
        pytest.param(
            {"additional_fields": filters(("word", "text", "a*"), ("word", "text", TOO_COMPLEX))},
            "additional_fields[1].value",
            id="a pattern",
        ),
        pytest.param(
            {"search_query": {"wildcard": {"word": TOO_COMPLEX}}, "additional_fields": filters(("word", "text", "a*"))},
            "search_query.wildcard.word",
            id="a pattern of a guest's",
        ),
    ],
)
@pytest.mark.parametrize("path", ["incidents_full_types", "incidents_full_types/stats/severity", "incidents/export"])
async def test_what_the_engine_finds_too_complex(corpus: Client, path: str, words: Json, where: str) -> None:
    assert refusal(await corpus.post(f"{IM}/{path}", json=words)) == (400, "refused", where)


@pytest.mark.parametrize("path", ["incidents_full_types", "incidents_full_types/stats/severity"])
async def test_a_refusal_names_the_field_of_several(corpus: Client, path: str) -> None:
    """What is refused of each type is told in test_filters.py."""
    body = {"additional_fields": filters(("score", "number", 5), ("extra", "select", "x"))}
    response = await corpus.post(f"{IM}/{path}", json=body)
    assert refusal(response) == (400, "bad_request", "additional_fields[1].value")
