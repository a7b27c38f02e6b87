"""What is hostile in texts as long as they may be: patterns over them, and lists and orders of them."""

import asyncio
import json
from collections.abc import Sequence

from tests.storms.hostile_questions import SEARCH
from tests.storms.kinds import AT_ONCE, Kind, Target, Wrong
from tests.storms.wire import NDJSON, Request

BUSY = frozenset({200, 201, 400, 503, 504})
COUNTED = {"with_total_docs": True}


async def _filled(target: Target, field: str, count: int, letters: int) -> None:
    """Incidents with long texts, no two alike."""
    numbers = iter(range(target.count(count) * letters))
    for part in range(target.count(count) // 50 + 1):
        texts = ["".join(f"{next(numbers) * 48271 % 2147483647:x} " for _ in range(letters // 9)) for _ in range(50)]
        rows = [{"_meta": {"id": f"l{part}-{i}"}, "title": "long", field: text} for i, text in enumerate(texts)]
        body = "".join(f"{json.dumps(row)}\n" for row in rows).encode()
        status = await target.patiently(Request("POST", "/_im/incidents/bulkCreate?refresh=true", body, NDJSON))
        if status != 200:
            raise Wrong(f"long texts are answered {status}")


async def dearest(target: Target) -> Sequence[int]:
    """The dearest patterns that a search may have, eight searches at once, over texts as long as may be."""
    await _filled(target, "description", 400, 200_000)
    asked = [
        target.status("POST", SEARCH, {"search_query": _wildcards("description.keyword", number, 1), **COUNTED})
        for number in range(AT_ONCE)
    ]
    asked += [
        target.status("POST", SEARCH, {"search_query": _wildcards("title.keyword", number, 30), **COUNTED})
        for number in range(AT_ONCE)
    ]
    return await asyncio.gather(*asked)


def _wildcards(field: str, number: int, count: int) -> dict[str, object]:
    return {"bool": {"should": [{"wildcard": {field: f"*{number:x}{other}9*"}} for other in range(count)]}}


async def listed_values(target: Target) -> Sequence[int]:
    """As many different long values as may be listed, by eight at once; and more than may be."""
    await _filled(target, "host", 2_000, 8_000)
    widgets = {str(number): {"values": {"field": "host", "size": 1000}} for number in range(4)}
    bodies = [{"widgets": widgets, "start_time": number} for number in range(AT_ONCE)]
    bodies.append({"widgets": {str(number): {"values": {"field": "host", "size": 1000}} for number in range(50)}})
    return await asyncio.gather(*(target.status("POST", f"{SEARCH}/stats", body) for body in bodies))


async def ordered_texts(target: Target) -> Sequence[int]:
    """As many rows as may be read, in the order of long texts; and by more of these than may be."""
    await _filled(target, "host", 2_000, 8_000)
    order = [{"field": field} for field in ("host", "title", "source", "reviewer")]
    bodies = [{"size": 10_000, "fields": ["id"], "sort": order[:1], "start_time": n} for n in range(AT_ONCE)]
    bodies.append({"size": 10_000, "fields": ["id"], "sort": order})
    return await asyncio.gather(*(target.status("POST", SEARCH, body) for body in bodies))


KINDS = [
    Kind("long texts", "the dearest patterns, by sixteen", dearest, BUSY, cpu=10, memory=256, stall=1000),
    Kind("long texts", "four thousand listed values of 8 kB, by eight", listed_values, BUSY, cpu=15, memory=512,
         stall=1000),
    Kind("long texts", "10,000 rows by a text of 8 kB, by eight", ordered_texts, BUSY, cpu=15, memory=512, stall=1000),
]  # fmt: skip
