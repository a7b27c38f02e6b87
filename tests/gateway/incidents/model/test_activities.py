"""What an audit says of a change: each thing that happened once, each field in exactly one of them."""

import pytest

from gateway.dialects import EXTENSIONS
from gateway.incidents.model.activities import happened, rendered
from gateway.incidents.model.difference import FieldChange
from gateway.incidents.model.rules import rules
from gateway.incidents.model.vocabulary import Vocabulary

RULES = rules(Vocabulary(("low", "high"), {"default": {"new": "open"}}), EXTENSIONS)

STATUS = FieldChange("status", "new", "closed")
CLOSING = FieldChange("state", "open", "closed")
RESOLVED_AT = FieldChange("resolved_at", None, "2026-11-22T04:15:00.000Z")
REOPENING = FieldChange("state", "closed", "open")
STARTING = FieldChange("state", "open", "in_progress")
ASSIGNEE = FieldChange("assignee", None, {"id": "7"})
UNASSIGNEE = FieldChange("assignee", {"id": "7"}, None)
ASSIGNER = FieldChange("assigner", None, {"id": "8"})
COMMENT = FieldChange("comment", None, "on it")
NO_COMMENT = FieldChange("comment", "on it", None)
ACKNOWLEDGED_AT = FieldChange("acknowledged_at", None, "2026-11-22T04:15:00.000Z")
ACKNOWLEDGED_BY = FieldChange("acknowledged_by", None, {"id": "7"})
UNACKNOWLEDGED = FieldChange("acknowledged_at", "2026-11-22T04:15:00.000Z", None)
SEVERITY = FieldChange("severity", "low", "high")


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        pytest.param([], [], id="nothing changed, nothing happened"),
        pytest.param([SEVERITY], [("updated", [SEVERITY])], id="a plain field is an update"),
        pytest.param(
            [STATUS, CLOSING, RESOLVED_AT],
            [("resolved", [STATUS, CLOSING, RESOLVED_AT])],
            id="entering a closed state is a resolution, with all that belongs to it",
        ),
        pytest.param([STATUS, REOPENING], [("reopened", [STATUS, REOPENING])], id="leaving one is a reopening"),
        pytest.param([STATUS, STARTING], [("updated", [STATUS, STARTING])], id="any other state is an update"),
        pytest.param(
            [ASSIGNEE, ASSIGNER], [("assigned", [ASSIGNEE, ASSIGNER])], id="an assignment has its assigner with it"
        ),
        pytest.param([UNASSIGNEE], [("unassigned", [UNASSIGNEE])], id="no assignee any more"),
        pytest.param([ASSIGNER], [("updated", [ASSIGNER])], id="an assigner alone assigns nobody"),
        pytest.param(
            [ACKNOWLEDGED_AT, ACKNOWLEDGED_BY],
            [("acknowledged", [ACKNOWLEDGED_AT, ACKNOWLEDGED_BY])],
            id="an acknowledgement has its person with it",
        ),
        pytest.param([UNACKNOWLEDGED], [("updated", [UNACKNOWLEDGED])], id="taking one back is an update"),
        pytest.param([COMMENT], [("note_added", [COMMENT])], id="a comment is a note"),
        pytest.param([NO_COMMENT], [("updated", [NO_COMMENT])], id="a comment removed is an update"),
        pytest.param(
            [SEVERITY, COMMENT, ACKNOWLEDGED_AT, ASSIGNEE, STATUS, CLOSING],
            [
                ("resolved", [STATUS, CLOSING]),
                ("assigned", [ASSIGNEE]),
                ("acknowledged", [ACKNOWLEDGED_AT]),
                ("note_added", [COMMENT]),
                ("updated", [SEVERITY]),
            ],
            id="much at once is told one by one, what is left last",
        ),
    ],
)
def test_happened(changes: list[FieldChange], expected: list[tuple[str, list[FieldChange]]]) -> None:
    assert happened(changes, RULES) == expected


def test_rendered() -> None:
    assert rendered([SEVERITY, NO_COMMENT]) == [
        {"field": "severity", "from": "low", "to": "high"},
        {"field": "comment", "from": "on it", "to": None},
    ]
