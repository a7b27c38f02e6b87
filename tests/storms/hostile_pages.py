"""What is hostile in what is read: documents as large as may be, by the hundred, in pages of every dialect."""

import asyncio
import json
from collections.abc import Sequence

from tests.storms.kinds import AT_ONCE, MIB, Kind, Target
from tests.storms.wire import NDJSON, Request

BODY = 9 * MIB
LARGEST = 260_000
"""Characters of a document that has nearly as many bytes as one may have."""
ALERT = 60_000
"""And of an alert."""
BIGPANDA = "/resources/v2.0/environments/all/incidents"


async def large_documents(target: Target) -> Sequence[int]:
    """Documents of 9 MB by the hundred, and then a page of them."""
    text = "x" * BODY
    count = target.count(100)
    written = [
        await target.status("POST", f"/_im/incidents/large{number}", {"title": "large", "description": text})
        for number in range(count)
    ]
    await target.status("POST", "/_im/incidents?refresh=true", {"title": "small"})
    pages = [target.status("GET", "/_im/incidents?size=60") for _ in range(AT_ONCE)]
    return [*written, *await asyncio.gather(*pages)]


async def largest_allowed(target: Target) -> Sequence[int]:
    """The most that the bounds allow, eight at once: documents as large as may be, and pages and exports of them."""
    count, text = target.count(60), "x" * LARGEST
    rows = (json.dumps({"title": "large", "description": f"{number}{text}"}) for number in range(count))
    body = "\n".join(rows).encode()
    writes = [
        target.patiently(Request("POST", "/_im/incidents/bulkCreate?refresh=true", body, NDJSON))
        for _ in range(AT_ONCE)
    ]
    statuses = [*await asyncio.gather(*writes)]
    for size in (100, 130, 1000):
        page = Request("GET", f"/_im/incidents?size={size}")
        statuses += await asyncio.gather(*(target.patiently(page) for _ in range(AT_ONCE)))
    export = Request("GET", "/_im/incidents/export")
    return [*statuses, *await asyncio.gather(*(target.patiently(export) for _ in range(2)))]


async def pages_of_dialects(target: Target) -> Sequence[int]:
    """Such documents, and alerts, as v1, Log360, Actian and BigPanda show them, each page by eight at once."""
    text, tag = "x" * LARGEST, "x" * ALERT
    count = target.count(60)
    rows = (json.dumps({"title": "large", "description": f"{number}{text}"}) for number in range(count))
    body = "\n".join(rows).encode()
    statuses = [await target.patiently(Request("POST", "/_im/incidents/bulkCreate?refresh=true", body, NDJSON))]
    for number in range(count):
        alert = {"app_key": "large", "status": "critical", "host": f"h{number}", "t": [tag[:8000]] * 7}
        statuses.append(await target.patiently(Request("POST", "/data/v2/alerts", alert)))
    pages = (
        *("/v1/incidents?pageSize=100", "/v1/incidents/facets?limit=100", "/api/v2/incident?limit=100"),
        *(f"/api/backend/{target.tenant}/incidents", f"{BIGPANDA}?page_size=100&expand=alerts"),
        f"{BIGPANDA}?page_size=100&query=" + "description%20%3D%20%22x*%22",
    )
    for path in pages:
        asked = [target.patiently(Request("GET", path)) for _ in range(AT_ONCE)]
        statuses += await asyncio.gather(*asked)
    return statuses


async def changed_often(target: Target) -> Sequence[int]:
    """A large object of an incident, changed in very little a thousand times in a bulk: each change tells of all."""
    metadata = {f"k{number}": "x" * 1000 for number in range(120)}
    made = await target.status("POST", "/_im/incidents/often", {"title": "t", "ext": {"v1": {"metadata": metadata}}})
    change = '{"_meta": {"id": "often"}, "ext": {"v1": {"metadata": {"n": %d}}}}\n'
    body = "".join(change % number for number in range(target.count(1000))).encode()
    return [made, await target.patiently(Request("POST", "/_im/incidents/bulkUpdate", body, NDJSON))]


async def large_alerts(target: Target) -> Sequence[int]:
    """An incident with large alerts by the hundred, resolved with all of them by eight at once."""
    answer = await target.ask("POST", "/_im/incidents/many", {"title": "t"})
    texts = {f"k{number}": "x" * 2000 for number in range(19)}
    alert = {"status": "critical", "ext": {"log360": texts}}
    parts = range(target.count(6))
    statuses = [await target.status("POST", "/_im/incidents/many/alerts", [alert] * 100) for _ in parts]
    resolve = Request("POST", f"{BIGPANDA}/{answer.json['hex_id']}/resolve", {"comments": "x" * ALERT})
    return [*statuses, *await asyncio.gather(*(target.patiently(resolve) for _ in range(AT_ONCE)))]


async def tables(target: Target) -> Sequence[int]:
    """The largest documents as tables, by eight at once."""
    text = "x" * (LARGEST // 2)
    rows = (json.dumps({"title": "t", "description": f"{number}{text}"}) for number in range(target.count(90)))
    body = "\n".join(rows).encode()
    made = await target.patiently(Request("POST", "/_im/incidents/bulkCreate?refresh=true", body, NDJSON))
    table = Request("GET", "/_im/incidents/export?format=csv")
    return [made, *await asyncio.gather(*(target.patiently(table) for _ in range(AT_ONCE)))]


KINDS = [
    Kind("large documents", "100 documents of 9 MB, eight pages of 60", large_documents,
         frozenset({200, 201, 400, 413}), cpu=5, stall=1000),
    Kind("large documents", "the largest documents allowed, eight at once", largest_allowed,
         frozenset({200, 201, 400, 503}), cpu=20, memory=1024, stall=1000),
    Kind("large documents", "a large one changed 1,000 times in a bulk", changed_often, frozenset({200, 201}), cpu=10,
         memory=512, stall=1000),
    Kind("large documents", "600 large alerts resolved, by eight at once", large_alerts,
         frozenset({201, 202, 409, 503, 504}), cpu=10, memory=512, stall=1000),
    Kind("large documents", "tables of the largest, by eight at once", tables, frozenset({200}), cpu=10, memory=1024,
         stall=1000),
    Kind("large documents", "pages of them in four dialects, eight at once", pages_of_dialects,
         frozenset({200, 201, 400, 503}), cpu=30, memory=1024, stall=1000),
]  # fmt: skip
