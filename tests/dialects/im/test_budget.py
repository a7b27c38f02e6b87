"""What a request of `_im` may ask of the engine, in all its parts together: past it, a 400 at the place."""

from typing import Any
from urllib.parse import urlencode

import pytest

from tests.dialects.im.calls import IM, Client, Json, Refusal, created, found, listed, loaded, opened, refusal, searched

pytestmark = pytest.mark.anyio

HARD = "*abc" + "?" * 7 + "az"
"""A pattern of many states, which is taken alone."""
BEYOND = "*a" + "?" * 11 + "az"
"""A pattern that the engine takes alone, in 65 milliseconds of a core."""


@pytest.fixture(scope="module")
async def corpus(shared: Client) -> Client:
    """Five incidents with a long text, an object and a number."""
    long = "the quick brown fox jumps over the lazy dog " * 180
    drafts = [{"id": each, "longf": f"{each} {long}", "evt": {"count": 9}, "cost": 1} for each in "abcde"]
    await loaded(shared, drafts)
    return shared


def filters(value: Any, count: int, name: str = "longf", kind: str = "text") -> list[Json]:
    return [{"name": name, "type": kind, "value": value} for _ in range(count)]


@pytest.mark.parametrize(
    ("query", "where"),
    [
        pytest.param([("longf", BEYOND)] * 900, "longf", id="patterns past the engine's memory"),
        pytest.param([("longf", BEYOND)], "longf", id="one of them"),
        pytest.param([("longf", HARD)] * 10, "longf", id="more hard ones than fit"),
        pytest.param([("title", "*abc*"), *[("longf", "*abc*")] * 10], "longf", id="the place of the one too many"),
        pytest.param([("title", "a*")] * 101, "title", id="beginnings"),
        pytest.param([("title", "x")] * 1001, "title", id="values"),
        pytest.param([("cost", "1")] * 400, "cost", id="numbers"),
        pytest.param([("started_at", "2026")] * 400, "started_at", id="times"),
    ],
)
async def test_a_list_is_refused_at_its_filter(corpus: Client, query: list[tuple[str, str]], where: str) -> None:
    response = await corpus.get(f"{IM}/incidents?{urlencode(query)}")
    assert refusal(response) == (400, "refused", where)


PATTERNS = {"bool": {"must": [{"wildcard": {"longf": "*abc*"}}] * 3}}


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        pytest.param(
            {"additional_fields": filters(HARD, 64)},
            (400, "refused", "additional_fields[5].value"),
            id="64 hard patterns",
        ),
        pytest.param(
            {"additional_fields": filters("*a*", 64)},
            (400, "refused", "additional_fields[1].value"),
            id="64 patterns that fit everything",
        ),
        pytest.param(
            {"search_query": PATTERNS, "additional_fields": filters("*abc*", 5)},
            (400, "refused", "additional_fields[2].value"),
            id="filters beside a query",
        ),
        pytest.param(
            {"search_query": {"bool": {"must": [PATTERNS, PATTERNS]}}},
            (400, "refused", "search_query.bool.must[1].bool.must[2].wildcard.longf"),
            id="a query alone",
        ),
        pytest.param(
            {"search_query": {"query_string": {"query": "abc* " * 20, "fields": ["longf", "title"]}}},
            (400, "refused", "search_query.query_string.query"),
            id="the text of a query",
        ),
        pytest.param(
            {"additional_fields": filters(["x"] * 1024, 5, kind="multiselect")},
            (400, "bad_request", "additional_fields"),
            id="lists of values",
        ),
        pytest.param(
            {"additional_fields": filters("*abc*", 5), "sort": [{"field": "title"}, *[{"field": "status"}] * 6]},
            (400, "refused", "sort[4]"),
            id="an order beside filters",
        ),
    ],
)
async def test_a_search_is_refused_at_its_place(corpus: Client, words: Json, expected: Refusal) -> None:
    assert refusal(await corpus.post(f"{IM}/incidents_full_types", json=words)) == expected
    if "sort" not in words:
        response = await corpus.post(f"{IM}/incidents_full_types/stats/severity", json=words)
        assert refusal(response) == expected
        # Pages of an export have more rows to be ordered.
        assert refusal(await corpus.post(f"{IM}/incidents/export", json=words)) == expected


@pytest.mark.parametrize(
    ("fields", "where"),
    [
        pytest.param(["title", "*a" * 1000], "fields[1]", id="a thousand stars"),
        pytest.param(["*a*"], "fields[0]", id="two"),
        pytest.param(["x" * 60_000], "fields[0]", id="a name of 60 kB"),
        pytest.param(["a." * 500] * 40, "fields[21]", id="long names"),
    ],
)
async def test_fields_are_refused_at_their_place(corpus: Client, fields: list[str], where: str) -> None:
    response = await corpus.post(f"{IM}/incidents_full_types", json={"fields": fields})
    assert (refusal(response)[0], refusal(response)[2]) == (400, where)


