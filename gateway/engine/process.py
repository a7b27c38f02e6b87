"""One running engine: its processes are started, awaited and ended here."""

import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from contextlib import ExitStack, suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from gateway.engine import keeper, layout, ports
from gateway.engine.errors import EngineError, PortsTaken
from gateway.engine.installation import Installation, prepare
from gateway.engine.waiting import Plan, answering

ATTEMPTS = 3
GRACE = 15.0
MAIN = "org.codelibs.opensearch.runner.OpenSearchRunner"
JAVA_OPTIONS = (
    # The runtime's own locale data has no Thai word breaks, without which no index can be created.
    "-Djava.locale.providers=CLDR,SPI",
    "--enable-native-access=ALL-UNNAMED",
    "-XX:+ExitOnOutOfMemoryError",
)


class Engine:
    """A running OpenSearch; it ends with `stop`, its `with` block, or the process that started it."""

    def __init__(self, urls: list[str], process: subprocess.Popen[bytes]) -> None:
        self.urls = urls
        self._process = process

    @property
    def url(self) -> str:
        """The address of the first node."""
        return self.urls[0]

    @property
    def group(self) -> int:
        """The process group that holds every process of the engine."""
        return self._process.pid

    def stop(self) -> None:
        """No process of the engine is left."""
        _end(self._process)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def start(
    data_dir: Path,
    *,
    port: int | None = None,
    nodes: int = 1,
    heap: str = "1g",
    settings: Mapping[str, object] | None = None,
) -> Engine:
    """An engine over `data_dir` that answers, on `port` or on a free one.

    `settings` are added to those of each node. Raises `EngineError` when the data directory or the port is in use,
    and when the engine ends or does not answer in time; the message then carries the end of its log.
    """
    installation = prepare()
    data_dir = data_dir.resolve()
    claim = layout.claim(data_dir)
    try:
        layout.require_nodes(data_dir, nodes)
        for _ in range(ATTEMPTS):
            plan = _plan(data_dir, port, nodes)
            layout.write(data_dir, plan.transport, settings or {})
            with suppress(PortsTaken):
                return _launch(plan, _command(plan, installation, heap), claim)
    finally:
        os.close(claim)
    raise EngineError(f"other processes took the chosen ports {ATTEMPTS} times")


def _plan(data_dir: Path, port: int | None, nodes: int) -> Plan:
    if port is not None:
        ports.require_free(port)
    http = port or ports.free(ports.HTTP, 1)[0]
    return Plan(data_dir, http, ports.free(ports.TRANSPORT, nodes))


def _command(plan: Plan, installation: Installation, heap: str) -> list[str]:
    java = [str(installation.java), f"-Xmx{heap}", *JAVA_OPTIONS, "-cp", installation.class_path, MAIN]
    # The runner adds the number of the node, which starts at 1, to the port that it is given.
    where = ["-basePath", str(plan.data_dir), "-baseHttpPort", str(plan.http - 1)]
    what = ["-clusterName", layout.cluster_name(plan.data_dir), "-numOfNode", str(len(plan.transport))]
    return [*java, *where, *what]


def _launch(plan: Plan, command: list[str], claim: int) -> Engine:
    """The engine of `command`, answering; ended again if it does not come to that."""
    with layout.log_path(plan.data_dir).open("wb") as log, ExitStack() as undo:
        process = subprocess.Popen(
            [sys.executable, keeper.__file__, str(GRACE), *command],
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=log,
            pass_fds=[claim],
            # A signal to the terminal's group must not end the engine before its clients.
            start_new_session=True,
        )
        undo.callback(_end, process)
        urls = answering(plan, process)
        undo.pop_all()
    return Engine(urls, process)


def _end(process: subprocess.Popen[bytes]) -> None:
    assert process.stdin
    process.stdin.close()
    with suppress(subprocess.TimeoutExpired):
        process.wait(GRACE + 5)
    if process.returncode is None or process.returncode < 0:
        # The keeper is stuck or was killed, so the engine may still run.
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
