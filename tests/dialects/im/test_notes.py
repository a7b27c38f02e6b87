"""Notes: every comment that was written, whichever way."""

import pytest
from dirty_equals import IsInt, IsStr

from tests.conftest import Serve
from tests.dialects.im.calls import (
    IM,
    TIME,
    Client,
    Json,
    Refusal,
    answer,
    created,
    events,
    fresh_id,
    put,
    read,
    refusal,
)  # fmt: skip

pytestmark = pytest.mark.anyio


def note(incident_id: str, body: str, author: str = "anonymous") -> Json:
    at = IsStr(regex=TIME)
    return {"note_id": IsInt(gt=0), "incident_id": incident_id, "body": body, "author": author, "created_at": at}


async def test_each_comment_is_a_note_and_the_newest_reads_back(shared: Client) -> None:
    incident_id = (await created(shared, comment="first"))["_meta"]["id"]
    await put(shared, incident_id, comment="second")
    response = await shared.post(
        f"{IM}/incidents/{incident_id}/notes", json={"body": "third"}, headers={"User-ID": "bob"}
    )
    assert (response.status_code, answer(response)) == (201, note(incident_id, "third", "bob"))
    line = f'{{"update":{{"_id":"{incident_id}"}}}}\n{{"comment":"fourth"}}\n'
    await shared.post(f"{IM}/incidents/bulkUpdate", content=line)
    notes = await events(shared, incident_id, "notes")
    assert notes == [
        note(incident_id, "fourth"),
        note(incident_id, "third", "bob"),
        note(incident_id, "second"),
        note(incident_id, "first"),
    ]
    document = await read(shared, incident_id)
    assert (document["comment"], document["note_count"]) == ("fourth", 4)
    assert len({each["note_id"] for each in notes}) == 4


async def test_the_note_that_was_answered_is_the_one_that_is_listed(shared: Client) -> None:
    incident_id = (await created(shared))["_meta"]["id"]
    made = answer(await shared.post(f"{IM}/incidents/{incident_id}/notes", json={"body": "n"}))
    assert await events(shared, incident_id, "notes") == [made]


async def test_the_same_note_again_is_another_one(shared: Client) -> None:
    incident_id = (await created(shared, comment="same"))["_meta"]["id"]
    await shared.post(f"{IM}/incidents/{incident_id}/notes", json={"body": "same"})
    assert [each["body"] for each in await events(shared, incident_id, "notes")] == ["same", "same"]
    assert (await read(shared, incident_id))["note_count"] == 2


async def test_a_comment_removed_leaves_its_note(shared: Client) -> None:
    incident_id = (await created(shared, comment="kept"))["_meta"]["id"]
    assert "comment" not in await put(shared, incident_id, comment=None)
    assert [each["body"] for each in await events(shared, incident_id, "notes")] == ["kept"]


@pytest.mark.parametrize(
    ("path", "body", "expected"),
    [
        pytest.param("notes", {}, (400, "bad_request", "body"), id="no body"),
        pytest.param("notes", {"body": ""}, (400, "bad_request", "body"), id="an empty one"),
        pytest.param("notes", {"body": 5}, (400, "bad_request", "body"), id="a number"),
        pytest.param("notes", {"body": "x" * 100_001}, (400, "bad_request", "body"), id="over 100,000 characters"),
        pytest.param("notes", {"body": "n", "text": "n"}, (400, "unknown_field", "text"), id="an unknown word"),
        pytest.param("notes", ["n"], (400, "bad_request", None), id="no object"),
        pytest.param("notes?refresh=no", {"body": "n"}, (400, "bad_request", "refresh"), id="a wrong parameter"),
    ],
)
async def test_refused(shared: Client, path: str, body: Json, expected: Refusal) -> None:
    before = await created(shared)
    response = await shared.post(f"{IM}/incidents/{before['_meta']['id']}/{path}", json=body)
    assert (refusal(response), await read(shared, before["_meta"]["id"])) == (expected, before)


