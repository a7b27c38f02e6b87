"""The way to the engine: one exchange with whichever of its hosts answers."""

import asyncio
import logging
from collections.abc import Sequence
from contextvars import Context

from gateway.store.addresses import HostOptions, addresses
from gateway.store.exchange import Broken, EngineReply, EngineRequest, NotSent, TimedOutWaiting
from gateway.store.host import Host
from gateway.store.inflow import Inflow

# What a balancer says of a host that it does not reach, and a host that does not reach its cluster.
_CUT_OFF = frozenset({502, 503, 504})

_log = logging.getLogger("gateway.store")


class Hosts:
    """The engine's hosts, in turns; one that fails is left out until it answers."""

    def __init__(self, options: HostOptions) -> None:
        """Connects to none yet. Raises ValueError for options that cannot be."""
        inflow = Inflow(options.inflow_limit)
        self._hosts = [Host(address, options, inflow) for address in addresses(options)]
        self._places = asyncio.Semaphore(options.connections)
        self._ping_every = options.ping_every
        self._left_out: dict[Host, asyncio.Task[None]] = {}
        self._turn, self._closed = 0, False

    @property
    def all(self) -> Sequence[Host]:
        """Every host, left out or not."""
        return self._hosts

    @property
    def left_out(self) -> tuple[str, ...]:
        """The hosts that are left out just now."""
        return tuple(host.name for host in self._left_out)

    async def exchange(self, request: EngineRequest, deadline: float) -> EngineReply:
        """The reply of a host; `deadline` is a time of the loop.

        What surely was not done is tried at each host; a read whose connection broke is tried once more.
        Raises NotSent, TimedOutWaiting, Broken, ReplyTooLarge.
        """
        await self._enter(deadline)
        try:
            return await self._anywhere(request, deadline)
        except Broken:
            if request.write:
                raise
            return await self._anywhere(request, deadline)
        finally:
            self._places.release()

    async def close(self) -> None:
        """Ends every connection; an exchange under way breaks."""
        self._closed = True
        for ping in self._left_out.values():
            ping.cancel()
        await asyncio.gather(*self._left_out.values(), return_exceptions=True)
        await asyncio.gather(*(host.close() for host in self._hosts))

    async def _enter(self, deadline: float) -> None:
        if not self._places.locked():
            await self._places.acquire()
            return
        try:
            async with asyncio.timeout_at(deadline):
                await self._places.acquire()
        except TimeoutError:
            raise NotSent("the engine", "no connection was free in time") from None

    async def _anywhere(self, request: EngineRequest, deadline: float) -> EngineReply:
        failures: list[NotSent] = []
        for host in self._in_turns():
            try:
                return await self._at(host, request, deadline)
            except NotSent as error:
                failures.append(error)
        raise failures[0]

    def _in_turns(self) -> list[Host]:
        """Every host, the one whose turn it is first; those that are left out come last."""
        if len(self._hosts) == 1:
            return self._hosts
        self._turn = (self._turn + 1) % len(self._hosts)
        hosts = self._hosts[self._turn :] + self._hosts[: self._turn]
        return sorted(hosts, key=self._left_out.__contains__)

    async def _at(self, host: Host, request: EngineRequest, deadline: float) -> EngineReply:
        if asyncio.get_running_loop().time() >= deadline:
            raise NotSent(host.name, "the time was up before it was asked")
        try:
            reply = await host.exchange(request, deadline)
        except (NotSent, TimedOutWaiting, Broken) as error:
            self._leave_out(host, error.reason)
            raise
        if reply.status in _CUT_OFF:
            self._leave_out(host, f"it answered {reply.status}")
        return reply

    def _leave_out(self, host: Host, reason: str) -> None:
        """Until it answers, unless it is the only one."""
        if len(self._hosts) > 1 and host not in self._left_out and not self._closed:
            _log.warning("a host of the engine is left out", {"host": host.name, "reason": reason})
            self._left_out[host] = asyncio.create_task(self._take_back(host), context=Context())

    async def _take_back(self, host: Host) -> None:
        while not await host.answers():
            await asyncio.sleep(self._ping_every)
        del self._left_out[host]
        _log.info("a host of the engine answers again", {"host": host.name})
