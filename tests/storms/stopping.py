"""Storm: SIGTERM while a bulk, an export and many clients are under way."""

import asyncio
import json
import signal
from collections import Counter
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field

from tests.storms import wire
from tests.storms.clients import bulk, clients, fill
from tests.storms.gateways import Gateway, serving
from tests.storms.report import Row, holds_if
from tests.storms.run import Run, ground
from tests.storms.wire import Broken, Connection, Request, Unsent

INCIDENTS, LEAST, CLIENTS = 20_000, 2_000, 200
GRACE = 30
LOOK_EVERY = 0.01
PAGE = Request("GET", "/_im/incidents?size=1&fields=title")
EXPORT = Request("GET", "/_im/incidents/export?checkpoints=true")


@dataclass(slots=True)
class Seen:
    """What became of the requests of many clients."""

    answered: Counter[int] = field(default_factory=Counter)
    unheard: int = 0
    """Broken off on a connection that had just been made: taken, and never answered."""
    late: int = 0
    """Broken off on a kept connection, which the gateway may have ended before it was sent."""


@dataclass(slots=True)
class Stream:
    """An answer that is read as it comes: its beginning at once, the rest once the gateway has been told to stop."""

    request: Request
    begun: asyncio.Event = field(default_factory=asyncio.Event)
    status: int = 0
    body: bytearray = field(default_factory=bytearray)
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Scene:
    """A gateway that is told to stop, and what its clients see of it."""

    gateway: Gateway
    tenant: str
    updated: Stream
    exported: Stream
    seen: Seen = field(default_factory=Seen)
    told: asyncio.Event = field(default_factory=asyncio.Event)


async def stopping(run: Run) -> AsyncGenerator[Row, None]:
    """Once for a gateway of one process, once for two."""
    async with ground(run) as url:
        for workers in (1, 2):
            for row in await _stopped(run, url, workers):
                yield row


async def _stopped(run: Run, url: str, workers: int) -> list[Row]:
    test, mark = f"SIGTERM, {CLIENTS} clients, workers: {workers}", f"m{workers}-"
    async with serving(url, workers=workers) as gateway, clients(1, [gateway.url], run) as [filler]:
        ids = await fill(filler, run.count(INCIDENTS, LEAST), prefix=mark, padding="x" * 1000)
        request = bulk("bulkUpdate", [{"_meta": {"id": each}, "mark": mark} for each in ids], "false")
        scene = Scene(gateway, run.tenant, Stream(request), Stream(EXPORT))
        seconds = await _played(scene)
    seen = scene.seen
    return [
        holds_if(not seen.unheard, "what is taken is answered", test,
                 f"{seen.unheard} unheard, {seen.late} on kept connections, {seen.answered.total():,} answered"),
        holds_if(seconds is not None and seconds <= GRACE, "it ends in time", test, f"{seconds or -1:.1f} s"),
        _ending(scene.exported, test),
        await _truth(run, url, scene.updated, ids, test),
    ]  # fmt: skip


async def _played(scene: Scene) -> float | None:
    """The seconds that the gateway took to end; None where it did not."""
    async with asyncio.TaskGroup() as group:
        for _ in range(CLIENTS):
            group.create_task(_read(Connection(scene.gateway.url, scene.tenant), scene.seen))
        while scene.seen.answered.total() < CLIENTS:
            await asyncio.sleep(LOOK_EVERY)
        for stream in (scene.updated, scene.exported):
            group.create_task(_stream(scene, stream))
            await stream.begun.wait()
        scene.gateway.signal(signal.SIGTERM)
        scene.told.set()
        seconds = await scene.gateway.ended()
        scene.gateway.kill()
    return seconds


async def _read(connection: Connection, seen: Seen) -> None:
    """Asks again and again until nobody listens."""
    while True:
        try:
            seen.answered[(await connection.ask(PAGE)).status] += 1
        except Unsent:
            return
        except Broken:
            if connection.answers:
                seen.late += 1
            else:
                seen.unheard += 1


async def _stream(scene: Scene, into: Stream) -> None:
    connection = Connection(scene.gateway.url, scene.tenant)
    reader, writer = await connection.opened()
    writer.write(connection.head(into.request) + into.request.content)
    try:
        into.status, headers = await wire.head_of(reader)
        async for piece in wire.pieces(reader, headers):
            into.body += piece
            into.begun.set()
            await scene.told.wait()
        into.whole = True
    except (OSError, EOFError, ValueError):
        # It has broken off: what came is what there is.
        pass
    finally:
        into.begun.set()
        connection.close()


def _ending(exported: Stream, test: str) -> Row:
    *rows, last = exported.body.splitlines() or [bytearray(b"{}")]
    status = json.loads(last).get("_status") if exported.whole else None
    rest = "" if status is None or status["complete"] else f", to go on from {str(status['next'])[:10]}"
    can_go_on = status is not None and (status["complete"] or status["next"] is not None)
    figure = f"{len(rows):,} lines" + (rest or ", all" if can_go_on else ", and no status line")
    return holds_if(can_go_on, "an export ends with a status line", test, figure)


async def _truth(run: Run, url: str, updated: Stream, ids: list[str], test: str) -> Row:
    """What the bulk said of each item, beside what is there."""
    promise = "a bulk that is cut answers for each item"
    try:
        items = [next(iter(each.values())) for each in json.loads(updated.body)["items"]]
    except (ValueError, KeyError, TypeError):
        items = []
    said = {each["_id"]: each["status"] for each in items}
    async with serving(url) as gateway, clients(1, [gateway.url], run) as [reader]:
        answer = await reader.answered(Request("GET", "/_im/incidents/export?fields=mark"))
    documents = [json.loads(line) for line in answer.body.splitlines()][:-1]
    marked = {each["_meta"]["id"] for each in documents if "mark" in each}
    # A 504 says that it may have been done.
    false = sum((said[each] == 200) != (each in marked) for each in said if said[each] != 504)
    counts = ", ".join(f"{count:,} x {status}" for status, count in sorted(Counter(said.values()).items()))
    figure = f"{updated.status}: {counts or 'no items'}; {false:,} of {len(ids):,} otherwise than said"
    return holds_if(len(said) == len(ids) and not false, promise, test, figure)
