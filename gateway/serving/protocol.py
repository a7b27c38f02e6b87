"""One client's connection: how long it may take for what, and how it ends."""

import asyncio
import math
from typing import Any

from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import RequestResponseCycle
from uvicorn.server import ServerState

from gateway.serving import faults, heads
from gateway.serving.connections import LAST_CALL, LINGER, Connections
from gateway.serving.exchange import Outlet, exchange, last_answer, untaken
from gateway.serving.faults import Fault, Refused
from gateway.serving.reading import BODY, HEAD, NOTHING, Reader

_SLOWEST = 500
"""Bytes of a body that must come in a second once it is late, as in Apache's mod_reqtimeout."""
_SLOW, _AT_FIRST = 2**13, 1.0
"""Bytes of a body that must come in a second for it to keep its place before others, and from which second on."""
_PIPELINED = 100


class Connection(Reader):
    """A connection that has a deadline for whatever it waits for. What it refuses is the last that it answers."""

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        held: Connections,
        loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, held, loop)
        self.deadline = math.inf
        self._held = held
        self._running: RequestResponseCycle | None = None
        self._unsent = 0
        self._since = math.inf

    # What the transport calls

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Waits for a first request, no longer than its head may take."""
        super().connection_made(transport)
        self._outlet = Outlet(transport, self._finish)
        seconds = LAST_CALL if self._held.stopping else self.limits.header_timeout
        self.deadline = self.loop.time() + seconds
        self._held.admit(self, self.connections, self.loop)

    def connection_lost(self, exc: Exception | None) -> None:
        """Tells the request that runs, and forgets those that wait."""
        self._held.forget(self)
        self.leave()
        super().connection_lost(exc)
        self._outlet.close = self.transport.close

    def pause_writing(self) -> None:
        """Waits for the client to take what it has been sent."""
        super().pause_writing()
        self._unsent, self.deadline = untaken(self.transport), self._due()
        self._held.untaken.wait(self, self.loop.time())

    def resume_writing(self) -> None:
        """Goes on answering."""
        super().resume_writing()
        self._held.untaken.forget(self)
        self.deadline = self._due()

    # What the reader calls

    def take(self, version: str, *, expecting: bool) -> None:
        """Starts the request, or lets it wait for those before it. Raises Refused."""
        if len(self.pipeline) >= _PIPELINED:
            raise Refused(faults.PIPELINE)
        self._held.idle.pop(self, None)
        keeps = self.keeps and not self._held.stopping
        self.cycle = exchange(self, self._outlet, version, expecting=expecting, keeps=keeps)
        if self._answering:
            self.flow.pause_reading()
            self.pipeline.appendleft((self.cycle, self.app))
        else:
            self._run(self.cycle)

    def took(self) -> None:
        """Waits for the answer, or for another request where the answer did not wait for the body."""
        if self.cycle.response_complete:
            self._await_request()
        elif not self.flow.write_paused:
            self.deadline = math.inf

    def wait(self, *, anew: bool) -> None:
        """Gives the head its time, and a body its time from each part that is large enough."""
        if anew:
            self.deadline, self._since = self._due(), self.loop.time()
        elif self.arriving == BODY and not self.cycle.response_complete:
            now = self.loop.time()
            late = max(now, self.deadline) + self.piece / _SLOWEST
            self.deadline = min(now + self.limits.body_timeout, late)

    def refuse(self, fault: Fault) -> None:
        """Reads no more; the refusal is the last answer, or where others are still to come the last of those is."""
        path = heads.path_of(self.url) if self.arriving else ""
        broken = self.cycle if self.arriving == BODY else None
        self.ended, self.arriving = True, NOTHING
        if broken is not None and self.pipeline:
            self.pipeline.popleft()
        elif broken is self._running:
            self.leave()
        if self._answering:
            self._last().keep_alive = False
            self.deadline = self._due()
            self._held.ended(self, fault)
        elif broken is not None and broken.response_started:
            (self._close if broken.response_complete else self._abort)(fault)
        else:
            self._tell(fault, path)

    # What uvicorn's server and its requests call

    def on_response_complete(self) -> None:
        """Starts the request that waits behind the answer, or waits for one."""
        self.server_state.total_requests += 1
        self._outlet.flush()
        if self.pipeline:
            cycle, _ = self.pipeline.pop()
            self._run(cycle)
        elif not self.ended:
            self.flow.resume_reading()
            self._await_request()

    def shutdown(self) -> None:
        """Lets the answers that are under way be the last, or a request that is on its way."""
        if self._answering:
            self._last().keep_alive = False
        else:
            self.deadline = min(self.deadline, self.loop.time() + LAST_CALL)

    # What those who hold the connections call

    @property
    def is_slow(self) -> bool:
        """Whether it waits for a body of which less has come than in that time even over a slow line."""
        if self.arriving != BODY or self.cycle.response_complete or self._keeps_waiting():
            return False
        seconds = self.loop.time() - self._since
        return seconds > _AT_FIRST and self._body < seconds * _SLOW

    def expire(self) -> None:
        """Ends what did not come, or was not taken, by the deadline."""
        unsent = untaken(self.transport)
        if 0 < unsent < self._unsent or self._keeps_waiting():
            self._unsent, self.deadline = unsent, self._due()
        elif self.ended or self.transport.is_closing():
            self.transport.abort()
        elif self.flow.write_paused:
            self._abort(faults.ANSWER_TIMEOUT)
        elif self.arriving == HEAD:
            self.refuse(faults.HEADER_TIMEOUT)
        elif self.arriving == BODY and not self.cycle.response_complete:
            self.refuse(faults.BODY_TIMEOUT)
        else:
            self._close(faults.IDLE_TIMEOUT)

    def give_way(self, fault: Fault = faults.GAVE_WAY) -> None:
        """Closes at once."""
        self._abort(fault)

    def turn_away(self) -> None:
        """Refuses whatever is about to come."""
        self.refuse(faults.NO_ROOM)

    # What it waits for

    @property
    def _answering(self) -> bool:
        return self._running is not None and not self._running.response_complete

    def _last(self) -> RequestResponseCycle:
        """The last of the requests that are to be answered."""
        assert self._running is not None
        return self.pipeline[0][0] if self.pipeline else self._running

    def _due(self) -> float:
        """When that is late for which the connection waits now."""
        now, limits = self.loop.time(), self.limits
        if self.flow.write_paused or self.transport.is_closing():
            return now + limits.answer_timeout
        if self.arriving:
            return now + (limits.header_timeout if self.arriving == HEAD else limits.body_timeout)
        if self._answering:
            return math.inf
        return now + (LINGER if self.ended else limits.idle_timeout)

    def _await_request(self) -> None:
        self._held.idle[self] = None
        self.deadline = self._due()

    def _keeps_waiting(self) -> bool:
        """Whether the client holds the body back because the gateway did not ask for it, or for more of it."""
        cycle = self.cycle
        held_back = self.arriving == BODY and (self.flow.read_paused or cycle.waiting_for_100_continue)
        return held_back and not cycle.response_complete

    # How requests begin, and how a connection ends

    def _run(self, cycle: RequestResponseCycle) -> None:
        self._running = cycle
        self._start_asgi_task(cycle, self.app)

    def leave(self) -> None:
        """Lets the request that runs find its client gone."""
        if self._running is not None and not self._running.response_complete:
            self._running.disconnected = True
            self._running.message_event.set()
        self._running = None

    def _tell(self, fault: Fault, path: str) -> None:
        """Answers with the refusal; then the client may read it while what it still sends is dropped."""
        headers, body = self._held.refusal(fault, path)
        self._held.ended(self, fault, dict(headers).get(b"x-request-id", b"").decode())
        self.transport.write(last_answer(fault.status, [*self.server_state.default_headers, *headers], body))
        self._finish()

    def _finish(self) -> None:
        """Ends the connection behind the last answer; what the client still sends is dropped meanwhile."""
        # An end at once could reach it before the answer does (RFC 9112, 9.6).
        sending = self.ended or self.arriving
        self._outlet.flush()
        self.ended, self.arriving, self._running = True, NOTHING, None
        self.pipeline.clear()
        if sending and self.transport.can_write_eof():
            self.flow.resume_reading()
            self.transport.write_eof()
        else:
            self.transport.close()
        self._await_request()

    def _close(self, fault: Fault) -> None:
        self._held.ended(self, fault)
        self._finish()

    def _abort(self, fault: Fault) -> None:
        self._held.ended(self, fault)
        self.ended = True
        self.transport.abort()
