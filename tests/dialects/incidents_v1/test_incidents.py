"""Incidents made, read, changed and acknowledged through v1, and through `_im` between, over a real engine."""

import asyncio
from typing import Any

import pytest
from dirty_equals import IsStr

from tests.dialects.incidents_v1.bodies import BODY, PATCH, SHOWN
from tests.dialects.incidents_v1.calls import Client, Json, Refresh, answer, fresh, get, made, native, read

pytestmark = pytest.mark.anyio

WHEN = IsStr(regex=r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?Z")


async def told(client: Client, document: Json) -> list[tuple[str, list[str]]]:
    """What happened to an incident, oldest first: each type with the fields that changed."""
    rows = answer(await client.get(f"/_im/incidents/{document['_meta']['id']}/activities?size=1000"))["docs"]
    return [(each["type"], [change["field"] for change in each["changes"]]) for each in rows[::-1]]


@pytest.mark.parametrize("method", ["POST", "PUT"])
async def test_made_and_read_at_once(shared: Client, method: str) -> None:
    body = BODY | {"incidentId": fresh()}
    response = await shared.request(method, "/v1/incidents", json=body)
    assert (response.status_code, response.headers["content-type"]) == (200, "text/plain; charset=utf-8")
    number = int(response.text)
    assert await read(shared, number) == SHOWN | {"incidentId": body["incidentId"], "id": number}


async def test_made_again_it_is_changed(shared: Client) -> None:
    name = fresh()
    number = await made(shared, name, {})
    assert await made(shared, name, {"severity": "p3", "metadata": {"only": 1}, "services": [{"name": "x"}]}) == number
    shown = SHOWN | {"id": number, "incidentId": name, "title": name, "endTime": None, "severity": "p3"}
    assert await read(shared, number) == shown | {"metadata": {"only": 1}, "services": [{"name": "x"}]}


async def test_fifty_at_once_make_one(client: Client, refreshed: Refresh) -> None:
    bodies = [BODY | {"description": f"attempt {i}"} for i in range(50)]
    answers = await asyncio.gather(*(client.post("/v1/incidents", json=each) for each in bodies))
    assert {each.status_code for each in answers} == {200}
    assert len({each.text for each in answers}) == 1
    await refreshed()
    [only] = (await get(client, "incidents"))["data"]
    assert only["id"] == int(answers[0].text)
    document = await native(client, only["id"])
    kinds = [kind for kind, _ in await told(client, document)]
    assert (kinds.count("created"), set(kinds)) == (1, {"created", "updated"})


async def test_an_incident_that_has_the_id_from_elsewhere_is_the_one_that_is_changed(shared: Client) -> None:
    name = fresh()
    foreign = answer(await shared.post("/_im/incidents", json={"title": "from _im", "external_id": name}), 201)
    number = await made(shared, name, {})
    assert number == foreign["numeric_id"]
    assert (await read(shared, number))["title"] == name


async def test_what_nobody_said_is_shown_found_and_counted_by_its_default_and_never_stored(client: Client) -> None:
    bare = answer(await client.post("/_im/incidents?refresh=true", json={"title": "bare"}), 201)
    assert not {"type", "category"} & bare.keys()
    number, frame = bare["numeric_id"], "timestampFrom=0"
    shown = await read(client, number)
    assert (shown["type"], shown["category"]) == ("INCIDENT", "RELIABILITY")
    for asked, numbers in (
        *(("type=INCIDENT", [number]), ("category=RELIABILITY", [number])),
        *(("type=ALERT", []), ("category=SECURITY", [])),
    ):
        assert [each["id"] for each in (await get(client, f"incidents?{asked}"))["data"]] == numbers
    facets = {each["name"]: each["values"] for each in (await get(client, "incidents/facets"))["facets"]}
    assert {"value": "INCIDENT", "count": 1} in facets["type"]
    assert {"value": "RELIABILITY", "count": 1} in facets["category"]
    [row] = await get(client, f"incidents/stats/types?{frame}")
    assert row["counts"] == {"INCIDENT": 1, "ANOMALY": 0, "ALERT": 0}
    assert await get(client, f"incidents/stats/INCIDENT/count?{frame}") == {"OPEN": 1, "RESOLVED": 0}
    changed = answer(await client.patch(f"/v1/incidents/{number}", json=PATCH))
    assert (changed["type"], changed["category"]) == ("INCIDENT", "RELIABILITY")
    assert not {"type", "category"} & (await native(client, number)).keys()


async def test_the_seven_fields_are_changed(shared: Client) -> None:
    name = fresh()
    number = await made(shared, name, {"endTime": None})
    expected = SHOWN | PATCH | {"id": number, "incidentId": name, "endTime": WHEN}
    assert answer(await shared.patch(f"/v1/incidents/{number}", json=PATCH)) == expected
    assert await read(shared, number) == expected


async def test_words_survive_while_they_agree(shared: Client) -> None:
    number = await made(shared, fresh(), {"severity": "Sev1", "priority": "P1"})
    document = await native(shared, number)
    where = f"/_im/incidents/{document['_meta']['id']}"

    async def after(**fields: Any) -> tuple[str | None, str | None]:
        answer(await shared.put(where, json=fields))
        shown = await read(shared, number)
        return shown["severity"], shown["priority"]

    assert (document["severity"], document["priority"]) == ("critical", "P1")
    assert await after(reviewer="ann") == ("Sev1", "P1")
    assert await after(severity="high", priority="P2") == ("HIGH", "P2")
    assert await after(severity=None, priority=None) == (None, None)
    assert await after(severity="critical", priority="P1") == ("Sev1", "P1")


@pytest.mark.parametrize(
    ("native_status", "word", "status"),
    [
        pytest.param("in_progress", "OPEN", "in_progress", id="open on what is in progress changes nothing"),
        pytest.param("false_positive", "RESOLVED", "false_positive", id="resolved on what is closed changes nothing"),
        pytest.param("false_positive", "OPEN", "new", id="open on what is closed reopens it"),
        pytest.param("on_hold", "RESOLVED", "closed", id="resolved on what is open closes it"),
    ],
)
async def test_a_coarse_status_erases_nothing(shared: Client, native_status: str, word: str, status: str) -> None:
    number = await made(shared, fresh(), {"status": "OPEN"})
    document = await native(shared, number)
    where = f"/_im/incidents/{document['_meta']['id']}"
    before = answer(await shared.put(where, json={"status": native_status}))
    shown = answer(await shared.patch(f"/v1/incidents/{number}", json=PATCH | {"status": word}))
    after = answer(await shared.get(where))
    assert (shown["status"], after["status"]) == (word, status)
    closed = after["state"] == "closed"
    assert ("resolved_at" in after, shown["endTime"] is not None) == (closed, closed)
    if status == native_status:
        assert after.get("resolved_at") == before.get("resolved_at")


async def test_history_is_told_once(shared: Client) -> None:
    name = fresh()
    number = await made(shared, name, {})
    await made(shared, name, {})
    await shared.patch(f"/v1/incidents/{number}", json=PATCH | {"title": name})
    await shared.post(f"/v1/incidents/{number}/acknowledge", headers={"User-ID": "ann"})
    await made(shared, name, {"resolution": "replaced", "severity": "major", "priority": "P1"})
    assert await told(shared, await native(shared, number)) == [
        ("created", []),
        ("resolved", ["status", "state", "resolved_at"]),
        (
            "updated",
            ["description", "resolution", "severity", "priority"]
            + [f"ext.v1.{name}" for name in ("recommendation", "severity", "priority")],
        ),
        ("acknowledged", ["acknowledged_at", "acknowledged_by"]),
        ("reopened", ["status", "state", "resolved_at"]),
        ("updated", ["description", "ext.v1.recommendation"]),
    ]


async def test_ends(shared: Client) -> None:
    name = fresh()
    number = await made(shared, name, {"endTime": "2026-11-22T09:00:00Z"})
    assert (await read(shared, number))["endTime"] == "2026-11-22T09:00:00Z"
    resolved = answer(await shared.patch(f"/v1/incidents/{number}", json=PATCH))
    assert resolved["endTime"] == "2026-11-22T09:00:00Z"
    await made(shared, name, {"status": "RESOLVED", "endTime": "1795343400"})
    assert (await read(shared, number))["endTime"] == "2026-11-22T10:30:00Z"
    await made(shared, name, {})
    assert (await read(shared, number))["endTime"] is None
    await made(shared, name, {"status": "RESOLVED"})
    assert (await read(shared, number))["endTime"] == WHEN


async def test_a_start_that_is_not_told_is_now_and_then_stays(shared: Client) -> None:
    name = fresh()
    number = await made(shared, name, {"startTime": None})
    first = (await read(shared, number))["startTime"]
    assert first == WHEN
    await made(shared, name, {"startTime": None})
    assert (await read(shared, number))["startTime"] == first


@pytest.mark.parametrize("method", ["POST", "PUT"])
async def test_the_first_acknowledgement_stays(shared: Client, method: str) -> None:
    number = await made(shared, fresh(), {})
    where = f"/v1/incidents/{number}/acknowledge"
    first = answer(await shared.request(method, where, headers={"User-ID": "ann"}))
    assert first == await read(shared, number)
    assert (first["ackTime"], first["ackUserId"], first["ackUserEmail"]) == (WHEN, "ann", None)
    assert answer(await shared.request(method, where, headers={"User-ID": "bob"})) == first


async def test_twenty_acknowledge_at_once_and_one_is_first(shared: Client) -> None:
    where = f"/v1/incidents/{await made(shared, fresh(), {})}/acknowledge"
    users = [{"User-ID": f"user {i}"} for i in range(20)]
    answers = await asyncio.gather(*(shared.post(where, headers=each) for each in users))
    assert len({answer(each)["ackUserId"] for each in answers}) == 1


async def test_the_types_there_are(shared: Client) -> None:
    assert await get(shared, "incidents/types") == ["INCIDENT", "ANOMALY", "ALERT"]


async def test_what_v1_made_can_be_sent_back_through_im(shared: Client) -> None:
    document = await native(shared, await made(shared, fresh(), {}))
    where = f"/_im/incidents/{document['_meta']['id']}"
    assert answer(await shared.put(where, json=document)) == document
    assert answer(await shared.put(where, json={"ext": {}})) == document
