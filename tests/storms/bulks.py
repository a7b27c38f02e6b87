"""Writes in bulk: each item is a write of its own, and only those that failed are tried again."""

import asyncio
from collections.abc import Sequence

from tests.storms import writes
from tests.storms.clients import PAUSE, REFUSALS, Client, bulk
from tests.storms.ledger import Ledger, Subject, Write
from tests.storms.wire import Broken, Request, Unsent

SLICE = 20


async def insist(client: Client, action: str, items: Sequence[Write]) -> None:
    """Every item is done, in as many tries as the client has."""
    for _ in range(client.tries):
        left = [item for item in items if not item.done and not item.wrong]
        if not left:
            return
        await _tried(client, action, left)
        await asyncio.sleep(PAUSE * (0.5 + client.chance.random()))


async def _tried(client: Client, action: str, items: list[Write]) -> None:
    rows = [{"_meta": {"id": item.subject.id}, **item.request.body} for item in items]
    # The items that are left make another request, which is another key.
    headers = f"idempotency-key: {items[0].text}-{len(items)}\r\n" if client.keys else ""
    try:
        answer = await client.ask(bulk(action, rows, "false"), headers)
    except Unsent:
        return
    except Broken:
        statuses = [0] * len(items)
    else:
        statuses = [answer.status] * len(items)
        if answer.is_success:
            statuses = [next(iter(each.values()))["status"] for each in answer.json["items"]]
    for item, status in zip(items, statuses, strict=True):
        _book(item, status)


def _book(item: Write, status: int) -> None:
    if 200 <= status < 300:
        item.done = True
    elif status in REFUSALS:
        item.refusals += 1
    elif status == 0 or status >= 500:
        item.unsure += 1
    elif status == 409 and item.kind == "create":
        item.done, item.already = True, not item.unsure
    elif status != 409:
        item.wrong = f"{status} for a bulk item"


async def lives(client: Client, ledger: Ledger, total: int, changes: int = 5) -> None:
    """Incidents made together and changed together, until the ledger has as many writes as that."""
    while len(ledger.writes) < total:
        made = [_making(ledger) for _ in range(SLICE)]
        await insist(client, "bulkCreate", made)
        for _ in range(changes):
            await insist(client, "bulkUpdate", [_changing(ledger, item.subject) for item in made])


def _making(ledger: Ledger) -> Write:
    text = ledger.text()
    return writes.kept(ledger, Write("create", Subject(text, id=text), text, Request("POST", "", {"title": text})))


def _changing(ledger: Ledger, subject: Subject) -> Write:
    text = ledger.text()
    return writes.kept(ledger, Write("change", subject, text, Request("PUT", "", {"mark": text}), "mark"))
