"""What a change makes of a document, what follows from it, and what differs afterwards."""

from datetime import UTC, datetime
from operator import attrgetter
from typing import Any

import pytest

from gateway.dialects import EXTENSIONS
from gateway.incidents.model import difference as changes
from gateway.incidents.model.difference import FieldChange
from gateway.incidents.model.rules import rules
from gateway.incidents.model.vocabulary import Vocabulary
from queries.errors import QueryError
from queries.fields import RESULT_FIELDS

NOW = datetime(2026, 11, 22, 4, 15, tzinfo=UTC)
AT = "2026-11-22T04:15:00.000Z"
EARLIER = "2026-11-01T00:00:00.000Z"
WORDS = Vocabulary(
    ("critical", "low"),
    {"default": {"new": "open", "busy": "in_progress", "done": "closed", "void": "closed"}, "short": {"up": "open"}},
)
RULES = rules(WORDS, EXTENSIONS)
METRICS = [{}, *({"metric_name": each} for each in ("pii", "cpu", "pii", "", 5))]
NEW = {"workflow_id": "default", "status": "new", "state": "open"}
ENDS: dict[str, Any] = {"title": "t", "started_at": EARLIER}


@pytest.mark.parametrize(
    ("before", "fields", "after"),
    [
        pytest.param({"a": 1}, {"b": 2}, {"a": 1, "b": 2}, id="fields are added"),
        pytest.param({"a": 1}, {"a": [2]}, {"a": [2]}, id="and replaced whole"),
        pytest.param({"a": {"x": 1}}, {"a": {"y": 2}}, {"a": {"y": 2}}, id="custom objects too"),
        pytest.param({"a": 1, "b": 2}, {"a": None}, {"b": 2}, id="null removes"),
        pytest.param({}, {"a": None}, {}, id="null removes nothing where there is nothing"),
        pytest.param(
            {"assignee": {"id": "1", "name": "ann"}},
            {"assignee": {"id": "2", "name": None}},
            {"assignee": {"id": "2"}},
            id="an assignee is replaced whole",
        ),
        pytest.param({"assignee": {"id": "1"}}, {"assignee": {}}, {}, id="an empty one removes it"),
        pytest.param(
            {}, {"services": [{"name": None, "namespace": "n"}]}, {"services": [{"namespace": "n"}]}, id="in lists too"
        ),
        pytest.param({}, {"a": {"x": None}}, {"a": {"x": None}}, id="in a custom object null is a value"),
        pytest.param(
            {"ext": {"actian": {"a": 1, "b": 2}, "v1": {"c": 3}}},
            {"ext": {"actian": {"b": None, "d": 4}}},
            {"ext": {"actian": {"a": 1, "d": 4}, "v1": {"c": 3}}},
            id="ext is merged deeply",
        ),
        pytest.param({"ext": {"v1": {"c": 3}}}, {"ext": {"v1": {"c": None}}}, {}, id="what is left empty of it goes"),
    ],
)
def test_merged(before: dict[str, Any], fields: dict[str, Any], after: dict[str, Any]) -> None:
    assert changes.merged(before, fields) == after


STORED = {"title": "t", "state": "open", "ext": {"bigpanda": {"status": "ok", "shared": True}}}


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        pytest.param({"title": "u", "state": "open"}, {"title": "u"}, id="sent back as read, it is let pass"),
        pytest.param({"created_by": None}, {}, id="null of what is not there too"),
        pytest.param(
            {"ext": {"bigpanda": {"status": "ok", "shared": False}}},
            {"ext": {"bigpanda": {"shared": False}}},
            id="within ext as well",
        ),
        pytest.param({"custom": {"state": "x"}}, {"custom": {"state": "x"}}, id="further in, names are free"),
    ],
)
def test_without_read_only(sent: dict[str, Any], kept: dict[str, Any]) -> None:
    assert changes.without_read_only(STORED, sent, RULES.fields.fields) == kept


@pytest.mark.parametrize(
    ("sent", "where", "kind"),
    [
        pytest.param({"state": "closed"}, "state", "read_only", id="another state"),
        pytest.param({"state": None}, "state", "read_only", id="no state"),
        pytest.param({"numeric_id": 7}, "numeric_id", "read_only", id="a number of one's own"),
        pytest.param({"aggregation_results": ["a~b"]}, "aggregation_results", "read_only", id="membership"),
        pytest.param({"ext": {"bigpanda": {"status": "x"}}}, "ext.bigpanda.status", "read_only", id="another's words"),
        pytest.param({"ext": None}, "ext", "bad_request", id="all of ext at once"),
        pytest.param({"ext": {"bigpanda": None}}, "ext.bigpanda", "bad_request", id="all of a dialect's at once"),
    ],
)
def test_read_only(sent: dict[str, Any], where: str, kind: str) -> None:
    with pytest.raises(QueryError) as error:
        changes.without_read_only(STORED, sent, RULES.fields.fields)
    assert (error.value.where, error.value.kind) == (where, kind)


