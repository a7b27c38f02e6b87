"""Each type of additional field, and each field of a list, as a criterion on a column of each kind."""

from datetime import UTC, datetime
from typing import Any

import pytest

from gateway.dialects.im import requests
from gateway.dialects.im.translate import additional, equality
from queries.criteria import Between, Criterion, Equals, Is, Like, Nothing, Or, Where
from queries.errors import QueryError
from queries.fields import Column

NOW = datetime(2026, 11, 22, 4, 15, 30, tzinfo=UTC)
WORD, TEXT = Column("word", "keyword"), Column("text.keyword", "text")
NUMBER, WHOLE = Column("number", "number"), Column("whole", "whole")
DATE, FLAG, OBJECT = Column("date", "date"), Column("flag", "boolean"), Column("object", "object")
COLUMNS = {
    "word": WORD, "text": TEXT, "number": NUMBER, "whole": WHOLE, "date": DATE, "flag": FLAG, "object": OBJECT,
}  # fmt: skip
LEAF = Column("object.a.b", "key", root="object")
DAY = Between(gte="2026-11-22T00:00:00.000Z", lte="2026-11-22T23:59:59.999Z")
AT = "1970-01-01T00:00:00.005Z"
MOMENT = Between(gte=AT, lte=AT)


def asked(name: str, kind: str, value: Any) -> Criterion:
    field = requests.AdditionalField.model_validate({"name": name, "type": kind, "value": value})
    return additional(field, COLUMNS, NOW, "here")


@pytest.mark.parametrize(
    ("name", "kind", "value", "criterion"),
    [
        pytest.param("number", "number", 5, Where(NUMBER, Is((5,))), id="number: a number"),
        pytest.param("number", "number", " -5.5e1 ", Where(NUMBER, Is((-55.0,))), id="number: numeric text"),
        pytest.param("number", "number", ".5", Where(NUMBER, Is((0.5,))), id="number: a bare fraction"),
        pytest.param(
            "number",
            "number",
            {"gte": 1, "gt": "2", "lte": 3.5, "lt": 4},
            Where(NUMBER, Between(gte=1, gt=2.0, lte=3.5, lt=4)),
            id="number: a range",
        ),
        pytest.param("whole", "number", 5, Where(WHOLE, Is((5,))), id="number: of whole numbers"),
        pytest.param("date", "number", {"gt": 5}, Where(DATE, Between(gt=AT)), id="number: epoch milliseconds"),
        pytest.param("word", "text", "Ann", Where(WORD, Equals("Ann")), id="text: the whole value"),
        pytest.param("word", "text", "a*\\*", Where(WORD, Like("a*\\*")), id="text: a pattern"),
        pytest.param("text", "text", "", Where(TEXT, Equals("")), id="text: the empty one"),
        pytest.param("object.a.b", "text", "x?", Where(LEAF, Like("x?")), id="text: a leaf of an object"),
        pytest.param("word", "select", "a*", Where(WORD, Is(("a*",))), id="select: exactly this, no pattern"),
        pytest.param("text", "select", "Ann", Where(TEXT, Is(("Ann",))), id="select: of texts"),
        pytest.param("word", "select", 5, Where(WORD, Is(("5",))), id="select: a number among texts"),
        pytest.param("word", "select", True, Where(WORD, Is(("true",))), id="select: a boolean among texts"),
        pytest.param("number", "select", "5", Where(NUMBER, Is((5.0,))), id="select: of numbers"),
        pytest.param("flag", "select", "false", Where(FLAG, Is((False,))), id="select: of booleans, as text"),
        pytest.param("flag", "select", True, Where(FLAG, Is((True,))), id="select: of booleans"),
        pytest.param("date", "select", "now/d", Where(DATE, DAY), id="select: a day, by the request's now"),
        pytest.param("date", "select", 5, Where(DATE, MOMENT), id="select: a moment"),
        pytest.param("object.a.b", "select", "x", Where(LEAF, Is(("x",))), id="select: a leaf of an object"),
        pytest.param("word", "multiselect", ["a", "b"], Where(WORD, Is(("a", "b"))), id="multiselect: any of these"),
        pytest.param("number", "multiselect", [1, "2"], Where(NUMBER, Is((1, 2.0))), id="multiselect: of numbers"),
        pytest.param(
            "date",
            "multiselect",
            ["2026-11-22", 5],
            Or((Where(DATE, DAY), Where(DATE, MOMENT))),
            id="multiselect: days",
        ),
        pytest.param("word", "multiselect", [], Nothing(), id="multiselect: any of none"),
        pytest.param("nobody_has", "select", "x", Nothing(), id="a field that no incident has: select"),
        pytest.param("nobody_has", "number", 1, Nothing(), id="a field that no incident has: number"),
        pytest.param("nobody_has", "text", "x", Nothing(), id="a field that no incident has: text"),
        pytest.param("word.a", "select", "x", Nothing(), id="no leaf of what is no object"),
    ],
)
def test_additional(name: str, kind: str, value: Any, criterion: Criterion) -> None:
    assert asked(name, kind, value) == criterion


