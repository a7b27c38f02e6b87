"""Many writes, sent in parts, each with its outcome in the order of the writes."""

from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator, Iterable, Mapping, Sequence
from typing import Any

import orjson

from gateway.client import results
from gateway.client.attempts import Asking
from gateway.client.connection import Lost
from gateway.client.results import Outcome

_LINES, _BYTES = 1000, 4 * 2**20
_NOT_DONE = frozenset({429, 503})

Rows = Iterable[Mapping[str, Any]] | AsyncIterable[Mapping[str, Any]]


async def outcomes(asking: Asking, action: str, rows: Rows, refresh: str) -> AsyncGenerator[Outcome, None]:
    """What became of each row, each a line of the bulk body. Raises RemoteError."""
    async for part in _parts(rows):
        for each in await _done(asking, action, part, refresh):
            yield each


async def _done(asking: Asking, action: str, lines: Sequence[bytes], refresh: str) -> list[Outcome]:
    """The outcomes of a part, once what was not done for a while has been tried again."""
    result: dict[int, Outcome] = {}
    pending, failures = list(range(len(lines))), 0
    while pending:
        body = b"\n".join(lines[at] for at in pending) + b"\n"
        answer = await asking.ask("POST", f"/incidents/{action}", body, params={"refresh": refresh})
        items = [results.outcome(next(iter(item.values()))) for item in answer["items"]]
        result |= dict(zip(pending, items, strict=True))
        pending = [at for at in pending if result[at].status in _NOT_DONE]
        failures += 1
        if pending and failures < asking.retries.tries:
            await asking.retries.rest(failures, Lost("some were not done"))
        elif pending:
            break
    return [result[at] for at in range(len(lines))]


async def _parts(rows: Rows) -> AsyncIterator[list[bytes]]:
    part, size = list[bytes](), 0
    async for row in _each(rows):
        line = orjson.dumps(row)
        part.append(line)
        size += len(line)
        if len(part) == _LINES or size > _BYTES:
            yield part
            part, size = [], 0
    if part:
        yield part


async def _each(rows: Rows) -> AsyncIterator[Mapping[str, Any]]:
    if isinstance(rows, AsyncIterable):
        async for row in rows:
            yield row
    else:
        for row in rows:
            yield row
