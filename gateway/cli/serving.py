"""`serve`: the gateway on a port, in one process or several."""

import asyncio
import logging
import os
import socket
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from tempfile import TemporaryDirectory
from typing import Annotated, Any

import typer
import uvicorn
from starlette.types import ASGIApp
from uvicorn.config import STARTUP_FAILURE
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.supervisors import Multiprocess

from gateway import logs
from gateway.cli.configuration import configured
from gateway.cli.failures import Failure
from gateway.cli.stopping import interruptible
from gateway.dialects.settings import load
from gateway.serving.app import create_app, running
from gateway.settings import PREFIX, Settings

GRACE = 20

_BACKLOG = 2048
_log = logging.getLogger("gateway.serve")


class Patient(HttpToolsProtocol):
    """Answers a request that is whole before it ends the connection for what follows and is none.

    Some clients send a body without its length, so that it follows the request.
    """

    def send_400_response(self, msg: str) -> None:
        """Says that this is no request, unless an answer is still to come: that is then the last."""
        if self.cycle is None or self.cycle.more_body or self.cycle.response_complete:
            super().send_400_response(msg)
        else:
            self.cycle.keep_alive = False


def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on; 0: a free one.")] = None,
    workers: Annotated[int | None, typer.Option(help="Processes that serve.")] = None,
) -> None:
    """Serve the incident APIs until Ctrl-C or SIGTERM."""
    given = {"host": host, "port": port, "workers": workers}
    settings = configured(**given)
    logs.configure(settings)
    # The processes that serve read their settings from the environment.
    os.environ.update({f"{PREFIX}{name.upper()}": str(value) for name, value in given.items() if value is not None})
    with interruptible():
        asyncio.run(_require_engine(settings))
        with listening(settings.host, settings.port) as listener:
            _serve(settings, listener)


def _serve(settings: Settings, listener: socket.socket) -> None:
    _log.info("serving", {"url": url_of(listener), "workers": settings.workers})
    if settings.workers == 1:
        run(application, listener)
    else:
        _run_workers(settings.workers, listener)


def application() -> ASGIApp:
    """The gateway as each of the serving processes makes it."""
    settings = load()
    logs.configure(settings)
    return create_app(settings)


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


def url_of(listener: socket.socket) -> str:
    """Where a browser on this machine finds the listener."""
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def run(factory: Callable[[], ASGIApp], listener: socket.socket) -> None:
    """Serves until Ctrl-C, then finishes what is under way."""
    uvicorn.Server(_config(factory, workers=1, factory=True)).run([listener])


def run_with(app: ASGIApp, listener: socket.socket, client: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """The same, while a client of it runs beside it. What that raises ends the serving, and is raised behind it."""
    server = _Accompanied(_config(app, workers=1, factory=False), client)
    server.run([listener])
    server.raise_failure()


class _Accompanied(uvicorn.Server):
    """A server with a client in its own process, which begins once it answers and is over before it stops."""

    def __init__(self, config: uvicorn.Config, client: Callable[[], Coroutine[Any, Any, None]]) -> None:
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


def _run_workers(workers: int, listener: socket.socket) -> None:
    """Serves in several processes, which share their series through a directory. Raises Failure if one cannot start."""
    with TemporaryDirectory(prefix="incident-gateway-metrics-") as series:
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = series
        supervisor = Multiprocess(_config(f"{__name__}:application", workers=workers, factory=True), [listener])
        supervisor.run()
    if any(each.exitcode == STARTUP_FAILURE for each in supervisor.processes):
        raise Failure("a worker could not start; the log says why")


def _config(app: ASGIApp | Callable[[], ASGIApp] | str, *, workers: int, factory: bool) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        factory=factory,
        workers=workers,
        loop="uvloop",
        http=Patient,
        ws="none",
        lifespan="on",
        proxy_headers=False,
        access_log=False,
        log_config=None,
        server_header=False,
        timeout_graceful_shutdown=GRACE,
    )


async def _require_engine(settings: Settings) -> None:
    """Puts the templates in place. Raises GatewayError, TemplateError: what a worker would only log."""
    async with running(settings):
        pass
