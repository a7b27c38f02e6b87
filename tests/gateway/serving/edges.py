"""A small application behind the gateway's edge, in a thread or as a program of its own."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

from gateway.settings import Settings
from tests.gateway.serving.talking import Address, Connect, ask, connected, until
from tests.gateway.serving.tiny import Tiny
from tests.serving import ROOT, Served, served


@dataclass(frozen=True, slots=True)
class Program:
    """The small application as a program."""

    process: subprocess.Popen[bytes]
    address: Address

    def stop(self, number: int) -> None:
        """Sends it a signal."""
        self.process.send_signal(number)


@contextmanager
def tiny(**settings: Any) -> Iterator[tuple[Served, Tiny]]:
    """The small application behind an edge with these settings."""
    app = Tiny()
    with served(app, Settings(**{"stop_grace": 0, **settings})) as running:
        yield running, app


@contextmanager
def program(descriptors: int = 1024, connect: Connect = connected, **settings: Any) -> Iterator[Program]:
    """The small application as a program, that may open so many descriptors."""
    environment = {f"GATEWAY_{name.upper()}": str(value) for name, value in settings.items()}
    limited = ["sh", "-c", f'ulimit -n {descriptors}; exec "$0" "$@"']
    with subprocess.Popen(
        [*limited, sys.executable, "-m", "tests.gateway.serving.tiny"],
        env={**os.environ, **environment},
        cwd=ROOT,
        stdout=subprocess.PIPE,
        start_new_session=True,
    ) as process:
        assert process.stdout
        try:
            address = ("127.0.0.1", int(process.stdout.readline()))
            workers = settings.get("workers", 1)
            until(lambda: len({ask(address, connect).json["process"] for _ in range(20)}) == workers)
            yield Program(process, address)
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
