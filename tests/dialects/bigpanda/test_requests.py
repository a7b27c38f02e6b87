"""Which queries and bodies are read, and where the refusal of the others points."""

from typing import Any

import pytest
from pydantic import BaseModel
from starlette.requests import Request

from gateway import wire
from gateway.dialects.bigpanda.requests import Detail, EnvironmentChange, NewEnvironment, Search
from tests.refusals import refused

DEFAULTS = {
    "expand": None, "query": "*", "from": None, "to": None, "sort_by": "last_change", "folder": None, "page": 1,
    "page_size": 10,
}  # fmt: skip


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
    ("query", "where"),
    [
        ("page=0", "page"),
        ("page_size=0", "page_size"),
        ("page_size=101", "page_size"),
        ("from=100000000000", "from"),
        ("to=1772359200000", "to"),
        ("sort_by=id", "sort_by"),
        ("expand=alert", "expand"),
        ("expand=", "expand"),
        ("query=" + "a" * 2001, "query"),
        ("folder=Active", "folder"),
    ],
)
def test_where_a_refusal_points(query: str, where: str) -> None:
    assert refused(lambda: read(Search, query))[0] == where


@pytest.mark.parametrize("query", ["page=-1", "page=1.0", "page=", "page=%2B1", "page=1_0", "page=" + "1" * 19])
def test_what_is_no_whole_number(query: str) -> None:
    assert refused(lambda: read(Search, query)) == ("page", "a whole number is wanted here")


@pytest.mark.parametrize("query", ["to=2026-03-01", "from=-1"])
def test_what_is_no_time(query: str) -> None:
    assert refused(lambda: read(Search, query)) == (query.partition("=")[0], "a whole number is wanted here")


def test_a_parameter_given_twice() -> None:
    assert refused(lambda: read(Search, "page=1&page=1")) == ("page", '"page" is given twice')


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
    ("model", "sent", "where"),
    [
        (NewEnvironment, {}, "name"),
        (NewEnvironment, {"name": " "}, "name"),
        (NewEnvironment, {"name": "a" * 129}, "name"),
        (NewEnvironment, {"name": 1}, "name"),
        (NewEnvironment, {"name": "a", "id": "x"}, "id"),
        (NewEnvironment, {"name": "a", "roles": []}, "roles"),
        (NewEnvironment, {"name": "a", "filter": {"=": ["a", "b"]}}, "filter"),
        (NewEnvironment, {"name": "a", "filter": "a" * 2001}, "filter"),
        (NewEnvironment, {"name": "a", "description": "a" * 1001}, "description"),
        (EnvironmentChange, {"environment_group_id": "x"}, "environment_group_id"),
        (EnvironmentChange, {"name": ""}, "name"),
    ],
)
def test_where_the_refusal_of_a_body_points(model: type[BaseModel], sent: dict[str, Any], where: str) -> None:
    assert refused(lambda: model.model_validate(sent))[0] == where
