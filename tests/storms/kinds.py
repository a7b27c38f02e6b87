"""A kind of request that is meant to hurt, what it may cost, and the raw socket that it is sent on."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from tests.storms import wire
from tests.storms.wire import Connection, Request

MIB = 2**20
PIECE = MIB
WAITING = 60.0


class Wrong(Exception):
    """The gateway did what it must not; the message says what."""


@dataclass(frozen=True, slots=True)
class Target:
    """The gateway that is to be hurt, and by how much of the whole."""

    url: str
    tenant: str
    pid: int
    size: float

    def count(self, whole: int) -> int:
        """So many of the whole kind's number."""
        return max(1, round(whole * self.size))

    def line(self) -> Connection:
        """A new connection."""
        return Connection(self.url, self.tenant)

    async def ask(self, method: str, path: str, body: Any = b"", headers: str = "") -> wire.Answer:
        """The answer to one request on a connection of its own. Raises Unsent, Broken."""
        line = self.line()
        try:
            return await line.ask(Request(method, path, body), headers)
        finally:
            line.close()

    async def status(self, method: str, path: str, body: Any = b"", headers: str = "") -> int:
        """The status that one request is answered with; 0 where the connection was ended."""
        with suppress(wire.Broken):
            return (await self.ask(method, path, body, headers)).status
        return 0

    async def patiently(self, request: Request) -> int:
        """The status of a request that may take long; 0 where the connection was ended."""
        line = self.line()
        try:
            return (await line.ask(request, patience=WAITING)).status
        except wire.Broken:
            return 0
        finally:
            line.close()

    async def send(self, pieces: Iterable[bytes]) -> int:
        """The status that raw bytes are answered with, as many of them as are taken."""
        line = self.line()
        reader, writer = await line.opened()
        answer = asyncio.ensure_future(wire.answered(reader))
        try:
            with suppress(OSError):
                for piece in pieces:
                    writer.write(piece)
                    await writer.drain()
                    if answer.done():
                        break
            return (await answer).status
        except (OSError, EOFError, ValueError):
            return 0
        finally:
            answer.cancel()
            line.close()


REFUSED = frozenset({400, 413})
AT_ONCE = 8

Make = Callable[[Target], Awaitable[Sequence[int]]]
"""Does something to a gateway; the statuses that it was answered with, 0 where the connection was ended."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of request in its worst form, and what that may cost: seconds of the processor, mebibytes, a neighbour's
    milliseconds.
    """

    kind: str
    name: str
    make: Make
    statuses: frozenset[int] = REFUSED
    cpu: float = 0.2
    memory: float = 64
    stall: float = 50
    settings: Mapping[str, Any] = field(default_factory=dict)
    """Of the gateway that it is made for, where it has one of its own."""


def one(method: str, path: str, body: Callable[[Target], Any], headers: str = "") -> Make:
    """A single request; the body is made for the size."""

    async def make(target: Target) -> Sequence[int]:
        return [await target.status(method, path, body(target), headers)]

    return make


def at_once(make: Make) -> Make:
    """The same by eight at once."""

    async def makes(target: Target) -> Sequence[int]:
        return [status for each in await asyncio.gather(*(make(target) for _ in range(AT_ONCE))) for status in each]

    return makes


def repeated(piece: bytes, size: int) -> Iterable[bytes]:
    """So many bytes of the same, in pieces that a socket takes."""
    whole = piece * max(1, PIECE // len(piece))
    for _ in range(max(1, size // len(whole))):
        yield whole


def array(item: Any, size: int) -> bytes:
    """A JSON array of so many bytes, all of the same item."""
    text = json.dumps(item, separators=(",", ":"))
    return f"[{','.join([text] * max(1, size // (len(text) + 1)))}]".encode()


def keys(count: int, length: int = 8) -> bytes:
    """A JSON object of so many names, none of which anything has."""
    names = (f"{number:x}".rjust(length, "k") for number in range(count))
    return f"{{{','.join(f'{json.dumps(name)}:1' for name in names)}}}".encode()
