"""A proxy between gateway and engine that answers as the engine does, or with a fault of choice."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from itertools import count
from random import Random
from typing import Any

import httpx2

JSON = "application/json; charset=UTF-8"


@dataclass(frozen=True, slots=True)
class Request:
    """What the gateway sent."""

    method: str
    target: str
    body: bytes
    content_type: str

    @property
    def path(self) -> str:
        """The target without its parameters."""
        return self.target.partition("?")[0]


@dataclass(frozen=True, slots=True)
class Answer:
    """What the gateway gets; `length` is what the head says of the body, `pause` the seconds between its bytes."""

    status: int
    body: bytes
    content_type: str = JSON
    length: int | None = None
    pause: float = 0


Forward = Callable[[], Awaitable[Answer]]
Send = Callable[[Answer], Awaitable[None]]
Act = Callable[[], Awaitable[object]]
Fault = Callable[[Forward, Send], Awaitable[bool]]
"""Answers in the engine's place; False breaks the connection."""


@dataclass(slots=True)
class Proxy:
    """A proxy that runs; with a `fault`, that is what requests get for which `hits` holds."""

    client: httpx2.AsyncClient
    port: int = 0
    fault: Fault | None = None
    hits: Callable[[Request], bool] = field(default=lambda request: True)
    _server: asyncio.Server | None = None
    _open: set[asyncio.Task[None]] = field(default_factory=set)

    @property
    def url(self) -> str:
        """Where it listens, whether or not it does just now."""
        return f"http://127.0.0.1:{self.port}"

    async def listen(self) -> None:
        """Takes connections, on the same port as before."""
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def refuse(self) -> None:
        """Takes no connection, and breaks those there are."""
        assert self._server
        self._server.close()
        for each in self._open:
            each.cancel()
        await asyncio.gather(*self._open, return_exceptions=True)
        await self._server.wait_closed()

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task
        self._open.add(task)
        try:
            with suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
                while await self._exchange(reader, writer):
                    pass
        finally:
            self._open.discard(task)
            writer.transport.abort()

    async def _exchange(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        request = await _read(reader)

        async def forward() -> Answer:
            headers = {"content-type": request.content_type} if request.body else {}
            reply = await self.client.request(request.method, request.target, content=request.body, headers=headers)
            return Answer(reply.status_code, reply.content, reply.headers.get("content-type", JSON))

        async def send(answer: Answer) -> None:
            length = len(answer.body) if answer.length is None else answer.length
            headers = f"content-type: {answer.content_type}\r\ncontent-length: {length}"
            writer.write(f"HTTP/1.1 {answer.status} -\r\n{headers}\r\n\r\n".encode())
            for piece in [bytes([each]) for each in answer.body] if answer.pause else [answer.body]:
                writer.write(piece)
                await writer.drain()
                await asyncio.sleep(answer.pause)

        fault = self.fault if self.fault and self.hits(request) else nothing
        return await fault(forward, send)


@asynccontextmanager
async def proxy(engine: str) -> AsyncIterator[Proxy]:
    """A proxy before the engine, without a fault yet."""
    async with httpx2.AsyncClient(base_url=engine, timeout=60) as client:
        found = Proxy(client)
        await found.listen()
        try:
            yield found
        finally:
            await found.refuse()


async def _read(reader: asyncio.StreamReader) -> Request:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    first, *lines = head.split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    method, target, _ = first.split(" ")
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    return Request(method, target, body, headers.get("content-type", ""))


async def nothing(forward: Forward, send: Send) -> bool:
    """No fault: the engine's own answer."""
    await send(await forward())
    return True


async def dropped(forward: Forward, send: Send) -> bool:
    """The engine never hears of it, and the connection breaks."""
    return False


async def lost(forward: Forward, send: Send) -> bool:
    """The engine does it, and the connection breaks before it can say so."""
    await forward()
    return False


def meanwhile(act: Act, *, first: bool = False) -> Fault:
    """No fault, but something else that happens once: `first`, or when the engine is done and before it says so."""
    acts = [act]

    async def fault(forward: Forward, send: Send) -> bool:
        due = acts.pop() if acts else None
        if due and first:
            await due()
        answer = await forward()
        if due and not first:
            await due()
        await send(answer)
        return True

    return fault


async def cut(forward: Forward, send: Send) -> bool:
    """The connection breaks in the middle of the body."""
    answer = await forward()
    await send(replace(answer, body=answer.body[: len(answer.body) // 2], length=len(answer.body)))
    return False


async def silent(forward: Forward, send: Send) -> bool:
    """No answer ever comes."""
    await asyncio.Event().wait()
    return False


def held(until: asyncio.Event) -> Fault:
    """The engine's own answer, once that has happened."""

    async def fault(forward: Forward, send: Send) -> bool:
        await until.wait()
        return await nothing(forward, send)

    return fault


async def dripping(forward: Forward, send: Send) -> bool:
    """The body comes a byte at a time, and would take minutes."""
    await send(replace(await forward(), pause=0.1))
    return True


async def truncated(forward: Forward, send: Send) -> bool:
    """Half the JSON, as if that were all."""
    answer = await forward()
    await send(replace(answer, body=answer.body[: len(answer.body) // 2]))
    return True


def always(status: int, body: bytes, content_type: str = JSON) -> Fault:
    """The same answer to everything; the engine never hears of it."""

    async def fault(forward: Forward, send: Send) -> bool:
        await send(Answer(status, body, content_type))
        return True

    return fault


def failing(status: int, kind: str) -> Fault:
    """The engine's own way to say that it cannot."""
    error = {"type": kind, "reason": "for the test"}
    return always(status, json.dumps({"error": {"root_cause": [error], **error}, "status": status}).encode())


def claiming(claims: Mapping[str, Any]) -> Fault:
    """The engine's answer, saying these words of itself where it says anything by their names."""

    async def fault(forward: Forward, send: Send) -> bool:
        answer = await forward()
        said = json.loads(answer.body)
        changed = {name: value for name, value in claims.items() if isinstance(said, dict) and name in said}
        await send(replace(answer, body=json.dumps(said | changed).encode()) if changed else answer)
        return True

    return fault


def sometimes(fault: Fault, share: float) -> Fault:
    """The fault, for a share of all requests."""
    chance = Random(1)

    async def now_and_then(forward: Forward, send: Send) -> bool:
        return await (fault if chance.random() < share else nothing)(forward, send)

    return now_and_then


def after(requests: int, fault: Fault) -> Fault:
    """The fault, once so many requests have gone through."""
    numbers = count()

    async def from_then_on(forward: Forward, send: Send) -> bool:
        return await (nothing if next(numbers) < requests else fault)(forward, send)

    return from_then_on
