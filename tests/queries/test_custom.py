"""Custom fields: the column that each kind of value needs, and the values that no column holds."""

from typing import Any

import pytest

from queries.custom import custom_kind
from queries.errors import QueryError
from queries.fields import Kind


def nested(depth: int) -> Any:
    value: Any = "leaf"
    for i in range(depth):
        value = {"a": value} if i % 2 else [value]
    return {"a": value}


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        pytest.param("a", "keyword", id="text"),
        pytest.param(5, "number", id="a whole number"),
        pytest.param(-0.5, "number", id="a fraction"),
        pytest.param(True, "boolean", id="a boolean"),
        pytest.param({}, "object", id="an object"),
        pytest.param(nested(18), "object", id="an object 20 deep"),
        pytest.param({"a": "x" * 31_998}, "object", id="an object with a long text"),
        pytest.param([], None, id="an empty list needs no column"),
        pytest.param([1, 2.5], "number", id="numbers of both kinds"),
        pytest.param([2**53 - 1, 1 - 2**53], "number", id="the largest whole numbers that a double keeps"),
        pytest.param(1e16, "number", id="a larger one that is written as none"),
        pytest.param({"a": 2**63}, "object", id="within an object, which keeps it as text"),
        pytest.param(["a", "b"], "keyword", id="texts"),
        pytest.param([{"a": 1}, {}], "object", id="objects"),
    ],
)
def test_custom_kinds(value: Any, kind: Kind | None) -> None:
    assert custom_kind("x", value) == kind


@pytest.mark.parametrize(
    ("value", "where"), [(2**53, "x"), (-(2**53), "x"), (1234567890123456789, "x"), ([1, 2**63], "x[1]")]
)
def test_a_whole_number_that_no_double_keeps_is_refused(value: Any, where: str) -> None:
    with pytest.raises(QueryError, match="send it as text") as error:
        custom_kind("x", value)
    assert error.value.where == where


@pytest.mark.parametrize(
    "value",
    [
        pytest.param([1, "a"], id="a list of two types"),
        pytest.param([True, 1], id="a boolean among numbers"),
        pytest.param([None], id="null in a list"),
        pytest.param([[1]], id="a list in a list"),
        pytest.param(1e308 * 1.75, id="a number that no column holds"),
        pytest.param(nested(20), id="an object deeper than 20"),
        pytest.param({"a": ["x" * 32_000]}, id="a text in an object, too long for a term"),
        pytest.param({"k" * 32_000: 1}, id="a key in an object, too long for a term"),
    ],
)
def test_no_custom_values(value: Any) -> None:
    with pytest.raises(QueryError) as error:
        custom_kind("x", value)
    assert (error.value.where, error.value.kind) == ("x", "bad_request")
