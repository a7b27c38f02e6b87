"""An export that survives a broken connection: one snapshot, gone on with after the last whole page that came."""

import asyncio
import csv
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any, BinaryIO

import aiohttp
import orjson

from gateway.client.connection import Lost, RemoteError, Target, answered, session

_TRIES = 6
_PASSING = frozenset({"unavailable", "stopping", "timed_out", "too_many_requests"})

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Ending:
    """How many documents were written, and what kept it from being all of them."""

    count: int
    reason: str | None = None


@asynccontextmanager
async def snapshot(
    target: Target, query: Mapping[str, Any], *, as_csv: bool = False, pause: float = 0.5
) -> AsyncIterator["Snapshot"]:
    """The documents that the filters ask for, as they are now. Raises RemoteError.

    `pause` is in seconds; what broke off is gone on with after so long, and after longer each time it does so again.
    """
    async with session(target) as client:
        pit = await _pit(client, target, query)
        body = {**query, "pit": pit}
        try:
            yield Snapshot(client, target, body, await _total(client, target, body), as_csv, pause)
        finally:
            with suppress(RemoteError):
                async with answered(client, "DELETE", target.at("/incidents/pit"), json={"id": pit}):
                    pass


async def _pit(client: aiohttp.ClientSession, target: Target, query: Mapping[str, Any]) -> str:
    scope = {"is_show_aggs": "true" if query.get("is_show_aggs", True) else "false"}
    async with answered(client, "GET", target.at("/incidents/pit"), params=scope) as response:
        pit: str = (await response.json())["id"]
        return pit


async def _total(client: aiohttp.ClientSession, target: Target, body: Json) -> int:
    counted = {**body, "size": 0, "with_total_docs": True}
    async with answered(client, "POST", target.at("/incidents_full_types"), json=counted) as response:
        total: int = (await response.json())["total_docs"]
        return total


@dataclass(slots=True)
class Snapshot:
    """Documents of one moment, how many they are, and how far they have been written."""

    client: aiohttp.ClientSession
    target: Target
    body: Json
    total: int
    as_csv: bool
    pause: float
    written: int = 0
    after: str | None = None

    async def write(self, output: BinaryIO, reached: Callable[[int], None]) -> Ending:
        """Writes every document; `reached` is told how many there are so far."""
        failures = 0
        while True:
            before = self.written
            try:
                await self._stream(output, reached)
            except Lost as error:
                failures = 1 if self.written > before else failures + 1
                if failures == _TRIES:
                    return Ending(self.written, str(error))
                await asyncio.sleep(self.pause * 2**failures)
            except RemoteError as error:
                return Ending(self.written, str(error))
            else:
                return Ending(self.written)

    async def _stream(self, output: BinaryIO, reached: Callable[[int], None]) -> None:
        """Goes on until all is written. Raises Lost where it may be tried again, RemoteError where it may not."""
        form = "csv" if self.as_csv else "ndjson"
        query = {**self.body, "format": form, "checkpoints": True}
        if self.after is not None:
            query["after"] = self.after
        start, head = self.written, self.as_csv and self.after is not None
        async with answered(self.client, "POST", self.target.at("/incidents/export"), json=query) as response:
            async for rows, status in _pages(response.content.iter_any(), self.as_csv):
                output.writelines(rows[1:] if head else rows)
                head = False
                self.written = start + status["count"]
                reached(self.written)
                if status["complete"]:
                    return
                self.after = status["next"]
                _require_no_error(status)
        raise Lost("the export broke off")


def _require_no_error(status: Json) -> None:
    error = status.get("error")
    if error is not None:
        kind = Lost if error["type"] in _PASSING else RemoteError
        raise kind(f"the gateway stopped: {error['reason']}")


async def _pages(chunks: AsyncIterator[bytes], as_csv: bool) -> AsyncIterator[tuple[list[bytes], Json]]:
    """The rows up to each status line, and what it says; rows without one behind them are not whole."""
    rows: list[bytes] = []
    async for record in _records(chunks, as_csv):
        status = _status(record, as_csv)
        if status is None:
            rows.append(record)
        else:
            yield rows, status
            rows = []


async def _records(chunks: AsyncIterator[bytes], as_csv: bool) -> AsyncIterator[bytes]:
    record = rest = b""
    async for chunk in chunks:
        *lines, rest = (rest + chunk).split(b"\n")
        for line in lines:
            record += line + b"\n"
            # Within quotes a line break is part of a cell.
            if not as_csv or record.count(b'"') % 2 == 0:
                yield record
                record = b""


def _status(record: bytes, as_csv: bool) -> Json | None:
    if not record.startswith(b'_status,"{' if as_csv else b'{"_status":'):
        return None
    text = next(csv.reader([record.decode()]))[1] if as_csv else record
    status: Json = orjson.loads(text)
    return status if as_csv else status["_status"]
