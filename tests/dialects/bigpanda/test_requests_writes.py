"""What bodies and queries of actions, tags and their definitions may hold, and where a refusal points."""

from typing import Any

import pytest
from pydantic import BaseModel

from gateway.dialects.bigpanda import requests_writes as bodies
from gateway.dialects.bigpanda.requests_alerts import AlertBatch
from gateway.dialects.bigpanda.times import LATEST
from tests.refusals import refused

WHITE = "more than white space is wanted here"
TEXTS = "a text or a list of texts is wanted here"
COUNT = "1 to 100 values are wanted here"
LENGTH = "a value has 1 to 8,000 characters, not all of them white space"
BY_HAND = "tags are not set automatically here, only by hand"
MANY = [f"{i}" for i in range(501)]
END = {"end_time": 9, "comment": None, "cancel_on_incident_updates": False}
LISTED = {"ordered_list": ["P1"]}


def definition(kind: str = "Text", **fields: Any) -> dict[str, Any]:
    return {"name": "n", "type": kind, **fields}


@pytest.mark.parametrize(
    ("model", "sent", "where"),
    [
        pytest.param(bodies.Assignment, {}, "assignee", id="an assignment of nobody"),
        pytest.param(bodies.Assignment, {"assignee": 7}, "assignee", id="a user by number"),
        pytest.param(bodies.Assignment, {"assignee": "u" * 257}, "assignee", id="a user id that is too long"),
        pytest.param(bodies.Snooze, {"comment": "c"}, "end_time", id="a snooze without an end"),
        pytest.param(bodies.Snooze, {"end_time": "soon"}, "end_time", id="an end in words"),
        pytest.param(bodies.Snooze, {"end_time": LATEST * 1000 + 1000}, "end_time", id="an end in microseconds"),
        pytest.param(
            bodies.Snooze,
            {"end_time": 9, "cancel_on_incident_updates": "yes"},
            "cancel_on_incident_updates",
            id="a word for true",
        ),
        pytest.param(bodies.Comment, {}, "comment", id="no comment"),
        pytest.param(bodies.Comment, {"comment": ""}, "comment", id="an empty comment"),
        pytest.param(bodies.Comment, {"comment": "c" * 100_001}, "comment", id="a comment that is too long"),
        pytest.param(bodies.Merge, {"source_incidents": []}, "source_incidents", id="a merge of nothing"),
        pytest.param(bodies.Merge, {"source_incidents": MANY[:101]}, "source_incidents", id="too many sources"),
        pytest.param(bodies.Merge, {"source_incidents": ["a", ""]}, "source_incidents[1]", id="an empty id"),
        pytest.param(bodies.Split, {"alerts": []}, "alerts", id="a split of nothing"),
        pytest.param(bodies.Split, {"alerts": "a"}, "alerts", id="one alert without a list"),
        pytest.param(bodies.AlertsResolution, {"ids": MANY}, "ids", id="too many alerts"),
        pytest.param(
            bodies.AlertsResolution,
            {"ids": ["a"], "comments": "c" * 1001},
            "comments",
            id="too long comments on alerts",
        ),
        pytest.param(bodies.Resolution, {"comments": ["a", 1]}, "comments", id="a number among comments"),
        pytest.param(bodies.Resolution, {"comments": [" ", ""]}, "comments", id="comments of white space"),
        pytest.param(bodies.Activities, {"page": "0"}, "page", id="page 0"),
        pytest.param(bodies.Activities, {"per_page": "0"}, "per_page", id="pages of none"),
        pytest.param(bodies.Activities, {"per_page": "101"}, "per_page", id="too large a page of activities"),
        pytest.param(bodies.Tags, {}, None, id="one tag without a list"),
        pytest.param(bodies.Tags, [], None, id="a list of no tags"),
        pytest.param(bodies.Tags, [{"tag_id": "a"}], "[0].tag_value", id="a tag without its value"),
        pytest.param(bodies.Definition, {"type": "Text"}, "name", id="a tag without a name"),
        pytest.param(bodies.Definition, definition(name="two words"), "name", id="a tag's name with a space"),
        pytest.param(bodies.Definition, definition(name="n" * 21), "name", id="a tag's name that is too long"),
        pytest.param(bodies.Definition, definition(name="n\n"), "name", id="a tag's name with a line end"),
        pytest.param(
            bodies.Definition, definition(description="d" * 201), "description", id="a description that is too long"
        ),
        pytest.param(bodies.Definition, definition("text"), "type", id="an unknown type of tag"),
        pytest.param(bodies.Definitions, {"active": "perhaps"}, "active", id="neither active nor not"),
        pytest.param(AlertBatch, {"app_key": "a", "alerts": []}, "alerts", id="no alerts"),
        pytest.param(AlertBatch, {"alerts": [{"status": "ok"}]}, "app_key", id="alerts without an app key"),
        pytest.param(AlertBatch, {"app_key": "a", "alerts": [5]}, "alerts[0]", id="a number among alerts"),
        pytest.param(
            AlertBatch,
            {"app_key": "a", "alerts": [{"status": "ok"}] * 1001},
            "alerts",
            id="more than 1,000 alerts",
        ),
    ],
)
def test_where_a_refusal_points(model: type[BaseModel], sent: Any, where: str | None) -> None:
    assert refused(lambda: model.model_validate(sent))[0] == where


