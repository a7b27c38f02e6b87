"""Each type of activity with its parameters, as it is stored and as it is shown."""

from typing import Any

import pytest

from gateway.dialects.bigpanda.activity_types import TYPES, Account, chosen, shown
from gateway.incidents.writing.create import hex_id
from queries.criteria import Nothing
from queries.errors import QueryError
from tests.dialects.bigpanda.calls import Json

AT, SECONDS = "2026-11-22T04:15:30.999Z", 1795320930
ONE, OTHER = hex_id("t", "i1"), hex_id("t", "i2")
ANN = {"name": "Ann", "id": "u1"}
SAID = {"annotation": "why"}


def activity(kind: str, params: Json | None = None, *changes: Json) -> Json:
    """An activity as it is stored."""
    found = {"activity_id": "7", "type": kind, "at": AT, "actor": "ann", "dialect": "im", "changes": list(changes)}
    via = {"via": params["via"]} if params and "via" in params else {}
    return {**found, "params": params or {}, **via}


def assigned(person: Json) -> Json:
    """An activity that gave an incident to somebody."""
    return activity("assigned", None, {"field": "assignee", "from": None, "to": person})


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        pytest.param(activity("created"), ("incident_created", None, None), id="made"),
        pytest.param(assigned(ANN), ("incident_assigned", "ann", {"id": "u1", "username": "Ann"}), id="given by name"),
        pytest.param(
            assigned({"numeric_id": 5, "email": "a@b.org"}),
            ("incident_assigned", "ann", {"id": "5", "username": "a@b.org"}),
            id="given by number and address",
        ),
        pytest.param(
            activity("unassigned"), ("incident_unassigned", "ann", {"unassigned_on_reopen": False}), id="taken away"
        ),
        pytest.param(
            activity("flapping", {"flapping": True, "via": "alerts"}),
            ("incident_become_flapping", None, {"flapping": True}),
            id="flapping",
        ),
        pytest.param(
            activity("note_added", None, {"field": "comment", "from": None, "to": "text"}),
            ("incident_commented", "ann", {"comment": "text"}),
            id="a comment",
        ),
        pytest.param(activity("resolved"), ("incident_resolved_api", "ann", None), id="resolved"),
        pytest.param(activity("resolved", SAID), ("incident_resolved_api", "ann", SAID), id="resolved, and why"),
        pytest.param(
            activity("resolved", {"via": "alerts"}),
            ("incident_resolved_by_alerts", None, None),
            id="resolved by alerts",
        ),
        pytest.param(
            activity("alerts_resolved", {"resolution_type": "manual-api", "ids_to_resolve": ["a1"], **SAID}),
            (
                "incident_alerts_resolved",
                "ann",
                {"resolution_type": "manual-api", "ids_to_resolve": ["a1"], **SAID},
            ),
            id="alerts resolved",
        ),
        pytest.param(activity("reopened"), ("incident_reopened", "ann", None), id="reopened"),
        pytest.param(
            activity("reopened", {"via": "alerts"}), ("incident_reopened", None, None), id="reopened by alerts"
        ),
        pytest.param(
            activity("tag_updated", {"tag_id": "team", "tag_value": ["a"]}),
            ("incident_tag_updated", "ann", {"tag_id": "team", "tag_value": ["a"]}),
            id="a tag",
        ),
        pytest.param(
            activity("tag_removed", {"tag_id": "team"}),
            ("incident_tag_removed", "ann", {"tag_id": "team"}),
            id="a tag less",
        ),
        pytest.param(
            activity("merged_destination", {"source_incident_ids": ["i1", "i2"]}),
            ("incident_merged_destination", "ann", {"source_incident_ids": [ONE, OTHER]}),
            id="others merged into it",
        ),
        pytest.param(
            activity("merged_source", {"target_incident_id": "i2", "source_incident_ids": ["i1"], **SAID}),
            ("incident_merged_source", "ann", {"targetIncidentId": OTHER, "source_incident_ids": [ONE], **SAID}),
            id="merged into another one",
        ),
        pytest.param(
            activity("split_destination", {"alert_ids": ["a1"], "source_incident_id": "i1"}),
            ("incident_splitted_destination", "ann", {"alert_ids": ["a1"], "source_incident_id": ONE}),
            id="split off another one",
        ),
        pytest.param(
            activity("split_source", {"alert_ids": ["a1"], "new_incident_id": "i2"}),
            ("incident_splitted_source", "ann", {"alert_ids": ["a1"], "new_incident_id": OTHER}),
            id="another one split off",
        ),
        pytest.param(
            activity("rcc_updated", {"change": {"identifier": "C-1"}, "match": {"change_id": "c1", "updated_at": AT}}),
            (
                "incident_rcc_update",
                "ann",
                {"change": {"identifier": "C-1"}, "rcc_medata": {"change_id": "c1", "updated_at": SECONDS}},
            ),
            id="related to a change",
        ),
        pytest.param(
            activity("shared"),
            (
                "incident_shared",
                "ann",
                {"share_target": "im", "share_auto": False, "escalation_id": "7", "firstTime": False},
            ),
            id="shared",
        ),
        pytest.param(
            activity("snoozed", {"end_time": AT, "cancel_on_incident_updates": True, **SAID}),
            ("incident_snoozed", "ann", {"time": SECONDS, **SAID}),
            id="snoozed",
        ),
        pytest.param(activity("unsnoozed"), ("incident_unsnoozed", "ann", None), id="no longer snoozed"),
        pytest.param(
            activity("unsnoozed", {"via": "alerts"}), ("incident_unsnoozed", None, None), id="snoozed until alerts came"
        ),
    ],
)
def test_each_type_has_its_parameters(told: Json, expected: tuple[str, str | None, Any]) -> None:
    name, person, params = expected
    if name == "incident_assigned":
        params = {"assignee": params}
    found = {"id": "7", "timestamp": SECONDS, "type": name, "created_by": person, "params": params}
    assert shown(Account(told, "t")) == {key: value for key, value in found.items() if value is not None}


def test_every_type_that_the_seed_prints_is_known() -> None:
    printed = [
        "incident_assigned",
        "incident_become_flapping",
        "incident_commented",
        "incident_resolved_ui_manually",
        "incident_resolved_api",
        "incident_alerts_resolved",
        "incident_tag_removed",
        "incident_tag_updated",
        "incident_merged_destination",
        "incident_merged_source",
        "incident_created",
        "incident_rcc_update",
        "incident_shared",
        "incident_snoozed",
        "incident_splitted_destination",
        "incident_splitted_source",
        "incident_unassigned",
        "incident_unsnoozed",
        "incident_reopened",
        "incident_resolved_by_alerts",
    ]
    for each in printed:
        chosen(each)
    never = {each for each in printed if chosen(each) == Nothing()}
    assert never == {"incident_resolved_ui_manually"}
    assert {each.name for each in TYPES} == set(printed) - never


@pytest.mark.parametrize(
    "types",
    [
        pytest.param("incident_created,incident_closed", id="one of two"),
        pytest.param("incident_closed", id="alone"),
        pytest.param("INCIDENT_CLOSED", id="in capitals"),
    ],
)
def test_an_unknown_type_is_refused(types: str) -> None:
    with pytest.raises(QueryError, match=r'^no activity type "incident_closed"; there are incident_alerts_resolved, '):
        chosen(types)


def test_a_type_of_nothing_is_refused() -> None:
    with pytest.raises(QueryError, match='no activity type ""'):
        chosen("incident_created,")
