"""What a model did not take, in sentences; and how much of what was sent an answer repeats."""

from typing import Annotated, Any, Literal

import pytest
from pydantic import BaseModel, Field

from gateway.models import Closed
from gateway.problems import Problem, problem
from queries.errors import QueryError

QUOTES = 'a" b '


class Inner(Closed):
    a: int = 0


class Sample(Closed):
    text: Annotated[str, Field(min_length=2, max_length=3)] = "ab"
    form: Annotated[str, Field(pattern="^a$")] = "a"
    number: Annotated[float, Field(gt=0, lt=9)] = 1
    whole: Annotated[int, Field(ge=1, le=2000)] = 1
    flag: bool = False
    many: list[str] = Field(["a"], min_length=1, max_length=2)
    named: dict[str, str] = Field({})
    keyed: dict[Annotated[str, Field(max_length=2)], int] = Field({})
    word: Literal["a", "b"] = "a"
    inner: Inner = Inner()
    inners: list[Inner] = Field([])


@pytest.mark.parametrize(
    ("sent", "reason", "where"),
    [
        pytest.param({"text": 1}, "a text is wanted here", "text", id="no text"),
        pytest.param({"text": "a"}, "at least 2 characters are wanted here", "text", id="a short one"),
        pytest.param({"text": "abcd"}, "at most 3 characters are taken here", "text", id="a long one"),
        pytest.param({"form": "b"}, "a text of the form ^a$ is wanted here", "form", id="one of another form"),
        pytest.param({"number": "x"}, "a number is wanted here", "number", id="no number"),
        pytest.param({"number": 0}, "more than 0.0 is wanted here", "number", id="one that is not above"),
        pytest.param({"number": 9}, "less than 9.0 is wanted here", "number", id="one that is not below"),
        pytest.param({"whole": 0}, "1 or more is wanted here", "whole", id="a small whole number"),
        pytest.param({"whole": 2001}, "2,000 or less is wanted here", "whole", id="a large one"),
        pytest.param({"whole": 1.5}, "a whole number is wanted here", "whole", id="one that is not whole"),
        pytest.param({"whole": []}, "a whole number is wanted here", "whole", id="a list for a number"),
        pytest.param({"flag": "maybe"}, "true or false is wanted here", "flag", id="no boolean"),
        pytest.param({"many": {}}, "a list is wanted here", "many", id="no list"),
        pytest.param({"many": []}, "at least 1 items are wanted here", "many", id="a list of too few"),
        pytest.param({"many": ["a"] * 3}, "at most 2 items are taken here", "many", id="one of too many"),
        pytest.param({"many": ["a", 1]}, "a text is wanted here", "many[1]", id="a wrong item"),
        pytest.param({"named": []}, "an object is wanted here", "named", id="no object"),
        pytest.param({"named": {"a": 1}}, "a text is wanted here", "named.a", id="a wrong value"),
        pytest.param({"keyed": {"abc": 1}}, "at most 2 characters are taken here", "keyed.abc", id="a wrong name"),
        pytest.param({"word": "c"}, "'a' or 'b' is wanted here", "word", id="another word"),
        pytest.param({"inner": "x"}, "an object is wanted here", "inner", id="no object of a model"),
        pytest.param({"inners": [None]}, "an object is wanted here", "inners[0]", id="nor in a list"),
        pytest.param({"inners": [{"b": 1, "c": 1}]}, 'no parameter "b" here', "inners[0].b", id="unknown names"),
    ],
)
def test_reasons(sent: dict[str, Any], reason: str, where: str) -> None:
    told = _told(Sample, sent)
    assert (told.status, told.reason, told.where) == (400, reason, where)


def test_of_many_unknown_names_one_is_told() -> None:
    with pytest.raises(ValueError, match="1 validation error"):
        Sample.model_validate({f"n{number}": 1 for number in range(1000)})


@pytest.mark.parametrize(
    ("error", "reason", "where"),
    [
        pytest.param(
            QueryError(f'no field "{"n" * 300}"', "n" * 300), f'no field "{"n" * 200}…"', f"{'n' * 200}…", id="a name"
        ),
        pytest.param(
            QueryError(f'no field "{"n" * 200}"'), f'no field "{"n" * 200}"', None, id="one of 200 characters"
        ),
        pytest.param(QueryError("no more at " + "x" * 300), f"no more at {'x' * 200}…", None, id="what is not quoted"),
        pytest.param(QueryError("x y " * 500), f"{'x y ' * 250}…", None, id="a reason without end"),
        pytest.param(
            QueryError(f'no field "{QUOTES * 9999}" here'), f'no field "{QUOTES * 40}…" here', None, id="quotes"
        ),
        pytest.param(QueryError('"a" is not "b"', "a[0].b"), '"a" is not "b"', "a[0].b", id="what is short"),
    ],
)
def test_how_much_is_repeated(error: Exception, reason: str, where: str | None) -> None:
    told = problem(error)
    assert (told.reason, told.where) == (reason, where)


def _told(model: type[BaseModel], sent: Any) -> Problem:
    try:
        model.model_validate(sent)
    except ValueError as error:
        return problem(error)
    raise AssertionError("it was taken")
