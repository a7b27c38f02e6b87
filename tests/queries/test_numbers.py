"""Numbers as callers say them: what is read of them, and what would not be kept as it is."""

from typing import Any

import pytest

from queries.errors import QueryError
from queries.numbers import number, require_exact


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        pytest.param(5, 5, id="a whole number"),
        pytest.param(-0.5, -0.5, id="a fraction"),
        pytest.param(" +5 ", 5, id="a whole number in a text"),
        pytest.param("5.", 5.0, id="with a point"),
        pytest.param(".5e1", 5.0, id="with an exponent"),
        pytest.param("1234567890123456789", 1234567890123456789, id="digits, to the last of them"),
        pytest.param(1e300, 1e300, id="a large one"),
    ],
)
def test_a_number_is_read(said: Any, expected: float) -> None:
    read = number(said, "value")
    assert (read, type(read)) == (expected, type(expected))


@pytest.mark.parametrize(
    "said",
    [
        *("", " ", "five", "5x", "0x5", "1e999", "\u0665", "5 5", "nan", "inf", "9" * 500, "-" + "9" * 400),
        *(True, None, [], {}, float("inf"), float("nan"), 10**400),
    ],
)
def test_what_is_no_finite_number_is_refused(said: Any) -> None:
    with pytest.raises(QueryError) as caught:
        number(said, "value")
    assert (caught.value.reason, caught.value.where) == ("a number is wanted here", "value")


@pytest.mark.parametrize("value", [2**53 - 1, 1 - 2**53, 1e16, 2.0**53, 0.1, True, "9007199254740993"])
def test_what_a_double_keeps_is_exact(value: Any) -> None:
    require_exact(value, "value")


@pytest.mark.parametrize("value", [2**53, -(2**53), 2**53 + 1, 1234567890123456789, 10**400])
def test_a_whole_number_that_a_double_does_not_keep_is_refused(value: int) -> None:
    with pytest.raises(QueryError, match="send it as text") as caught:
        require_exact(value, "value")
    assert caught.value.where == "value"
