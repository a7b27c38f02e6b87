"""What is hostile in a question: patterns without number over long texts, fields of stars, and deep queries."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

from tests.storms.kinds import AT_ONCE, Kind, Make, Target, Wrong, at_once, one
from tests.storms.wire import NDJSON, Request

SEARCH = "/_im/incidents_full_types"
PATTERN = "*a" + "?" * 11 + "az&"
BPQL = "/resources/v2.0/environments/all/incidents?query="
ANSWERED = frozenset({200, 400})
COUNTS = (1000, 300, 100, 64, 30, 10, 3, 1)
DAYS, SOURCES = 1970, 9
"""Of which three histograms come to next to as many times, and buckets, as one search may."""
ECHO = 2048
"""Bytes that an answer to a long name may have."""


async def long_texts(target: Target) -> None:
    """Five incidents with a text over which patterns run long."""
    for number in range(5):
        fields = {"title": "long", "longf": "ab" * 15_000}
        await target.status("POST", f"/_im/incidents/long{number}?refresh=true", fields)


async def years(target: Target) -> None:
    """Two incidents of nine sources for each of as many days as one histogram may go over."""
    now, count = datetime.now(UTC), target.count(2 * DAYS)
    days = [(now - timedelta(days=number / 2)).isoformat() for number in range(count)]
    rows = (json.dumps({"title": "t", "source": f"s{i % SOURCES}", "started_at": day}) for i, day in enumerate(days))
    request = Request("POST", "/_im/incidents/bulkCreate?refresh=true", "\n".join(rows).encode(), NDJSON)
    if await target.patiently(request) not in {200, 201}:
        raise Wrong("no years were filled")


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


async def bpql(target: Target) -> Sequence[int]:
    """A query of nothing but negations, and one of nothing but parentheses."""
    texts = ("NOT " * target.count(490) + "a = b", "(" * target.count(990) + "a" + ")" * target.count(990))
    return [await target.status("GET", BPQL + quote(text)) for text in texts]


def _most(
    path: str, asks: Callable[[int, int], object], fill: Callable[[Target], Awaitable[None]] = long_texts
) -> Make:
    """As many of the same as are taken at all, by eight at once who ask for others each."""

    async def make(target: Target) -> Sequence[int]:
        await fill(target)
        for count in COUNTS:
            if await target.status("POST", path, asks(count, AT_ONCE)) != 400:
                asked = [target.status("POST", path, asks(count, who)) for who in range(AT_ONCE)]
                return await asyncio.gather(*asked)
        raise Wrong("not one is taken")

    return make


def _guest(clause: Callable[[int], object]) -> Callable[[int, int], object]:
    """A query of so many clauses, none of which another has."""

    def query(count: int, who: int) -> object:
        return {"search_query": {"bool": {"should": [clause(1000 * who + number) for number in range(count)]}}}

    return query


def _sent(asks: Callable[[int, int], object]) -> Make:
    """The same a thousand times, once."""
    return one("POST", SEARCH, lambda _: asks(COUNTS[0], 0))


def _additional(count: int, who: int) -> object:
    values = [f"*{chr(97 + who)}b{number}*" for number in range(count)]
    return {"additional_fields": [{"name": "longf", "type": "text", "value": each} for each in values]}


async def bpql_patterns(target: Target) -> Sequence[int]:
    """BPQL of nothing but patterns over long texts."""
    await long_texts(target)
    text = " OR ".join(f'description = "*a{n}???????b*"' for n in range(target.count(60)))
    return [await target.status("GET", BPQL + quote(each)) for each in (text, f"NOT ({text})")]


async def words_of_dialects(target: Target) -> Sequence[int]:
    """Searches for patterns, as Actian and BigPanda's changes take them, which search for what is written."""
    await long_texts(target)
    actian = f"/api/backend/{target.tenant}/incidents?text_to_search=" + quote("*a?" * 300)
    changes = "/resources/v2.0/changes?search=" + quote("*a?" * 80)
    lists = "/v1/incidents?" + "&".join(f"service={quote(f'*a???????????{n}*')}" for n in range(100))
    return [await target.status("GET", each) for each in (actian, changes, lists)]


async def orders(target: Target) -> Sequence[int]:
    """As many sort keys, and fields, as may be, over long texts."""
    await long_texts(target)
    bodies: list[dict[str, object]] = [
        {"sort": [{"field": "longf"}] * 8},
        {"sort": [{"field": name} for name in ("title", "description", "severity", "status", "comment", "source")]},
        {"fields": ["*a*b?c*" * 10] * target.count(512), "size": 10_000},
        {"fields": [f"f{n}" for n in range(target.count(512))], "size": 10_000},
    ]
    return [await target.status("POST", SEARCH, each) for each in bodies]


def _counted(widget: Mapping[str, object]) -> Callable[[int, int], object]:
    """So many widgets of the same, over other days than others ask for."""

    def widgets(count: int, who: int) -> object:
        named = {f"w{number}": widget for number in range(count)}
        return {"start_time": f"now-{DAYS - who}d", "end_time": "now", "widgets": named}

    return widgets


