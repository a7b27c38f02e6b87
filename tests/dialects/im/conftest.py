"""A tenant that the tests of one module share, as making one takes longer than most tests do."""

import uuid
from collections.abc import AsyncIterator

import pytest

from gateway.app import create_app
from gateway.settings import load
from tests.conftest import live
from tests.dialects.im.calls import Client


@pytest.fixture(scope="module")
async def shared(opensearch_url: str) -> AsyncIterator[Client]:
    """A client of a gateway with default settings, as the module's tenant."""
    async with live(create_app(load(opensearch_url=opensearch_url))) as client:
        client.headers["X-Scope-OrgID"] = f"t{uuid.uuid4().hex[:12]}"
        yield client
