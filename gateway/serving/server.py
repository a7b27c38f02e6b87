"""uvicorn's server over the gateway's connections, in one process or several: how serving begins and how it stops."""

import asyncio
import logging
import os
import signal
import socket
import threading
from types import FrameType
from typing import Any

import uvicorn
from uvicorn.config import STARTUP_FAILURE, Config
from uvicorn.server import ServerState
from uvicorn.supervisors.multiprocess import Multiprocess, Process

from gateway import telemetry
from gateway.serving.connections import Connections, Refusal
from gateway.serving.limits import Limits
from gateway.serving.listeners import Backlog, accepted, take_no_more
from gateway.serving.protocol import Connection
from gateway.serving.tls import Certificate, Handshake, Secured

_HANDSHAKE = 0.05
"""Seconds in which a connection that a client has begun comes about."""
_log = logging.getLogger("gateway.serve")


class Protocols:
    """Makes the protocol of each connection of a process; uvicorn takes it where it takes a protocol's class."""

    def __init__(self, limits: Limits, refusal: Refusal, certificate: Certificate | None = None) -> None:
        self.connections = Connections(limits, refusal)
        self.certificate = certificate
        self.backlog: Backlog | None = None

    def __call__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> asyncio.Protocol:
        """The protocol of a connection that is about to be made."""
        if self.backlog is not None:
            self.backlog.look_soon()
        if self.certificate is None:
            return Connection(config, server_state, app_state, self.connections, _loop)
        secured = Secured(config, server_state, app_state, self.connections, _loop)
        return Handshake(secured, self.connections, self.certificate.context)


class Server(uvicorn.Server):
    """Answers whoever was let in before it stops: first the listener ends, then the connections with their answers."""

    @property
    def _protocols(self) -> Protocols:
        protocols = self.config.http
        assert isinstance(protocols, Protocols)
        return protocols

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Serves, and reads the certificate again at SIGHUP."""
        await super().startup(sockets)
        self._protocols.backlog = Backlog(sockets or (), self._take)
        if threading.current_thread() is threading.main_thread():
            asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, self._reload)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Says that it is not ready, ends the listener after the delay, and waits for what is under way."""
        self._protocols.connections.stopping = True
        if "stopping" in self.lifespan.state:
            self.lifespan.state["stopping"].set()
        await self._delay()
        if not self._is_interrupted():
            for each in sockets or ():
                take_no_more(each)
            await asyncio.sleep(_HANDSHAKE)
        last = [accepted(each) for each in sockets or ()]
        loop = asyncio.get_running_loop()
        taking = [loop.create_task(self._take(each)) for item in last for each in item]
        # It ends the listener before anything else can happen.
        await super().shutdown(sockets)
        await asyncio.gather(*taking, return_exceptions=True)

    def _is_interrupted(self) -> bool:
        """Whether it is to stop at once, be it for a person or because another worker goes on with the listener."""
        return signal.SIGINT in self._captured_signals

    async def _delay(self) -> None:
        loop = asyncio.get_running_loop()
        end = loop.time() + self._protocols.connections.limits.stop_delay
        while loop.time() < end and not self._is_interrupted():
            await asyncio.sleep(_HANDSHAKE)

    async def _take(self, connection: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        await loop.connect_accepted_socket(self._protocol, connection)

    def _protocol(self) -> asyncio.Protocol:
        return self._protocols(self.config, self.server_state, self.lifespan.state, asyncio.get_running_loop())

    def _reload(self) -> None:
        certificate = self._protocols.certificate
        if certificate is None:
            return
        try:
            certificate.reload()
        except OSError as error:
            _log.error("the certificate stays as it was: %s", error)
        else:
            _log.info("the certificate was read again")


class Worker(Process):
    """One of several processes that serve."""

    @property
    def server(self) -> uvicorn.Server:
        """Its server, made where it runs."""
        if self._server is None:
            self._server = Server(self.config)
        return self._server

    def join(self) -> None:
        """Waits for its end; what it had under way counts no more."""
        super().join()
        telemetry.forget(self.pid)

    def retire(self) -> None:
        """Stops it without the delay, as others take its place."""
        if self.pid is not None:
            os.kill(self.pid, signal.SIGINT)


class Supervisor(Multiprocess):
    """Keeps workers running; SIGHUP replaces them one by one, so that there are always some that serve."""

    handle_ttin = handle_ttou = None  # type: ignore[assignment]

    def __init__(self, config: Config, sockets: list[socket.socket]) -> None:
        super().__init__(config, sockets)
        self._starting = False
        for each in (signal.SIGTERM, signal.SIGINT):
            signal.signal(each, self._stop)

    def init_processes(self) -> None:
        """Starts them."""
        self.processes = [self._started() for _ in range(self.processes_num)]

    def keep_subprocess_alive(self) -> None:
        """Replaces those that ended or hang; if one cannot start, all stop."""
        for place, worker in enumerate(self.processes):
            if self._is_stopping() or worker.is_alive(self.config.timeout_worker_healthcheck):
                continue
            worker.kill()
            worker.join()
            if worker.exitcode == STARTUP_FAILURE:
                self.should_exit.set()
            elif not self._is_stopping():
                _log.error("a worker ended", {"exit_code": worker.exitcode})
                self.processes[place] = self._started()

    def restart_all(self) -> None:
        """Replaces them, each once the one that takes its place serves."""
        for place, worker in enumerate(self.processes):
            if self._is_stopping():
                return
            fresh = self._started()
            if not fresh.wait_until_ready(self.config.timeout_worker_healthcheck, self.should_exit):
                fresh.kill()
                fresh.join()
                _log.error("a new worker did not start in time; the old ones stay")
                return
            assert isinstance(worker, Worker)
            worker.retire()
            worker.join()
            self.processes[place] = fresh

    def terminate_all(self) -> None:
        """Stops them, the listener first."""
        self._end_listener()
        super().terminate_all()

    def _started(self) -> Worker:
        worker = Worker(self.config, self.sockets)
        # The listener is handed on meanwhile, and has to be there.
        self._starting = True
        worker.start()
        self._starting = False
        return worker

    def _stop(self, number: int, _frame: FrameType | None) -> None:
        """Ends the listener at once: it would go on taking connections that no worker serves any more."""
        self.signal_queue.append(number)
        if not self._starting:
            self._end_listener()

    def _end_listener(self) -> None:
        for each in self.sockets:
            each.close()

    def _is_stopping(self) -> bool:
        return self.should_exit.is_set() or signal.SIGTERM in self.signal_queue or signal.SIGINT in self.signal_queue
