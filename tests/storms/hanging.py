"""Storm: one of several hosts hangs, or refuses; the others serve."""

import asyncio
import time
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, field

from tests import faults
from tests.faults import Proxy
from tests.storms.clients import Client, clients, fill
from tests.storms.gateways import DEADLINE, NotServing, serving
from tests.storms.report import Row, holds_if
from tests.storms.run import Run, ground
from tests.storms.wire import Broken, Request, Unsent

SECONDS, FOR, CLIENTS = 2.0, 20.0, 8
PROMISE = "a host that hangs is left out"


@dataclass(slots=True)
class Times:
    """What became of requests: when each began, how long it took, and whether it was done."""

    rows: list[tuple[float, float, bool]] = field(default_factory=list)


async def hanging(run: Run) -> AsyncGenerator[Row, None]:
    """Three addresses of one engine, two of which can be made to fail."""
    async with AsyncExitStack() as stack:
        url = await stack.enter_async_context(ground(run))
        proxies = [await stack.enter_async_context(faults.proxy(url)) for _ in range(2)]
        hosts = ",".join([*(each.url for each in proxies), url])
        yield await _started(proxies, hosts)
        gateway = await stack.enter_async_context(serving(hosts, **{DEADLINE: SECONDS}))
        asking = await stack.enter_async_context(clients(CLIENTS, [gateway.url], run))
        await fill(asking[0], CLIENTS)
        yield await _hung(proxies[0], asking, run)
        yield await _refused(proxies[0], asking, run)


async def _started(proxies: list[Proxy], hosts: str) -> Row:
    test = "start while two of three refuse"
    for each in proxies:
        await each.refuse()
    try:
        async with serving(hosts, **{DEADLINE: SECONDS}):
            row = holds_if(True, "a gateway starts while any host answers", test, "it serves")
    except NotServing as error:
        said = [line for line in str(error).splitlines() if line.startswith("incident-gateway:")]
        row = holds_if(False, "a gateway starts while any host answers", test, (said or ["it ends"])[-1])
    for each in proxies:
        await each.listen()
    return row


async def _hung(proxy: Proxy, asking: list[Client], run: Run) -> Row:
    proxy.fault = faults.silent
    began = time.monotonic()
    times = await _asked(asking, run)
    proxy.fault = None
    after = [each for each in times.rows if each[0] > began + 1.5 * SECONDS]
    slow = sum(seconds > SECONDS / 2 for _, seconds, _ in after)
    failed = sum(not done for _, _, done in times.rows)
    figure = f"{slow} of {len(after):,} slow after its first time-out, {failed} failed of {len(times.rows):,}"
    return holds_if(not slow and failed <= len(asking), PROMISE, f"one of three silent for {_seconds(run):g} s", figure)


async def _refused(proxy: Proxy, asking: list[Client], run: Run) -> Row:
    await proxy.refuse()
    times = await _asked(asking, run)
    await proxy.listen()
    failed = sum(not done for _, _, done in times.rows)
    figure = f"{failed} of {len(times.rows):,} failed"
    return holds_if(not failed, "a refused connection is no failed write", "one of three refuses", figure)


def _seconds(run: Run) -> float:
    return max(4 * SECONDS, FOR * run.size)


async def _asked(asking: list[Client], run: Run) -> Times:
    """Pages and changes in turn, by all clients, for a while."""
    times, until = Times(), time.monotonic() + _seconds(run)

    async def ask(number: int) -> None:
        turn = 0
        while time.monotonic() < until:
            turn += 1
            page = Request("GET", "/_im/incidents?size=5")
            change = Request("PUT", f"/_im/incidents/f{number}", {"turn": turn})
            await _timed(asking[number], change if turn % 2 else page, times)

    await asyncio.gather(*map(ask, range(len(asking))))
    return times


async def _timed(client: Client, request: Request, times: Times) -> None:
    began, done = time.monotonic(), False
    with suppress(Unsent, Broken):
        done = (await client.ask(request)).is_success
    times.rows.append((began, time.monotonic() - began, done))
