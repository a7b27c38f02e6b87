"""A kept connection on which its peer does something, whether or not the event loop has heard of it."""

import asyncio
import socket
import struct
from collections.abc import Callable, Iterator

import pytest

from tests.gateway.store.peers import FINE, OK, WRITE, ask, opened

pytestmark = pytest.mark.anyio


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    """Takes connections when the test says so."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.setblocking(False)
        yield listening


async def serve(listener: socket.socket) -> socket.socket:
    """Answers one request, and hands over the connection."""
    loop = asyncio.get_running_loop()
    connection, _ = await loop.sock_accept(listener)
    await loop.sock_recv(connection, 2**16)
    await loop.sock_sendall(connection, FINE)
    return connection


def reset(connection: socket.socket) -> None:
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def ended(connection: socket.socket) -> None:
    """Waits until the other side has ended the connection too."""
    if connection.fileno() >= 0:
        connection.settimeout(20)
        assert connection.recv(1) == b""


@pytest.mark.parametrize(
    "act",
    [
        pytest.param(socket.socket.close, id="closed it"),
        pytest.param(reset, id="reset it"),
        pytest.param(lambda connection: connection.send(FINE), id="answered what nobody asked"),
    ],
)
@pytest.mark.parametrize("heard", [pytest.param(False, id="just now"), pytest.param(True, id="some time ago")])
async def test_a_write_goes_out_on_a_new_one(
    listener: socket.socket, act: Callable[[socket.socket], object], heard: bool
) -> None:
    async with opened(f"http://127.0.0.1:{listener.getsockname()[1]}") as hosts:
        serving = asyncio.create_task(serve(listener))
        assert await ask(hosts, WRITE) == OK
        with await serving as kept:
            serving = asyncio.create_task(serve(listener))
            act(kept)
            if heard:
                await asyncio.get_running_loop().run_in_executor(None, ended, kept)
            assert await ask(hosts, WRITE) == OK
        (await serving).close()
