"""An incident's notes, alerts and activities in one order, by one cursor."""

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.conftest import Serve
from tests.dialects.im.calls import IM, Client, Json, Refusal, created, events, put, refusal

pytestmark = pytest.mark.anyio


async def walked(client: Client, incident_id: str, size: int) -> list[Json]:
    """Every entry, page by page; between two pages, something more happens."""
    entries: list[Json] = []
    after: str | None = None
    while True:
        query = {"size": str(size)} | ({"after": after} if after else {})
        response = await client.get(f"{IM}/incidents/{incident_id}/timeline", params=query)
        assert response.status_code == 200, response.text
        entries += response.json()["entries"]
        after = response.json()["next"]
        if after is None:
            return entries
        await put(client, incident_id, comment=f"meanwhile {len(entries)}")


async def busy(client: Client, incident_id: str) -> None:
    """An incident to which all kinds of things happened."""
    await created(client, incident_id, comment="first")
    alerts = [{"alert_id": f"a{i}", "status": "critical"} for i in range(3)]
    assert (await client.post(f"{IM}/incidents/{incident_id}/alerts", json=alerts)).status_code == 201
    for text in ("second", "third"):
        assert (await client.post(f"{IM}/incidents/{incident_id}/notes", json={"body": text})).status_code == 201


async def told(client: Client, incident_id: str) -> list[Json]:
    """The same entries, told by the three lists."""
    ids = {"note": "note_id", "alert": "alert_id", "activity": "activity_id"}
    lists = {"note": "notes", "alert": "alerts", "activity": "activities"}
    return [
        {"kind": kind, "id": str(each[name]), **{key: value for key, value in each.items() if key != "at"}}
        for kind, name in ids.items()
        for each in await events(client, incident_id, lists[kind])
    ]


def keyed(entries: list[Json]) -> dict[tuple[str, str], Json]:
    """The entries without their times, by kind and id; none is there twice."""
    rows = {(each["kind"], each["id"]): {k: v for k, v in each.items() if k != "at"} for each in entries}
    assert len(rows) == len(entries)
    return rows


@pytest.mark.parametrize("size", [1, 3, 100])
async def test_every_entry_once_newest_first(client: Client, size: int) -> None:
    await busy(client, "a")
    expected = keyed(await told(client, "a"))
    entries = await walked(client, "a", size)
    assert keyed(entries) == expected
    assert {each["kind"] for each in entries} == {"note", "alert", "activity"}
    times = [each["at"] for each in entries]
    assert times == sorted(times, reverse=True)


async def test_entries_of_one_moment_keep_their_order(serve: Serve) -> None:
    now = datetime(2026, 11, 22, tzinfo=UTC)
    async with serve(lambda: now) as client:
        await busy(client, "a")
        whole = await walked(client, "a", 100)
        response = await client.get(f"{IM}/incidents/a/timeline", params={"size": 4})
        assert response.json()["entries"] == whole[:4]
        assert {each["at"] for each in whole} == {"2026-11-22T00:00:00.000Z"}


async def test_the_whole_of_an_entry(client: Client) -> None:
    await created(client, "a")
    note: dict[str, Any] = (await client.post(f"{IM}/incidents/a/notes", json={"body": "x"})).json()
    entries = (await client.get(f"{IM}/incidents/a/timeline")).json()["entries"]
    [entry] = [each for each in entries if each["kind"] == "note"]
    assert entry == {"kind": "note", "at": note["created_at"], "id": str(note["note_id"]), **note}


async def test_of_a_deleted_incident_what_is_left_is_told(client: Client) -> None:
    await busy(client, "a")
    assert (await client.delete(f"{IM}/incidents/a")).status_code == 200
    entries = (await client.get(f"{IM}/incidents/a/timeline")).json()["entries"]
    assert [(each["kind"], each["type"]) for each in entries] == [("activity", "deleted")]


@pytest.mark.parametrize(
    ("path", "query", "expected"),
    [
        pytest.param("x", {}, (404, "not_found", None), id="of no incident"),
        pytest.param("a", {"after": "x"}, (400, "bad_cursor", "after"), id="a cursor of nobody's"),
        pytest.param("a", {"size": 0}, (400, "bad_request", "size"), id="no entry"),
        pytest.param("a", {"size": 1001}, (400, "bad_request", "size"), id="too many"),
        pytest.param("a", {"from": 1}, (400, "unknown_field", "from"), id="an offset"),
    ],
)
async def test_refused(shared: Client, path: str, query: Json, expected: Refusal) -> None:
    if path == "a" and (await shared.get(f"{IM}/incidents/a")).status_code == 404:
        await created(shared, "a")
    assert refusal(await shared.get(f"{IM}/incidents/{path}/timeline", params=query)) == expected


async def test_a_cursor_holds_for_its_incident(client: Client) -> None:
    await busy(client, "a")
    await created(client, "b")
    after = (await client.get(f"{IM}/incidents/a/timeline", params={"size": 1})).json()["next"]
    answer = await client.get(f"{IM}/incidents/b/timeline", params={"after": after})
    assert refusal(answer) == (400, "bad_cursor", "after")
