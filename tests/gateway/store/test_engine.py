"""The way to a real engine."""

import asyncio
import random
import uuid
from collections.abc import AsyncIterator, Iterator

import httpx2
import orjson
import pytest

from gateway.store.exchange import EngineRequest, TimedOutWaiting
from gateway.store.hosts import Hosts
from tests.gateway.store.peers import ask, opened

pytestmark = pytest.mark.anyio

COUNT = 5000
LINES = b"".join(b'{"create":{"_id":"%d"}}\n{"key":"%05d%b"}\n' % (i, i, b"ab" * 500) for i in range(COUNT))
MAPPING = b'{"settings":{"number_of_replicas":0},"mappings":{"properties":{"key":{"type":"keyword"}}}}'
JSON = {"content-type": "application/json"}


def slow() -> bytes:
    """A search that costs the engine many seconds, and that it has not seen before."""
    wildcards = [{"wildcard": {"key": f"*{random.random()}*b*a*c*"}} for _ in range(500)]
    return orjson.dumps({"size": 0, "query": {"bool": {"should": wildcards}}})


@pytest.fixture(scope="module")
def index(opensearch_url: str) -> Iterator[bytes]:
    """An index of its own, with many small documents."""
    name = f"exchange-{uuid.uuid4().hex}"
    with httpx2.Client(base_url=opensearch_url, headers=JSON, timeout=60) as client:
        client.put(f"/{name}", content=MAPPING).raise_for_status()
        client.post(f"/{name}/_bulk?refresh=true", content=LINES).raise_for_status()
        yield name.encode()
        client.delete(f"/{name}*").raise_for_status()


@pytest.fixture
async def engine(opensearch_url: str) -> AsyncIterator[Hosts]:
    """The way to the engine."""
    async with opened(opensearch_url) as hosts:
        yield hosts


async def test_it_answers_as_it_would_answer_anybody(engine: Hosts, index: bytes) -> None:
    search = EngineRequest("POST", b"/%b/_search?filter_path=hits.total.value" % index, b'{"size":0}', write=False)
    source = EngineRequest("GET", b"/%b/_source/7" % index, None, write=False)
    replies = [await ask(engine, request) for request in (search, source)]
    assert [(reply.status, reply.body) for reply in replies] == [
        (200, b'{"hits":{"total":{"value":5000}}}'),
        (200, b'{"key":"00007%b"}' % (b"ab" * 500)),
    ]
    heads = [EngineRequest("HEAD", b"/" + name, None, write=False) for name in (index, index + b"-no")]
    again = EngineRequest("PUT", b"/%b/_create/7" % index, b"{}", write=True)
    assert [(await ask(engine, request)).status for request in (*heads, again)] == [200, 404, 409]


async def test_megabytes_go_out_and_come_back(engine: Hosts, index: bytes) -> None:
    other = b"%b-%b" % (index, uuid.uuid4().hex.encode())
    lines = b"".join(b'{"create":{}}\n{"text":"%04000d"}\n' % i for i in range(1000))
    bulk = await ask(engine, EngineRequest("POST", b"/%b/_bulk?refresh=true" % other, lines, write=True))
    page = await ask(engine, EngineRequest("POST", b"/%b/_search" % other, b'{"size":1000}', write=False))
    assert [orjson.loads(bulk.body)["errors"], len(orjson.loads(page.body)["hits"]["hits"])] == [False, 1000]
    assert min(len(lines), len(page.body)) > 4_000_000


async def searches(engine: Hosts, index: bytes) -> tuple[int, int]:
    """How many are under way, and how many were finished."""
    reply = await ask(engine, EngineRequest("GET", b"/%b/_stats/search" % index, None, write=False))
    counts = orjson.loads(reply.body)["_all"]["total"]["search"]
    return counts["query_current"], counts["query_total"]


@pytest.mark.parametrize(
    ("seconds", "error"),
    [
        pytest.param(60, asyncio.CancelledError, id="because its caller left"),
        pytest.param(1, TimedOutWaiting, id="because its time was up"),
    ],
)
async def test_the_engine_stops_a_search_that_nobody_waits_for(
    engine: Hosts, index: bytes, seconds: float, error: type[BaseException]
) -> None:
    _, finished = await searches(engine, index)
    request = EngineRequest("POST", b"/%b/_search" % index, slow(), write=False)
    task = asyncio.create_task(ask(engine, request, seconds))
    while not task.done() and await searches(engine, index) == (0, finished):
        await asyncio.sleep(0.01)
    if error is asyncio.CancelledError:
        task.cancel()
    with pytest.raises(error):
        await task
    while (await searches(engine, index))[0]:
        await asyncio.sleep(0.01)
    assert await searches(engine, index) == (0, finished)
