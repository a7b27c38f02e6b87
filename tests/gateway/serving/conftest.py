"""Fixtures: a small application behind the gateway's edge."""

import gc
from collections.abc import Iterator

import pytest

from tests.gateway.serving.edges import tiny
from tests.gateway.serving.talking import Address


@pytest.fixture(scope="module")
def address() -> Iterator[Address]:
    """Where it answers, with the settings that an edge has by default."""
    with tiny() as (running, _):
        yield running.address


@pytest.fixture
def uncollected() -> Iterator[None]:
    """Nothing that is in a cycle goes."""
    gc.disable()
    yield
    gc.enable()
