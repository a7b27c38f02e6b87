"""Fixtures: a gateway on a socket, for clients that are programs of their own."""

from collections.abc import Iterator

import pytest

from gateway.dialects.settings import load
from tests.serving import serving


@pytest.fixture(scope="session")
def gateway_url(opensearch_url: str) -> Iterator[str]:
    """Where a gateway without keys answers."""
    with serving(load(opensearch_url=opensearch_url)) as url:
        yield url