@pytest.mark.parametrize(
    "words",
    [
        pytest.param({"additional_fields": filters(HARD, 5)}, id="hard patterns"),
        pytest.param({"additional_fields": filters("*abc*", 5)}, id="patterns"),
        pytest.param({"additional_fields": filters("*a*", 1)}, id="patterns that fit everything"),
        pytest.param({"additional_fields": filters("x" * 1024, 64)}, id="long values"),
        pytest.param({"search_query": PATTERNS, "additional_fields": filters("*abc*", 2)}, id="a query and filters"),
        pytest.param({"additional_fields": filters(["x"] * 1024, 4, kind="multiselect")}, id="lists of values"),
        pytest.param({"fields": ["ext.*", "*", *[f"{'a' * 30}{n:03}" for n in range(500)]]}, id="fields"),
    ],
)
async def test_what_is_within_the_budget_runs(corpus: Client, words: Json) -> None:
    await searched(corpus, **words)


async def test_a_name_that_nothing_can_have_finds_nothing(corpus: Client) -> None:
    name = "evt." + "x" * 60_000
    assert await found(corpus, additional_fields=filters("*", 1, name=name)) == []
    assert await listed(corpus, urlencode({"evt." + "x" * 2000: "*"})) == []


async def test_what_is_within_an_object_is_neither_ranged_nor_sorted_nor_counted(corpus: Client) -> None:
    assert sorted(await found(corpus, additional_fields=filters(9, 1, "evt.count", "select"))) == list("abcde")
    ranged = filters({"gte": 9}, 1, name="evt.count", kind="number")
    refused: list[tuple[Json, str]] = [
        ({"additional_fields": ranged}, "additional_fields[0].value"),
        ({"search_query": {"range": {"evt.count": {"gte": 9}}}}, "search_query.range.evt.count"),
        ({"search_query": {"query_string": {"query": "evt.count:>=9"}}}, "search_query.query_string.query"),
        ({"sort": [{"field": "evt.count"}]}, "sort[0].field"),
    ]
    for words, where in refused:
        response = await corpus.post(f"{IM}/incidents_full_types", json=words)
        assert refusal(response) == (400, "bad_request", where)
        assert '"evt.count" is within an object' in response.text.replace('\\"', '"')


BIG = 1234567890123456789
FIRST = "additional_fields[0].value"


@pytest.mark.parametrize(
    ("words", "where"),
    [
        pytest.param(
            {"additional_fields": filters(BIG, 1, "cost", "number")}, "additional_fields[0].value", id="number"
        ),
        pytest.param(
            {"additional_fields": filters({"gte": str(BIG)}, 1, "cost", "number")},
            "additional_fields[0].value.gte",
            id="a bound as text",
        ),
        pytest.param(
            {"additional_fields": filters(BIG, 1, "cost", "select")}, "additional_fields[0].value", id="select"
        ),
        pytest.param(
            {"additional_fields": filters([1, BIG], 1, "cost", "multiselect")},
            "additional_fields[0].value",
            id="multiselect",
        ),
        pytest.param({"search_query": {"term": {"cost": BIG}}}, "search_query.term.cost", id="a query"),
    ],
)
async def test_a_whole_number_that_is_not_kept_exactly_is_refused(corpus: Client, words: Json, where: str) -> None:
    response = await corpus.post(f"{IM}/incidents_full_types", json=words)
    assert refusal(response) == (400, "bad_request", where)
    assert "send it as text" in response.text
    assert refusal(await corpus.get(f"{IM}/incidents?cost={BIG}")) == (400, "bad_request", "cost")


@pytest.mark.parametrize("moment", [1774742400, "1774742400"])
async def test_epoch_seconds_are_told_apart(corpus: Client, moment: Any) -> None:
    response = await corpus.post(f"{IM}/incidents_full_types", json={"start_time": moment})
    assert refusal(response) == (400, "bad_request", "start_time")
    assert "epoch seconds? send milliseconds" in response.text
    response = await corpus.post(f"{IM}/incidents", json={"title": "t", "due_at": moment})
    assert refusal(response) == (400, "bad_request", "due_at")
    assert await found(corpus, start_time=1774742400000.0, end_time="1774742400000.0") == []


async def test_a_star_reaches_a_custom_field_of_another_process(corpus: Client) -> None:
    await created(corpus, "host", srv_host="srv-12")
    for query in ({"query": '"srv-12"', "fields": ["*"]}, {"query": '"srv-12"', "default_field": "*"}):
        assert await found(corpus, search_query={"query_string": query}) == ["host"]
    assert await found(corpus, search_query={"multi_match": {"query": "srv-12", "fields": ["*"]}}) == ["host"]
    await corpus.delete(f"{IM}/incidents/host?refresh=true")


async def test_explain_does_not_show_the_engines_own_id_of_a_point_in_time(corpus: Client) -> None:
    words = {"pit": await opened(corpus), "explain": True}
    page = await searched(corpus, size=1, **words)
    stats = await corpus.post(f"{IM}/incidents_full_types/stats/severity", json=words)
    assert ["pit" in page["explain"], "pit" in stats.json()["explain"]] == [False, False]
