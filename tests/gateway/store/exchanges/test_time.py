"""A search is told how long its request has left, and no engine call outlives its request."""

import re

import pytest

from gateway import work
from gateway.dialects.settings import load
from gateway.store import searching
from gateway.store.client import Client
from gateway.store.searching import Scope
from gateway.work.admission import Admission
from queries.criteria import Everything
from queries.searches import Search
from tests.gateway.store.exchanges.peers import peer, saying

pytestmark = [pytest.mark.anyio, pytest.mark.outside]

SHARDS = b'"_shards":{"total":1,"successful":1,"failed":0}'
BODY = b'{"took":1,"timed_out":false,%b,"hits":{"total":{"value":0},"hits":[]}}' % SHARDS
EMPTY = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n%b" % (len(BODY), BODY)
CANCEL = re.compile(rb"cancel_after_time_interval=(\d+)ms")


@pytest.mark.parametrize(
    ("request_seconds", "call_seconds", "most"),
    [
        pytest.param(3, 100, 3000, id="what is left of the request"),
        pytest.param(100, 7, 7000, id="what one call may take"),
    ],
)
async def test_a_search_is_told_how_long_it_may_take(request_seconds: int, call_seconds: int, most: int) -> None:
    async with peer(saying(EMPTY)) as engine:
        client = Client(load(opensearch_url=engine.url, opensearch_timeout=call_seconds))
        with work.under_way(request_seconds, Admission(1, 1)):
            await searching.run(client, Scope("acme", "im-incidents-acme"), Search(Everything(), (), 1))
        await client.close()
    [told] = [CANCEL.findall(head)[0] for head, _ in engine.requests if b"_search" in head]
    assert most - 1000 < int(told) <= most
