"""What a run of the benchmarks leaves behind in an engine that was given: nothing, however it ends."""

import uuid
from contextlib import suppress

import httpx2
import pytest

from benchmarks.__main__ import tenant_of
from benchmarks.bench import raw
from gateway.store.names import events_of, incidents_of

NAMES = (incidents_of, events_of)


class Stopped(Exception):
    """What ends a run before its time."""


@pytest.mark.parametrize(
    "end", [pytest.param(None, id="to the end"), pytest.param(Stopped(), id="stopped between two benchmarks")]
)
def test_nothing_of_the_tenant_stays_behind(opensearch_url: str, end: Exception | None) -> None:
    entry = f"{opensearch_url}/im-registry/_doc/bench-{uuid.uuid4().hex}"
    with httpx2.Client(timeout=60) as engine:
        with suppress(Stopped), tenant_of(opensearch_url) as tenant:
            indices = [f"{opensearch_url}/{name(each)}" for each in (tenant, raw(tenant)) for name in NAMES]
            for each in indices:
                engine.put(each).raise_for_status()
            engine.put(entry, json={"kind": "environments", "tenant": tenant}).raise_for_status()
            if end:
                raise end
        assert [engine.get(each).status_code for each in [*indices, entry]] == [404] * 5
