"""`GET incidents`: filters typed by the field, and the list's own parameters."""

import pytest

from tests.dialects.im.calls import (
    IM,
    Client,
    Json,
    Refusal,
    answer,
    fields_of,
    found,
    ids,
    listed,
    loaded,
    opened,
    read,
    refusal,
)  # fmt: skip

pytestmark = pytest.mark.anyio

DRAFTS: list[Json] = [
    {
        "id": "a",
        "title": "Disk full",
        "severity": "low",
        "test_field": 5,
        "tags": ["x", "y"],
        "due_at": "2026-11-22T10:00",
    },
    {"id": "b", "title": "disk slow", "severity": "high", "test_field": 5.5, "tags": ["y"], "due_at": "2026-11-23"},
    {"id": "c", "title": "50% * 2?", "reviewer": "Ann", "flag": True, "extra": {"os": {"name": "linux"}}},
    {"id": "d", "title": "C:\\temp", "reviewer": "bob", "flag": False, "assignee": {"id": "7", "numeric_id": 7}},
    {"id": "e", "title": "", "reviewer": "", "test_field": -1},
]


@pytest.fixture(scope="module")
async def corpus(shared: Client) -> Client:
    """Five incidents of one moment, and an aggregation result that no list shows."""
    await loaded(shared, [{"started_at": 0, **each, "title": each["title"] or "e"} for each in DRAFTS])
    response = await shared.post(f"{IM}/aggregations/results/r/1?refresh=true", json={"title": "Disk"})
    assert response.status_code == 201
    return shared


@pytest.mark.parametrize("path", ["incidents", "incidents/"])
async def test_all_of_them(corpus: Client, path: str) -> None:
    response = await corpus.get(f"{IM}/{path}")
    docs = [await read(corpus, each) for each in "edcba"]
    assert (response.status_code, answer(response)) == (200, {"docs": docs, "total_docs": 5, "next": None})


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        pytest.param("title=Disk+full", "a", id="text, the whole of it"),
        pytest.param("title=disk", "", id="text, not a part"),
        pytest.param("title=DISK*", "ba", id="a wildcard for any run"),
        pytest.param("title=dis%3F+slow", "b", id="a wildcard for one character"),
        pytest.param("title=*%5C%2A*", "c", id="an escaped wildcard is itself"),
        pytest.param("title=50%25+%5C*+2%5C%3F", "c", id="escaped throughout"),
        pytest.param("title=C:%5Ctemp", "d", id="a backslash"),
        pytest.param("reviewer=Ann", "c", id="a keyword"),
        pytest.param("reviewer=", "e", id="the empty text"),
        pytest.param("tags=y", "ba", id="a member of a list"),
        pytest.param("tags=x&tags=z", "a", id="repeated is any of them"),
        pytest.param("tags=x&severity=high", "", id="different fields all hold"),
        pytest.param("severity=low&severity=high&tags=x", "a", id="both rules at once"),
        pytest.param("test_field=5", "a", id="a number"),
        pytest.param("test_field=5.0", "a", id="a number, said differently"),
        pytest.param("test_field=-1&test_field=5.5", "eb", id="any of two numbers"),
        pytest.param("flag=true", "c", id="a boolean"),
        pytest.param("flag=false", "d", id="the other one"),
        pytest.param("due_at=2026-11-22", "a", id="a whole day"),
        pytest.param("due_at=2026-11-22T10:00:00Z", "a", id="a moment"),
        pytest.param("due_at=2026-11-22&due_at=2026-11-23||/d", "ba", id="any of two days"),
        pytest.param("assignee.id=7", "d", id="a member of an object"),
        pytest.param("assignee.numeric_id=7", "d", id="a number in one"),
        pytest.param("extra.os.name=linux", "c", id="a leaf of a custom object"),
        pytest.param("extra.os.name=LIN*", "c", id="by wildcard, in any case"),
        pytest.param("extra.os.nope=linux", "", id="a leaf that is not there"),
        pytest.param("state=open", "edcba", id="what the gateway derives"),
        pytest.param("nobody_has=5", "", id="a field that no incident has"),
        pytest.param("kind=incident", "", id="a hidden name is none"),
        pytest.param("from=1&size=2", "dc", id="an offset and a size"),
        pytest.param("size=0", "", id="none of them"),
        pytest.param("sort=severity,title:asc", "bacde", id="an order of two"),
        pytest.param("start_time=1970-01-02", "", id="started later"),
        pytest.param("end_time=now&tags=x", "a", id="started earlier, and a filter"),
    ],
)
async def test_each_parameter(corpus: Client, query: str, expected: str) -> None:
    assert await listed(corpus, query) == list(expected)


