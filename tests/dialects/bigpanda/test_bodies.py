"""What bodies and queries may hold, and what each refusal says."""

from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from gateway.dialects.bigpanda import bodies
from gateway.dialects.bigpanda.times import LATEST
from gateway.problems import problem

WHITE = "more than white space is wanted here"


@pytest.mark.parametrize(
    ("model", "sent", "where", "reason"),
    [
        pytest.param(bodies.Assignment, {}, "assignee", "field required", id="an assignment of nobody"),
        pytest.param(bodies.Assignment, {"assignee": " "}, "assignee", WHITE, id="a user of white space"),
        pytest.param(
            bodies.Assignment, {"assignee": 7}, "assignee", "input should be a valid string", id="a user by number"
        ),
        pytest.param(
            bodies.Assignment,
            {"assignee": "u" * 257},
            "assignee",
            "string should have at most 256 characters",
            id="a user id that is too long",
        ),
        pytest.param(
            bodies.Assignment,
            {"assignee": "u", "assigner": "v"},
            "assigner",
            'no parameter "assigner" here',
            id="an unknown key",
        ),
        pytest.param(bodies.Snooze, {"comment": "c"}, "end_time", "field required", id="a snooze without an end"),
        pytest.param(
            bodies.Snooze, {"end_time": "9"}, "end_time", "input should be a valid integer", id="an end as text"
        ),
        pytest.param(
            bodies.Snooze,
            {"end_time": LATEST + 1},
            "end_time",
            f"input should be less than or equal to {LATEST}",
            id="an end in milliseconds",
        ),
        pytest.param(
            bodies.Snooze,
            {"end_time": 9, "cancel_on_incident_updates": "yes"},
            "cancel_on_incident_updates",
            "input should be a valid boolean",
            id="a word for true",
        ),
        pytest.param(bodies.Snooze, {"end_time": 9, "comment": "\n"}, "comment", WHITE, id="a comment of a line end"),
        pytest.param(bodies.Comment, {}, "comment", "field required", id="no comment"),
        pytest.param(
            bodies.Comment,
            {"comment": ""},
            "comment",
            "string should have at least 1 character",
            id="an empty comment",
        ),
        pytest.param(
            bodies.Comment,
            {"comment": "c" * 100_001},
            "comment",
            "string should have at most 100000 characters",
            id="a comment that is too long",
        ),
        pytest.param(
            bodies.Resolution, {"comment": "c"}, "comment", 'no parameter "comment" here', id="one comment for comments"
        ),
        pytest.param(
            bodies.Merge,
            {"source_incidents": []},
            "source_incidents",
            "list should have at least 1 item after validation, not 0",
            id="a merge of nothing",
        ),
        pytest.param(
            bodies.Merge,
            {"source_incidents": ["a", "b", "a"]},
            "source_incidents",
            '"a" is named twice',
            id="one source twice",
        ),
        pytest.param(
            bodies.Merge,
            {"source_incidents": [f"{i}" for i in range(101)]},
            "source_incidents",
            "list should have at most 100 items after validation, not 101",
            id="too many sources",
        ),
        pytest.param(
            bodies.Merge,
            {"source_incidents": ["a", ""]},
            "source_incidents[1]",
            "string should have at least 1 character",
            id="an empty id",
        ),
        pytest.param(
            bodies.Split, {"alerts": "a"}, "alerts", "input should be a valid list", id="one alert without a list"
        ),
        pytest.param(
            bodies.AlertsResolution,
            {"ids": ["a"] * 2},
            "ids",
            '"a" is named twice',
            id="one alert twice",
        ),
        pytest.param(
            bodies.AlertsResolution,
            {"ids": [f"{i}" for i in range(501)]},
            "ids",
            "list should have at most 500 items after validation, not 501",
            id="too many alerts",
        ),
        pytest.param(
            bodies.AlertsResolution,
            {"ids": ["a"], "comments": "c" * 1001},
            "comments",
            "string should have at most 1000 characters",
            id="comments on alerts that are too long",
        ),
        pytest.param(
            bodies.Activities, {"page": "0"}, "page", "input should be greater than or equal to 1", id="page 0"
        ),
        pytest.param(
            bodies.Activities,
            {"per_page": "101"},
            "per_page",
            "input should be less than or equal to 100",
            id="too large a page of activities",
        ),
        pytest.param(bodies.Activities, {"page": "1.0"}, "page", "a whole number is wanted here", id="half a page"),
    ],
)
def test_what_is_refused(model: type[BaseModel], sent: Any, where: str | None, reason: str) -> None:
    with pytest.raises(ValidationError) as error:
        model.model_validate(sent)
    found = problem(error.value)
    assert (found.status, found.where, found.reason) == (400, where, reason)


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
        pytest.param(
            bodies.Resolution, {"comments": None}, {"comments": None}, id="a resolution that says it has no word"
        ),
        pytest.param(
            bodies.Activities, {"other": "x"}, {"page": 1, "per_page": 20, "types": ""}, id="an unknown parameter"
        ),
    ],
)
def test_what_is_taken(model: type[BaseModel], sent: Any, expected: Any) -> None:
    assert model.model_validate(sent).model_dump() == expected
