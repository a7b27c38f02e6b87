"""What a refusal says, before any dialect's shape."""

from collections.abc import Callable

import pytest
from pydantic import ValidationError

from gateway.problems import problem
from queries.errors import QueryError


def refused(read: Callable[[], object]) -> tuple[str | None, str]:
    """The place and the reason of the refusal of what is read, which is the caller's fault."""
    with pytest.raises((ValidationError, QueryError)) as error:
        read()
    found = problem(error.value)
    assert found.status == 400
    return found.where, found.reason
