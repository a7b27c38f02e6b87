"""Incidents made, changed and deleted: what Log360 then shows, and what the store then holds."""

import tomllib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
import pytest
from dirty_equals import IsPositiveInt, IsStr

from tests.conftest import Serve
from tests.dialects.log360.calls import (
    PATH,
    Client,
    Json,
    attach,
    change,
    create,
    delete,
    detail,
    fresh_name,
    listed,
    make,
    message,
    native,
    refusal,
    update,
)

pytestmark = pytest.mark.anyio

NOW = datetime(2025, 3, 31, 16, 12, 17, tzinfo=UTC)
SEED = tomllib.loads((Path(__file__).parent / "seed.toml").read_text())
WHEN = IsStr(regex=r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d")


async def row(client: Client, incident_id: int, **query: Any) -> Json:
    """The incident as it is listed."""
    [found] = [each for each in await listed(client, **query) if each["incident_id"] == incident_id]
    return found


async def test_a_name_is_enough(shared: Client) -> None:
    name = fresh_name()
    response = await shared.post(PATH, json={"name": name})
    assert (response.status_code, response.headers["content-type"]) == (200, "application/json")
    assert response.json() == {"data": {"incident_id": IsPositiveInt, "message": message("POST")}}
    incident_id = response.json()["data"]["incident_id"]
    assert await row(shared, incident_id) == {
        **{"severity": "Attention", "created_time": WHEN, "incident_id": incident_id, "assign_to": -1},
        **{"due_date": None, "incident_description": None, "incident_name": name, "created_by": "ann"},
        "status": "Open",
    }
    told = f"{name} incident has been created successfully by ann."
    activity = {"activity": "Incident Created", "description": told, "time": WHEN}
    assert await detail(shared, incident_id) == {"actors": [], "notes": [], "evidence": [], "activity": [activity]}


FIELDS = {
    **{"description": "d", "severity": "trouble", "status": "in_progress", "assignee": 7},
    "due_date": "2027-10-03T10:30:00+02:00",
}
SHOWN = {
    **{"incident_description": "d", "severity": "Trouble", "status": "In Progress", "assign_to": 7},
    "due_date": "2027-10-03 08:30:00",
}
STORED = {
    **{"description": "d", "severity": "high", "status": "in_progress", "state": "in_progress"},
    **{"assignee": {"numeric_id": 7}, "due_at": "2027-10-03T08:30:00.000Z", "origin": "log360"},
}


def stored(document: Json) -> Json:
    return {name: document[name] for name in STORED}


async def test_every_field_of_a_new_incident_is_shown_and_stored(shared: Client) -> None:
    incident_id = await create(shared, **FIELDS)
    found, document = await row(shared, incident_id), await native(shared, incident_id)
    assert {name: found[name] for name in SHOWN} == SHOWN
    assert stored(document) == STORED
    raw = {"severity": "trouble", "status": "in_progress", "name_key": IsStr(regex="[0-9a-f]{64}")}
    assert document["ext"] == {"log360": raw}


@pytest.mark.parametrize("name", FIELDS)
async def test_an_update_changes_what_it_names_and_nothing_else(shared: Client, name: str) -> None:
    incident_id = await create(shared)
    before = await row(shared, incident_id)
    await update(shared, incident_id, **{name: FIELDS[name]})
    shown = {"description": "incident_description", "assignee": "assign_to"}.get(name, name)
    assert await row(shared, incident_id) == before | {shown: SHOWN[shown]}


async def test_the_samples_of_the_seed(shared: Client) -> None:
    sample: Json = {
        **{"description": "test description", "severity": "trouble", "status": "open", "assignee": -1},
        **{"due_date": "2027-10-03 10:30:00", "notes": ["adding a test note"]},
    }
    uuid = "dd34449f-47ae-433b-94b9-7bfddba1ab0c_objectidcustom_logs"
    incident_id = await create(shared, name="test", **sample, evidence=[uuid], source="report")
    await update(shared, incident_id, name="test", **sample, evidence=[], source="")
    found = await row(shared, incident_id)
    assert (found["severity"], found["status"], found["assign_to"]) == ("Trouble", "Open", -1)
    assert found["due_date"] == "2027-10-03 10:30:00"
    assert [each["note"] for each in (await detail(shared, incident_id))["notes"]] == ["adding a test note"] * 2


@pytest.mark.parametrize(
    ("held", "sent", "after"),
    [
        pytest.param({"severity": "medium"}, {"severity": "trouble"}, {"severity": "medium"}, id="a finer severity"),
        pytest.param({"severity": "info"}, {"severity": "attention"}, {"severity": "info"}, id="the least severity"),
        pytest.param({}, {"severity": "attention"}, {"severity": None}, id="no severity"),
        pytest.param({"status": "on_hold"}, {"status": "in_progress"}, {"status": "on_hold"}, id="a finer status"),
        pytest.param({"status": "resolved"}, {"status": "closed"}, {"status": "resolved"}, id="a finer end"),
        pytest.param({"status": "new"}, {"status": "open"}, {"status": "new"}, id="the first status"),
        pytest.param(
            {"assignee": {"numeric_id": 7, "name": "Bob"}},
            {"assignee": 7},
            {"assignee": {"numeric_id": 7, "name": "Bob"}},
            id="more about the assignee",
        ),
        pytest.param({"severity": "medium"}, {"severity": "critical"}, {"severity": "critical"}, id="not a change"),
        pytest.param({"status": "on_hold"}, {"status": "open"}, {"status": "new"}, id="not another state"),
        pytest.param(
            {"assignee": {"numeric_id": 7, "name": "Bob"}},
            {"assignee": 8},
            {"assignee": {"numeric_id": 8}},
            id="not another assignee",
        ),
        pytest.param({"assignee": {"name": "Bob"}}, {"assignee": -1}, {"assignee": None}, id="not nobody"),
    ],
)
async def test_a_coarse_word_erases_nothing_finer(shared: Client, held: Json, sent: Json, after: Json) -> None:
    incident_id = await make(shared, **held)
    await update(shared, incident_id, **sent)
    document = await native(shared, incident_id)
    assert {name: document.get(name) for name in after} == after


async def test_a_word_changed_elsewhere_shows_as_what_it_is_now(shared: Client) -> None:
    incident_id = await create(shared, severity="critical", status="open")
    await change(shared, incident_id, severity="low", status="on_hold")
    found = await row(shared, incident_id)
    assert (found["severity"], found["status"]) == ("Attention", "In Progress")


async def test_open_reopens_a_closed_incident(shared: Client) -> None:
    incident_id = await create(shared, status="closed")
    assert "resolved_at" in await native(shared, incident_id)
    await update(shared, incident_id, status="open")
    document = await native(shared, incident_id)
    assert (document["status"], "resolved_at" in document) == ("new", False)
    told = [each["description"] for each in (await detail(shared, incident_id))["activity"]]
    name = document["title"]
    assert told == [f"{name} reopened by ann.", f"{name} incident has been created successfully by ann."]


async def test_notes_are_added_in_order_and_the_last_is_the_comment(shared: Client) -> None:
    incident_id = await create(shared, notes=["one", "two"])
    await update(shared, incident_id, notes=["three"])
    await update(shared, incident_id, notes=[])
    found, document = await detail(shared, incident_id), await native(shared, incident_id)
    assert found["notes"] == [{"note": each, "added_by": "ann", "time": WHEN} for each in ("three", "two", "one")]
    assert (document["comment"], document["note_count"]) == ("three", 3)
    labels = [each["activity"] for each in found["activity"]]
    assert labels == ["Incident Notes Added"] * 3 + ["Incident Created"]


async def test_an_update_that_changes_nothing_leaves_no_trace(shared: Client) -> None:
    incident_id = await create(shared, **FIELDS)
    before = await native(shared, incident_id)
    await update(shared, incident_id, **FIELDS)
    assert await native(shared, incident_id) == before


async def test_an_incident_is_deleted_with_all_that_hangs_on_it(shared: Client) -> None:
    incident_id = await create(shared, notes=["n"])
    response = await delete(shared, incident_id)
    assert (response.status_code, response.json()) == (200, {"data": {"message": message("DELETE")}})
    gone = await shared.get(f"{PATH}/{incident_id}")
    assert (gone.status_code, gone.json()) == (400, refusal(f'no incident "{incident_id}"'))


async def test_ids_to_delete_may_stand_in_the_query(shared: Client) -> None:
    ids = [await create(shared) for _ in range(3)]
    response = await shared.request("DELETE", f"{PATH}?incident_ids={ids[0]},{ids[1]}&incident_ids={ids[2]}")
    assert (response.status_code, response.json()) == (200, {"data": {"message": message("DELETE")}})
    left = {each["incident_id"] for each in await listed(shared)}
    assert left.isdisjoint(ids)


async def test_of_ids_to_delete_those_that_are_known_are_enough(shared: Client) -> None:
    incident_id, unknown = await create(shared), 2**53 - 2
    assert (await delete(shared, unknown, incident_id, incident_id)).status_code == 200
    response = await delete(shared, unknown, incident_id)
    assert (response.status_code, response.json()) == (
        400,
        refusal(f"incident_ids: no incident {unknown}, {incident_id}"),
    )


async def test_the_detail_of_the_seed_word_for_word(serve: Serve) -> None:
    expected = orjson.loads(SEED["answers"]["detail"])["data"]
    [evidence] = expected["evidence"]
    common = {"severity", "source", "message", "formatted_message", "log_org_time"}
    given = {"incident_uuid", "incident_added_by", "incident_time", "log_obtained_from"}
    alert = {
        **{"alert_id": evidence["incident_uuid"], "severity": evidence["severity"], "source": evidence["source"]},
        **{"description": evidence["message"], "started_at": "2025-03-31T15:30:00Z"},
        "ext": {"log360": {name: value for name, value in evidence.items() if name not in common | given}},
    }
    async with serve(lambda: NOW) as client:
        client.headers["User-ID"] = "gokul.sn+test"
        await attach(client, await make(client), alert)
        words = {"evidence": [evidence["incident_uuid"]], "source": "report", "notes": [expected["notes"][0]["note"]]}
        incident_id = await create(client, name="DOS Attack Incident", **words)
        assert await detail(client, incident_id) == expected


async def test_a_program_is_answered_in_the_words_that_it_sends(serve: Serve) -> None:
    async with serve(lambda: NOW) as client:
        incident_id = await create(client, **FIELDS, notes=["n"])
        found = await row(client, incident_id, response_type="CLIENT")
        told = await detail(client, incident_id, response_type="client")
    times = [each["time"] for each in (*told["notes"], *told["activity"])]
    assert (found["severity"], found["status"]) == ("trouble", "in_progress")
    assert (found["created_time"], found["due_date"]) == ("2025-03-31T16:12:17.000Z", "2027-10-03T08:30:00.000Z")
    assert times == ["2025-03-31T16:12:17.000Z"] * 3


async def test_times_without_an_offset_are_the_servers(serve: Serve) -> None:
    async with serve(lambda: NOW, log360_zone="Asia/Kolkata") as client:
        incident_id = await create(client, due_date="2027-10-03 10:30:00", notes=["n"])
        found, told = await row(client, incident_id), await detail(client, incident_id)
        document = await native(client, incident_id)
    assert document["due_at"] == "2027-10-03T05:00:00.000Z"
    assert (found["created_time"], found["due_date"]) == ("2025-03-31 21:42:17", "2027-10-03 10:30:00")
    assert told["notes"][0]["time"] == "2025-03-31 21:42:17"


async def test_a_row_of_the_list_has_the_names_of_the_seed(shared: Client) -> None:
    sample = orjson.loads(SEED["answers"]["list"])["data"][0]
    incident_id = await create(shared)
    assert list(await row(shared, incident_id)) == list(sample)
