"""`python -m benchmarks.folding`: what it costs to find texts whatever their case, by a column or by the query.

Every way has the same documents, by plain `_bulk` of 2,000, in an index of its own; then it is asked the same.
"""

import asyncio
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import UTC, datetime
from statistics import median
from typing import Annotated, Any

import typer

from benchmarks import servers
from benchmarks.connection import Refused, asked
from benchmarks.incidents import incidents
from benchmarks.writing import lines, write_raw
from gateway.dialects import EXTENSIONS
from gateway.store.templates import composed
from queries.clauses import clause
from queries.criteria import Equals, Like, Predicate, Where
from queries.fields import TYPED_COLUMNS

Json = dict[str, Any]

_KEYWORD = {"type": "keyword", "ignore_above": 8191, "normalizer": "lowercase", "doc_values": False}
_WILDCARD = {"type": "wildcard", "normalizer": "lowercase", "doc_values": False}
_TEXTS = {"text", "keyword"}
WAYS: Mapping[str, tuple[Json | None, str]] = {
    "by the query": (None, ""),
    "a keyword column in lower case beside each text": (_KEYWORD, r".*"),
    "a wildcard column in lower case beside each text": (_WILDCARD, r".*"),
    "the same beside descriptions and comments alone": (_WILDCARD, r"description|comment"),
}
"""What stands beside which columns of text."""

ASKED: Mapping[str, Predicate] = {
    "a title as a whole": Equals("фишинг для ивана ПЕТРОВА-77 на Узле-0042"),
    "*петрова-77 на*": Like("*петрова-77 на*"),
    "*узле-?042": Like("*узле-?042"),
}
_ROUNDS, _TIMES = 5, 21


@dataclass(frozen=True, slots=True)
class Way:
    """An index that texts are found in, and what was measured of it."""

    index: str
    column: Json | None
    names: str
    seconds: list[float] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)


async def measure(engine: str, count: int) -> None:
    """Fills every index in turns, then asks them; a line for each way. What it made is deleted."""
    ways = {name: Way(f"im-incidents-bench-case-{at}", *way) for at, (name, way) in enumerate(WAYS.items())}
    try:
        for way in ways.values():
            await _make(engine, way)
        for first in range(0, count, count // _ROUNDS):
            documents = list(_documents(first, count // _ROUNDS))
            for way in ways.values():
                await _fill(engine, way, documents)
        for name, way in ways.items():
            print(f"{name}: {await _told(engine, way, count)}", flush=True)
    finally:
        for way in ways.values():
            with suppress(Refused):
                await asked(engine, "DELETE", f"/{way.index}")


async def _make(engine: str, way: Way) -> None:
    template = deepcopy(composed("incidents", EXTENSIONS)["template"])
    if way.column:
        _add(template["mappings"]["properties"], way)
        for rule in template["mappings"]["dynamic_templates"]:
            _add(rule, way, of="mapping")
    await asked(engine, "PUT", f"/{way.index}", template)


def _add(columns: Json, way: Way, of: str = "") -> None:
    for name, held in columns.items():
        column = held[of] if of else held
        if column.get("type") in _TEXTS and column.get("index", True) and re.fullmatch(way.names, name):
            column.setdefault("fields", {})["folded"] = way.column
        _add(column.get("properties", {}), way)


def _documents(first: int, count: int) -> Iterator[Json]:
    """Incidents of which each third has a title in another script than the rest."""
    for number, incident in enumerate(incidents(first, count, datetime(2026, 11, 1, tzinfo=UTC)), first):
        document = {name: value for name, value in incident.items() if name != "_meta"}
        if number % 3 == 0:
            document["title"] = f"Фишинг для Ивана Петрова-{number % 100} на узле-{number % 5000:04d}"
        yield {**document, "numeric_id": number, "kind": "incident", "state": "open", "workflow_id": "default"}


async def _fill(engine: str, way: Way, documents: list[Json]) -> None:
    before = await _processor(engine)
    written = [lines([{"create": {"_index": way.index}}, each]) for each in documents]
    way.seconds.append(await write_raw(engine, written))
    await asked(engine, "POST", f"/{way.index}/_refresh")
    way.processor.append(await _processor(engine) - before)


async def _processor(engine: str) -> float:
    """Milliseconds of the engine's cores since it began, as it counts them once a second."""
    await asyncio.sleep(1.1)
    nodes = await asked(engine, "GET", "/_nodes/stats/process")
    return float(sum(node["process"]["cpu"]["total_in_millis"] for node in nodes["nodes"].values()))


async def _told(engine: str, way: Way, count: int) -> str:
    await asked(engine, "POST", f"/{way.index}/_forcemerge?max_num_segments=1&flush=true")
    await asked(engine, "POST", f"/{way.index}/_flush?force=true")
    await asked(engine, "POST", f"/{way.index}/_refresh")
    size = (await asked(engine, "GET", f"/{way.index}/_stats/store"))["_all"]["primaries"]["store"]["size_in_bytes"]
    rate, each = count / sum(way.seconds), 1000 * sum(way.processor) / count
    took = [f"{name} {await _milliseconds(engine, way, predicate):.1f} ms" for name, predicate in ASKED.items()]
    return f"{rate:,.0f} documents/s, {each:.0f} us of the engine each, {size / count / 10:,.1f} MB for 100,000; {took}"


async def _milliseconds(engine: str, way: Way, predicate: Predicate) -> float:
    """The engine's median, of searches that it keeps no answers of."""
    query = _clause(way, predicate)
    body = {"size": 0, "track_total_hits": True, "query": {"bool": {"filter": [query]}}}
    path = f"/{way.index}/_search?request_cache=false"
    took: list[float] = [(await asked(engine, "POST", path, body))["took"] for _ in range(_TIMES)]
    return median(took)


def _clause(way: Way, predicate: Predicate) -> Json:
    if way.column is None or not re.fullmatch(way.names, "title"):
        return clause(Where(TYPED_COLUMNS["title"], predicate))
    match predicate:
        case Equals(text):
            return {"term": {"title.folded": text}}
        case Like(pattern):
            return {"wildcard": {"title.folded": pattern}}
    raise TypeError(predicate)


def main(
    incidents: Annotated[int, typer.Option(min=_ROUNDS, help="How many each index is filled with.")] = 100_000,
    url: Annotated[str | None, typer.Option(help="An OpenSearch that runs; else one is started.")] = None,
) -> None:
    """Measure the ways in which texts are found whatever their case."""
    with servers.opensearch(url) as engine:
        asyncio.run(measure(engine, incidents))


if __name__ == "__main__":
    typer.run(main)
