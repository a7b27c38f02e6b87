"""Which queries and bodies are read, and what is said of the others."""

from typing import Any

import pytest
from pydantic import BaseModel, ValidationError
from starlette.requests import Request

from gateway import wire
from gateway.dialects.bigpanda.requests import Detail, EnvironmentChange, NewEnvironment, Search
from gateway.problems import problem
from queries.errors import QueryError

DEFAULTS = {
    "expand": None, "query": "*", "from": None, "to": None, "sort_by": "last_change", "folder": None, "page": 1,
    "page_size": 10,
}  # fmt: skip
WHOLE = "a whole number is wanted here"


def read(model: type[BaseModel], query: str) -> dict[str, Any]:
    """The query string as the model reads it."""
    request: Request[Any] = Request({"type": "http", "query_string": query.encode(), "headers": []})
    return wire.known_query(request, model).model_dump(by_alias=True)


@pytest.mark.parametrize(
    ("model", "query", "expected"),
    [
        pytest.param(Search, "", DEFAULTS, id="nothing is asked for"),
        pytest.param(
            Search,
            "query=host%20%3D%20a*&from=0&to=99999999999&sort_by=alerts&folder=unhandled&page=1000&page_size=10",
            DEFAULTS
            | {"query": "host = a*", "from": 0, "to": 99_999_999_999, "sort_by": "alerts", "folder": "unhandled"}
            | {"page": 1000},
            id="everything is asked for",
        ),
        pytest.param(Search, "query=", DEFAULTS | {"query": ""}, id="an empty query"),
        pytest.param(Search, "limit=7&x=1&x=2", DEFAULTS, id="unknown names are passed over, even twice"),
        pytest.param(
            Search, "expand=alerts&page_size=100", DEFAULTS | {"expand": "alerts", "page_size": 100}, id="max"
        ),
        pytest.param(Detail, "expand=alerts&page=x", {"expand": "alerts"}, id="one incident knows no pages"),
    ],
)
def test_queries(model: type[BaseModel], query: str, expected: dict[str, Any]) -> None:
    assert read(model, query) == expected


@pytest.mark.parametrize(
    ("query", "where", "reason"),
    [
        ("page=0", "page", "input should be greater than or equal to 1"),
        ("page=-1", "page", WHOLE),
        ("page=1.0", "page", WHOLE),
        ("page=", "page", WHOLE),
        ("page=%2B1", "page", WHOLE),
        ("page=1_0", "page", WHOLE),
        ("page=" + "1" * 19, "page", WHOLE),
        ("page=1&page=1", "page", '"page" is given twice'),
        ("page_size=0", "page_size", "input should be greater than or equal to 1"),
        ("page_size=101", "page_size", "input should be less than or equal to 100"),
        ("from=100000000000", "from", "input should be less than or equal to 99999999999"),
        ("to=1772359200000", "to", "input should be less than or equal to 99999999999"),
        ("to=2026-03-01", "to", WHOLE),
        ("from=-1", "from", WHOLE),
        ("sort_by=id", "sort_by", "input should be 'last_change', 'status', 'start' or 'alerts'"),
        ("expand=alert", "expand", "input should be 'alerts'"),
        ("query=" + "a" * 2001, "query", "string should have at most 2000 characters"),
        (
            "folder=Active",
            "folder",
            "input should be 'active', 'shared', 'snoozed', 'resolved', 'unhandled' or 'maintenance'",
        ),
    ],
)
def test_queries_that_are_refused(query: str, where: str, reason: str) -> None:
    with pytest.raises((ValidationError, QueryError)) as refused:
        read(Search, query)
    told = problem(refused.value)
    assert (told.status, told.where, told.reason) == (400, where, reason)


@pytest.mark.parametrize(
    ("model", "sent", "expected"),
    [
        pytest.param(
            NewEnvironment, {"name": "a"}, {"name": "a", "description": "", "filter": "*"}, id="a name is all"
        ),
        pytest.param(
            NewEnvironment,
            {"name": "a", "description": "d", "filter": "host = x"},
            {"name": "a", "description": "d", "filter": "host = x"},
            id="all of it",
        ),
        pytest.param(EnvironmentChange, {}, {}, id="nothing is changed"),
        pytest.param(EnvironmentChange, {"name": None, "filter": ""}, {"filter": ""}, id="null is as good as nothing"),
    ],
)
def test_bodies(model: type[BaseModel], sent: dict[str, Any], expected: dict[str, Any]) -> None:
    assert model.model_validate(sent).model_dump(exclude_none=True) == expected


@pytest.mark.parametrize(
    ("model", "sent", "where", "reason"),
    [
        (NewEnvironment, {}, "name", "field required"),
        (NewEnvironment, {"name": " "}, "name", r"string should match pattern '\S'"),
        (NewEnvironment, {"name": "a" * 129}, "name", "string should have at most 128 characters"),
        (NewEnvironment, {"name": 1}, "name", "input should be a valid string"),
        (NewEnvironment, {"name": "a", "id": "x"}, "id", 'no parameter "id" here'),
        (NewEnvironment, {"name": "a", "roles": []}, "roles", 'no parameter "roles" here'),
        (NewEnvironment, {"name": "a", "filter": {"=": ["a", "b"]}}, "filter", "input should be a valid string"),
        (NewEnvironment, {"name": "a", "filter": "a" * 2001}, "filter", "string should have at most 2000 characters"),
        (
            NewEnvironment,
            {"name": "a", "description": "a" * 1001},
            "description",
            "string should have at most 1000 characters",
        ),
        (
            EnvironmentChange,
            {"environment_group_id": "x"},
            "environment_group_id",
            'no parameter "environment_group_id" here',
        ),
        (EnvironmentChange, {"name": ""}, "name", r"string should match pattern '\S'"),
    ],
)
def test_bodies_that_are_refused(model: type[BaseModel], sent: dict[str, Any], where: str, reason: str) -> None:
    with pytest.raises(ValidationError) as refused:
        model.model_validate(sent)
    told = problem(refused.value)
    assert (told.status, told.where, told.reason) == (400, where, reason)
