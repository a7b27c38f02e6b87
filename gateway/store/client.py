"""One exchange with the engine: a place among others, a deadline, which host, what is tried again."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext, suppress
from functools import partial
from time import perf_counter
from typing import Any, TypeVar
from urllib.parse import quote

import orjson
from opensearchpy import exceptions as engine

from gateway import logs, work
from gateway.problems import GatewayError, TooMany
from gateway.settings import Settings
from gateway.store import transport
from gateway.store.errors import NotStarted, Overloaded, of_reply, ours, outcome
from gateway.store.exchange import EngineRequest, ExchangeError, Headers
from gateway.store.hosts import Hosts
from gateway.store.loads import Loads
from gateway.store.options import named_settings, options
from gateway.store.replies import complete
from gateway.store.unchanged import Unchanged
from gateway.store.usable import require_usable
from gateway.telemetry import ENGINE_FAILURES, ENGINE_SECONDS, OF_DEAR_SEARCHES
from gateway.work.admission import Admission
from queries.budgets import DEAR, Cost

Result = TypeVar("Result")

_STARTING = "1s"
"""How long the engine is asked to wait, in each turn, for an index that can not yet be read."""
_TURNS = 5
_PAUSE = 0.01
_SEARCH_SECONDS = ENGINE_SECONDS.labels("_search")


class Client:
    """The way to the engine: reads are tried twice, writes once, so that no write ever happens twice unseen."""

    def __init__(self, settings: Settings) -> None:
        """Connects to nothing yet. Raises SettingsError."""
        self.timeout = settings.opensearch_timeout
        """Seconds that one call may take."""
        self.loads = Loads(settings.opensearch_bytes)
        self.unchanged = Unchanged(settings.page_memory)
        self._dear = Admission(settings.dear_searches, settings.requests_waiting, share=1, door=OF_DEAR_SEARCHES)
        with named_settings():
            self._hosts = _hosts(settings)
        self._reads = transport.over(self._hosts, write=False)
        self._writes = transport.over(self._hosts, write=True)

    async def close(self) -> None:
        """Closes every connection."""
        await self._hosts.close()

    async def require_usable(self, deadline: float) -> None:
        """Returns once a host answers as an engine that can be used. Raises EngineUnusable; it takes no place."""
        await require_usable(self._hosts.all, deadline)

    async def call(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        *,
        params: Mapping[str, Any] | None = None,
        missing_ok: bool = False,
        write: bool = False,
    ) -> str:
        """The engine's reply, uncut. Raises GatewayError; a 404 is a reply where `missing_ok`."""

        async def called() -> str:
            return await self._called(method, path, body, params=params, missing_ok=missing_ok, write=write)

        return await self._once_readable(path, called)

    def search(self, target: str, body: bytes) -> Awaitable[str]:
        """The engine's reply to a search, uncut; `target` is its path with its parameters. Raises GatewayError.

        It goes beside opensearch-py, whose way for one takes as much of the processor as all else that is ours.
        """
        return self._once_readable(target, partial(self._searched, target, body))

    def _once_readable(self, path: str, read: Callable[[], Awaitable[str]]) -> Awaitable[str]:
        index = path.split("/", 2)[1]
        return read() if index.startswith("_") else self.once_started(index, read)

    async def once_started(self, index: str, read: Callable[[], Awaitable[Result]]) -> Result:
        """What the read comes to, if need be once the index can be read that another request makes just now."""
        for turn in range(_TURNS):
            try:
                return await read()
            except NotStarted:
                await self._awaited(index, turn)
        return await read()

    async def _awaited(self, index: str, turn: int) -> None:
        """Waits for an index that a read could not read; the host that has it may learn last that it is there."""
        if turn:
            await asyncio.sleep(_PAUSE * 2**turn)
        with suppress(GatewayError):
            await self.started(index, _STARTING)

    async def _called(
        self,
        method: str,
        path: str,
        body: bytes | None,
        *,
        params: Mapping[str, Any] | None,
        missing_ok: bool,
        write: bool,
    ) -> str:
        client = self._writes if write else self._reads
        under_way = work.current()
        if under_way:
            await under_way.enter()
        timeout = self.time_left()
        try:
            with ENGINE_SECONDS.labels(_api(path)).time():
                reply: str = await client.transport.perform_request(
                    method, path, params, body, timeout, (404,) if missing_ok else (), dict(_named())
                )
        except (engine.OpenSearchException, ExchangeError) as error:
            ENGINE_FAILURES.labels(_api(path), outcome(error)).inc()
            raise ours(error, write=write) from error
        return reply

    async def _searched(self, target: str, body: bytes) -> str:
        if under_way := work.current():
            await under_way.enter()
        request = EngineRequest("POST", target.encode(), body, write=False, headers=_named())
        started = perf_counter()
        try:
            reply = await self._hosts.exchange(request, asyncio.get_running_loop().time() + self.time_left())
            text = reply.text()
        except ExchangeError as error:
            ENGINE_FAILURES.labels("_search", outcome(error)).inc()
            raise ours(error) from error
        finally:
            _SEARCH_SECONDS.observe(perf_counter() - started)
        if reply.status >= 300:
            ENGINE_FAILURES.labels("_search", str(reply.status)).inc()
            raise of_reply(reply.status, text)
        return text

    def time_left(self) -> float:
        """Seconds that a call may take now. Raises TimedOut for work that has none left."""
        under_way = work.current()
        return min(self.timeout, under_way.left()) if under_way else self.timeout

    @asynccontextmanager
    async def moving(self, size: int) -> AsyncIterator[None]:
        """Has room for documents of so many bytes within the block. Raises Unavailable, TimedOut."""
        under_way = work.current()
        if under_way:
            # Who holds room must not wait for a place that somebody holds who waits for room.
            await under_way.enter()
        async with self.loads.moving(size, self.time_left()):
            yield

    def turn(self, tenant: str, cost: Cost) -> AbstractAsyncContextManager[None]:
        """Is entered once it is the search's turn, which one that is not dear never waits for."""
        return nullcontext() if cost.time < DEAR else self._turn(tenant)

    @asynccontextmanager
    async def _turn(self, tenant: str) -> AsyncIterator[None]:
        """Has a place among the dear searches within the block. Raises Unavailable, TimedOut.

        Who waits for one holds no place that others need for what is cheap.
        """
        async with work.aside():
            await self._dear.enter(tenant, self.time_left())
            try:
                yield
            finally:
                self._dear.leave(tenant)

    async def started(self, index: str, patience: str = "30s") -> None:
        """Waits until the index, which another process may be making just now, can be read. Raises GatewayError."""
        # A new index is yellow before its shard can be read.
        params = {"wait_for_active_shards": "1", "timeout": patience}
        await self.call("GET", f"/_cluster/health/{index}", params=params)

    async def open_pit(self, index: str, keep_alive: str) -> str:
        """A new point in time over every shard of the index. Raises TooMany at the cluster's own limit."""
        params = {"keep_alive": keep_alive, "allow_partial_pit_creation": "false"}
        try:
            reply = await self.call("POST", f"/{index}/_search/point_in_time", params=params, write=True)
        except Overloaded as error:
            raise TooMany("the cluster has no room for another point in time", kind="too_many_pits") from error
        pit: str = complete(reply)["pit_id"]
        return pit

    async def close_pits(self, pits: Sequence[str]) -> None:
        """Frees points in time; those already gone are no failure."""
        body = orjson.dumps({"pit_id": list(pits)})
        await self.call("DELETE", "/_search/point_in_time", body, missing_ok=True, write=True)


def document_path(index: str, document_id: str) -> str:
    """The engine's path of a document; dots too are escaped, so that no id can climb out of the index."""
    return f"/{index}/_doc/{quote(document_id, safe='').replace('.', '%2E')}"


def _named() -> Headers:
    """The request's id, as the engine's slow logs and list of tasks show it."""
    request_id = logs.request_id.get()
    return () if request_id is None else (("x-opaque-id", request_id),)


def _api(path: str) -> str:
    """Which of the engine's APIs a path is of; ids never become labels."""
    return next((part for part in path.split("/") if part.startswith("_")), "index")


def _hosts(settings: Settings) -> Hosts:
    if not settings.traces:
        return Hosts(options(settings))
    from gateway.store.traced import TracedHosts  # noqa: PLC0415 (what it needs is an extra)

    return TracedHosts(options(settings), _api)
