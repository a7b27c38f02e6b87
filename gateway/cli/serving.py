"""`serve`: the gateway on a port, in one process or several."""

import asyncio
import logging
import os
import socket
import time
from collections.abc import Callable, Coroutine, Iterator
from contextlib import ExitStack, contextmanager
from tempfile import TemporaryDirectory
from typing import Annotated, Any

import typer
from starlette.types import ASGIApp
from uvicorn.config import STARTUP_FAILURE, Config

from gateway import audit, logs
from gateway.cli.configuration import configured
from gateway.cli.failures import Failure
from gateway.cli.stopping import interruptible
from gateway.dialects.settings import load
from gateway.problems import TimedOut, Unavailable
from gateway.serving.app import create_app, running
from gateway.serving.configuration import configuration
from gateway.serving.limits import raise_descriptor_limit
from gateway.serving.refusals import refusals
from gateway.serving.server import Server, Supervisor
from gateway.settings import PREFIX, Settings
from gateway.store.usable import EngineUnusable

Client = Callable[[], Coroutine[Any, Any, None]]

_BACKLOG = 2048
_LOOK_AGAIN = 0.2
"""Seconds between looks for an engine that is waited for."""
_log = logging.getLogger("gateway.serve")


def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on; 0: a free one.")] = None,
    workers: Annotated[int | None, typer.Option(help="Processes that serve.")] = None,
    wait: Annotated[float, typer.Option(min=0, help="Seconds to wait for an engine that cannot be used yet.")] = 0,
) -> None:
    """Serve the incident APIs until Ctrl-C or SIGTERM."""
    given = {"host": host, "port": port, "workers": workers}
    settings = configured(**given)
    logs.configure(settings)
    raise_descriptor_limit()
    # The processes that serve read their settings from the environment.
    os.environ.update({f"{PREFIX}{name.upper()}": str(value) for name, value in given.items() if value is not None})
    with interruptible():
        asyncio.run(await_engine(settings, wait))
        with listeners(settings) as sockets:
            _serve(settings, sockets)


def _serve(settings: Settings, sockets: list[socket.socket]) -> None:
    _log.info("serving", {"url": url_of(sockets[0], settings), "workers": settings.workers})
    if settings.workers == 1:
        run(application, sockets, settings)
    else:
        _run_workers(settings, sockets)


def application() -> ASGIApp:
    """The gateway as each of the serving processes makes it."""
    settings = load()
    logs.configure(settings)
    audit.configure(settings)
    if settings.traces:
        from gateway import tracing  # noqa: PLC0415 (what it needs is an extra)

        tracing.export()
    return create_app(settings)


@contextmanager
def listeners(settings: Settings) -> Iterator[list[socket.socket]]:
    """The socket that the gateway is served on, and that of its metrics if they have their own. Raises Failure."""
    with ExitStack() as stack:
        sockets = [stack.enter_context(listening(settings.host, settings.port))]
        if settings.metrics_port is not None:
            sockets.append(stack.enter_context(listening(settings.metrics_host, settings.metrics_port)))
        yield sockets


@contextmanager
def listening(host: str, port: int) -> Iterator[socket.socket]:
    """A socket that takes connections at once. Raises Failure for an address that cannot be had."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listener = socket.create_server((host, port), family=family, backlog=_BACKLOG)
    except OSError as error:
        reason = str(error.strerror or error).partition(" (while")[0]
        raise Failure(f"cannot listen on port {port} of {host}: {reason}") from error
    with listener:
        yield listener


def url_of(listener: socket.socket, settings: Settings) -> str:
    """Where a browser on this machine finds the listener."""
    host, port = listener.getsockname()[:2]
    scheme = "http" if settings.tls_certificate is None else "https"
    return f"{scheme}://[{host}]:{port}" if ":" in host else f"{scheme}://{host}:{port}"


def run(factory: Callable[[], ASGIApp], sockets: list[socket.socket], settings: Settings) -> None:
    """Serves until Ctrl-C, then finishes what is under way."""
    Server(configuration(factory, settings, refusals(settings.root_path), factory=True)).run(sockets)


def run_with(app: ASGIApp, sockets: list[socket.socket], settings: Settings, client: Client) -> None:
    """The same, while a client of it runs beside it. What that raises ends the serving, and is raised behind it."""
    server = _Accompanied(configuration(app, settings, refusals(settings.root_path)), client)
    server.run(sockets)
    server.raise_failure()


class _Accompanied(Server):
    """A server with a client in its own process, which begins once it answers and is over before it stops."""

    def __init__(self, config: Config, client: Client) -> None:
        super().__init__(config)
        self._client = client
        self._running: asyncio.Task[None] | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._running = asyncio.create_task(self._client())
        self._running.add_done_callback(self._ended)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        if self._running is not None:
            self._running.cancel()
            await asyncio.wait([self._running])
        await super().shutdown(sockets)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self.should_exit = self.should_exit or task.cancelled() or task.exception() is not None

    def raise_failure(self) -> None:
        """Raises what ended the client, unless that was stopped."""
        if self._running is not None and not self._running.cancelled():
            self._running.result()


def _run_workers(settings: Settings, sockets: list[socket.socket]) -> None:
    """Serves in several processes, which share their series through a directory. Raises Failure if one cannot start."""
    with TemporaryDirectory(prefix="incident-gateway-metrics-") as series:
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = series
        config = configuration(f"{__name__}:application", settings, refusals(settings.root_path), factory=True)
        supervisor = Supervisor(config, sockets)
        supervisor.run()
    if any(each.exitcode == STARTUP_FAILURE for each in supervisor.processes):
        raise Failure("a worker could not start; the log says why")


async def await_engine(settings: Settings, seconds: float) -> None:
    """Puts the templates in place, within so many seconds if need be; each reason to wait is told once.

    Raises EngineUnusable, GatewayError, TemplateError: what a worker would only log.
    """
    deadline, told = time.monotonic() + seconds, set[str]()
    while True:
        try:
            return await _require_engine(settings)
        except (EngineUnusable, Unavailable, TimedOut) as error:
            left = deadline - time.monotonic()
            if left <= 0:
                raise
            if str(error) not in told:
                _log.warning("waiting: %s", error)
            told.add(str(error))
            await asyncio.sleep(min(_LOOK_AGAIN, left))


async def _require_engine(settings: Settings) -> None:
    async with running(settings):
        pass
