"""Storm: the same request again, under the same key: at once, later, elsewhere and after a kill; one effect."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from dataclasses import replace
from typing import Any

from tests.storms import holdings, writes
from tests.storms.clients import Client, bulk, clients
from tests.storms.effects import effects
from tests.storms.gateways import several
from tests.storms.ledger import Ledger, Subject, Write
from tests.storms.report import Row, holds_if
from tests.storms.run import Run, ground
from tests.storms.wire import Answer, Broken, Connection, Request, asked
from tests.storms.writes import ALL

AT_ONCE = 4
VARIES = frozenset({"took", "took_ms"})


async def repeats(run: Run) -> AsyncGenerator[Row, None]:
    """Every kind of write of every dialect, and the actions that move alerts."""
    ledger = Ledger(run.seed)
    async with (
        ground(run) as url,
        several(2, url) as [first, second],
        clients(1, [first.url], run) as [client],
    ):
        wanted = await _writes(client, ledger)
        before = [await _keyed(first.url, run, write.request, write.text) for write in wanted]
        elsewhere = [await _keyed(second.url, run, write.request, write.text) for write in wanted]
        yield _same("the same key gives the same answer", "on another gateway", wanted, before, elsewhere)
        first.kill()
        await first.start()
        killed = [await _keyed(first.url, run, write.request, write.text) for write in wanted]
        yield _same("the same key gives the same answer", "after a kill -9", wanted, before, killed)
        others = [await _keyed(second.url, run, _other(write.request), write.text) for write in wanted]
        refused = sum(answer.status == 422 for answer in others)
        yield holds_if(refused == len(wanted), "another body under a key is refused", "422",
                       f"{refused} of {len(wanted)} refused")  # fmt: skip
        yield await _in_flight(client, ledger, run, (first.url, second.url))
        for name, request in (await _actions(client, ledger)).items():
            told = [await asked(first.url, run.tenant, request) for _ in range(2)]
            figure = f"{told[0].status}, then {told[1].status}"
            yield holds_if(told[0].status == told[1].status < 300, "what is done already is answered as done",
                           f"{name} twice, without a key", figure)  # fmt: skip


async def _writes(client: Client, ledger: Ledger) -> list[Write]:
    """A write of each kind through each dialect, on incidents that are there."""
    made = writes.making(ledger, "im")
    await client.insist(made)
    rows = bulk("bulkCreate", [{"title": ledger.text()}] * 3)
    many = writes.kept(ledger, Write("create", made.subject, ledger.text(), rows))
    return [*writes.of_each(ledger, made.subject), many]


async def _keyed(url: str, run: Run, request: Request, key: str) -> Answer:
    connection = Connection(url, run.tenant)
    try:
        return await connection.ask(request, f"idempotency-key: {key}\r\n")
    finally:
        connection.close()


def _same(promise: str, test: str, wanted: Sequence[Write], first: Sequence[Answer], again: Sequence[Answer]) -> Row:
    pairs = zip(wanted, first, again, strict=True)
    others = [f"{write.request.method} {write.request.path}" for write, one, two in pairs if _shown(one) != _shown(two)]
    figure = "; ".join([f"{len(others)} of {len(wanted)} otherwise", *others[:1]])
    return holds_if(not others, promise, test, figure)


def _shown(answer: Answer) -> tuple[int, Any]:
    value = answer.json
    if isinstance(value, dict):
        value = {name: each for name, each in value.items() if name not in VARIES}
    return answer.status, value


def _other(request: Request) -> Request:
    """The same request with another text in it."""
    return replace(request, body=request.content.replace(b"w", b"v", 1))


async def _in_flight(client: Client, ledger: Ledger, run: Run, urls: Sequence[str]) -> Row:
    """The same creations and notes at once on both gateways: none is there twice."""
    made = writes.making(ledger, "im")
    await client.insist(made)
    wanted = [write for write in writes.of_each(ledger, made.subject) if write.kind != "change"]
    asking = [_keyed(urls[turn % 2], run, write.request, write.text) for write in wanted for turn in range(AT_ONCE)]
    answers = await asyncio.gather(*asking, return_exceptions=True)
    odd = sum(isinstance(each, Broken) or (isinstance(each, Answer) and each.status >= 500) for each in answers)
    seen = effects(await holdings.incidents([client]))
    twice = sum(seen.of(write) != 1 for write in wanted)
    figure = f"{twice} of {len(wanted)} not there once, {odd} of {len(answers)} not answered"
    return holds_if(not twice and not odd, "one effect per key", f"{AT_ONCE} at once on two gateways", figure)


async def _actions(client: Client, ledger: Ledger) -> dict[str, Request]:
    """A merge, a split and a resolve that can be done."""
    merged, source, split, resolved = [await _alerted(client, ledger) for _ in range(4)]
    await client.insist(await _second_alert(client, ledger, split))
    [alert, *_] = (await client.read(f"{ALL}/{split.hex}"))["alerts"]
    return {
        "merge": Request("POST", f"{ALL}/{merged.hex}/merge", {"source_incidents": [source.hex]}),
        "split": Request("POST", f"{ALL}/{split.hex}/split", {"alerts": [alert["alert_id"]]}),
        "resolve": Request("POST", f"{ALL}/{resolved.hex}/resolve", {"comments": "done"}),
    }


async def _alerted(client: Client, ledger: Ledger) -> Subject:
    write = writes.making(ledger, "bigpanda")
    await client.insist(write)
    return write.subject


async def _second_alert(client: Client, ledger: Ledger, subject: Subject) -> Write:
    """One more alert for the incident, which is found by its title."""
    await holdings.settle(client)
    [found] = (await client.read(f"/_im/incidents?hex_id={subject.hex}"))["docs"]
    subject.id = found["_meta"]["id"]
    return writes.alerting(ledger, subject)