@pytest.mark.parametrize(
    ("name", "kind", "value", "where"),
    [
        pytest.param("number", "number", "five", "here", id="number: a word"),
        pytest.param("number", "number", "", "here", id="number: no text"),
        pytest.param("number", "number", "1_000", "here", id="number: text that only looks numeric"),
        pytest.param("number", "number", "nan", "here", id="number: not a number"),
        pytest.param("number", "number", "1e999", "here", id="number: infinity"),
        pytest.param("number", "number", True, "here", id="number: a boolean"),
        pytest.param("number", "number", None, "here", id="number: null"),
        pytest.param("number", "number", [5], "here", id="number: a list"),
        pytest.param("number", "number", {}, "here", id="number: a range without bounds"),
        pytest.param("number", "number", {"gte": 1, "from": 2}, "here", id="number: an unknown bound"),
        pytest.param("number", "number", {"gte": "x"}, "here.gte", id="number: a wrong bound"),
        pytest.param("word", "number", 5, "here", id="number: of texts"),
        pytest.param("flag", "number", 1, "here", id="number: of booleans"),
        pytest.param("object", "number", 1, "here", id="number: of objects"),
        pytest.param("object.a", "number", 1, "here", id="number: of a leaf, which is text"),
        pytest.param("word", "text", 5, "here", id="text: a number"),
        pytest.param("word", "text", ["a"], "here", id="text: a list"),
        pytest.param("word", "text", "x" * 1025, "here", id="text: over its limit"),
        pytest.param("number", "text", "5", "here", id="text: of numbers"),
        pytest.param("date", "text", "2026*", "here", id="text: of times"),
        pytest.param("flag", "text", "true", "here", id="text: of booleans"),
        pytest.param("object", "text", "x", "here", id="text: of objects"),
        pytest.param("word", "select", ["a"], "here", id="select: a list"),
        pytest.param("word", "select", None, "here", id="select: null"),
        pytest.param("word", "select", {"a": 1}, "here", id="select: an object"),
        pytest.param("number", "select", "x", "here", id="select: a word among numbers"),
        pytest.param("flag", "select", "yes", "here", id="select: a word among booleans"),
        pytest.param("flag", "select", 1, "here", id="select: a number among booleans"),
        pytest.param("date", "select", "soon", "here", id="select: a word among times"),
        pytest.param("object", "select", "x", "here", id="select: of whole objects"),
        pytest.param("word", "multiselect", "a", "here", id="multiselect: no list"),
        pytest.param("word", "multiselect", ["a", ["b"]], "here", id="multiselect: a list in it"),
        pytest.param("word", "multiselect", ["a"] * 1025, "here", id="multiselect: over its limit"),
        pytest.param("nobody_has", "number", "x", "here", id="a wrong value, even where no incident has the field"),
        pytest.param("nobody_has", "select", ["x"], "here", id="a wrong choice, even where no incident has the field"),
    ],
)
def test_refused(name: str, kind: str, value: Any, where: str) -> None:
    with pytest.raises(QueryError) as error:
        asked(name, kind, value)
    assert (error.value.kind, error.value.where) == ("bad_request", where)


@pytest.mark.parametrize(
    ("name", "values", "criterion"),
    [
        pytest.param("word", ["ann"], Where(WORD, Equals("ann")), id="text"),
        pytest.param("text", ["disk*"], Where(TEXT, Like("disk*")), id="a wildcard"),
        pytest.param("word", ["a", "b?"], Or((Where(WORD, Equals("a")), Where(WORD, Like("b?")))), id="repeated: any"),
        pytest.param("number", ["5"], Where(NUMBER, Is((5.0,))), id="a number by its value"),
        pytest.param("flag", ["true"], Where(FLAG, Is((True,))), id="a boolean"),
        pytest.param("date", ["2026-11-22"], Where(DATE, DAY), id="a day is all of it"),
        pytest.param("object.a.b", ["x"], Where(LEAF, Equals("x")), id="a leaf of an object"),
        pytest.param("nobody_has", ["x"], Nothing(), id="a field that no incident has"),
    ],
)
def test_equality(name: str, values: list[str], criterion: Criterion) -> None:
    assert equality(name, values, COLUMNS, NOW) == criterion


@pytest.mark.parametrize(
    ("name", "value"),
    [
        pytest.param("number", "5*", id="a pattern among numbers"),
        pytest.param("flag", "1", id="a number among booleans"),
        pytest.param("date", "soon", id="a word among times"),
        pytest.param("object", "x", id="of whole objects"),
    ],
)
def test_equality_refused(name: str, value: str) -> None:
    with pytest.raises(QueryError) as error:
        equality(name, ["5", value] if name == "number" else [value], COLUMNS, NOW)
    assert (error.value.kind, error.value.where) == ("bad_request", name)
