"""Many writes, sent in parts, each with its outcome in the order of the writes."""

from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from gateway.client import results
from gateway.client.attempts import Asking
from gateway.client.bodies import encoded
from gateway.client.connection import Lost, RemoteError
from gateway.client.results import Json, Outcome

_LINES, _BYTES = 1000, 4 * 2**20
_NOT_DONE = frozenset({429, 503})

Row = Mapping[str, Any]
Rows = Iterable[Row] | AsyncIterable[Row]


async def outcomes(asking: Asking, action: str, rows: Rows, refresh: str) -> AsyncGenerator[Outcome, None]:
    """What became of each row, each a line of the bulk body. Raises RemoteError."""
    async for part in _parts(rows):
        for outcome in await done(asking, action, part, refresh):
            yield outcome


async def done(asking: Asking, action: str, lines: Sequence[bytes], refresh: str) -> list[Outcome]:
    """The outcomes of a part, once what was not done for a while has been tried again. Raises RemoteError."""
    result: dict[int, Outcome] = {}
    pending, failures = list(range(len(lines))), 0
    while pending:
        body = b"\n".join(lines[at] for at in pending) + b"\n"
        answer = await asking.ask("POST", f"/incidents/{action}", body, params={"refresh": refresh})
        result |= dict(zip(pending, _told(answer, len(pending)), strict=True))
        pending = [at for at in pending if result[at].status in _NOT_DONE]
        failures += 1
        if pending and failures < asking.retries.tries:
            await asking.retries.rest(failures, Lost("some were not done"))
        elif pending:
            break
    return [result[at] for at in range(len(lines))]


def _told(answer: Json, count: int) -> list[Outcome]:
    outcomes = [results.outcome(next(iter(item.values()))) for item in answer["items"]]
    if len(outcomes) != count:
        raise RemoteError(f"the gateway told of {len(outcomes)} of {count} items; all may have been done")
    return outcomes


def parts(rows: Iterable[Row]) -> Iterator[list[bytes]]:
    """The rows as lines, so many as are sent together."""
    part = _Part()
    for row in rows:
        part.add(row)
        if part.is_full:
            yield part.taken()
    if part.lines:
        yield part.taken()


async def _parts(rows: Rows) -> AsyncIterator[list[bytes]]:
    if isinstance(rows, AsyncIterable):
        part = _Part()
        async for row in rows:
            part.add(row)
            if part.is_full:
                yield part.taken()
        if part.lines:
            yield part.taken()
    else:
        for lines in parts(rows):
            yield lines


@dataclass(slots=True)
class _Part:
    """Lines that are sent together."""

    lines: list[bytes] = field(default_factory=list)
    size: int = 0

    @property
    def is_full(self) -> bool:
        return len(self.lines) == _LINES or self.size > _BYTES

    def add(self, row: Row) -> None:
        # With `_meta` it is never taken for an action line, whatever its fields are called.
        line = encoded({"_meta": {}, **row})
        self.lines.append(line)
        self.size += len(line)

    def taken(self) -> list[bytes]:
        lines, self.lines, self.size = self.lines, [], 0
        return lines
