"""Storm: requests that are meant to hurt; none costs more than its bounds, and the engine lives."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing, suppress
from dataclasses import dataclass, field, replace

from benchmarks import process
from gateway.engine import Engine
from tests.storms import (
    hostile_bodies,
    hostile_bytes,
    hostile_floods,
    hostile_pages,
    hostile_questions,
    hostile_texts,
    report,
)
from tests.storms.clients import clients, fill
from tests.storms.gateways import Gateway, serving
from tests.storms.kinds import Kind, Target, Wrong
from tests.storms.probe import Met, probing
from tests.storms.report import Row, holds_if
from tests.storms.run import Run, engine
from tests.storms.wire import Broken, Request, Unsent, asked

FIGURE = "{:>8} | {:>9} | {:>19} | {}"
HEAD = report.ROW.format(
    "kind",
    "worst allowed request",
    FIGURE.format("cpu", "memory", "neighbour's worst", "answer"),
    "holds",
)
PATIENCE = 60.0
HEALTH = Request("GET", "/_cluster/health?wait_for_status=yellow&timeout=10s")
KINDS = [
    *hostile_bytes.KINDS,
    *hostile_floods.KINDS,
    *hostile_questions.KINDS,
    *hostile_texts.KINDS,
    *hostile_bodies.KINDS,
    *hostile_pages.KINDS,
]


@dataclass(slots=True)
class Cost:
    """What a kind did cost: seconds of the processor, mebibytes, what a neighbour met, and the answers."""

    cpu: float = 0
    memory: float = 0
    met: Met = field(default_factory=Met)
    statuses: frozenset[int] = frozenset()
    wrong: str = ""
    lives: bool = True


async def hostile(run: Run) -> AsyncGenerator[Row, None]:
    """A row for each kind, each on a gateway of its own before one engine of 512 MB."""
    async with engine(heap="512m") as running:
        for number, kind in enumerate(KINDS):
            cost = await _alone(kind, replace(run, tenant=f"{run.tenant}-{number}"), running)
            yield judged(kind, cost)
            if not cost.lives:
                await asyncio.to_thread(running.restart, 0)


async def costs(kinds: Sequence[Kind], run: Run, gateway: Gateway) -> AsyncGenerator[tuple[Kind, Cost], None]:
    """What each kind costs a gateway that runs."""
    neighbour = replace(run, tenant=f"{run.tenant}-neighbour")
    async with clients(1, [gateway.url], neighbour) as [filler]:
        await fill(filler, 25)
    target = Target(gateway.url, run.tenant, gateway.pid, run.size)
    for kind in kinds:
        cost = Cost()
        async with probing(gateway.url, neighbour.tenant) as cost.met:
            process.reset_peak(gateway.pid)
            cpu, memory = process.cpu(gateway.pid) or 0, process.resident(gateway.pid) or 0
            await _made(kind, target, cost)
            cost.cpu = ((process.cpu(gateway.pid) or cpu) - cpu) / 1_000_000
            cost.memory = (process.peak(gateway.pid) or memory) - memory
        yield kind, cost


def over(kind: Kind, cost: Cost) -> list[str]:
    """The bounds that a kind does not keep, by name."""
    kept = {
        "cpu": cost.cpu <= kind.cpu,
        "memory": cost.memory <= kind.memory,
        "stall": cost.met.worst <= kind.stall + cost.met.calm,
        "answer": cost.statuses <= kind.statuses and not cost.wrong,
        "engine": cost.lives,
    }
    return [name for name, holds in kept.items() if not holds]


def judged(kind: Kind, cost: Cost) -> Row:
    """Whether a kind stays within its bounds, as a row under HEAD."""
    statuses = ", ".join(str(status) if status else "ended" for status in sorted(cost.statuses)) or "nothing"
    beyond = over(kind, cost)
    answer = [cost.wrong or statuses, *([] if cost.lives else ["ENGINE ENDED"]), *(f"over: {each}" for each in beyond)]
    page = f"{cost.met.worst:,.0f} ms, calm {cost.met.calm:,.0f}"
    figure = FIGURE.format(f"{cost.cpu:.2f} s", f"{cost.memory:+.0f} MiB", page, "; ".join(answer))
    return holds_if(not beyond, kind.kind, kind.name, figure)


async def _alone(kind: Kind, run: Run, running: Engine) -> Cost:
    async with serving(running.url, **kind.settings) as gateway, aclosing(costs([kind], run, gateway)) as told:
        _, cost = await anext(told)
    cost.lives = await _lives(running)
    return cost


async def _made(kind: Kind, target: Target, cost: Cost) -> None:
    try:
        async with asyncio.timeout(PATIENCE):
            cost.statuses = frozenset(await kind.make(target))
    except TimeoutError:
        cost.wrong = f"no end within {PATIENCE:g} s"
    except (Wrong, Unsent, Broken) as error:
        cost.wrong = str(error)[:80]


async def _lives(running: Engine) -> bool:
    with suppress(Unsent, Broken):
        return running.is_running and (await asked(running.url, "", HEALTH)).is_success
    return False