async def test_the_total_is_of_all_pages(corpus: Client) -> None:
    page = answer(await corpus.get(f"{IM}/incidents?tags=y&size=1"))
    assert (ids(page), page["total_docs"]) == (["b"], 2)
    rest = answer(await corpus.get(f"{IM}/incidents?tags=y&size=1&after={page['next']}"))
    assert (ids(rest), rest["total_docs"]) == (["a"], 2)


async def test_how_many_unless_said_otherwise(client: Client) -> None:
    await loaded(client, [{"id": f"n{i}"} for i in range(101)])
    assert len(await listed(client)) == 100
    assert len(await listed(client, "size=1000")) == 101
    assert len(await found(client)) == 25
    assert len(await found(client, size=10_000, fields=["title"])) == 101
    changes = [{"_meta": {"id": "n0"}, "comment": f"{i}"} for i in range(26)]
    assert (await client.post(f"{IM}/incidents/bulkUpdate", json=changes)).json()["errors"] is False
    for kind in ("notes", "activities"):
        assert len(answer(await client.get(f"{IM}/incidents/n0/{kind}"))["docs"]) == 25


async def test_in_a_point_in_time(corpus: Client) -> None:
    pit = await opened(corpus)
    assert await listed(corpus, f"pit={pit}&keep_alive=1m") == list("edcba")
    only = await opened(corpus, "is_show_aggs=false")
    assert await listed(corpus, f"pit={only}&tags=x") == ["a"]


async def test_documents_are_whole(corpus: Client) -> None:
    [document] = answer(await corpus.get(f"{IM}/incidents?test_field=5"))["docs"]
    assert fields_of(document) == fields_of(await read(corpus, "a"))


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        pytest.param("test_field=five", (400, "bad_request", "test_field"), id="a word among numbers"),
        pytest.param("test_field=5*", (400, "bad_request", "test_field"), id="a wildcard among numbers"),
        pytest.param("flag=maybe", (400, "bad_request", "flag"), id="a word among booleans"),
        pytest.param("due_at=soon", (400, "bad_request", "due_at"), id="a word among times"),
        pytest.param("extra=linux", (400, "bad_request", "extra"), id="an object as a whole"),
        pytest.param("size=1001", (400, "bad_request", None), id="over 1,000"),
        pytest.param("size=x", (400, "bad_request", "size"), id="a word for a size"),
        pytest.param("from=-1", (400, "bad_request", "from"), id="a negative offset"),
        pytest.param("from=9999&size=2", (400, "window_exceeded", "from"), id="past the window"),
        pytest.param("size=1&size=2", (400, "bad_request", "size"), id="a size given twice"),
        pytest.param("after=x", (400, "bad_cursor", "after"), id="a cursor of one's own"),
        pytest.param("pit=x", (404, "not_found", "pit"), id="no point in time"),
        pytest.param("keep_alive=1m", (400, "bad_request", "keep_alive"), id="keep_alive without one"),
        pytest.param("start_time=x", (400, "bad_request", "start_time"), id="no time"),
        pytest.param("sort=kind", (400, "bad_request", "sort[0].field"), id="an order by a hidden name"),
        pytest.param("sort=title:up", (400, "bad_request", "sort[0].order"), id="no direction"),
        pytest.param("sort=title:", (400, "bad_request", "sort[0].order"), id="an empty direction"),
        pytest.param("title=a*&reviewer=*a" + "?" * 20 + "b", (400, "refused", "reviewer"), id="too complex a pattern"),
        pytest.param(
            "from=9999&size=2&reviewer=*a" + "?" * 20 + "b", (400, "window_exceeded", "from"), id="and past the window"
        ),
        pytest.param(
            "&".join(f"reviewer={i}*" for i in range(1025)), (400, "refused", "reviewer"), id="too many patterns"
        ),
    ],
)
async def test_refused(corpus: Client, query: str, expected: Refusal) -> None:
    assert refusal(await corpus.get(f"{IM}/incidents?{query}")) == expected
