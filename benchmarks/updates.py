"""Many changes in one request: 20,000 incidents, each given values that it did not have."""

from collections.abc import Iterator
from functools import partial
from time import perf_counter
from typing import Any

import orjson

from benchmarks.bench import Bench
from benchmarks.connection import NDJSON, connected
from benchmarks.figures import Figure, Measured, compared
from benchmarks.incidents import incident_id
from benchmarks.writing import lines, write_raw
from queries.periods import iso

_CHANGES = 20_000
_BY_QUERY = 3_000


async def updates(bench: Bench) -> list[Figure]:
    """Changes a second, against partial updates, as many writes as the gateway makes, and an update by query."""
    others = {
        "_bulk of partial updates": partial(_partial, bench, history=False),
        "_bulk of as many documents": partial(_partial, bench, history=True),
        "_refresh and _update_by_query": partial(_by_query, bench),
    }
    return await compared(bench, f"bulkUpdate of {_count(bench):,}", "items/s", partial(_bulk_update, bench), others)


def _count(bench: Bench) -> int:
    return min(_CHANGES, bench.incidents // 4)


def _changes(bench: Bench, number: int) -> Iterator[tuple[str, dict[str, Any]]]:
    """(id, changed fields) of each; no incident ever has these values twice."""
    for i in range(_count(bench)):
        yield incident_id(i), {"reviewer": f"round-{number}-{i}", "risk_score": number + i / 1000}


async def _bulk_update(bench: Bench, number: int) -> Measured:
    body = lines(line for each, fields in _changes(bench, number) for line in ({"update": {"_id": each}}, fields))
    async with connected(bench.gateway, bench.tenant) as gateway:
        started = perf_counter()
        answer = await gateway.call("POST", "/_im/incidents/bulkUpdate", body, NDJSON)
        seconds = perf_counter() - started
    found = orjson.loads(answer)
    assert not found["errors"], next(item for item in found["items"] if "error" in item["update"])
    assert all(item["update"]["result"] == "updated" for item in found["items"]), "a change changed nothing"
    return Measured(_count(bench) / seconds, _count(bench))


async def _partial(bench: Bench, number: int, *, history: bool) -> Measured:
    """The same changes, unread and unchecked; with `history`, each with an activity as the gateway would record it."""
    # Neither set of raw updates may find its values there already: then nothing would be written.
    changes = _changes(bench, number + 1_000_000 * (1 + history))
    documents = [_lines(bench, number, *each, history=history) for each in changes]
    seconds = await write_raw(bench.engine, documents)
    return Measured(len(documents) / seconds, len(documents))


def _lines(bench: Bench, number: int, document_id: str, fields: dict[str, Any], *, history: bool) -> bytes:
    update = [{"update": {"_index": bench.raw_index, "_id": document_id}}, {"doc": fields}]
    if not history:
        return lines(update)
    activity = {"index": {"_index": bench.raw_events, "_id": f"activity-{number}-{document_id}"}}
    return lines([*update, activity, _activity(bench, document_id, fields)])


def _activity(bench: Bench, document_id: str, fields: dict[str, Any]) -> dict[str, Any]:
    changes = [{"field": name, "from": "some value", "to": value} for name, value in fields.items()]
    return {
        "kind": "activity", "incident_id": document_id, "activity_id": "1", "sequence": 1, "type": "updated",
        "at": iso(bench.now), "actor": "anonymous", "dialect": "im", "changes": changes, "params": {},
    }  # fmt: skip


async def _by_query(bench: Bench, number: int) -> Measured:
    """The same value for all of fewer incidents, by a script: what there is without knowing the ids."""
    script = {"source": "ctx._source.reviewer = params.reviewer", "params": {"reviewer": f"round-{number}"}}
    asked = {"query": {"match_all": {}}, "max_docs": _BY_QUERY, "script": script}
    async with connected(bench.engine) as engine:
        started = perf_counter()
        await engine.call("POST", f"/{bench.raw_index}/_refresh")
        found = await engine.told("POST", f"/{bench.raw_index}/_update_by_query", asked)
        seconds = perf_counter() - started
    return Measured(found["updated"] / seconds, found["updated"])