@pytest.mark.parametrize(
    ("model", "sent", "expected"),
    [
        pytest.param(bodies.Assignment, {"assignee": " "}, ("assignee", WHITE), id="a user of white space"),
        pytest.param(bodies.Snooze, {"end_time": 9, "comment": "\n"}, ("comment", WHITE), id="a comment of a line end"),
        pytest.param(
            bodies.Merge,
            {"source_incidents": ["a", "b", "a"]},
            ("source_incidents", '"a" is named twice'),
            id="one source twice",
        ),
        pytest.param(bodies.AlertsResolution, {"ids": ["a"] * 2}, ("ids", '"a" is named twice'), id="one alert twice"),
        pytest.param(bodies.Activities, {"page": "1.0"}, ("page", "a whole number is wanted here"), id="half a page"),
        pytest.param(bodies.TagValue, {"tag_value": 5}, ("tag_value", TEXTS), id="a number as a tag's value"),
        pytest.param(bodies.TagValue, {"tag_value": ["a", None]}, ("tag_value", TEXTS), id="nothing among values"),
        pytest.param(bodies.TagValue, {"tag_value": []}, ("tag_value", COUNT), id="no values of a tag"),
        pytest.param(bodies.TagValue, {"tag_value": MANY[:101]}, ("tag_value", COUNT), id="too many values of a tag"),
        pytest.param(bodies.TagValue, {"tag_value": "v" * 8001}, ("tag_value", LENGTH), id="too long a value"),
        pytest.param(bodies.TagValue, {"tag_value": ["a", " "]}, ("tag_value", LENGTH), id="white space among values"),
        pytest.param(
            bodies.TagValue, {"tag_value": ["a", "a"]}, ("tag_value", '"a" is named twice'), id="a tag's value twice"
        ),
        pytest.param(
            bodies.Definition,
            definition(config=LISTED),
            (None, "a tag of type Text takes no config"),
            id="values of a text",
        ),
        pytest.param(
            bodies.Definition,
            definition("Priority"),
            (None, "a tag of type Priority takes config.ordered_list alone"),
            id="a priority without its values",
        ),
        pytest.param(
            bodies.Definition,
            definition("ClosedListValuesMulti", config=LISTED),
            (None, "a tag of type ClosedListValuesMulti takes config.incident_tag_values alone"),
            id="a closed list with an order",
        ),
        pytest.param(
            bodies.Definition,
            definition("Priority", config={**LISTED, "incident_tag_values": ["v"]}),
            (None, "a tag of type Priority takes config.ordered_list alone"),
            id="a priority with a closed list",
        ),
        pytest.param(
            bodies.Definition,
            definition(enrichment_config={"items": []}),
            (None, f'"enrichment_config": {BY_HAND}'),
            id="automatic enrichment",
        ),
        pytest.param(
            bodies.Definition,
            definition(canManualInput=True),
            (None, f'"canManualInput": {BY_HAND}'),
            id="enrichment or not",
        ),
    ],
)
def test_what_a_refusal_says(model: type[BaseModel], sent: Any, expected: tuple[str | None, str]) -> None:
    assert refused(lambda: model.model_validate(sent)) == expected


@pytest.mark.parametrize(
    ("model", "sent", "expected"),
    [
        pytest.param(
            bodies.Snooze,
            {"end_time": 9},
            {"end_time": 9, "comment": None, "cancel_on_incident_updates": False},
            id="a snooze that news do not end",
        ),
        pytest.param(bodies.Resolution, {}, {"comments": None}, id="a resolution without a word"),
        pytest.param(bodies.Resolution, {"comments": ["a", "b"]}, {"comments": "a\nb"}, id="comments as a list"),
        pytest.param(bodies.Resolution, {"comments": []}, {"comments": None}, id="a list of no comments"),
        pytest.param(bodies.Snooze, {"end_time": "9.5"}, END, id="an end as text"),
        pytest.param(bodies.Snooze, {"end_time": 9.5}, END, id="an end with a fraction"),
        pytest.param(
            bodies.Resolution, {"comments": None}, {"comments": None}, id="a resolution that says it has no word"
        ),
        pytest.param(
            bodies.Activities, {"other": "x"}, {"page": 1, "per_page": 20, "types": ""}, id="an unknown parameter"
        ),
        pytest.param(bodies.TagValue, {"tag_value": "v" * 8000}, {"tag_value": "v" * 8000}, id="the longest value"),
        pytest.param(
            bodies.Definition,
            definition(name="n" * 20),
            {
                "name": "n" * 20,
                "description": "",
                "type": "Text",
                "active": True,
                "config": {"ordered_list": None, "incident_tag_values": None},
            },
            id="a definition in short",
        ),
        pytest.param(bodies.Definitions, {"active": "false"}, {"active": False, "type": None}, id="those not active"),
    ],
)
def test_what_is_taken(model: type[BaseModel], sent: Any, expected: Any) -> None:
    assert model.model_validate(sent).model_dump() == expected
