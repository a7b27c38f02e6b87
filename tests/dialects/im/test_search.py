"""`incidents_full_types`: each parameter, in the body or in the query, and what is refused."""

import json

import pytest
from dirty_equals import IsInt

from tests.dialects.im.calls import (
    IM,
    Client,
    Json,
    Refusal,
    answer,
    fields_of,
    found,
    ids,
    loaded,
    read,
    refusal,
    searched,
)  # fmt: skip

pytestmark = pytest.mark.anyio

DRAFTS: list[Json] = [
    {"id": "a", "title": "Disk full", "severity": "critical", "started_at": "2026-11-01T00:00:00Z", "score": 1},
    {"id": "b", "title": "Disk slow", "severity": "low", "started_at": "2026-11-02T00:00:00Z", "score": 2},
    {"id": "c", "title": "Login failed", "severity": "high", "started_at": "2026-11-03T00:00:00Z", "score": 3},
    {"id": "d", "title": "Login odd", "started_at": "2026-11-04T00:00:00Z", "reviewer": "ann"},
]
NEWEST = ["d", "r~1", "c", "b", "a"]
WITHOUT_RESULTS = ["d", "c", "b", "a"]
TITLE: Json = {"match": {"title": "disk"}}
ADDED = [{"name": "score", "type": "number", "value": {"gte": 2}}]


@pytest.fixture(scope="module")
async def corpus(shared: Client) -> Client:
    """Four incidents, and one aggregation result between them."""
    await loaded(shared, DRAFTS)
    body = {"title": "Disks", "severity": "info", "started_at": "2026-11-03T12:00:00Z", "incident_ids": ["a", "b"]}
    response = await shared.post(f"{IM}/aggregations/results/r/1?refresh=true", json=body)
    assert response.status_code == 201, response.text
    return shared


async def test_nothing_said_is_everything_newest_first(corpus: Client) -> None:
    page = await searched(corpus)
    assert ids(page) == NEWEST
    assert {name: value for name, value in page.items() if name != "docs"} == {
        "took": IsInt(ge=0), "timed_out": False, "pit": None, "next": None,
    }  # fmt: skip


async def test_documents_are_those_that_are_read_by_id(corpus: Client) -> None:
    docs = (await searched(corpus, is_show_aggs=False))["docs"]
    assert docs == [await read(corpus, each) for each in WITHOUT_RESULTS]


async def test_results_are_told_apart_by_their_type(corpus: Client) -> None:
    docs = (await searched(corpus))["docs"]
    assert [each["_meta"]["type"] for each in docs] == [
        "incident", "aggregation_result", "incident", "incident", "incident",
    ]  # fmt: skip


