"""Bulk changes and bulk creation from a file or a pipe, however long: sent as it is read, judged as it is answered."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any, BinaryIO, Literal

import aiohttp
import ijson

from gateway.client.connection import RemoteError, Target, answered, session

Action = Literal["bulkUpdate", "bulkCreate", "bulkDelete"]

_CHUNK = 2**18


@dataclass(slots=True)
class Summary:
    """What became of the items: how many had which status, and the first that failed, as the gateway told them."""

    statuses: Counter[int] = field(default_factory=Counter)
    failures: list[dict[str, Any]] = field(default_factory=list)
    failed: int = 0


@dataclass(frozen=True, slots=True)
class Watch:
    """Who is told of the bytes sent so far, who is given the answer as it comes, and how many failures are kept."""

    sent: Callable[[int], None]
    answer: Callable[[bytes], None]
    failures: int


async def bulk(target: Target, action: Action, source: BinaryIO, size: int | None, watch: Watch) -> Summary:
    """Sends the source, of the size if it is known, as the body. Raises RemoteError where it was not answered whole."""
    headers = {"Content-Type": "application/x-ndjson"}
    if size is not None:
        headers["Content-Length"] = str(size)
    body, address = _chunks(source, watch.sent), target.at(f"/incidents/{action}")
    # The gateway can refuse before the body is sent.
    async with session(target) as client, answered(
        client, "POST", address, data=body, headers=headers, expect100=True
    ) as response:  # fmt: skip
        return await _judged(response, watch)


async def _chunks(source: BinaryIO, sent: Callable[[int], None]) -> AsyncIterator[bytes]:
    count = 0
    while chunk := await asyncio.to_thread(source.read, _CHUNK):
        yield chunk
        count += len(chunk)
        sent(count)


async def _judged(response: aiohttp.ClientResponse, watch: Watch) -> Summary:
    summary, answer = Summary(), _Overheard(response.content, watch.answer)
    try:
        async for item in ijson.items_async(answer, "items.item", use_float=True):
            [outcome] = item.values()
            summary.statuses[outcome["status"]] += 1
            if "error" in outcome:
                summary.failed += 1
                if len(summary.failures) < watch.failures:
                    summary.failures.append(outcome)
    except ijson.JSONError as error:
        raise RemoteError("the gateway's answer broke off; what was sent may have been applied") from error
    return summary


class _Overheard:
    """A stream that somebody else is given too, as the file that a JSON parser reads from."""

    def __init__(self, stream: aiohttp.StreamReader, heard: Callable[[bytes], None]) -> None:
        self._stream, self._heard = stream, heard

    async def read(self, size: int) -> bytes:
        """The next bytes."""
        chunk = await self._stream.read(size)
        # Of an answer that is compressed a part may unpack to nothing yet, which is not its end.
        while size and not chunk and not self._stream.at_eof():
            chunk = await self._stream.read(size)
        self._heard(chunk)
        return chunk
