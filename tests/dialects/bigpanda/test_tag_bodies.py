"""What tags and their definitions may hold, and what each refusal says."""

from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from gateway.dialects.bigpanda import bodies
from gateway.problems import problem

LISTED = {"ordered_list": ["P1"]}


@pytest.mark.parametrize(
    ("model", "sent", "where", "reason"),
    [
        pytest.param(
            bodies.TagValue,
            {"tag_value": 5},
            "tag_value",
            "a text or a list of texts is wanted here",
            id="a number as a tag's value",
        ),
        pytest.param(
            bodies.TagValue,
            {"tag_value": ["a", None]},
            "tag_value",
            "a text or a list of texts is wanted here",
            id="nothing among a tag's values",
        ),
        pytest.param(
            bodies.TagValue, {"tag_value": []}, "tag_value", "1 to 100 values are wanted here", id="no values of a tag"
        ),
        pytest.param(
            bodies.TagValue,
            {"tag_value": [f"{i}" for i in range(101)]},
            "tag_value",
            "1 to 100 values are wanted here",
            id="too many values of a tag",
        ),
        pytest.param(
            bodies.TagValue,
            {"tag_value": "v" * 8001},
            "tag_value",
            "a value has 1 to 8,000 characters, not all of them white space",
            id="a tag's value that is too long",
        ),
        pytest.param(
            bodies.TagValue,
            {"tag_value": ["a", " "]},
            "tag_value",
            "a value has 1 to 8,000 characters, not all of them white space",
            id="white space among a tag's values",
        ),
        pytest.param(
            bodies.TagValue, {"tag_value": ["a", "a"]}, "tag_value", '"a" is named twice', id="a tag's value twice"
        ),
        pytest.param(bodies.Tags, {}, None, "input should be a valid list", id="one tag without a list"),
        pytest.param(
            bodies.Tags, [], None, "list should have at least 1 item after validation, not 0", id="a list of no tags"
        ),
        pytest.param(bodies.Tags, [{"tag_id": "a"}], "[0].tag_value", "field required", id="a tag without its value"),
        pytest.param(
            bodies.Definition,
            {"name": "two words", "type": "Text"},
            "name",
            "string should match pattern '^[A-Za-z0-9_-]{1,20}$'",
            id="a tag's name with a space",
        ),
        pytest.param(
            bodies.Definition,
            {"name": "n" * 21, "type": "Text"},
            "name",
            "string should match pattern '^[A-Za-z0-9_-]{1,20}$'",
            id="a tag's name that is too long",
        ),
        pytest.param(
            bodies.Definition,
            {"name": "n\n", "type": "Text"},
            "name",
            "string should match pattern '^[A-Za-z0-9_-]{1,20}$'",
            id="a tag's name with a line end",
        ),
        pytest.param(
            bodies.Definition,
            {"name": "n", "type": "Text", "description": "d" * 201},
            "description",
            "string should have at most 200 characters",
            id="a description that is too long",
        ),
        pytest.param(
            bodies.Definition,
            {"name": "n", "type": "text"},
            "type",
            "input should be 'Text', 'MultiValue', 'Priority', 'ClosedListValuesMulti' or 'ClosedListValuesSingle'",
            id="an unknown type of tag",
        ),
        pytest.param(
            bodies.Definition,
            {"name": "n", "type": "Text", "config": LISTED},
            None,
            "a tag of type Text takes no config",
            id="values of a text",
        ),
        pytest.param(
            bodies.Definition,
            {"name": "n", "type": "Priority"},
            None,
            "a tag of type Priority takes config.ordered_list alone",
            id="a priority without its values",
        ),
        pytest.param(
            bodies.Definition,
            {"name": "n", "type": "ClosedListValuesMulti", "config": LISTED},
            None,
            "a tag of type ClosedListValuesMulti takes config.incident_tag_values alone",
            id="a closed list with an order",
        ),
        pytest.param(
            bodies.Definition,
            {"name": "n", "type": "Priority", "config": {**LISTED, "incident_tag_values": ["v"]}},
            None,
            "a tag of type Priority takes config.ordered_list alone",
            id="a priority with a closed list",
        ),
        pytest.param(
            bodies.Definition,
            {"name": "n", "type": "Text", "enrichment_config": {"items": []}},
            None,
            '"enrichment_config": tags are not set automatically here, only by hand',
            id="automatic enrichment",
        ),
        pytest.param(
            bodies.Definition,
            {"name": "n", "type": "Text", "canManualInput": True},
            None,
            '"canManualInput": tags are not set automatically here, only by hand',
            id="enrichment or not",
        ),
        pytest.param(
            bodies.Definitions,
            {"active": "perhaps"},
            "active",
            "input should be a valid boolean, unable to interpret input",
            id="neither active nor not",
        ),
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
        pytest.param(bodies.TagValue, {"tag_value": "v" * 8000}, {"tag_value": "v" * 8000}, id="the longest value"),
        pytest.param(
            bodies.Definition,
            {"name": "n" * 20, "type": "Text"},
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
