"""A small application for the edge to stand before, and itself as a program: `python -m tests.gateway.serving.tiny`."""

import asyncio
import json
import os
import signal
import socket
import sys
from collections import defaultdict
from contextlib import suppress
from typing import Any

from gateway import logs
from gateway.serving.configuration import configuration
from gateway.serving.faults import Fault
from gateway.serving.server import Server, Supervisor
from gateway.sources import load
from gateway.wire import ALONE


class Tiny:
    """Tells of each request what came of it.

    `/stream` has no length, `/large` is more than a client that does not read can be sent. `/early` answers before it
    reads, `/sleep/<seconds>` later, `/wait/<gate>` once `/open/<gate>` was asked for; `/hold/<gate>` does not even read
    before that.
    """

    def __init__(self) -> None:
        self.gates: dict[str, asyncio.Event] = defaultdict(asyncio.Event)
        self.seen: list[str] = []

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
            return
        self.seen.append(scope["path"])
        _, kind, *rest = f"{scope['path']}/".split("/")
        if kind == "hold":
            await self.gates[rest[0]].wait()
        body = b"" if kind == "early" else await _body(receive)
        if body is None:
            self.seen.append("gone")
            return
        if kind == "open":
            self.gates[rest[0]].set()
        if kind == "wait":
            await self.gates[rest[0]].wait()
        if kind == "sleep":
            await asyncio.sleep(float(rest[0]))
        if kind == "stream":
            await _stream(send)
        else:
            await _answer(send, b"x" * 2**26 if kind == "large" else _told(scope, body))

    async def _live(self, receive: Any, send: Any) -> None:
        while True:
            message = await receive()
            await send({"type": f"{message['type']}.complete"})
            if message["type"] == "lifespan.shutdown":
                return


def _told(scope: Any, body: bytes) -> bytes:
    told = {name: scope[name] for name in ("method", "path", "http_version", "scheme", "client")}
    headers = [[name.decode("latin-1"), value.decode("latin-1")] for name, value in scope["headers"]]
    sent = {"query": scope["query_string"].decode(), "headers": headers, "body": body[:1000].decode("latin-1")}
    alone = scope["extensions"][ALONE]["ask"]()
    return json.dumps(told | sent | {"length": len(body), "process": os.getpid(), "alone": alone}).encode()


async def _body(receive: Any) -> bytes | None:
    """The whole body; None if the client was gone before it was whole."""
    body, more = bytearray(), True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        body += message["body"]
        more = message["more_body"]
    return bytes(body)


async def _answer(send: Any, body: bytes) -> None:
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def _stream(send: Any) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})
    for each in (b"one,", b"", b"two,", b"three"):
        await send({"type": "http.response.body", "body": each, "more_body": True})
    await send({"type": "http.response.body", "body": b""})


def make() -> Tiny:
    """The application, for a worker."""
    logs.configure(load())
    return Tiny()


def refusal(fault: Fault, path: str) -> tuple[list[tuple[bytes, bytes]], bytes]:
    """What is told where no dialect is."""
    return [(b"content-length", b"0"), (b"x-fault", fault.name.encode())], b""


def main() -> None:
    """Serves until it is told to stop, in as many processes as the settings say; says where on standard output."""
    settings = load()
    logs.configure(settings)
    with socket.create_server(("127.0.0.1", 0), backlog=2048) as listener:
        sys.stdout.write(f"{listener.getsockname()[1]}\n")
        sys.stdout.flush()
        config = configuration("tests.gateway.serving.tiny:make", settings, refusal, factory=True)
        if settings.workers > 1:
            Supervisor(config, [listener]).run()
        else:
            signal.signal(signal.SIGTERM, signal.default_int_handler)
            with suppress(KeyboardInterrupt):
                Server(config).run([listener])


if __name__ == "__main__":
    main()