KINDS = ["notes", "alerts", "activities"]


@pytest.fixture(scope="module")
async def busy(shared: Client) -> str:
    """An incident with five notes, five alerts and eleven activities."""
    incident_id = fresh_id()
    await created(shared, incident_id)
    for i in range(5):
        await shared.post(f"{IM}/incidents/{incident_id}/notes", json={"body": f"{i}"})
        await shared.post(f"{IM}/incidents/{incident_id}/alerts", json={"alert_id": fresh_id()})
    return incident_id


@pytest.mark.parametrize("kind", KINDS)
async def test_pages_by_offset(shared: Client, busy: str, kind: str) -> None:
    everything = await events(shared, busy, kind)
    assert len(everything) == {"activities": 11}.get(kind, 5)
    page = answer(await shared.get(f"{IM}/incidents/{busy}/{kind}?from=1&size=2"))
    assert (page["docs"], page["total_docs"], *page) == (everything[1:3], len(everything), "docs", "total_docs", "next")
    past = answer(await shared.get(f"{IM}/incidents/{busy}/{kind}?from=50"))
    assert past == {"docs": [], "total_docs": len(everything), "next": None}
    assert answer(await shared.get(f"{IM}/incidents/{busy}/{kind}?size=0"))["docs"] == []


@pytest.mark.parametrize("kind", KINDS)
async def test_pages_by_cursor(shared: Client, busy: str, kind: str) -> None:
    rows, query = [], "size=2"
    while query:
        page = answer(await shared.get(f"{IM}/incidents/{busy}/{kind}?{query}"))
        rows += page["docs"]
        query = f"size=2&after={page['next']}" if page["next"] else ""
    assert rows == await events(shared, busy, kind)


@pytest.mark.parametrize("kind", KINDS)
async def test_none_yet(shared: Client, kind: str) -> None:
    incident_id = (await created(shared))["_meta"]["id"]
    page = answer(await shared.get(f"{IM}/incidents/{incident_id}/{kind}"))
    assert (len(page["docs"]), page["next"]) == (1 if kind == "activities" else 0, None)
    assert page["total_docs"] == len(page["docs"])


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        pytest.param("from=-1", (400, "bad_request", "from"), id="a negative offset"),
        pytest.param("size=1001", (400, "bad_request", "size"), id="a page over 1,000"),
        pytest.param("size=x", (400, "bad_request", "size"), id="a word for a number"),
        pytest.param("from=9990&size=11", (400, "window_exceeded", "from"), id="past the engine's window"),
        pytest.param("after=abc", (400, "bad_cursor", "after"), id="a cursor of one's own"),
        pytest.param("page=2", (400, "unknown_field", "page"), id="an unknown word"),
        pytest.param("size=1&size=2", (400, "bad_request", "size"), id="a word given twice"),
    ],
)
async def test_windows_refused(shared: Client, busy: str, query: str, expected: Refusal) -> None:
    assert refusal(await shared.get(f"{IM}/incidents/{busy}/notes?{query}")) == expected


async def test_a_cursor_is_of_one_list(shared: Client, busy: str) -> None:
    token = answer(await shared.get(f"{IM}/incidents/{busy}/notes?size=1"))["next"]
    other = (await created(shared, comment="n"))["_meta"]["id"]
    for path in (f"{busy}/activities", f"{other}/notes"):
        assert refusal(await shared.get(f"{IM}/incidents/{path}?after={token}")) == (400, "bad_cursor", "after")
    both = await shared.get(f"{IM}/incidents/{busy}/notes?after={token}&from=1")
    assert refusal(both) == (400, "bad_request", None)


async def test_notes_of_nobody(serve: Serve) -> None:
    async with serve() as client:
        assert refusal(await client.get(f"{IM}/incidents/a/notes")) == (404, "not_found", None)
