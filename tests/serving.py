"""The gateway on a socket, for clients that are programs of their own."""

import os
import shutil
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import uvicorn
from starlette.types import ASGIApp

from gateway.cli.serving import listening
from gateway.serving.app import create_app
from gateway.serving.configuration import configuration
from gateway.serving.refusals import refusals
from gateway.serving.server import Server
from gateway.settings import Settings
from tests.conformance import watched

ROOT = Path(__file__).parent.parent


@dataclass(frozen=True, slots=True)
class Served:
    """A server that answers, in a thread of its own."""

    server: Server
    thread: threading.Thread
    address: tuple[str, int]


@contextmanager
def serving(settings: Settings) -> Iterator[str]:
    """The address of a gateway that answers, until the block ends."""
    with served(create_app(settings), settings) as gateway:
        yield f"http://127.0.0.1:{gateway.address[1]}"


@contextmanager
def served(app: ASGIApp, settings: Settings) -> Iterator[Served]:
    """An application behind the gateway's edge, until the block ends."""
    ready = threading.Event()
    server = _Announcing(configuration(watched(app), settings, refusals(settings.root_path)), ready)
    with listening("127.0.0.1", 0) as listener:
        address = listener.getsockname()
        thread = threading.Thread(target=server.run, args=[[listener]], daemon=True)
        thread.start()
        assert ready.wait(60), "the server did not start"
        try:
            yield Served(server, thread, address)
        finally:
            server.should_exit = True
            thread.join(60)


class _Announcing(Server):
    def __init__(self, config: uvicorn.Config, ready: threading.Event) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._ready.set()


def search_path(directory: Path) -> str:
    """The search path of programs, with a curl of our own in the directory on a machine that has none."""
    path, curl = os.environ["PATH"], directory / "curl"
    if shutil.which("curl"):
        return path
    if not curl.exists():
        curl.symlink_to(ROOT / "tests" / "curl")
    return f"{directory}:{path}"
