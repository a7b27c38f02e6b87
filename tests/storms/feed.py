"""Storm: changes are followed while four write through two gateways, the reader is cut, and what serves is killed."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import AsyncExitStack

from gateway.engine import Engine
from tests.storms.clients import Client, clients
from tests.storms.following import Book, Follower, crowd
from tests.storms.gateways import DEADLINE, Gateway, several
from tests.storms.report import Row, holds_if
from tests.storms.run import Run, engine
from tests.storms.wire import Broken, Request, Unsent

WRITES, WRITERS, CHANGES, LISTENERS = 6_000, 4, 6, 1_000
PROMISED = 2.0
PAUSE, PATIENCE, LOOK_EVERY = 0.02, 60.0, 0.01
ALREADY = {"POST": 409, "DELETE": 404}
"""What an attempt is answered whose predecessor was done, though nobody heard of it."""


async def feed(run: Run) -> AsyncGenerator[Row, None]:
    """An engine of its own is killed, and a gateway; over one that is given, a gateway alone."""
    book, total = Book(), run.count(WRITES)
    async with AsyncExitStack() as stack:
        running = await stack.enter_async_context(engine()) if run.url is None else None
        url = running.url if running else str(run.url)
        gateways = await stack.enter_async_context(several(2, url, **{DEADLINE: 5}))
        urls = [each.url for each in gateways]
        writers = await stack.enter_async_context(clients(WRITERS, urls, run))
        follower = Follower(urls, run.tenant, run.chance("cuts"), book)
        await follower.begun()
        following = asyncio.create_task(follower.follow())
        writing = asyncio.gather(*(_write(each, book, total, at) for at, each in enumerate(writers)))
        await _kill(gateways, running, book, total, writing)
        await writing
        await _all_told(book)
        following.cancel()
        test = f"4 writers, 2 gateways, {follower.cuts} cuts, kill -9 of gateway{' and engine' if running else ''}"
        for row in _judged(book, test, timed=running is not None):
            yield row
        if running is not None:
            yield await _crowded(run, urls[0], writers[0])


async def _write(client: Client, book: Book, total: int, writer: int) -> None:
    """Lives of incidents: made, changed some times, and every other one deleted."""
    life = 0
    while len(book.acknowledged) < total:
        life += 1
        incident_id = f"w{writer}-{life}"
        await _insist(client, book, incident_id, 0, Request("POST", f"/_im/incidents/{incident_id}", {"title": "t"}))
        for value in range(1, CHANGES + 1):
            request = Request("PUT", f"/_im/incidents/{incident_id}", {"score": value})
            await _insist(client, book, incident_id, value, request)
        if life % 2:
            await _insist(client, book, incident_id, None, Request("DELETE", f"/_im/incidents/{incident_id}"))


async def _insist(client: Client, book: Book, incident_id: str, value: int | None, request: Request) -> None:
    """Asks until it is acknowledged."""
    unsure = False
    while True:
        try:
            answer = await client.ask(request)
        except Unsent:
            answer = None
        except Broken:
            answer, unsure = None, True
        if answer and (answer.is_success or (unsure and answer.status == ALREADY.get(request.method))):
            book.acknowledge(incident_id, value)
            return
        unsure = unsure or (answer is not None and answer.status >= 500 and answer.status != 503)
        await asyncio.sleep(PAUSE)


async def _kill(
    gateways: Sequence[Gateway], running: Engine | None, book: Book, total: int, writing: "asyncio.Future[list[None]]"
) -> None:
    """A gateway is gone after a third of the writes, and the engine, if it may be, after two; each comes back."""
    await _reached(book, total // 3, writing)
    with book.outage():
        gateways[0].kill()
        await gateways[0].start_at_last()
    await _reached(book, 2 * total // 3, writing)
    if running is not None:
        with book.outage():
            await asyncio.to_thread(running.kill, 0)
            await asyncio.to_thread(running.restart, 0)


async def _reached(book: Book, count: int, writing: "asyncio.Future[list[None]]") -> None:
    while len(book.acknowledged) < count and not writing.done():
        await asyncio.sleep(LOOK_EVERY)


async def _all_told(book: Book) -> None:
    """Waits until nothing is missing, or for as long as one can."""
    deadline = asyncio.get_running_loop().time() + PATIENCE
    while book.missing() and asyncio.get_running_loop().time() < deadline:
        await asyncio.sleep(LOOK_EVERY * 10)


def _judged(book: Book, test: str, *, timed: bool) -> list[Row]:
    missing, twice, disordered = book.missing(), book.twice(), book.disordered()
    whole = f"of {len(book.acknowledged):,} acknowledged, {len(missing)} missing {missing[:3] or ''}"
    rows = [
        holds_if(not missing, "every acknowledged change is told", test, whole),
        holds_if(not twice, "none is told twice", test, f"{len(twice)} of {len(book.activities):,} activities"),
        holds_if(not disordered, "in order for each incident", test, f"{len(disordered)} incidents {disordered[:3]}"),
    ]
    if timed:
        waits = book.waits()
        p50, p99 = waits[len(waits) // 2], waits[len(waits) * 99 // 100]
        figure = f"p50 {p50:.2f} s, p99 {p99:.2f} s, longest {waits[-1]:.2f} s of {len(waits):,}"
        rows.append(holds_if(p99 <= PROMISED, "told within 2 s, while all is there", test, figure))
    return rows


async def _crowded(run: Run, url: str, client: Client) -> Row:
    """What so many listeners cost the engine more than one, for the same writes."""
    count = run.count(LISTENERS)

    async def writes() -> None:
        for value in range(20):
            await client.answered(Request("POST", "/_im/incidents?refresh=false", {"title": f"{value}"}))

    one, all_ = [await crowd(url, run.tenant, each, writes) for each in (1, count)]
    figure = f"{one} engine calls with 1, {all_} with {count:,}"
    return holds_if(all_ < 1.5 * one + 20, "many listeners cost the engine what one does", "20 writes", figure)
