"""What is hostile in a question: patterns without number over long texts, fields of stars, and deep queries."""

import asyncio
import json
from collections.abc import Sequence
from urllib.parse import quote

from tests.storms.kinds import Kind, Target, one

SEARCH = "/_im/incidents_full_types"
PATTERN = "*a" + "?" * 11 + "az&"
BPQL = "/resources/v2.0/environments/all/incidents?query="
ANSWERED = frozenset({200, 400})
BUSY = frozenset({200, 201, 400, 503, 504})
AT_ONCE = 8
COUNTED = {"with_total_docs": True}


async def long_texts(target: Target) -> None:
    """Five incidents with a text over which patterns run long."""
    for number in range(5):
        fields = {"title": "long", "longf": "ab" * 15_000}
        await target.status("POST", f"/_im/incidents/long{number}?refresh=true", fields)


async def list_patterns(target: Target) -> Sequence[int]:
    """One filter of a list, hundreds of times."""
    await long_texts(target)
    filters = "&".join(f"longf={quote(f'*a{chr(97 + n % 26)}???????????a{n}z')}" for n in range(target.count(900)))
    return [await target.status("GET", f"/_im/incidents?{filters}")]


async def field_patterns(target: Target) -> Sequence[int]:
    """As many patterns as additional fields may be, by eight at once."""
    await long_texts(target)
    fields = [{"name": "longf", "type": "text", "value": f"*a{'?' * 11}{n}*b*"} for n in range(target.count(64))]
    asked = [target.status("POST", SEARCH, {"additional_fields": fields}) for _ in range(AT_ONCE)]
    return await asyncio.gather(*asked)


def _query_string(target: Target) -> dict[str, object]:
    depth = target.count(5_000)
    return {"search_query": {"query_string": {"query": "(" * depth + "a" + ")" * depth}}}


async def scrapes(target: Target) -> Sequence[int]:
    """A hundred scrapes of the metrics."""
    return [await target.status("GET", "/metrics") for _ in range(100)]


async def bpql(target: Target) -> Sequence[int]:
    """A query of nothing but negations, and one of nothing but parentheses."""
    texts = ("NOT " * target.count(490) + "a = b", "(" * target.count(990) + "a" + ")" * target.count(990))
    return [await target.status("GET", BPQL + quote(text)) for text in texts]


async def _filled(target: Target, field: str, count: int, letters: int) -> None:
    """Incidents with long texts, no two alike."""
    numbers = iter(range(target.count(count) * letters))
    for part in range(target.count(count) // 50 + 1):
        texts = ["".join(f"{next(numbers) * 48271 % 2147483647:x} " for _ in range(letters // 9)) for _ in range(50)]
        rows = [{"_meta": {"id": f"l{part}-{i}"}, "title": "long", field: text} for i, text in enumerate(texts)]
        body = "".join(f"{json.dumps(row)}\n" for row in rows).encode()
        await target.status(
            "POST", "/_im/incidents/bulkCreate?refresh=true", body, "content-type: application/x-ndjson\r\n"
        )


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
    Kind("the dearest patterns, by sixteen", dearest, BUSY, cpu=10, memory=256, stall=1000),
    Kind("four thousand listed values of 8 kB, by eight", listed_values, BUSY, cpu=15, memory=512, stall=1000),
    Kind("10,000 rows by a text of 8 kB, by eight", ordered_texts, BUSY, cpu=15, memory=512, stall=1000),
    Kind("900 patterns in a list", list_patterns, frozenset({200, 400, 414})),
    Kind("64 patterns of additional fields, by eight", field_patterns, ANSWERED, cpu=0.5),
    Kind("a field of a thousand stars", one("POST", SEARCH, lambda target: {"fields": ["*a" * target.count(1_000)]}),
         ANSWERED),
    Kind("5,000 parentheses in a query string", one("POST", SEARCH, _query_string)),
    Kind("BPQL of 490 negations, 990 parentheses", bpql, ANSWERED, cpu=0.5),
    Kind("a hundred scrapes", scrapes, frozenset({200, 404}), cpu=0.5),
]  # fmt: skip
