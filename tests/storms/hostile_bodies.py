"""What is hostile in a body: arrays, names and objects by the hundred thousand, deep or large, and bad bulk lines."""

import asyncio
import json
import zlib
from collections.abc import Sequence

from tests.storms.kinds import MIB, Kind, Target, Wrong, array, keys, one
from tests.storms.wire import NDJSON, Broken, Request
from tests.storms.writes import V1

BODY = 9 * MIB
LARGEST = 260_000
"""Characters of a document that has nearly as many bytes as one may have."""
GZIP = "content-encoding: gzip\r\n"
WAITING = 60.0
CREATIONS = ("/_im/incidents", "/v1/incidents", "/api/v2/incident", "/data/v2/alerts")
NOT = frozenset({400, 404, 413})
LINGER = 0.5


async def unknown_keys(target: Target) -> Sequence[int]:
    """Names that nobody knows, to each dialect that takes incidents."""
    body = keys(target.count(700_000))
    return [await target.status("POST", path, body) for path in CREATIONS]


async def empty_objects(target: Target) -> Sequence[int]:
    """An array of nothing, to each dialect that takes incidents."""
    body = array({}, target.count(BODY))
    return [await target.status("POST", path, body) for path in CREATIONS]


async def large_documents(target: Target) -> Sequence[int]:
    """Documents of 9 MB by the hundred, and then a page of them."""
    text = "x" * BODY
    count = target.count(100)
    written = [
        await target.status("POST", f"/_im/incidents/large{number}", {"title": "large", "description": text})
        for number in range(count)
    ]
    await target.status("POST", "/_im/incidents?refresh=true", {"title": "small"})
    pages = [target.status("GET", "/_im/incidents?size=60") for _ in range(8)]
    return [*written, *await asyncio.gather(*pages)]


async def largest_allowed(target: Target) -> Sequence[int]:
    """The most that the bounds allow, eight at once: documents as large as may be, and pages and exports of them."""
    count, text = target.count(60), "x" * LARGEST
    rows = (json.dumps({"title": "large", "description": f"{number}{text}"}) for number in range(count))
    body = "\n".join(rows).encode()
    writes = [_asked(target, Request("POST", "/_im/incidents/bulkCreate?refresh=true", body, NDJSON)) for _ in range(8)]
    statuses = [*await asyncio.gather(*writes)]
    for size in (100, 130, 1000):
        page = Request("GET", f"/_im/incidents?size={size}")
        statuses += await asyncio.gather(*(_asked(target, page) for _ in range(8)))
    export = Request("GET", "/_im/incidents/export")
    return [*statuses, *await asyncio.gather(*(_asked(target, export) for _ in range(2)))]


async def bulk_of_many(target: Target) -> Sequence[int]:
    """Incidents made by the thousand, and then changed."""
    ids = [f"many{number}" for number in range(target.count(5000))]
    made = "\n".join(json.dumps({"id": each, "title": each, "severity": "high"}) for each in ids)
    changed = "".join(f'{json.dumps({"update": {"_id": each}})}\n{{"doc": {{"severity": "low"}}}}\n' for each in ids)
    bodies = {"bulkCreate": made, "bulkUpdate": changed}
    sent = [Request("POST", f"/_im/incidents/{each}", body.encode(), NDJSON) for each, body in bodies.items()]
    return [await _asked(target, each) for each in sent]


async def many_alerts(target: Target) -> Sequence[int]:
    """As many alerts as may come at once, each with 40 tags; the engine, not the gateway, makes a page wait longer."""
    tags = {f"tag{number}": "x" * 8 for number in range(40)}
    alerts = [{"status": "critical", "host": f"host{n}", **tags} for n in range(target.count(1000))]
    return [await target.status("POST", "/data/v2/alerts", {"app_key": "many", "alerts": alerts})]


async def _asked(target: Target, request: Request) -> int:
    line = target.line()
    try:
        return (await line.ask(request, patience=WAITING)).status
    except Broken:
        return 0
    finally:
        line.close()


async def bad_lines(target: Target) -> Sequence[int]:
    """A bulk of lines that are none; its answer may not be larger than the request by much."""
    body = b"x\n" * target.count(100_000)
    line = target.line()
    answer = await line.ask(Request("POST", "/_im/incidents/bulkUpdate", body, NDJSON))
    line.close()
    if len(answer.body) > 2 * len(body) + MIB / 16:
        raise Wrong(f"{len(answer.body) / len(body):.0f} bytes of answer for a byte")
    return [answer.status]


