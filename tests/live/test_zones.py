"""A zone's clocks show us what they show the engine: the same words, asked of both, find the same documents."""

import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import httpx2
import pytest

from queries.fields import Column
from queries.guest import guest
from queries.periods import milliseconds
from tests.queries.test_zones import INSTANTS, NOW

BOUNDS = [
    (name, said, word, up if word == "lte" else down) for name, said, down, up in INSTANTS for word in ("gte", "lte")
]


def at(written: str) -> int:
    return milliseconds(datetime.fromisoformat(written).astimezone(UTC))


@pytest.fixture(scope="module")
def engine(opensearch_url: str) -> Iterator[httpx2.Client]:
    """An index with a document at each bound of the table and one on either side of it."""
    moments = sorted({at(bound) + step for *_, bound in BOUNDS for step in (-1, 0, 1)})
    lines = "".join(f'{{"index":{{"_id":"{moment}"}}}}\n{{"at":{moment}}}\n' for moment in moments)
    with httpx2.Client(base_url=f"{opensearch_url}/test-{uuid.uuid4()}", timeout=60) as client:
        try:
            client.put("", json={"mappings": {"properties": {"at": {"type": "date"}}}}).raise_for_status()
            headers = {"content-type": "application/x-ndjson"}
            assert not client.post("/_bulk?refresh=true", content=lines, headers=headers).json()["errors"]
            yield client
        finally:
            client.delete("").raise_for_status()


def found(engine: httpx2.Client, query: Any, bound: int) -> list[bool]:
    """Which of the documents before, at and after the bound the query finds."""
    moments = [str(bound + step) for step in (-1, 0, 1)]
    both = {"bool": {"filter": [query, {"ids": {"values": moments}}]}}
    reply = engine.post("/_search", json={"query": both}).raise_for_status()
    ids = {hit["_id"] for hit in reply.json()["hits"]["hits"]}
    return [moment in ids for moment in moments]


@pytest.mark.parametrize(("name", "said", "word", "bound"), BOUNDS)
def test_the_engine_puts_each_bound_where_we_do(
    engine: httpx2.Client, name: str, said: str, word: str, bound: str
) -> None:
    query = {"range": {"at": {word: said, "time_zone": name}}}
    wanted = [False, True, True] if word == "gte" else [True, True, False]
    assert found(engine, query, at(bound)) == wanted


@pytest.mark.parametrize(("name", "said", "down", "up"), INSTANTS)
def test_a_query_string_has_the_same_bounds(engine: httpx2.Client, name: str, said: str, down: str, up: str) -> None:
    query = {"query_string": {"query": f'at:["{said}" TO "{said}"]', "time_zone": name}}
    assert [found(engine, query, at(down))[:2], found(engine, query, at(up))[1:]] == [[False, True], [True, False]]


@pytest.mark.parametrize(("name", "said", "down", "up"), INSTANTS)
def test_a_guests_range_finds_what_the_engines_own_would(
    engine: httpx2.Client, name: str, said: str, down: str, up: str
) -> None:
    bounds = {"from": said, "to": said, "include_lower": True, "include_upper": True, "time_zone": name}
    text = {"query_string": {"query": f'at:["{said}" TO "{said}"]', "time_zone": name}}
    for query in ({"range": {"at": bounds}}, text):
        runs = guest(query, now=NOW, columns={"at": Column("at", "date")}).clause
        for bound in (at(down), at(up)):
            assert found(engine, runs, bound) == found(engine, query, bound)