CHANGES: list[tuple[str, Json, list[str]]] = [
    ("from", {"from": 2}, ["c", "b", "a"]),
    ("from past the end", {"from": 50}, []),
    ("size", {"size": 2}, ["d", "r~1"]),
    ("no size at all", {"size": 0}, []),
    ("from and size", {"from": 1, "size": 1}, ["r~1"]),
    ("search_query as an object", {"search_query": TITLE}, ["b", "a"]),
    ("search_query as text", {"search_query": json.dumps(TITLE)}, ["b", "a"]),
    ("search_query for everything", {"search_query": '{"match_all":{}}'}, NEWEST),
    ("additional_fields", {"additional_fields": ADDED}, ["c", "b"]),
    ("no additional_fields", {"additional_fields": []}, NEWEST),
    ("start_time", {"start_time": "2026-11-03"}, ["d", "r~1", "c"]),
    ("end_time", {"end_time": "2026-11-02"}, ["b", "a"]),
    ("both times", {"start_time": "2026-11-02", "end_time": "2026-11-03"}, ["r~1", "c", "b"]),
    ("null times", {"start_time": None, "end_time": None}, NEWEST),
    ("is_show_aggs", {"is_show_aggs": True}, NEWEST),
    ("is_show_aggs off", {"is_show_aggs": False}, WITHOUT_RESULTS),
    ("sort", {"sort": [{"field": "title", "order": "asc"}]}, ["a", "b", "r~1", "c", "d"]),
    ("everything at once", {
        "search_query": {"match": {"title": "disk login"}}, "additional_fields": ADDED, "start_time": "2026-11-01",
        "end_time": "2026-11-04", "is_show_aggs": False, "sort": [{"field": "severity"}], "size": 1,
    }, ["c"]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("words", "expected"), [pytest.param(words, expected, id=name) for name, words, expected in CHANGES]
)
async def test_each_parameter(corpus: Client, words: Json, expected: list[str]) -> None:
    assert await found(corpus, **words) == expected


EVERYTHING, FOUND = CHANGES[-1][1:]


async def test_a_get_may_have_them_in_its_body(corpus: Client) -> None:
    assert ids(answer(await corpus.request("GET", f"{IM}/incidents_full_types", json=EVERYTHING))) == FOUND


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize(
    ("words", "expected"),
    [
        pytest.param(EVERYTHING, FOUND, id="everything at once"),
        pytest.param({"from": 1, "with_total_docs": True}, NEWEST[1:], id="a number and a boolean"),
        pytest.param(
            {"search_query": {"match_all": {}}, "end_time": "2026-11-02"}, ["b", "a"], id="an object, and text"
        ),
    ],
)
async def test_in_the_query_all_are_texts(corpus: Client, method: str, words: Json, expected: list[str]) -> None:
    query = {name: value if isinstance(value, str) else json.dumps(value) for name, value in words.items()}
    assert ids(answer(await corpus.request(method, f"{IM}/incidents_full_types", params=query))) == expected


async def test_body_and_query_together(corpus: Client) -> None:
    response = await corpus.post(f"{IM}/incidents_full_types?size=1", json={"from": 1})
    assert ids(answer(response)) == ["r~1"]
    twice = await corpus.post(f"{IM}/incidents_full_types?size=1", json={"size": 1})
    assert refusal(twice) == (400, "bad_request", "size")


async def test_total_docs_only_where_it_is_asked_for(corpus: Client) -> None:
    assert (await searched(corpus, with_total_docs=True, size=1))["total_docs"] == 5
    assert (await searched(corpus, with_total_docs=True, size=0, is_show_aggs=False))["total_docs"] == 4
    assert "total_docs" not in await searched(corpus, with_total_docs=False)


async def test_fields(corpus: Client) -> None:
    page = await searched(corpus, fields=["title", "score"], is_show_aggs=False, size=2)
    assert [fields_of(each) for each in page["docs"]] == [{"title": "Login odd"}, {"title": "Login failed", "score": 3}]
    whole = await read(corpus, "d")
    assert page["docs"][0]["_meta"] == whole["_meta"]
    by_query = await corpus.get(f"{IM}/incidents_full_types?fields=title,score&is_show_aggs=false&size=2")
    assert answer(by_query)["docs"] == page["docs"]
    assert [fields_of(each) for each in (await searched(corpus, fields=[]))["docs"]] == [{}] * 5
    assert [fields_of(each) for each in (await searched(corpus, fields=["nobody_has"]))["docs"]] == [{}] * 5
    assert all("severity_rank" not in each for each in (await searched(corpus, fields=["*"]))["docs"])


async def test_explain(corpus: Client) -> None:
    page = await searched(corpus, explain=True, start_time="2026-11-03", additional_fields=ADDED, size=1)
    tenant = corpus.headers["X-Scope-OrgID"]
    filters = [
        {"range": {"started_at": {"gte": "2026-11-03T00:00:00.000Z"}}},
        {"range": {"score": {"gte": 2}}},
    ]
    assert page["explain"] == {
        "query": {"bool": {"filter": [{"bool": {"filter": filters}}, {"term": {"tenant": tenant}}]}},
        **{"size": 1, "track_total_hits": False, "seq_no_primary_term": True},
        "sort": [{"started_at": {"order": "desc"}}, {"numeric_id": {"order": "desc"}}],
    }
    assert "explain" not in await searched(corpus)


REFUSED: list[tuple[str, Json, Refusal]] = [
    ("an unknown word", {"serch_query": {}}, (400, "unknown_field", "serch_query")),
    ("a negative offset", {"from": -1}, (400, "bad_request", "from")),
    ("text for a number", {"from": "1"}, (400, "bad_request", "from")),
    ("a fraction", {"size": 1.5}, (400, "bad_request", "size")),
    ("null for a number", {"size": None}, (400, "bad_request", "size")),
    ("over 1,000 whole documents", {"size": 1001}, (400, "bad_request", None)),
    ("over 10,000 of some fields", {"size": 10_001, "fields": ["title"]}, (400, "bad_request", "size")),
    ("past the window", {"from": 9990, "size": 11}, (400, "window_exceeded", "from")),
    ("text for a boolean", {"with_total_docs": "true"}, (400, "bad_request", "with_total_docs")),
    ("a number for a boolean", {"is_show_aggs": 1}, (400, "bad_request", "is_show_aggs")),
    ("no query", {"search_query": 5}, (400, "bad_request", "search_query")),
    ("no JSON", {"search_query": "title:disk"}, (400, "bad_request", "search_query")),
    ("an object for a list", {"additional_fields": {}}, (400, "bad_request", "additional_fields")),
    ("a field without a value", {"additional_fields": [{"name": "a", "type": "text"}]},
     (400, "bad_request", "additional_fields[0].value")),
    ("an unknown type", {"additional_fields": [ADDED[0], {"name": "a", "type": "date", "value": 1}]},
     (400, "bad_request", "additional_fields[1].type")),
    ("a word too many", {"additional_fields": [{"name": "a", "type": "text", "value": "b", "op": "or"}]},
     (400, "unknown_field", "additional_fields[0].op")),
    ("a value that cannot be", {"additional_fields": [ADDED[0], {"name": "score", "type": "number", "value": "x"}]},
     (400, "bad_request", "additional_fields[1].value")),
    ("a number for a name", {"additional_fields": [{"name": 5, "type": "text", "value": "b"}]},
     (400, "bad_request", "additional_fields[0].name")),
    ("more than 64 fields", {"additional_fields": ADDED * 65}, (400, "bad_request", "additional_fields")),
    ("no time", {"start_time": "yesterday"}, (400, "bad_request", "start_time")),
    ("several times", {"end_time": ["2026-11-03"]}, (400, "bad_request", "end_time")),
    ("an object for a time", {"start_time": {"gte": "now"}}, (400, "bad_request", "start_time")),
    ("an object for a time", {"end_time": {"lte": 1}}, (400, "bad_request", "end_time")),
    ("an end before the start", {"start_time": 2, "end_time": 1}, (400, "bad_request", "start_time")),
    ("text for an order", {"sort": "title"}, (400, "bad_request", "sort")),
    ("an order without a field", {"sort": [{"order": "asc"}]}, (400, "bad_request", "sort[0].field")),
    ("an unknown direction", {"sort": [{"field": "title", "order": "up"}]}, (400, "bad_request", "sort[0].order")),
    ("an order by a hidden name", {"sort": [{"field": "title"}, {"field": "tenant"}]},
     (400, "bad_request", "sort[1].field")),
    ("more than 8 keys", {"sort": [{"field": "title"}] * 9}, (400, "bad_request", "sort")),
    ("text for fields", {"fields": "title"}, (400, "bad_request", "fields")),
    ("a number among fields", {"fields": ["title", 5]}, (400, "bad_request", "fields[1]")),
    ("a cursor and an offset", {"after": "x", "from": 1}, (400, "bad_request", None)),
    ("a cursor of one's own", {"after": "x"}, (400, "bad_cursor", "after")),
    ("keep_alive without a point in time", {"keep_alive": "1m"}, (400, "bad_request", "keep_alive")),
    ("no point in time", {"pit": "x"}, (404, "not_found", "pit")),
    ("text for explain", {"explain": "yes"}, (400, "bad_request", "explain")),
]  # fmt: skip


@pytest.mark.parametrize(("words", "expected"), [pytest.param(words, told, id=name) for name, words, told in REFUSED])
async def test_refused(corpus: Client, words: Json, expected: Refusal) -> None:
    assert refusal(await corpus.post(f"{IM}/incidents_full_types", json=words)) == expected


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        pytest.param("size=x", (400, "bad_request", "size"), id="a word for a number"),
        pytest.param("is_show_aggs=maybe", (400, "bad_request", "is_show_aggs"), id="a word for a boolean"),
        pytest.param("additional_fields=x", (400, "bad_request", "additional_fields"), id="no JSON"),
        pytest.param("sort=title", (400, "bad_request", "sort"), id="no JSON for an order"),
        pytest.param("size=1&size=2", (400, "bad_request", "size"), id="a word given twice"),
        pytest.param("sizes=1", (400, "unknown_field", "sizes"), id="an unknown word"),
    ],
)
async def test_queries_refused(corpus: Client, query: str, expected: Refusal) -> None:
    assert refusal(await corpus.get(f"{IM}/incidents_full_types?{query}")) == expected


async def test_beside_a_query_the_body_stays_strict(corpus: Client) -> None:
    response = await corpus.post(f"{IM}/incidents_full_types?size=1", json={"from": "1"})
    assert refusal(response) == (400, "bad_request", "from")


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        pytest.param({"range": {"numeric_id": {"gte": "x"}}}, "a field that holds numbers", id="no number"),
        pytest.param({"range": {"numeric_id": {"lt": 2**70}}}, "the engine cannot search so: ", id="a large one"),
        pytest.param({"ids": {"values": ""}}, "the engine cannot search so: ", id="no id"),
    ],
)
async def test_what_the_engine_alone_refuses_is_told_in_our_words(corpus: Client, query: Json, reason: str) -> None:
    response = await corpus.post(f"{IM}/incidents_full_types", json={"search_query": query})
    assert refusal(response) == (400, "refused", "search_query")
    assert response.json()["error"]["reason"].startswith(reason)
