"""Raw bytes to a server and back, and what a server's process has used."""

import json
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Address = tuple[str, int]
Connect = Callable[[Address], AbstractContextManager[socket.socket]]

HOST = b"Host: gateway\r\n"
PATIENCE = 30
"""Seconds after which a test gives up waiting for bytes; none waits for them to pass."""


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer as it came."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)


@contextmanager
def connected(address: Address, buffer: int | None = None) -> Iterator[socket.socket]:
    """A connection; one that holds only so many bytes that have come, if any."""
    with socket.socket() as connection:
        connection.settimeout(PATIENCE)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if buffer is not None:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
        connection.connect(address)
        yield connection


def get(path: str, *headers: str, method: str = "GET", version: str = "1.1") -> bytes:
    """A request without a body."""
    lines = "".join(f"{each}\r\n" for each in headers)
    return f"{method} {path} HTTP/{version}\r\n{HOST.decode()}{lines}\r\n".encode("latin-1")


def post(path: str, body: bytes, *headers: str) -> bytes:
    """A request with a body of known length."""
    return get(path, *headers, f"Content-Length: {len(body)}", method="POST") + body


def chunked(path: str, *chunks: bytes, trailers: bytes = b"", headers: bytes = b"") -> bytes:
    """A request with a body in chunks."""
    head = b"POST %b HTTP/1.1\r\n%b%bTransfer-Encoding: chunked\r\n\r\n" % (path.encode(), HOST, headers)
    return head + b"".join(b"%x\r\n%b\r\n" % (len(each), each) for each in chunks) + b"0\r\n" + trailers + b"\r\n"


def said(address: Address, *parts: bytes) -> list[Answer]:
    """All answers to what is sent, part by part, up to the end of the connection."""
    with connected(address) as connection:
        for each in parts:
            connection.sendall(each)
        return answers(to_end(connection))


def ask(address: Address, connect: Connect = connected) -> Answer:
    """The answer over a connection of its own."""
    with connect(address) as connection:
        connection.sendall(get("/x"))
        return answered(connection)[0]


def to_end(connection: socket.socket) -> bytes:
    """Everything up to the end of the connection."""
    return b"".join(iter(lambda: connection.recv(2**16), b""))


def answered(connection: socket.socket, count: int = 1) -> list[Answer]:
    """The next answers of a connection that goes on, each with a length."""
    received, found = b"", list[Answer]()
    while len(found) < count:
        part = connection.recv(2**16)
        assert part, f"the connection ended after {received!r}"
        received += part
        found = answers(received)
    return found


def answers(received: bytes) -> list[Answer]:
    """The whole answers among the bytes; one without a length ends where the bytes end."""
    found = []
    while (end := received.find(b"\r\n\r\n")) >= 0:
        first, *lines = received[:end].decode("latin-1").split("\r\n")
        headers = {name.lower(): value for name, _, value in (each.partition(": ") for each in lines)}
        rest = received[end + 4 :]
        length = 0 if first.startswith("HTTP/1.1 1") else int(headers.get("content-length", len(rest)))
        if len(rest) < length:
            break
        found.append(Answer(int(first.split()[1]), headers, rest[:length]))
        received = rest[length:]
    return found


def processor_time(pid: int) -> float:
    """Seconds that a process has computed."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / 100


def most_memory(pid: int) -> int:
    """Bytes of memory that a process had at most."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(each.split()[1]) * 1024 for each in lines if each.startswith("VmHWM"))


def until(condition: Any) -> None:
    """Waits until the condition holds."""
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.01)
