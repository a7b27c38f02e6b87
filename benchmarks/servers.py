"""The servers that are measured, each in a process of its own."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile
from typing import IO, Any
from urllib.error import HTTPError
from urllib.request import urlopen

from gateway import engine
from gateway.engine import ports

_PORTS = range(8100, 8200)
_WAIT, _LOOK_EVERY = 30.0, 0.05


class NotServing(Exception):
    """A server that does not answer; the message says which, or is the end of its log."""


@contextmanager
def opensearch(url: str | None) -> Iterator[str]:
    """The address of the engine: the one given, or one of our own with nothing in it."""
    if url is not None:
        yield url.rstrip("/")
        return
    with TemporaryDirectory(prefix="benchmarks-") as data_dir, engine.start(Path(data_dir)) as started:
        yield started.url


def version(engine_url: str) -> str:
    """Which OpenSearch it is. Raises NotServing."""
    try:
        with urlopen(engine_url, timeout=5) as answer:
            return str(json.load(answer)["version"]["number"])
    except (OSError, ValueError) as error:
        raise NotServing(f"no OpenSearch answers at {engine_url}: {error}") from error


@contextmanager
def gateway(engine_url: str, workers: int = 1) -> Iterator[tuple[str, int]]:
    """The address and the process id of a gateway with the settings of the environment. Raises NotServing."""
    port = free_port()
    command = [sys.executable, "-m", "gateway", "serve", "--port", str(port), "--workers", str(workers)]
    settings = {"GATEWAY_OPENSEARCH_URL": engine_url, "GATEWAY_AUTH": "none"}
    with started(command, f"http://127.0.0.1:{port}", "/readyz", settings) as server:
        yield server


def free_port() -> int:
    """A port that nobody listens on."""
    return ports.free(_PORTS, 1)[0]


@contextmanager
def started(command: Sequence[str], url: str, ready: str, settings: Mapping[str, str]) -> Iterator[tuple[str, int]]:
    """The address and the process id of a server, once it answers at the path `ready`. Raises NotServing."""
    with TemporaryFile() as log:
        process = subprocess.Popen(command, env={**os.environ, **settings}, stdout=log, stderr=log)
        try:
            _await_ready(url + ready, process, log)
            yield url, process.pid
        finally:
            process.terminate()
            process.wait()


def _await_ready(url: str, process: subprocess.Popen[Any], log: IO[bytes]) -> None:
    until = time.monotonic() + _WAIT
    while not _answers(url):
        if process.poll() is not None or time.monotonic() > until:
            log.seek(0)
            raise NotServing(log.read()[-2000:].decode(errors="replace"))
        time.sleep(_LOOK_EVERY)


def _answers(url: str) -> bool:
    """Whether it does, and not that it cannot serve yet."""
    try:
        with urlopen(url, timeout=5):
            return True
    except HTTPError as refusal:
        with refusal:
            return refusal.code < 500
    except OSError:
        return False
