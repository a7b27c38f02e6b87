"""Every operation of every dialect with its valid examples, and how what they name is made."""

from collections.abc import Iterator, Mapping

import pytest

from gateway.dialects import DIALECTS
from gateway.dialects.dialect import Dialect, Operation
from tests.contracts.examples import actian, bigpanda, im, incidents_v1, log360
from tests.contracts.examples.example import Example, Makers, Request, form

_TABLES = {"im": im, "incidents_v1": incidents_v1, "log360": log360, "bigpanda": bigpanda, "actian": actian}

EXAMPLES: Mapping[str, Mapping[str, tuple[Example, ...]]] = {name: each.EXAMPLES for name, each in _TABLES.items()}
MAKERS: Mapping[str, Makers] = {name: each.MAKERS for name, each in _TABLES.items()}
OPERATIONS = [(dialect, operation) for dialect in DIALECTS for operation in dialect.operations]


def named(dialect: Dialect, operation: Operation) -> str:
    """The operation as the pages of the dialects name it."""
    return f"{operation.method} {dialect.path_of(operation)}"


def forms(dialect: Dialect, operation: Operation) -> dict[str, Request]:
    """The valid requests of the operation by their case, with names in the place of ids."""
    rows = EXAMPLES[dialect.name].get(named(dialect, operation), ())
    return {each.case: form(dialect, operation, each) for each in rows}


def _all() -> Iterator[object]:
    for dialect, operation in OPERATIONS:
        for case, request in forms(dialect, operation).items():
            yield pytest.param(dialect, request, id=f"{named(dialect, operation)}: {case}")


EACH_EXAMPLE = pytest.mark.parametrize(("dialect", "form"), list(_all()))
EACH_OPERATION = pytest.mark.parametrize(
    ("dialect", "operation"), [pytest.param(*row, id=named(*row)) for row in OPERATIONS]
)
EACH_DIALECT = pytest.mark.parametrize("dialect", DIALECTS, ids=lambda dialect: dialect.name)