def test_read_only_by_another_catalogue() -> None:
    assert changes.without_read_only({}, {"origin": "x"}, RESULT_FIELDS) == {"origin": "x"}


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        pytest.param(
            None,
            {},
            {**NEW, "kind": "incident", "severity_rank": 0, "status_rank": 1},
            id="the default workflow's first status",
        ),
        pytest.param(
            None,
            {"workflow_id": "short", "severity": "low"},
            {
                **{"workflow_id": "short", "severity": "low", "status": "up", "state": "open"},
                **{"kind": "incident", "severity_rank": 1, "status_rank": 2},
            },
            id="another workflow's, and the rank of a severity",
        ),
        pytest.param(
            {"state": "open"},
            {"workflow_id": "default", "status": "done", "severity": "critical"},
            {
                **{"workflow_id": "default", "status": "done", "severity": "critical", "state": "closed"},
                **{"resolved_at": AT, "kind": "incident", "severity_rank": 2, "status_rank": 0},
                "ms_to_resolve": 1_829_700_000,
            },
            id="entering a closed state sets the resolution time",
        ),
        pytest.param(
            {"state": "closed", "resolved_at": EARLIER},
            {"workflow_id": "default", "status": "void", "resolved_at": EARLIER},
            {
                **{"workflow_id": "default", "status": "void", "state": "closed", "resolved_at": EARLIER},
                **{"kind": "incident", "severity_rank": 0, "status_rank": 0},
                "ms_to_resolve": 0,
            },
            id="from one closed state to another it stays",
        ),
        pytest.param(
            {"state": "closed", "resolved_at": EARLIER},
            {"workflow_id": "default", "status": "busy", "resolved_at": EARLIER},
            {
                **{"workflow_id": "default", "status": "busy", "state": "in_progress"},
                **{"kind": "incident", "severity_rank": 0, "status_rank": 1},
            },
            id="leaving it clears the resolution time",
        ),
        pytest.param(
            None,
            {
                "services": [{"name": "a", "namespace": "n"}, {"name": "b"}],
                "labels": [{"name": "K", "value": ["v", "W"]}, {"name": "k"}],
            },
            {
                "services": [{"name": "a", "namespace": "n"}, {"name": "b"}],
                "labels": [{"name": "K", "value": ["v", "W"]}, {"name": "k"}],
                **{"workflow_id": "default", "status": "new", "state": "open"},
                **{"kind": "incident", "severity_rank": 0, "status_rank": 1},
                "service_pairs": ["n\x1fa", "\x1fb"],
                "label_pairs": ["k\x1fv", "k\x1fW", "k\x1f"],
            },
            id="pairs are joined, one for each value",
        ),
        pytest.param(
            None,
            {"metric_names": ["cpu", "ram"], "ext": {"actian": {"metrics": METRICS}}},
            {
                **{"metric_names": ["cpu", "ram", "pii"], "ext": {"actian": {"metrics": METRICS}}, "kind": "incident"},
                **{"workflow_id": "default", "status": "new", "state": "open", "severity_rank": 0, "status_rank": 1},
            },
            id="Actian's metrics are metrics (5c)",
        ),
        pytest.param(
            None,
            {"kind": "aggregation_result"},
            {**NEW, "kind": "aggregation_result", "severity_rank": 0},
            id="a result stays one",
        ),
    ],
)
def test_derived(before: dict[str, Any] | None, after: dict[str, Any], expected: dict[str, Any]) -> None:
    assert changes.derived(before, {**ENDS, **after}, RULES, NOW) == {**ENDS, **expected}


def test_what_is_hidden_stands_last() -> None:
    names = list(changes.derived(None, {"kind": "incident", **ENDS, "labels": [{"name": "a"}]}, RULES, NOW))
    stamped = list(changes.stamped({"kind": "incident", "title": "t", "severity_rank": 0}, {"updated_at": AT}))
    assert (names[-4:], stamped) == (
        ["kind", "severity_rank", "status_rank", "label_pairs"],
        ["title", "updated_at", "kind", "severity_rank"],
    )


@pytest.mark.parametrize(
    ("after", "where"),
    [
        pytest.param({"severity": "urgent"}, "severity", id="no such severity"),
        pytest.param({"workflow_id": "nope"}, "workflow_id", id="no such workflow"),
        pytest.param({"workflow_id": "short", "status": "new"}, "status", id="no such status in the workflow"),
        pytest.param({"resolved_at": AT}, "resolved_at", id="a resolution time without a resolution"),
        pytest.param({"title": ""}, "title", id="an empty title"),
    ],
)
def test_refused(after: dict[str, Any], where: str) -> None:
    with pytest.raises(QueryError) as error:
        changes.derived({}, {**ENDS, **after}, RULES, NOW)
    assert (error.value.where, error.value.kind) == (where, "bad_request")


@pytest.mark.parametrize("name", ENDS)
def test_some_fields_cannot_be_removed(name: str) -> None:
    with pytest.raises(QueryError) as error:
        changes.derived(ENDS, {other: value for other, value in ENDS.items() if other != name}, RULES, NOW)
    assert (error.value.where, error.value.kind) == (name, "bad_request")


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        pytest.param({"a": 1}, {"a": 1}, [], id="nothing"),
        pytest.param(
            {"a": 1, "b": [1]},
            {"b": [2], "c": 3},
            [FieldChange("a", 1, None), FieldChange("b", [1], [2]), FieldChange("c", None, 3)],
            id="removed, replaced and added",
        ),
        pytest.param(
            {"ext": {"v1": {"metadata": {"k": 1}}, "actian": {"ticket_id": 1}}},
            {"ext": {"v1": {"metadata": {"k": 2}}, "bigpanda": {"shared": True}}},
            [
                FieldChange("ext.v1.metadata", {"k": 1}, {"k": 2}),
                FieldChange("ext.bigpanda.shared", None, True),
                FieldChange("ext.actian.ticket_id", 1, None),
            ],
            id="each field of ext by its own name",
        ),
        pytest.param(
            {"updated_at": EARLIER, "note_count": 1, "kind": "incident", "severity_rank": 0},
            {"updated_at": AT, "note_count": 2, "severity_rank": 2},
            [],
            id="bookkeeping is no change",
        ),
    ],
)
def test_difference(before: dict[str, Any], after: dict[str, Any], expected: list[FieldChange]) -> None:
    found = changes.difference(before, after, RULES)
    assert sorted(found, key=attrgetter("field")) == sorted(expected, key=attrgetter("field"))
