"""What is hostile in a body: arrays, names and objects by the hundred thousand, deep or large, and bad bulk lines."""

import asyncio
import json
import zlib
from collections.abc import Sequence

from tests.storms.kinds import MIB, Kind, Target, Wrong, array, keys, one
from tests.storms.wire import NDJSON, Broken, Request
from tests.storms.writes import V1

BODY = 9 * MIB
ARRAY = 4 * MIB - 4096
"""Nearly as many bytes as a body may have."""
GZIP = "content-encoding: gzip\r\n"
BULKS = ("bulkCreate", "bulkUpdate", "bulkDelete")
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


async def bulk_of_many(target: Target) -> Sequence[int]:
    """Incidents made by the thousand, and then changed."""
    ids = [f"many{number}" for number in range(target.count(5000))]
    made = "\n".join(json.dumps({"id": each, "title": each, "severity": "high"}) for each in ids)
    changed = "".join(f'{json.dumps({"update": {"_id": each}})}\n{{"doc": {{"severity": "low"}}}}\n' for each in ids)
    bodies = {"bulkCreate": made, "bulkUpdate": changed}
    sent = [Request("POST", f"/_im/incidents/{each}", body.encode(), NDJSON) for each, body in bodies.items()]
    return [await target.patiently(each) for each in sent]


async def many_alerts(target: Target) -> Sequence[int]:
    """As many alerts as may come at once, each with 40 tags; the engine, not the gateway, makes a page wait longer."""
    tags = {f"tag{number}": "x" * 8 for number in range(40)}
    alerts = [{"status": "critical", "host": f"host{n}", **tags} for n in range(target.count(1000))]
    return [await target.status("POST", "/data/v2/alerts", {"app_key": "many", "alerts": alerts})]


async def bad_lines(target: Target) -> Sequence[int]:
    """Bulks of lines that are none; their answers may not be larger than the requests by much."""
    body, statuses = b"x\n" * target.count(100_000), []
    for name in BULKS:
        line = target.line()
        answer = await line.ask(Request("POST", f"/_im/incidents/{name}", body, NDJSON))
        line.close()
        if len(answer.body) > 2 * len(body) + MIB / 16:
            raise Wrong(f"{len(answer.body) / len(body):.0f} bytes of answer for a byte")
        statuses.append(answer.status)
    return statuses


async def json_bulks(target: Target) -> Sequence[int]:
    """Bulks that are an array: of nothing, and of ids that nothing has."""
    bodies = (array({}, target.count(BODY)), json.dumps({"ids": ["x"] * target.count(100_000)}))
    return [
        await target.status("POST", f"/_im/incidents/{name}", body.encode() if isinstance(body, str) else body)
        for body in bodies
        for name in BULKS
    ]


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


async def arrays(target: Target) -> Sequence[int]:
    """An array of numbers in whatever is written, of nearly as many bytes as a body may have."""
    numbers = array(1, target.count(ARRAY))
    writes = [
        *(("POST", path, b'{"a": %b}') for path in ("/_im/incidents", "/_im/incidents/x/notes")),
        ("PUT", "/_im/incidents/x", b'{"tags": %b}'),
        ("PUT", "/_im/incidents/x", b'{"evidence": {"a": {"b": %b}}}'),
        ("POST", "/_im/incidents/x/alerts", b'{"ext": {"v1": {"a": %b}}}'),
        ("POST", "/_im/incidents/x/alerts", b'{"tags": [{"name": "a", "value": %b}]}'),
        ("POST", "/_im/incidents/bulkCreate", b'[{"title": "t", "a": %b}]'),
        ("POST", "/_im/incidents/bulkUpdate/byFilter", b'{"dry_run": true, "change": {"a": %b}}'),
        ("POST", "/_im/aggregations/results/a/r", b'{"title": "t", "incident_ids": %b}'),
        ("POST", "/v1/incidents", json.dumps(V1).encode()[:-1] + b', "title": "t", "metadata": {"a": %b}}'),
        ("POST", "/v1/scan-reports", b'{"source": "s", "createdAt": "2026-01-01T00:00:00Z", "payload": %b}'),
        ("POST", "/api/v2/incident", b'{"name": "n", "evidence": %b}'),
        ("POST", "/data/v2/alerts", b'{"app_key": "k", "status": "critical", "host": "h", "a": %b}'),
        ("POST", "/data/changes", b'{"identifier": "i", "status": "Done", "metadata": {"a": %b}}'),
    ]
    await target.status("POST", "/_im/incidents/x", {"title": "x"})
    headers = "x-bp-app-key: k\r\n"
    return [await target.status(method, path, form % numbers, headers) for method, path, form in writes]


