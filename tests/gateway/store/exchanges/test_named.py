"""What the engine hears of the request for which it is asked."""

import pytest

from gateway import logs
from gateway.dialects.settings import Settings
from gateway.store.client import Client
from tests.gateway.store.exchanges.peers import FINE, peer, saying

pytestmark = [pytest.mark.anyio, pytest.mark.outside]


@pytest.mark.parametrize(
    ("request_id", "lines"),
    [
        pytest.param("5f0c", [b"x-opaque-id: 5f0c"], id="the id of a request"),
        pytest.param(None, [], id="nothing where there is none"),
    ],
)
async def test_the_engine_hears_the_id_of_the_request(request_id: str | None, lines: list[bytes]) -> None:
    async with peer(saying(FINE)) as host:
        client = Client(Settings(opensearch_url=host.url))
        before = logs.request_id.set(request_id)
        try:
            await client.call("GET", "/")
        finally:
            logs.request_id.reset(before)
            await client.close()
        [(head, _)] = host.requests
        assert [line for line in head.split(b"\r\n") if line.lower().startswith(b"x-opaque-id")] == lines
