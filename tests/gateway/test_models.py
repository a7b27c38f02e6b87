"""What bodies and queries are read with."""

from typing import Any

import pytest

from gateway.models import Closed


class Value(Closed):
    """One value of any kind."""

    value: Any


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        pytest.param(5.0, 5, id="a whole number with a point"),
        pytest.param(-3.0, -3, id="one below zero"),
        pytest.param(2.0**53, 2**53, id="the largest that stands for itself alone"),
        pytest.param(2.0**53 + 2, 2.0**53 + 2, id="a larger one is a number as it was sent"),
        pytest.param(1e300, 1e300, id="so is any larger one"),
        pytest.param(0.5, 0.5, id="no whole number"),
        pytest.param("5.0", "5.0", id="no number"),
    ],
)
def test_a_whole_number_is_one_however_it_is_written(sent: Any, read: Any) -> None:
    value = Value.model_validate({"value": sent}).value
    assert (value, type(value)) == (read, type(read))
