"""The short form of each storm that the product stands; `scripts/torture` rages the whole ones."""

import pytest

from tests.storms import hostile
from tests.storms.gateways import serving
from tests.storms.report import failures
from tests.storms.run import Run
from tests.storms.table import STORMS

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(240)]

SIZES = {
    "calm": 0.02,
    "rolling": 0.03,
    "feed": 0.05,
    "filtered": 0.02,
    "repeats": 0.1,
    "overload": 0.05,
    "stopping": 0.05,
}
"""By how much of the whole storm its short form is."""


@pytest.mark.parametrize("name", SIZES)
async def test_every_promise_holds_in(name: str, opensearch_url: str, tenant: str) -> None:
    run = Run(size=SIZES[name], url=opensearch_url, tenant=tenant)
    rows = [row async for row in STORMS[name](run)]
    assert failures(rows) == []


HARMLESS = {
    "ids of 4 kB",
    "a field of a thousand stars",
    "5,000 parentheses in a query string",
    "BPQL of 490 negations, 990 parentheses",
    "arrays 100,000 deep",
    "a name of 300 kB",
    "64 names of 60 kB",
    "a bulk line that grows by bytes",
    "a body that is said to be compressed",
    "a gigabyte in a megabyte of gzip",
    "an incident with an array of 9 MB",
    "700,000 unknown keys, four dialects",
    "9 MB of empty objects, four dialects",
    "9 MB of empty alerts for no incident",
    "200,000 services",
    "100,000 bad lines, to each of three",
}
"""The kinds of hostile requests that stay within their bounds."""
SIZE = 0.1


async def test_a_hostile_request_costs_no_more_than_its_bounds(opensearch_url: str, tenant: str) -> None:
    """A neighbour's worst page is for `scripts/torture`: here it is the machine's as much as the gateway's."""
    kinds = [kind for kind in hostile.KINDS if kind.name in HARMLESS]
    assert {kind.name for kind in kinds} == HARMLESS
    async with serving(opensearch_url) as gateway:
        run = Run(size=SIZE, tenant=tenant)
        told = [(kind, cost) async for kind, cost in hostile.costs(kinds, run, gateway)]
    beyond = [hostile.judged(*each) for each in told if set(hostile.over(*each)) - {"stall"}]
    assert beyond == []
