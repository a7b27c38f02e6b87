"""What may be written: each kind of value in its stored form, or refused at its place."""

from datetime import UTC, datetime
from typing import Any

import pytest

from gateway.dialects import EXTENSIONS
from gateway.incidents.model.documents import identified, incident_fields, result_fields
from queries.errors import QueryError
from queries.fields import catalogue

NOW = datetime(2026, 11, 22, 4, 15, 30, tzinfo=UTC)
FIELDS = catalogue(row for extension in EXTENSIONS for row in extension.fields)


@pytest.mark.parametrize(
    "given",
    ["a", "A-Z.0_9:-", "x" * 128, "...", "i59eb2be0-1841-11ef-9ffd-ad0f43d0acc5", "-", "pit.", "Export"],
)
def test_ids(given: str) -> None:
    assert identified(given) == given


@pytest.mark.parametrize(
    "given",
    [
        pytest.param("", id="nothing"),
        pytest.param("x" * 129, id="over 128 characters"),
        pytest.param("a b", id="a blank"),
        pytest.param("a/b", id="a slash"),
        pytest.param("a~b", id="a tilde, which a result's id has"),
        pytest.param("é", id="no ASCII"),
        pytest.param("a\n", id="a line end"),
        *(
            pytest.param(each, id=f"the reserved word {each}")
            for each in ("pit", "pits", "bulkUpdate", "bulkCreate", "export", ".", "..")
        ),
    ],
)
def test_no_ids(given: str) -> None:
    with pytest.raises(QueryError) as error:
        identified(given, "_meta.id")
    assert (error.value.kind, error.value.where) == ("bad_request", "_meta.id")


@pytest.mark.parametrize(
    ("sent", "stored"),
    [
        pytest.param({"comment": "x" * 20_000}, {"comment": "x" * 20_000}, id="text of any length"),
        pytest.param({"title": "🚨" * 4095}, {"title": "🚨" * 4095}, id="a title up to its limit"),
        pytest.param({"category": "x" * 8191}, {"category": "x" * 8191}, id="a keyword up to its limit"),
        pytest.param({"started_at": "2026-11-22"}, {"started_at": "2026-11-22T00:00:00.000Z"}, id="a day"),
        pytest.param({"started_at": 1}, {"started_at": "1970-01-01T00:00:00.001Z"}, id="epoch milliseconds"),
        pytest.param(
            {"due_at": "2026-11-22T04:15:30.123Z"}, {"due_at": "2026-11-22T04:15:30.123Z"}, id="a time as it is stored"
        ),
        pytest.param(
            {"due_at": "2026-11-22T05:15:30+01:00"}, {"due_at": "2026-11-22T04:15:30.000Z"}, id="a time in UTC"
        ),
        pytest.param({"due_at": "now+1d"}, {"due_at": "2026-11-23T04:15:30.000Z"}, id="date math"),
        pytest.param({"severity": None}, {"severity": None}, id="null removes"),
        pytest.param({"tags": []}, {"tags": []}, id="an empty list"),
        pytest.param({"assignee": {"numeric_id": 2**53 - 1}}, {"assignee": {"numeric_id": 2**53 - 1}}, id="a whole"),
        pytest.param({"services": [{"name": "a"}]}, {"services": [{"name": "a"}]}, id="objects in a list"),
        pytest.param({"labels": [{"value": ["a"]}]}, {"labels": [{"value": ["a"]}]}, id="lists in objects in a list"),
        pytest.param({"ext": {"actian": {"ticket_id": 7}}}, {"ext": {"actian": {"ticket_id": 7}}}, id="ext"),
        pytest.param(
            {"ext": {"v1": {"metadata": {"a": []}}}}, {"ext": {"v1": {"metadata": {"a": []}}}}, id="free form"
        ),
        pytest.param({"x": 1.5, "y": ["a"], "z": {"k": None}}, {"x": 1.5, "y": ["a"], "z": {"k": None}}, id="custom"),
    ],
)
def test_stored(sent: dict[str, Any], stored: dict[str, Any]) -> None:
    assert incident_fields(sent, NOW, FIELDS) == stored


@pytest.mark.parametrize(
    ("sent", "where", "kind"),
    [
        pytest.param({"title": 1}, "title", "bad_request", id="a number is no text"),
        pytest.param({"category": "x" * 8192}, "category", "bad_request", id="a keyword over its limit"),
        pytest.param({"started_at": "yesterday"}, "started_at", "bad_request", id="no time"),
        pytest.param({"started_at": True}, "started_at", "bad_request", id="a boolean is no time"),
        pytest.param({"tags": "a"}, "tags", "bad_request", id="a text is no list"),
        pytest.param({"tags": ["a", 1]}, "tags[1]", "bad_request", id="a wrong member of a list"),
        pytest.param({"assignee": "ann"}, "assignee", "bad_request", id="a text is no object"),
        pytest.param({"assignee": {"nme": "x"}}, "assignee.nme", "unknown_field", id="a misspelt member"),
        pytest.param({"assignee": {"numeric_id": 2**53}}, "assignee.numeric_id", "bad_request", id="2^53 is too large"),
        pytest.param({"assignee": {"numeric_id": True}}, "assignee.numeric_id", "bad_request", id="true is no number"),
        pytest.param({"services": {"name": "a"}}, "services", "bad_request", id="an object is no list"),
        pytest.param({"services": ["a"]}, "services[0]", "bad_request", id="a text is no service"),
        pytest.param({"services": [{}, {"nme": 1}]}, "services[1].nme", "unknown_field", id="a misspelt member of one"),
        pytest.param({"ext": {"acme": {}}}, "ext.acme", "unknown_field", id="no such dialect"),
        pytest.param({"ext": {"bigpanda": {"shared": "yes"}}}, "ext.bigpanda.shared", "bad_request", id="no boolean"),
        pytest.param({"severity_rank": 5}, "severity_rank", "bad_request", id="a hidden name"),
        pytest.param({"tenant": "t"}, "tenant", "bad_request", id="the tenant"),
        pytest.param({"result_id": "r"}, "result_id", "bad_request", id="a name of aggregation results"),
        pytest.param({"a.b": 1}, "a.b", "bad_request", id="a dot"),
        pytest.param({"_x": 1}, "_x", "bad_request", id="no letter first"),
        pytest.param({"é": 1}, "é", "bad_request", id="no ASCII"),
        pytest.param({"": 1}, "", "bad_request", id="no name"),
        pytest.param({"x" * 129: 1}, "x" * 129, "bad_request", id="over 128 characters"),
    ],
)
def test_refused(sent: dict[str, Any], where: str, kind: str) -> None:
    with pytest.raises(QueryError) as error:
        incident_fields(sent, NOW, FIELDS)
    assert (error.value.where, error.value.kind) == (where, kind)


def test_results() -> None:
    sent = {"title": "t", "aggregation_info": {"a": 1}, "comparison_fields": ["b"], "comment": None}
    assert result_fields(sent, NOW) == sent


def test_results_have_no_custom_fields() -> None:
    with pytest.raises(QueryError) as error:
        result_fields({"title": "t", "tags": ["a"]}, NOW)
    assert (error.value.where, error.value.kind) == ("tags", "unknown_field")
