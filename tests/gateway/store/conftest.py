"""Both event loops: what the transports do is theirs, and the gateway is served on uvloop."""

from typing import Any

import pytest


@pytest.fixture(
    scope="session",
    params=[
        pytest.param(("asyncio", {"use_uvloop": False}), id="asyncio"),
        pytest.param(("asyncio", {"use_uvloop": True}), id="uvloop"),
    ],
)
def anyio_backend(request: pytest.FixtureRequest) -> Any:
    """Each async test runs twice."""
    return request.param
