"""The answer to a bulk: an item for each change, kept aside until the whole body is read."""

import tempfile
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from typing import IO, Any

import orjson
from starlette.concurrency import run_in_threadpool
from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from gateway import wire
from gateway.dialects.im.bulk_body import Item
from gateway.incidents.writing.outcomes import Outcome
from gateway.problems import Problem, problem
from gateway.telemetry import BULK_ITEMS

_IN_MEMORY = 4 * 2**20
_FREE, _TIMES = 2**20, 16
"""So many bytes an answer may have whatever it is for; more, if they are not so many times those of its items."""

_STATUS = {"created": 201, "updated": 200, "noop": 200, "deleted": 200}


class Answer:
    """The items of the answer, on disk once they are many."""

    def __init__(self, action: str) -> None:
        self.count, self._size, self._errors, self._action = 0, 0, False, action
        self._file: IO[bytes] = tempfile.SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115

    def is_out_of_proportion(self, read: int) -> bool:
        """Whether it has too many bytes for the items that were read, which had so many."""
        return self._size > _FREE + _TIMES * read

    async def add(self, part: Sequence[Item], outcomes: Sequence[Outcome]) -> None:
        """Takes the outcomes of a slice, in its order."""
        rows = [_row(item, outcome) for item, outcome in zip(part, outcomes, strict=True)]
        self._errors = self._errors or any("error" in row for row in rows)
        for status, times in Counter(row["status"] for row in rows).items():
            BULK_ITEMS.labels(self._action, status).inc(times)
        lines = orjson.dumps([{self._action: row} for row in rows])[1:-1]
        await run_in_threadpool(self._file.write, b"," + lines if self.count else lines)
        self.count += len(rows)
        self._size += len(lines)

    async def chunks(self, took: int) -> AsyncIterator[bytes]:
        """The whole answer."""
        yield b'{"took":%d,"errors":%b,"items":[' % (took, orjson.dumps(self._errors))
        self._file.seek(0)
        while chunk := await run_in_threadpool(self._file.read, 2**18):
            yield chunk
        yield b"]}"

    def close(self) -> None:
        """Gives up the answer."""
        self._file.close()

    # Where something fails between the answer and its sending, nobody else is left who knows of the file.
    __del__ = close


class Answered(StreamingResponse):
    """The answer on its way; however it ends, and where it never begins, it leaves no file open."""

    def __init__(self, answer: Answer, took: int) -> None:
        super().__init__(answer.chunks(took), media_type=wire.JSON)
        self._answer = answer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Sends the items."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._answer.close()


def _row(item: Item, outcome: Outcome) -> dict[str, Any]:
    if outcome.error is None:
        status = _STATUS[str(outcome.result)]
        version = {} if outcome.version is None else {"version": outcome.version}
        return {"_id": outcome.id, "status": status, "result": outcome.result, **version}
    refusal: Problem = problem(outcome.error)
    where = refusal.where if item.error is not None or refusal.where is None else f"line {item.line}.{refusal.where}"
    error = {"type": refusal.kind, "reason": refusal.reason, "where": where or f"line {item.line}"}
    return {"_id": outcome.id, "status": refusal.status, "error": error}
