"""A start that waits for its engine."""

import asyncio

import pytest

from gateway.cli.serving import await_engine
from gateway.dialects.settings import load
from gateway.store.usable import EngineUnusable
from tests import faults
from tests.gateway.store.exchanges.peers import until

pytestmark = pytest.mark.anyio


async def test_each_reason_to_wait_is_told_once(opensearch_url: str, caplog: pytest.LogCaptureFixture) -> None:
    async with faults.proxy(opensearch_url) as proxy:
        await proxy.refuse()
        started = asyncio.create_task(await_engine(load(opensearch_url=proxy.url), 60))
        await until(lambda: bool(_told(caplog)))
        proxy.fault = faults.always(503, b"")
        await proxy.listen()
        await until(lambda: len(_told(caplog)) > 1)
        proxy.fault = None
        await started
    cannot = f"waiting: the engine cannot be used: {proxy.url}: "
    assert _told(caplog) == [f"{cannot}connection refused", f"{cannot}it answered 503"]


@pytest.mark.outside
async def test_what_lasts_longer_than_is_waited_ends_the_start() -> None:
    with pytest.raises(EngineUnusable, match=r"http://127\.0\.0\.1:1: connection refused"):
        await await_engine(load(opensearch_url="http://127.0.0.1:1"), 0.3)


def _told(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [each.message for each in caplog.records if each.name == "gateway.serve"]