async def unfinished_line(target: Target) -> Sequence[int]:
    """A bulk line that grows byte by byte and never ends."""
    line, count = target.line(), target.count(20_000)
    _, writer = await line.opened()
    request = Request("POST", "/_im/incidents/bulkUpdate", b"x" * (count + MIB), NDJSON)
    writer.write(line.head(request) + b"x" * MIB)
    for _ in range(count):
        writer.write(b"x")
        await writer.drain()
        # Each byte is to be a packet of its own.
        await asyncio.sleep(0)
    line.close()
    return []


async def left_bulk(target: Target) -> Sequence[int]:
    """A bulk whose client leaves once a part of it is done; it must not go on to its end."""
    count = target.count(100_000)
    body = b"".join(json.dumps({"_meta": {"id": f"left{n}"}, "title": "left"}).encode() + b"\n" for n in range(count))
    request = Request("POST", "/_im/incidents/bulkCreate", body, NDJSON)
    line = target.line()
    _, writer = await line.opened()
    writer.write(line.head(request) + body)
    while not await _made(target):
        await asyncio.sleep(LINGER)
    writer.transport.abort()
    made, before = await _made(target), -1
    while made != before:
        await asyncio.sleep(LINGER)
        before, made = made, await _made(target)
    if made == count:
        raise Wrong(f"all {made:,} were made after the client had left")
    return []


async def _made(target: Target) -> int:
    answer = await target.ask("POST", "/_im/incidents_full_types", {"size": 0, "with_total_docs": True})
    return int(answer.json["total_docs"])


async def unheard_alerts(target: Target) -> Sequence[int]:
    """Alerts without number, for an incident that there is not."""
    return [await target.status("POST", "/_im/incidents/nope/alerts", array({}, target.count(BODY)))]


async def garbled(target: Target) -> Sequence[int]:
    """A body that says that it is compressed."""
    try:
        return [await target.status("POST", "/_im/incidents", b"\x1f\x8b" + b"\0" * 1000, GZIP)]
    except Broken:
        return [0]


async def bomb(target: Target) -> Sequence[int]:
    """A gigabyte of nothing in a megabyte, to a route of small bodies and to one of large ones."""
    packer = zlib.compressobj(wbits=16 + zlib.MAX_WBITS)
    body = b"".join(packer.compress(bytes(MIB)) for _ in range(max(target.count(1000), 300))) + packer.flush()
    return [await target.status("POST", path, body, GZIP) for path in (CREATIONS[0], "/_im/incidents/bulkUpdate")]


def _nested(depth: int) -> bytes:
    return b'{"title": "t", "a": ' + b"[" * depth + b"]" * depth + b"}"


def _named(length: int, count: int = 1) -> bytes:
    return json.dumps({"title": "t", **{f"{number}{'n' * length}": 1 for number in range(count)}}).encode()


def _services(count: int) -> dict[str, object]:
    return {**V1, "incidentId": "many", "title": "t", "services": [{"name": "s"}] * count}


KINDS = [
    Kind("an incident with an array of 9 MB", one("POST", "/_im/incidents", lambda target: b'{"title": "t", "n": '
         + array(1, target.count(BODY)) + b"}")),
    Kind("100 documents of 9 MB, eight pages of 60", large_documents, frozenset({200, 201, 400, 413}), cpu=5,
         stall=1000),
    Kind("arrays 100,000 deep", one("POST", "/_im/incidents", lambda target: _nested(target.count(100_000)))),
    Kind("a name of 300 kB", one("POST", "/_im/incidents", lambda target: _named(target.count(300_000)))),
    Kind("64 names of 60 kB", one("POST", "/_im/incidents", lambda target: _named(target.count(60_000), 64))),
    Kind("700,000 unknown keys, four dialects", unknown_keys, cpu=0.4),
    Kind("9 MB of empty objects, four dialects", empty_objects, cpu=0.8),
    Kind("9 MB of empty alerts for no incident", unheard_alerts, NOT),
    Kind("200,000 services", one("POST", "/v1/incidents", lambda target: _services(target.count(200_000)))),
    Kind("the largest documents allowed, eight at once", largest_allowed, frozenset({200, 201, 400, 503}), cpu=20,
         memory=1024, stall=1000),
    Kind("a gigabyte in a megabyte of gzip", bomb, frozenset({0, 413}), cpu=2),
    Kind("100,000 bad bulk lines", bad_lines, frozenset({200, 400}), cpu=0.5),
    Kind("a bulk line that grows by bytes", unfinished_line, frozenset(), cpu=2),
    Kind("a bulk of 100,000 that is left", left_bulk, frozenset(), cpu=20, stall=200),
    Kind("5,000 incidents in a bulk, made and changed", bulk_of_many, frozenset({200}), cpu=5, stall=150),
    Kind("1,000 alerts with 40 tags", many_alerts, frozenset({201}), cpu=2, stall=150),
    Kind("a body that is said to be compressed", garbled, frozenset({400})),
]  # fmt: skip
