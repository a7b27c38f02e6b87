"""One node of an engine: a process of its own, and the keeper that ends it with the process that started it."""

import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress

from gateway.engine import keeper
from gateway.engine.layout import LOOPBACK, Site

GRACE = 15.0


class Node:
    """A node that was launched; `claim` is the lock on the data directory, which its processes hold."""

    def __init__(self, site: Site, command: Sequence[str], claim: int) -> None:
        self.site = site
        self._command = command
        self._claim = claim
        self._process = self._launched()

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://{LOOPBACK}:{self.site.http}"

    @property
    def group(self) -> int:
        """The process group that holds its processes."""
        return self._process.pid

    @property
    def code(self) -> int | None:
        """The exit code of a node that has ended, else None."""
        return self._process.poll()

    def signal(self, number: int) -> None:
        """The engine's process, not its keeper, gets a signal."""
        assert self._process.stdin
        self._process.stdin.write(bytes([number]))
        self._process.stdin.flush()

    def kill(self) -> None:
        """It is gone, with no chance to say goodbye."""
        self.signal(signal.SIGKILL)
        self._process.wait()

    def launch(self) -> None:
        """Starts one that has ended anew, over the same data and on the same ports."""
        self.end()
        self._process = self._launched()

    def let_go(self) -> None:
        """Tells it to end."""
        assert self._process.stdin
        with suppress(BrokenPipeError):
            self._process.stdin.close()

    def end(self) -> None:
        """None of its processes is left."""
        self.let_go()
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(GRACE + 5)
        if self._process.returncode is None or self._process.returncode < 0:
            # The keeper is stuck or was killed, so the engine may still run.
            with suppress(ProcessLookupError):
                os.killpg(self.group, signal.SIGKILL)
            self._process.wait()

    def _launched(self) -> subprocess.Popen[bytes]:
        with self.site.log.open("ab") as log:
            return subprocess.Popen(
                [sys.executable, keeper.__file__, str(GRACE), *self._command],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                pass_fds=[self._claim],
                # A signal to the terminal's group must not end the engine before its clients.
                start_new_session=True,
            )