async def odd_texts(target: Target) -> Sequence[int]:
    """What readers of JSON have stumbled over: escapes, one long number, one name again and again, half characters."""
    count = target.count(ARRAY)
    texts = (
        b'{"title": "%b"}' % (rb"\u0000" * (count // 6)),
        b'{"title": "t", "a": %b}' % (b"1" * count),
        b'{"title": "t", "a": 1e%b}' % (b"9" * count),
        b"{%b}" % b",".join([b'"a":1'] * (count // 6)),
        b'{"title": "%b"}' % (rb"\ud800" * (count // 6)),
        b'{"title": "%b"}' % (b"\xff" * count),
        b"[" * count,
    )
    return [await target.status("POST", path, each) for each in texts for path in CREATIONS]


def _nested(depth: int) -> bytes:
    return b'{"title": "t", "a": ' + b"[" * depth + b"]" * depth + b"}"


def _named(length: int, count: int = 1) -> bytes:
    return json.dumps({"title": "t", **{f"{number}{'n' * length}": 1 for number in range(count)}}).encode()


def _services(count: int) -> dict[str, object]:
    return {**V1, "incidentId": "many", "title": "t", "services": [{"name": "s"}] * count}


KINDS = [
    Kind("arrays", "an incident with an array of 9 MB", one("POST", "/_im/incidents", lambda target:
         b'{"title": "t", "n": ' + array(1, target.count(BODY)) + b"}")),
    Kind("arrays", "4 MB of numbers in each write", arrays, NOT | {200}, cpu=2, stall=100),
    Kind("odd texts", "4 MB of escapes, digits, halves, one name", odd_texts, NOT, cpu=4),
    Kind("depth", "arrays 100,000 deep", one("POST", "/_im/incidents", lambda target: _nested(target.count(100_000)))),
    Kind("names", "a name of 300 kB", one("POST", "/_im/incidents", lambda target: _named(target.count(300_000)))),
    Kind("names", "64 names of 60 kB", one("POST", "/_im/incidents", lambda target: _named(target.count(60_000), 64))),
    Kind("unknown keys", "700,000 unknown keys, four dialects", unknown_keys, cpu=0.4),
    Kind("empty objects", "9 MB of empty objects, four dialects", empty_objects, cpu=0.8),
    Kind("empty objects", "9 MB of empty alerts for no incident", unheard_alerts, NOT),
    Kind("lists", "200,000 services", one("POST", "/v1/incidents", lambda target: _services(target.count(200_000)))),
    Kind("compression", "a gigabyte in a megabyte of gzip", bomb, frozenset({0, 413}), cpu=2),
    Kind("bulk", "100,000 bad lines, to each of three", bad_lines, frozenset({200, 400}), cpu=1),
    Kind("bulk", "9 MB of empty objects, 100,000 ids, as JSON", json_bulks, frozenset({200, 400, 413}), cpu=5,
         stall=100),
    Kind("bulk", "a bulk line that grows by bytes", unfinished_line, frozenset(), cpu=2),
    Kind("bulk", "a bulk of 100,000 that is left", left_bulk, frozenset(), cpu=20, stall=200),
    Kind("bulk", "5,000 incidents in a bulk, made and changed", bulk_of_many, frozenset({200}), cpu=5, stall=150),
    Kind("alerts", "1,000 alerts with 40 tags", many_alerts, frozenset({201}), cpu=2, stall=150),
    Kind("compression", "a body that is said to be compressed", garbled, frozenset({400})),
]  # fmt: skip
