"""What is done to one incident: acknowledged, assigned, snoozed, merged, split; and its notes changed."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2
import pytest
from dirty_equals import IsStr

from tests.conftest import Serve
from tests.dialects.im.calls import IM, TIME, Client, Json, Refusal, created, events, fields_of, read, refusal

pytestmark = pytest.mark.anyio

AT = IsStr(regex=TIME)
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


async def act(client: Client, incident_id: str, what: str, **body: Any) -> Json:
    """The incident that the action answers, which is as it reads then."""
    response = await client.post(f"{IM}/incidents/{incident_id}/{what}?refresh=true", json=body)
    assert response.status_code == (201 if what == "split" else 200), response.text
    shown: Json = response.json()
    assert shown == await read(client, shown["_meta"]["id"])
    assert response.headers["ETag"] == f'"{shown["_meta"]["version"]}"'
    return shown


async def alerted(client: Client, incident_id: str, *alerts: str) -> None:
    """An incident with these alerts."""
    await created(client, incident_id)
    body = [{"alert_id": each, "description": each, "status": "critical"} for each in alerts]
    assert (await client.post(f"{IM}/incidents/{incident_id}/alerts", json=body)).status_code == 201


async def types(client: Client, incident_id: str) -> list[str]:
    """What happened, newest first."""
    return [each["type"] for each in await events(client, incident_id, "activities")]


async def test_acknowledged_by_the_caller_and_the_first_one_stays(client: Client) -> None:
    await created(client, "a")
    first = await act(client, "a", "acknowledge")
    assert (first["acknowledged_by"], first["acknowledged_at"]) == ({"id": "anonymous"}, AT)
    assert await act(client, "a", "acknowledge") == first
    assert await types(client, "a") == ["acknowledged", "created"]


async def test_assigned_to_somebody_and_to_nobody(client: Client) -> None:
    await created(client, "a")
    taken = await act(client, "a", "assign", assignee="bob", comment="on shift")
    assert (taken["assignee"], taken["assigner"], taken["comment"]) == (
        {"name": "bob"}, {"name": "anonymous"}, "on shift",
    )  # fmt: skip
    assert await act(client, "a", "assign", assignee="bob") == taken
    left = await act(client, "a", "assign", assignee=None)
    assert not left.keys() & {"assignee", "assigner"}
    assert await act(client, "a", "assign", assignee=None) == left
    assert await types(client, "a") == ["unassigned", "note_added", "assigned", "created"]
    assert [each["body"] for each in await events(client, "a", "notes")] == ["on shift"]


async def test_who_is_assigned_already_stays_as_known(client: Client) -> None:
    bob = {"name": "bob", "email": "bob@example.org"}
    await created(client, "a", assignee=bob)
    assert (await act(client, "a", "assign", assignee="bob"))["assignee"] == bob


async def test_snoozed_until_a_time_and_no_longer(serve: Serve) -> None:
    async with serve(lambda: NOW) as client:
        await created(client, "a")
        quiet = await act(client, "a", "snooze", until="now+4h", comment="night")
        held = {"end_time": "2026-11-22T16:00:00.000Z", "cancel_on_incident_updates": False}
        assert (quiet["ext"]["bigpanda"]["snooze"], quiet["comment"]) == (held, "night")
        assert "ext" not in await act(client, "a", "unsnooze")
        assert sorted(await types(client, "a")) == ["created", "note_added", "snoozed", "unsnoozed"]
        again = await client.post(f"{IM}/incidents/a/unsnooze", json={})
        assert refusal(again) == (400, "bad_request", None)


async def test_a_snooze_that_is_over_is_none(serve: Serve) -> None:
    now = NOW
    async with serve(lambda: now) as client:
        await created(client, "a")
        await act(client, "a", "snooze", until="2026-11-22T12:00:01Z")
        now += timedelta(seconds=2)
        assert (await client.post(f"{IM}/incidents/a/unsnooze", json={})).status_code == 400


async def test_merged_and_asked_again_it_answers_as_it_did(client: Client) -> None:
    await alerted(client, "a", "a1")
    await alerted(client, "b", "b1")
    merged = await act(client, "a", "merge", sources=["b"], comment="one campaign")
    assert (merged["alert_count"], merged["comment"]) == (2, "one campaign")
    assert (await read(client, "b"))["state"] == "closed"
    assert await act(client, "a", "merge", sources=["b"], comment="one campaign") == merged
    assert {each["alert_id"] for each in await events(client, "a", "alerts")} == {"a1", "b1"}


async def test_split_and_asked_again_it_answers_as_it_did(client: Client) -> None:
    await alerted(client, "a", "a1", "a2")
    new = await act(client, "a", "split", alerts=["a2"])
    assert (new["title"], new["alert_count"]) == ("a2", 1)
    again = await client.post(f"{IM}/incidents/a/split", json={"alerts": ["a2"]})
    assert (again.status_code, fields_of(again.json())) == (201, fields_of(new))
    assert again.headers["Location"] == f"{IM}/incidents/{new['_meta']['id']}"
    assert [each["alert_id"] for each in await events(client, "a", "alerts")] == ["a1"]


async def test_notes_are_changed_and_taken_away(client: Client) -> None:
    await created(client, "a")
    first, second = [
        (await client.post(f"{IM}/incidents/a/notes", json={"body": text})).json()["note_id"] for text in ("one", "two")
    ]
    changed = await client.put(f"{IM}/incidents/a/notes/{second}", json={"body": "three"})
    assert changed.json() == {
        "incident_id": "a", "note_id": second, "body": "three", "author": "anonymous",
        "created_at": AT, "updated_at": AT,
    }  # fmt: skip
    assert (await read(client, "a"))["comment"] == "three"
    gone = await client.delete(f"{IM}/incidents/a/notes/{second}")
    assert (gone.status_code, gone.json()) == (200, {"note_id": second, "result": "deleted"})
    assert [each["note_id"] for each in await events(client, "a", "notes")] == [first]
    assert (await read(client, "a"))["comment"] == "one"
    assert refusal(await client.delete(f"{IM}/incidents/a/notes/{second}")) == (404, "not_found", None)


@pytest.fixture(scope="module")
async def corpus(shared: Client) -> Client:
    """Two incidents with alerts and a note, one that was merged into another, one that is closed."""
    for name in ("a", "b", "c", "d"):
        await alerted(shared, name, f"{name}1")
    assert (await shared.post(f"{IM}/incidents/c/merge", json={"sources": ["d"]})).status_code == 200
    await created(shared, "closed", status="closed")
    assert (await shared.post(f"{IM}/incidents/b/notes", json={"body": "one"})).status_code == 201
    return shared


@pytest.mark.parametrize(
    ("path", "body", "expected"),
    [
        pytest.param("x/acknowledge", {}, (404, "not_found", None), id="acknowledging what is not there"),
        pytest.param("a/acknowledge", {"x": 1}, (400, "unknown_field", "x"), id="a word to acknowledge"),
        pytest.param("d/acknowledge", {}, (409, "merged", None), id="acknowledging what was merged"),
        pytest.param("a/assign", {}, (400, "bad_request", "assignee"), id="assigning without saying whom"),
        pytest.param("a/assign", {"assignee": ""}, (400, "bad_request", "assignee"), id="assigning to no name"),
        pytest.param("d/assign", {"assignee": "bob"}, (409, "merged", None), id="assigning what was merged"),
        pytest.param("a/snooze", {}, (400, "bad_request", "until"), id="a snooze without an end"),
        pytest.param(
            "a/snooze",
            {"until": "now+1d", "cancel_on_incident_updates": 1},
            (400, "bad_request", "cancel_on_incident_updates"),
            id="1 for true",
        ),
        pytest.param("a/snooze", {"until": "x"}, (400, "bad_request", "until"), id="no time"),
        pytest.param("a/snooze", {"until": "now-1d"}, (400, "bad_request", "until"), id="an end in the past"),
        pytest.param("closed/snooze", {"until": "now+1d"}, (400, "bad_request", None), id="what is closed"),
        pytest.param("d/snooze", {"until": "now+1d"}, (409, "merged", None), id="snoozing what was merged"),
        pytest.param("a/merge", {"sources": []}, (400, "bad_request", "sources"), id="merging nothing"),
        pytest.param("a/merge", {"sources": ["b", "x"]}, (404, "not_found", "sources[1]"), id="an unknown source"),
        pytest.param("x/merge", {"sources": ["b"]}, (404, "not_found", None), id="into nothing"),
        pytest.param("a/merge", {"sources": ["a"]}, (400, "bad_request", "sources"), id="into itself"),
        pytest.param("a/merge", {"sources": ["b", "b"]}, (400, "bad_request", "sources"), id="one twice"),
        pytest.param("a/merge", {"sources": ["d"]}, (400, "merged", "sources[0]"), id="what was merged elsewhere"),
        pytest.param("d/merge", {"sources": ["a"]}, (409, "merged", None), id="into what was merged"),
        pytest.param("a/split", {"alerts": ["a1"]}, (400, "bad_request", "alerts"), id="splitting all alerts off"),
        pytest.param("a/split", {"alerts": ["b1"]}, (400, "bad_request", "alerts[0]"), id="another's alert"),
        pytest.param("x/split", {"alerts": ["b1"]}, (404, "not_found", None), id="splitting what is not there"),
    ],
)
async def test_refused(corpus: Client, path: str, body: Json, expected: Refusal) -> None:
    assert refusal(await corpus.post(f"{IM}/incidents/{path}", json=body)) == expected


@pytest.mark.parametrize("what", ["acknowledge", "assign", "snooze"])
async def test_on_another_version_nothing_is_done(corpus: Client, what: str) -> None:
    before = await read(corpus, "a")
    body = {"acknowledge": {}, "assign": {"assignee": "bob"}, "snooze": {"until": "now+1d"}}[what]
    answer = await corpus.post(f"{IM}/incidents/a/{what}", json=body, headers={"If-Match": '"1-9999"'})
    assert refusal(answer) == (409, "version_conflict", None)
    assert await read(corpus, "a") == before


async def test_of_several_versions_the_one_that_is_there_will_do(client: Client) -> None:
    await created(client, "a")
    version = (await read(client, "a"))["_meta"]["version"]
    bodies: dict[str, Json] = {
        "acknowledge": {}, "assign": {"assignee": "bob"}, "snooze": {"until": "now+1d"}, "unsnooze": {},
    }  # fmt: skip
    for what, body in bodies.items():
        named = {"If-Match": f'"1-9999", "{version}"'}
        answer = await client.post(f"{IM}/incidents/a/{what}", json=body, headers=named)
        assert answer.status_code == 200, answer.text
        version = answer.json()["_meta"]["version"]


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        pytest.param("POST", "incidents/a/merge", {"sources": ["b"]}, id="a merge"),
        pytest.param("POST", "incidents/a/split", {"alerts": ["a1"]}, id="a split"),
        pytest.param("POST", "incidents/a/notes", {"body": "two"}, id="a note"),
        pytest.param("POST", "incidents/a/alerts", {"status": "ok"}, id="an alert"),
        pytest.param("PUT", "incidents/b/notes/1", {"body": "two"}, id="a note that is changed"),
        pytest.param("DELETE", "incidents/b/notes/1", None, id="a note that is deleted"),
        pytest.param("POST", "incidents/bulkUpdate", [{"_meta": {"id": "a"}, "reviewer": "ann"}], id="a bulk"),
        pytest.param("POST", "incidents/bulkDelete", {"ids": ["a"]}, id="a bulk that deletes"),
        pytest.param("POST", "views", {"name": "mine"}, id="a view"),
    ],
)
async def test_a_version_that_is_not_looked_at_is_refused(corpus: Client, method: str, path: str, body: Any) -> None:
    before = await read(corpus, "a")
    answer = await corpus.request(method, f"{IM}/{path}", json=body, headers={"If-Match": '"1-9999"'})
    assert refusal(answer) == (400, "bad_request", "If-Match")
    assert await read(corpus, "a") == before


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
@pytest.mark.parametrize("note", ["0", "x", "9" * 19, "²"])
async def test_a_note_that_the_incident_has_not(corpus: Client, method: str, note: str) -> None:
    def sent(path: str) -> Any:
        return corpus.request(method, f"{IM}/incidents/{path}", json={"body": "x"} if method == "PUT" else None)

    assert refusal(await sent(f"b/notes/{note}")) == (404, "not_found", None)
    [held] = await events(corpus, "b", "notes")
    other: httpx2.Response = await sent(f"a/notes/{held['note_id']}")
    assert refusal(other) == (404, "not_found", None)
    assert [each["body"] for each in await events(corpus, "b", "notes")] == ["one"]
