"""Fixtures: a client of a gateway as the test's tenant, and a load that came to its end."""

import uuid
from collections.abc import AsyncIterator
from dataclasses import dataclass

import httpx2
import pytest

from gateway.client import Caller, Target, calling
from gateway.demo.loading import Load, go_on, load_of

COUNT = 130
"""The attack, a whole part of what happens every day, and the beginning of another."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """A load before it began, every state of it since, and where it went."""

    begun: Load
    loads: list[Load]
    target: Target


@pytest.fixture
async def caller(gateway_url: str, tenant: str) -> AsyncIterator[Caller]:
    """A client of it."""
    async with calling(Target(gateway_url, tenant=tenant)) as caller:
        yield caller


@pytest.fixture(scope="session")
async def loaded(gateway_url: str, opensearch_url: str) -> AsyncIterator[Loaded]:
    """A load that nobody interrupted."""
    target = Target(gateway_url, tenant=f"t{uuid.uuid4().hex[:12]}")
    async with calling(target) as caller:
        begun = await load_of(caller, COUNT)
        loads = [each async for each in go_on(caller, begun)]
        indices = f"{opensearch_url}/im-incidents-{target.tenant}*,im-events-{target.tenant}*"
        httpx2.post(f"{indices}/_refresh", timeout=60).raise_for_status()
        yield Loaded(begun, loads, target)
    httpx2.delete(indices, timeout=60).raise_for_status()


@pytest.fixture
async def viewer(loaded: Loaded) -> AsyncIterator[Caller]:
    """A client that looks at what was loaded."""
    async with calling(loaded.target) as caller:
        yield caller
