"""Activities: who did what, when, from what to what; each field in exactly one of them."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from dirty_equals import IsStr

from tests.conftest import Serve
from tests.dialects.im.calls import IM, TIME, Client, Json, answer, created, events, fresh_id, put

pytestmark = pytest.mark.anyio

NOW = datetime(2026, 11, 22, 4, 15, 30, 123000, tzinfo=UTC)


def changed(field: str, before: Any, after: Any) -> Json:
    return {"field": field, "from": before, "to": after}


def activity(incident_id: str, kind: str, *changes: Json, **fields: Any) -> Json:
    """An activity, as it is listed."""
    return {
        **{"activity_id": IsStr(regex=r"\d+"), "incident_id": incident_id, "type": kind, "at": IsStr(regex=TIME)},
        **{"actor": "anonymous", "dialect": "im", "changes": list(changes), "params": {}},
        **fields,
    }


def told(activities: list[Json]) -> list[tuple[str, list[Json]]]:
    return [(each["type"], each["changes"]) for each in activities]


async def test_who_when_what(serve: Serve) -> None:
    now = NOW
    async with serve(clock=lambda: now) as client:
        await created(client, "a", severity="low")
        now = NOW + timedelta(seconds=1)
        await client.put(f"{IM}/incidents/a", json={"severity": "high", "x": 5}, headers={"User-ID": "bob"})
        assert await events(client, "a", "activities") == [
            activity(
                "a",
                "updated",
                changed("severity", "low", "high"),
                changed("x", None, 5),
                at="2026-11-22T04:15:31.123Z",
                actor="bob",
            ),
            activity("a", "created", at="2026-11-22T04:15:30.123Z"),
        ]


ASSIGNED = {"assignee": {"id": "7"}, "assigner": {"id": "8"}}

STEPS: list[tuple[str, Json, list[tuple[str, list[Json]]]]] = [
    ("a plain field", {"reviewer": "ann"}, [("updated", [changed("reviewer", None, "ann")])]),
    ("removed", {"reviewer": None}, [("updated", [changed("reviewer", "ann", None)])]),
    (
        "worked on",
        {"status": "in_progress"},
        [("updated", [changed("status", "new", "in_progress"), changed("state", "open", "in_progress")])],
    ),
    ("a comment", {"comment": "c"}, [("note_added", [changed("comment", None, "c")])]),
    ("a comment removed", {"comment": None}, [("updated", [changed("comment", "c", None)])]),
    (
        "assigned",
        ASSIGNED,
        [("assigned", [changed("assignee", None, {"id": "7"}), changed("assigner", None, {"id": "8"})])],
    ),
    (
        "unassigned",
        {"assignee": None},
        [("unassigned", [changed("assignee", {"id": "7"}, None)])],
    ),
    (
        "acknowledged",
        {"acknowledged_at": 0, "acknowledged_by": {"id": "7"}},
        [
            (
                "acknowledged",
                [
                    changed("acknowledged_at", None, "1970-01-01T00:00:00.000Z"),
                    changed("acknowledged_by", None, {"id": "7"}),
                ],
            )
        ],
    ),
    (
        "resolved, with a comment and more",
        {"status": "resolved", "resolved_at": 0, "comment": "done", "severity": "info"},
        [
            ("updated", [changed("severity", None, "info")]),
            ("note_added", [changed("comment", None, "done")]),
            (
                "resolved",
                [
                    changed("status", "in_progress", "resolved"),
                    changed("state", "in_progress", "closed"),
                    changed("resolved_at", None, "1970-01-01T00:00:00.000Z"),
                ],
            ),
        ],
    ),
    (
        "reopened",
        {"status": "new"},
        [
            (
                "reopened",
                [
                    changed("status", "resolved", "new"),
                    changed("resolved_at", "1970-01-01T00:00:00.000Z", None),
                    changed("state", "closed", "open"),
                ],
            )
        ],
    ),
    (
        "two dialects' fields",
        {"ext": {"actian": {"ticket_id": 5}, "v1": {"metadata": {"a": 1}}}},
        [("updated", [changed("ext.actian.ticket_id", None, 5), changed("ext.v1.metadata", None, {"a": 1})])],
    ),
    ("nothing at all", {"status": "new"}, []),
]


def in_any_order(activities: list[tuple[str, list[Json]]]) -> list[tuple[str, list[Json]]]:
    return [(kind, sorted(changes, key=lambda each: str(each["field"]))) for kind, changes in activities]


async def test_a_life(shared: Client) -> None:
    incident_id = (await created(shared))["_meta"]["id"]
    seen = 1
    for step, fields, expected in STEPS:
        await put(shared, incident_id, **fields)
        new = (await events(shared, incident_id, "activities"))[:-seen]
        assert in_any_order(told(new)) == in_any_order(expected), step
        seen += len(new)


async def test_notes_and_alerts(shared: Client) -> None:
    incident_id, alert_id = (await created(shared))["_meta"]["id"], fresh_id()
    await shared.post(f"{IM}/incidents/{incident_id}/notes", json={"body": "n"})
    await shared.post(f"{IM}/incidents/{incident_id}/alerts", json={"alert_id": alert_id})
    assert await events(shared, incident_id, "activities") == [
        activity(incident_id, "alerts_added", params={"alert_ids": [alert_id]}),
        activity(incident_id, "note_added", changed("comment", None, "n")),
        activity(incident_id, "created"),
    ]


async def test_a_bulk_is_told_like_single_writes(shared: Client) -> None:
    incident_id = fresh_id()
    draft = f'{{"_meta":{{"id":"{incident_id}"}},"title":"t"}}'
    await shared.post(f"{IM}/incidents/bulkCreate", content=draft)
    change = f'{{"_meta":{{"id":"{incident_id}"}},"severity":"low"}}\n'
    again = f'{{"_meta":{{"id":"{incident_id}"}},"severity":"high"}}\n'
    await shared.post(f"{IM}/incidents/bulkUpdate", content=change + change + again, headers={"User-ID": "bob"})
    assert await events(shared, incident_id, "activities") == [
        activity(incident_id, "updated", changed("severity", "low", "high"), actor="bob"),
        activity(incident_id, "updated", changed("severity", None, "low"), actor="bob"),
        activity(incident_id, "created"),
    ]


async def test_of_a_deleted_incident_only_that_is_left(shared: Client) -> None:
    incident_id = (await created(shared))["_meta"]["id"]
    await put(shared, incident_id, severity="low")
    await shared.delete(f"{IM}/incidents/{incident_id}", headers={"User-ID": "bob"})
    page = answer(await shared.get(f"{IM}/incidents/{incident_id}/activities"))
    assert page == {"docs": [activity(incident_id, "deleted", actor="bob")], "total_docs": 1, "next": None}
