"""Storm: an engine that fails in each of many ways, on every route; told by its type and within the deadline."""

import asyncio
import time
from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass

from tests import faults
from tests.faults import Fault, Forward, Proxy, Send
from tests.storms import writes
from tests.storms.audit import audited
from tests.storms.clients import Client, clients
from tests.storms.gateways import DEADLINE, serving
from tests.storms.ledger import Ledger
from tests.storms.report import Row, holds_if
from tests.storms.routes import HEADERS, Route, routes
from tests.storms.run import Run, ground
from tests.storms.wire import Answer, Broken, Connection

SECONDS, SLACK = 2.0, 0.5
TYPED = frozenset({502, 503, 504})
ASKS_NOTHING = frozenset(
    {"GET /v1/incidents/types", "GET /resources/v2.0/environments/{environment_id}"}
    | {"GET /_im/whoami", "GET /_im/vocabulary"}
)
"""The environment that is asked for is `all`, which each tenant has by itself."""
BY_ITEM = frozenset(f"POST /_im/incidents/{each}" for each in ("bulkUpdate", "bulkCreate", "bulkDelete"))


async def late(forward: Forward, send: Send) -> bool:
    """The engine's own answer, each after two fifths of the deadline: three calls in a row are too many."""
    await asyncio.sleep(SECONDS * 0.4)
    return await faults.nothing(forward, send)


FAULTS: Mapping[str, Fault] = {
    "broken before": faults.dropped,
    "broken after": faults.lost,
    "broken within": faults.cut,
    "silent": faults.silent,
    "a byte at a time": faults.dripping,
    "half the JSON": faults.truncated,
    "an empty body": faults.always(200, b""),
    "no JSON": faults.always(200, b"\x00\xff{]"),
    "a page": faults.always(200, b"<html>welcome</html>", "text/html"),
    "502": faults.always(502, b"<html>bad gateway</html>", "text/html"),
    "429": faults.failing(429, "rejected_execution_exception"),
    "503": faults.failing(503, "cluster_block_exception"),
    "500": faults.failing(500, "exception"),
    "401": faults.failing(401, "security_exception"),
}
PARTIAL: Mapping[str, Fault] = {
    "a shard failed": faults.claiming({"_shards": {"total": 2, "successful": 1, "failed": 1}}),
    "timed out": faults.claiming({"timed_out": True}),
}
SLOW: Mapping[str, Fault] = {"each call late": late}
SEARCHING = ("/incidents", "/incidents_full_types", "/stats/{field}", "/facets", "/incident", "/distribution")
"""How the paths end whose answer would be a part of the whole."""


@dataclass(frozen=True, slots=True)
class Told:
    """What one route answered, and how long it took; no answer where the connection broke."""

    route: Route
    answer: Answer | None
    seconds: float

    @property
    def is_typed(self) -> bool:
        """Whether it says that the engine failed, or what is wrong with the request, as JSON."""
        if self.answer is None:
            return False
        if self.answer.status in TYPED:
            return self.answer.body.startswith(b"{")
        return 400 <= self.answer.status < 500 or self._may_succeed

    @property
    def _may_succeed(self) -> bool:
        assert self.answer
        itemised = self.route.operation in BY_ITEM and b'"errors":true' in self.answer.body
        return self.answer.is_success and (self.route.operation in ASKS_NOTHING or itemised)


async def faulty(run: Run) -> AsyncGenerator[Row, None]:
    """A row for each fault, and what became of writes that met one."""
    ledger = Ledger(run.seed)
    async with (
        ground(run) as url,
        faults.proxy(url) as proxy,
        serving(proxy.url, **{DEADLINE: SECONDS}) as gateway,
        clients(1, [gateway.url], run) as [reader],
        clients(1, [gateway.url], run, tries=1) as [writer],
    ):
        every = await routes(reader, run.tenant)
        for name, fault in FAULTS.items():
            yield await _row(name, every, fault, proxy, reader)
        searches = [each for each in every if each.operation.startswith("GET") and each.operation.endswith(SEARCHING)]
        for name, fault in PARTIAL.items():
            yield await _row(name, searches, fault, proxy, reader)
        # What is late there still arrives once nobody waits for it: by the time that the writes take it is there.
        yield await _slow(every, proxy, reader)
        await _write(reader, writer, proxy, ledger)
        async for row in audited("one write of each kind in each fault", ledger, [reader], run.tenant):
            yield row


async def _row(name: str, every: list[Route], fault: Fault, proxy: Proxy, client: Client) -> Row:
    told = await _told(every, fault, proxy, client)
    untyped = [each.route.operation for each in told if not each.is_typed]
    slow = [each.route.operation for each in told if each.seconds > SECONDS + SLACK]
    figure = (
        f"worst {max(each.seconds for each in told):.1f} s of {SECONDS:g}, {len(slow)} late, {len(untyped)} untyped"
    )
    test = f"{name}, {len(told)} routes"
    return holds_if(not untyped and not slow, "a fault is told by its type, in time", test,
                    "; ".join([figure, *(untyped or slow)[:1]]))  # fmt: skip


async def _slow(every: list[Route], proxy: Proxy, client: Client) -> Row:
    [(name, fault)] = SLOW.items()
    told = await _told(every, fault, proxy, client)
    slow = [each.route.operation for each in told if each.seconds > SECONDS + SLACK]
    figure = f"worst {max(each.seconds for each in told):.1f} s of {SECONDS:g}, {len(slow)} late"
    return holds_if(not slow, "one deadline for all calls", f"{name}, {len(told)} routes",
                    "; ".join([figure, *slow[:1]]))  # fmt: skip


async def _told(every: list[Route], fault: Fault, proxy: Proxy, client: Client) -> list[Told]:
    """What each route answers, all at once, while the fault lasts; the gateway works again then."""
    [line] = client.connections
    proxy.fault = fault
    try:
        told = await asyncio.gather(*(_ask(Connection(line.url, line.tenant), each) for each in every))
    finally:
        proxy.fault = None
    await client.read("/_im/incidents?size=1")
    return list(told)


async def _ask(connection: Connection, route: Route) -> Told:
    began = time.monotonic()
    try:
        answer = await connection.ask(route.request, HEADERS)
    except Broken:
        answer = None
    finally:
        connection.close()
    return Told(route, answer, time.monotonic() - began)


async def _write(reader: Client, writer: Client, proxy: Proxy, ledger: Ledger) -> None:
    """A creation, a change and a note through each dialect in each fault, tried once."""
    for fault in FAULTS.values():
        subject = writes.making(ledger, "im")
        await reader.insist(subject)
        proxy.fault = fault
        for write in writes.of_each(ledger, subject.subject):
            write.contested = True
            await writer.insist(write)
        proxy.fault = None