async def long_names(target: Target) -> Sequence[int]:
    """A name of 60 kB wherever one may stand; what is told of it may not be as long."""
    name, path = "n" * target.count(60_000), "n" * 8000
    bodies: list[dict[str, object]] = [
        {"fields": [name]}, {"sort": [{"field": name}]}, {name: 1}, {"pit": name}, {"after": name},
        {"additional_fields": [{"name": name, "type": "text", "value": "x"}]}, {"start_time": name},
        {"search_query": {"match": {name: "x"}}}, {"search_query": {name: {}}}, {"search_query": name},
        {"keep_alive": name},
    ]  # fmt: skip
    answers = [await target.ask("POST", SEARCH, each) for each in bodies]
    paths = (f"{SEARCH}/stats/{path}", f"/_im/fields/{path}/values", f"/_im/incidents?{path}=x", f"/_im/views/{path}")
    answers += [await target.ask("POST" if "stats" in each else "GET", each) for each in paths]
    if (longest := max(len(each.body) for each in answers)) > ECHO:
        raise Wrong(f"{longest:,} bytes are told of a long name")
    return [each.status for each in answers]


async def explained(target: Target) -> Sequence[int]:
    """What the engine is asked in a point in time; its own id of that is nobody's business."""
    handle = (await target.ask("GET", "/_im/incidents/pit")).json["id"]
    answer = await target.ask("POST", SEARCH, {"pit": handle, "explain": True})
    if any(len(word) > len(handle) + 8 for word in answer.body.decode().replace('"', " ").split()):
        raise Wrong("the engine's id of the point in time is shown")
    return [answer.status]


async def parameters(target: Target) -> Sequence[int]:
    """As many parameters as a URL has room for, each of another name, to each dialect."""
    query = "&".join(f"{number:x}=1" for number in range(target.count(4500)))
    tenant = target.tenant
    paths = ("/_im/incidents", SEARCH, "/v1/incidents", "/api/v2/incident", f"/api/backend/{tenant}/incidents", BPQL)
    return [await target.status("GET", f"{each.partition('?')[0]}?{query}") for each in paths]


_DEAR: Mapping[str, Callable[[int], object]] = {
    "wildcards": lambda n: {"wildcard": {"longf": f"*a????{n}????b*"}},
    "fuzzy words": lambda n: {"fuzzy": {"longf": {"value": f"abab{n}", "fuzziness": 1}}},
    "ranges of text": lambda n: {"range": {"longf": {"gte": f"a{n}", "lt": "b"}}},
    "query strings": lambda n: {"query_string": {"query": f"a?b{n}* OR longf:ab{n}~1"}},
}
_HISTOGRAM = {"field": "started_at", "interval": "day", "time_zone": "America/St_Johns"}
_WIDGETS: Mapping[str, Mapping[str, object]] = {
    "histograms": {"histogram": _HISTOGRAM | {"split": {"field": "source", "size": SOURCES}}},
    "lists of values": {"values": {"field": "source", "size": 1000}},
    "counts of values": {"cardinality": {"field": "source"}},
    "lengths of time": {"durations": {"of": "resolve", "by": "source", "size": 50}},
}

KINDS = [
    Kind("patterns", "900 patterns in a list", list_patterns, frozenset({200, 400, 414})),
    Kind("patterns", "64 patterns of additional fields, by eight", field_patterns, ANSWERED, cpu=0.5),
    Kind("patterns", "the most filters, by eight", _most(SEARCH, _additional), ANSWERED, cpu=2, stall=200),
    *(Kind("query DSL", f"the most {name}, by eight", _most(SEARCH, _guest(clause)), ANSWERED, cpu=2,
           stall=200) for name, clause in _DEAR.items()),
    *(Kind("query DSL", f"1,000 {name}", _sent(_guest(clause)), ANSWERED, stall=100) for name, clause in _DEAR.items()),
    *(Kind("counts", f"the most {name}, by eight", _most(f"{SEARCH}/stats", _counted(widget), years), ANSWERED,
           cpu=5, stall=500) for name, widget in _WIDGETS.items()),
    Kind("BPQL", "60 patterns, by eight", at_once(bpql_patterns), ANSWERED, cpu=2, stall=200),
    Kind("patterns", "100 in the words of three dialects, by eight", at_once(words_of_dialects), ANSWERED, cpu=2,
         stall=200),
    Kind("orders", "8 keys, 512 fields, by eight", at_once(orders), ANSWERED, cpu=3, stall=200),
    Kind("names", "60 kB wherever one may stand", long_names, frozenset({200, 400, 404, 410}), cpu=0.5),
    Kind("points in time", "one that is explained", explained, frozenset({200})),
    Kind("parameters", "4,500 in a URL, to each dialect", parameters, ANSWERED, cpu=0.5),
    Kind("fields", "a field of a thousand stars", one("POST", SEARCH, lambda target:
         {"fields": ["*a" * target.count(1_000)]}), ANSWERED),
    Kind("query string", "5,000 parentheses in a query string", one("POST", SEARCH, _query_string)),
    Kind("BPQL", "BPQL of 490 negations, 990 parentheses", bpql, ANSWERED, cpu=0.5),
]  # fmt: skip
