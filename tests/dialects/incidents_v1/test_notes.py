"""Notes, over a real engine."""

import pytest
from dirty_equals import IsStr

from gateway.incidents.reading import history
from tests.dialects.incidents_v1.calls import Client, answer, fresh, get, made, native, refusal

pytestmark = pytest.mark.anyio

WHEN = IsStr(regex=r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?Z")


async def added(client: Client, number: int, text: str) -> int:
    note = answer(await client.post(f"/v1/incidents/{number}/notes", json={"body": text}), 201)
    assert note == {"id": note["id"], "incidentId": number, "body": text, "createdAt": WHEN}
    return int(note["id"])


async def test_a_note_is_made_read_changed_and_deleted(shared: Client) -> None:
    number = await made(shared, fresh(), {})
    first, second = await added(shared, number, "one"), await added(shared, number, "two")
    where = f"/v1/incidents/notes/{second}"
    note = {"id": second, "incidentId": number, "body": "two", "createdAt": WHEN}
    assert answer(await shared.get(where)) == note
    changed = await shared.put(where, json={"body": "three"})
    assert (changed.status_code, changed.json()) == (200, "OK")
    assert answer(await shared.get(where)) == note | {"body": "three"}
    notes = await get(shared, f"incidents/{number}/notes")
    assert [(each["id"], each["body"]) for each in notes] == [(second, "three"), (first, "one")]
    deleted = await shared.delete(where)
    assert (deleted.status_code, deleted.json()) == (200, "OK")
    assert [each["id"] for each in await get(shared, f"incidents/{number}/notes")] == [first]
    for missing in (await shared.get(where), await shared.put(where, json={"body": "x"}), await shared.delete(where)):
        assert refusal(missing) == (404, f'no note "{second}"', None)


async def test_notes_of_more_bytes_than_an_answer_may_hold(shared: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    number = await made(shared, fresh(), {})
    await added(shared, number, "x" * 3000)
    monkeypatch.setattr(history, "PART", 2000)
    refused = refusal(await shared.get(f"/v1/incidents/{number}/notes"))
    assert refused == (400, "there is more of this than one answer may hold, which is 2,000 bytes", None)


async def test_every_note_is_listed(shared: Client) -> None:
    number = await made(shared, fresh(), {})
    incident_id = (await native(shared, number))["_meta"]["id"]
    changes = [{"_meta": {"id": incident_id}, "comment": f"note {i}"} for i in range(1001)]
    done = answer(await shared.post("/_im/incidents/bulkUpdate", json=changes))
    assert done["errors"] is False
    notes = await get(shared, f"incidents/{number}/notes")
    assert [each["body"] for each in notes] == [f"note {i}" for i in reversed(range(1001))]


async def test_a_comment_of_im_is_a_note(shared: Client) -> None:
    made_there = answer(await shared.post("/_im/incidents", json={"title": "t", "comment": "said there"}), 201)
    [note] = await get(shared, f"incidents/{made_there['numeric_id']}/notes")
    assert note["body"] == "said there"
