"""Gateways as processes of their own: each can be killed, told to stop and started again on its port."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

from gateway.engine import ports
from tests.storms import wire

PORTS = range(8200, 8400)
GUARD = Path(__file__).with_name("guard.py")
PATIENCE = 60.0
LOOK_EVERY = 0.05
GRACE = 60.0

DEADLINE = "request_timeout"
"""The setting that bounds the seconds of a request."""
PLACES, WAITING = "requests", "requests_waiting"
"""The settings that bound what is under way at once, and what may wait for that."""


class NotServing(Exception):
    """A gateway that does not come to answer; the message is the end of its log."""


class Gateway:
    """A gateway on a port of its own; `settings` are those of its environment, in lower case, without prefix."""

    def __init__(self, engine: str, **settings: Any) -> None:
        self.port = ports.free(PORTS, 1)[0]
        self.url = f"http://127.0.0.1:{self.port}"
        self._command = [sys.executable, "-m", "gateway", "serve", "--port", str(self.port)]
        given = {"opensearch_url": engine, "log_level": "error", **settings}
        kept = {name: value for name, value in os.environ.items() if not name.startswith("GATEWAY_")}
        self._environment = kept | {f"GATEWAY_{name.upper()}": str(value) for name, value in given.items()}
        self.source: Path | None = None
        """The tree that it is started from; None for that of the storm."""
        self._log = TemporaryFile()  # noqa: SIM115
        self._process: subprocess.Popen[bytes] | None = None
        self._guard: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        """The process that serves, or that keeps those that do."""
        assert self._process
        return self._process.pid

    @property
    def code(self) -> int | None:
        """Its exit code, once it has ended."""
        return self._process.poll() if self._process else None

    async def start(self) -> None:
        """It answers. Raises NotServing."""
        tree = {} if self.source is None else {"PYTHONPATH": str(self.source)}
        self._process = subprocess.Popen(
            self._command,
            env=self._environment | tree,
            cwd=self.source,
            stdout=self._log,
            stderr=self._log,
            start_new_session=True,
        )
        self._let_go()
        guard = [sys.executable, str(GUARD), str(self._process.pid)]
        self._guard = subprocess.Popen(guard, stdin=subprocess.PIPE, start_new_session=True)
        deadline = asyncio.get_running_loop().time() + PATIENCE
        while not await self._is_ready():
            if self.code is not None or asyncio.get_running_loop().time() > deadline:
                raise NotServing(self.log()[-2000:])
            await asyncio.sleep(LOOK_EVERY)

    async def start_at_last(self) -> None:
        """It answers, however often it ends before: a gateway does where no engine answers yet."""
        while True:
            with suppress(NotServing):
                return await self.start()
            await asyncio.sleep(LOOK_EVERY)

    def log(self) -> str:
        """What it has said."""
        self._log.seek(0)
        return self._log.read().decode(errors="replace")

    def signal(self, number: int) -> None:
        """The process that serves gets a signal."""
        os.kill(self.pid, number)

    async def ended(self, patience: float = GRACE) -> float | None:
        """The seconds until it has ended by itself; None where it has not."""
        began = asyncio.get_running_loop().time()
        while self.code is None:
            if asyncio.get_running_loop().time() > began + patience:
                return None
            await asyncio.sleep(LOOK_EVERY / 5)
        return asyncio.get_running_loop().time() - began

    def kill(self) -> None:
        """None of its processes is left, with no chance to say goodbye."""
        if self._process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
        self._let_go()

    def close(self) -> None:
        """Nothing of it is left."""
        self.kill()
        self._log.close()

    def _let_go(self) -> None:
        """Its guard is gone, too, as there is nothing left to end."""
        if self._guard is not None:
            self._guard.kill()
            self._guard.communicate()
            self._guard = None

    async def _is_ready(self) -> bool:
        try:
            return (await wire.asked(self.url, "ready", wire.Request("GET", "/readyz"))).is_success
        except (wire.Unsent, wire.Broken):
            return False


@asynccontextmanager
async def serving(engine: str, **settings: Any) -> AsyncIterator[Gateway]:
    """A gateway that answers, and is gone after the block. Raises NotServing."""
    opened = Gateway(engine, **settings)
    try:
        await opened.start()
        yield opened
    finally:
        opened.close()


@asynccontextmanager
async def several(count: int, engine: str, **settings: Any) -> AsyncIterator[Sequence[Gateway]]:
    """As many gateways over one engine. Raises NotServing."""
    opened = [Gateway(engine, **settings) for _ in range(count)]
    try:
        for each in opened:
            await each.start()
        yield opened
    finally:
        for each in opened:
            each.close()
