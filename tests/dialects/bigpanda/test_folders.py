"""Folders: what is said of an incident, and what a search of the folder finds, are the same at any moment."""

from typing import Any, get_args

import pytest

from gateway.dialects.bigpanda import folders
from gateway.dialects.bigpanda.requests import Folder
from gateway.incidents.session import Context
from tests.clock import START, Clock
from tests.dialects.bigpanda.calls import NOW, Client, Json, found, hold, iso, make, searched

pytestmark = pytest.mark.anyio

FOLDERS = get_args(Folder)
CLOSED: Json = {"status": "closed"}
PERSON: Json = {"assignee": {"numeric_id": 7}}
SNOOZE: Json = {"snooze": {"end_time": iso(NOW + 60), "cancel_on_incident_updates": False}}
ENDED: Json = {"snooze": {"end_time": iso(NOW), "cancel_on_incident_updates": False}}

ROWS = [
    pytest.param({}, {}, ["active", "unhandled"], id="new"),
    pytest.param(PERSON, {}, ["active"], id="assigned"),
    pytest.param({}, {"shared": True}, ["active", "shared"], id="shared"),
    pytest.param({}, {"shared": False}, ["active", "unhandled"], id="not shared"),
    pytest.param({}, SNOOZE, ["snoozed"], id="snoozed"),
    pytest.param(PERSON, SNOOZE | {"shared": True}, ["snoozed", "shared"], id="snoozed, assigned and shared"),
    pytest.param({}, ENDED, ["active", "unhandled"], id="a snooze that has ended"),
    pytest.param({}, {"maintenance": "active"}, ["active", "unhandled", "maintenance"], id="in maintenance"),
    pytest.param(
        {},
        SNOOZE | {"maintenance": "partial", "shared": True},
        ["snoozed", "shared", "maintenance"],
        id="all that can be at once",
    ),
    pytest.param(CLOSED, {}, ["resolved"], id="resolved"),
    pytest.param(
        CLOSED | PERSON, SNOOZE | {"shared": True, "maintenance": "active"}, ["resolved"], id="resolved, whatever else"
    ),
    pytest.param(CLOSED, {"merged_into": "i1"}, [], id="merged into another"),
]


@pytest.mark.parametrize(("fields", "own", "expected"), ROWS)
def test_the_folders_of_an_incident(fields: Json, own: Json, expected: list[str]) -> None:
    document = {"state": "closed" if fields.get("status") == "closed" else "open", "ext": {"bigpanda": own}, **fields}
    assert folders.folders(document, START) == expected


async def test_a_search_of_a_folder_finds_those_that_list_it(shared: Client, ctx: Context) -> None:
    expected: dict[str, list[str]] = {name: [] for name in FOLDERS}
    listed: dict[str, Any] = {}
    for row in ROWS:
        fields, own, inside = row.values
        incident = await make(shared, **fields)  # type: ignore[arg-type]
        await hold(ctx, shared, incident, **own)  # type: ignore[arg-type]
        for name in inside:  # type: ignore[union-attr]
            expected[str(name)].append(incident["hex_id"])
        if inside:
            listed[incident["hex_id"]] = inside
    answer = await searched(shared, page_size=100)
    assert {each["id"]: each["folders"] for each in answer["items"]} == listed
    for name in FOLDERS:
        answer = await searched(shared, folder=name, page_size=100)
        assert (name, [each["id"] for each in answer["items"]], answer["total"]) == (
            *(name, expected[name][::-1]),
            len(expected[name]),
        )


async def test_a_snooze_ends_by_the_clock_alone(shared: Client, ctx: Context, clock: Clock) -> None:
    incident = await make(shared)
    await hold(ctx, shared, incident, snooze={"end_time": iso(NOW + 5), "cancel_on_incident_updates": True})
    clock.move(seconds=4)
    rows = (await searched(shared, folder="snoozed", page_size=100))["items"]
    [shown] = [each for each in rows if each["id"] == incident["hex_id"]]
    assert shown["snooze"] == {"snoozed": True, "end_time": NOW + 5, "cancel_on_incident_updates": True}
    clock.move(seconds=1)
    assert incident["hex_id"] not in await found(shared, folder="snoozed", page_size=100)
    rows = (await searched(shared, folder="unhandled", page_size=100))["items"]
    [shown] = [each for each in rows if each["id"] == incident["hex_id"]]
    assert shown["snooze"] == {"snoozed": False, "end_time": None, "cancel_on_incident_updates": False}
    clock.now = START
