"""What is hostile in a question: patterns without number over long texts, fields of stars, and deep queries."""

import asyncio
from collections.abc import Sequence
from urllib.parse import quote

from tests.storms.kinds import Kind, Target, one

SEARCH = "/_im/incidents_full_types"
PATTERN = "*a" + "?" * 11 + "az&"
BPQL = "/resources/v2.0/environments/all/incidents?query="
ANSWERED = frozenset({200, 400})
AT_ONCE = 8


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


KINDS = [
    Kind("900 patterns in a list", list_patterns, frozenset({200, 400, 414})),
    Kind("64 patterns of additional fields, by eight", field_patterns, ANSWERED, cpu=0.5),
    Kind("a field of a thousand stars", one("POST", SEARCH, lambda target: {"fields": ["*a" * target.count(1_000)]}),
         ANSWERED),
    Kind("5,000 parentheses in a query string", one("POST", SEARCH, _query_string)),
    Kind("BPQL of 490 negations, 990 parentheses", bpql, ANSWERED, cpu=0.5),
    Kind("a hundred scrapes", scrapes, frozenset({200, 404}), cpu=0.5),
]  # fmt: skip
