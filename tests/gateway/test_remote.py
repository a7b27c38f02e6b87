import asyncio
import csv
import io
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from urllib.parse import urlsplit

import httpx2
import orjson
import pytest

from gateway.client import Ending, RemoteError, Target, Watch, bulk, snapshot

COUNT = 3300


@pytest.mark.anyio
async def test_a_refused_bulk_is_not_sent(gateway_url: str) -> None:
    source, watch = io.BytesIO(b"{}\n" * 2**20), Watch(sent=_unheard, answer=_unheard, failures=1)
    with pytest.raises(RemoteError) as refusal:
        await bulk(Target(gateway_url, tenant="No"), "bulkCreate", source, None, watch)
    assert str(refusal.value).startswith('the gateway answered 400: X-Scope-OrgID: "No" cannot be a tenant')
    assert source.tell() == 0


def _unheard(_told: object) -> None:
    """Nobody listens."""


@asynccontextmanager
async def cutting(gateway_url: str, limit: int) -> AsyncIterator[tuple[str, list[int]]]:
    """An address of the gateway where every connection ends after so many bytes of answers; and their lengths."""
    upstream = urlsplit(gateway_url)
    lengths: list[int] = []
    open_ones: set[asyncio.Task[None] | None] = set()

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        open_ones.add(asyncio.current_task())
        answers, requests = await asyncio.open_connection(upstream.hostname, upstream.port)
        sending = asyncio.create_task(_copied(reader, requests, 2**40))
        # The gateway, too, ends the connection when its client has done so.
        sending.add_done_callback(lambda _done: requests.close())
        lengths.append(await _copied(answers, writer, limit))
        for each in (writer, requests):
            each.transport.abort()
            with suppress(ConnectionError):
                await each.wait_closed()
        await sending

    async with await asyncio.start_server(connected, "127.0.0.1", 0) as server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", lengths
        await asyncio.gather(*(each for each in open_ones if each))


async def _copied(source: asyncio.StreamReader, target: asyncio.StreamWriter, limit: int) -> int:
    count = 0
    with suppress(ConnectionError):
        while count < limit and (chunk := await source.read(min(limit - count, 2**16))):
            target.write(chunk)
            await target.drain()
            count += len(chunk)
    return count


@pytest.fixture
async def many(gateway_url: str, tenant: str) -> list[str]:
    """Ids of more incidents than a few pages hold."""
    ids = [f"i{i}" for i in range(COUNT)]
    made = [{"_meta": {"id": each}, "title": 'two\nlines, "quoted"'} for each in ids]
    async with httpx2.AsyncClient(timeout=60) as client:
        headers = {"X-Scope-OrgID": tenant, "Content-Type": "application/x-ndjson"}
        address = f"{gateway_url}/_im/incidents/bulkCreate?refresh=true"
        (await client.post(address, content=orjson.dumps(made), headers=headers)).raise_for_status()
    return ids


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("as_csv", "limit"), [pytest.param(False, 60_000, id="NDJSON"), pytest.param(True, 20_000, id="CSV")]
)
async def test_an_export_goes_on_after_every_cut(
    as_csv: bool, limit: int, many: list[str], gateway_url: str, tenant: str
) -> None:
    told: list[int] = []
    output = io.BytesIO()
    async with (
        cutting(gateway_url, limit) as (url, lengths),
        snapshot(Target(url, tenant=tenant), {}, as_csv=as_csv, pause=0) as wanted,
    ):
        ending = await wanted.write(output, told.append)
    assert (ending, wanted.total, told[-1]) == (Ending(COUNT), COUNT, COUNT)
    assert len(lengths) > 1
    assert sorted(_ids(output.getvalue().decode(), as_csv)) == sorted(many)


def _ids(content: str, as_csv: bool) -> list[str]:
    if as_csv:
        head, *rows = csv.reader(content.splitlines(keepends=True))
        assert head[:2] == ["_id", "_type"]
        return [row[0] for row in rows]
    return [orjson.loads(line)["_meta"]["id"] for line in content.splitlines()]


@pytest.mark.anyio
async def test_an_export_that_never_gets_through_says_so(many: list[str], gateway_url: str, tenant: str) -> None:
    async with (
        cutting(gateway_url, limit=20_000) as (url, _),
        snapshot(Target(url, tenant=tenant), {}, pause=0) as wanted,
    ):
        ending = await wanted.write(io.BytesIO(), _unheard)
    assert (ending.count, wanted.total) == (0, len(many))
    assert ending.reason is not None
    assert ending.reason.startswith(f"the connection to {url}/_im/incidents/export broke off: ")


@pytest.mark.anyio
async def test_an_export_leaves_no_point_in_time_open(gateway_url: str, tenant: str) -> None:
    target = Target(gateway_url, tenant=tenant)
    async with snapshot(target, {"is_show_aggs": False}) as wanted:
        assert await wanted.write(io.BytesIO(), _unheard) == Ending(0)
    async with httpx2.AsyncClient(timeout=60) as client:
        pits = await client.get(target.at("/incidents/pits"), headers=target.headers())
    assert pits.json()["active_pits"] == 0
