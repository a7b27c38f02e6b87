"""What we take a time for is what the engine takes it for: the same words, asked of both, find the same documents."""

import uuid
from collections.abc import Iterator
from datetime import UTC, datetime

import httpx2
import pytest

from queries.errors import QueryError
from queries.periods import instant, milliseconds
from tests.queries.test_periods import INSTANTS, NO_TIMES, NUMBERS

ANCHOR = datetime(2026, 11, 22, 4, 15, 30, 123000, tzinfo=UTC)
FORMAT = "strict_date_optional_time||epoch_millis"
ENGINE_READS_MORE = {
    *("0000", "0000-12-31", "9999-12-31||+1d", "0001-01-01||-1s", "9999-12-31T23:59-01:00", "0001-01-01T00:00+01:00"),
    *("253402300800000", "now+9999y", "now-9999y", "now-2027y", "2026-11-22T04:15UTC", "2026-11-22T04:15Europe/Paris"),
    *("1.", "1.5", "now-\u0661d", "now" + "+1d" * 21),
}
"""Years outside 1 to 9999, zones by name, parts of a millisecond, other digits, more than 64 characters."""
ENGINE_MISREADS = {"2026T10", "2026-02-30", "2023-02-29"}
"""The first it reads as 1970; of a day that does not exist it makes one that does, when it rounds up."""


@pytest.fixture(scope="module")
def engine(opensearch_url: str) -> Iterator[httpx2.Client]:
    with httpx2.Client(base_url=f"{opensearch_url}/test-{uuid.uuid4()}", timeout=60) as client:
        try:
            properties = {"at": {"type": "date", "format": FORMAT}}
            settings = {"number_of_shards": 1, "number_of_replicas": 0}
            client.put("", json={"settings": settings, "mappings": {"properties": properties}}).raise_for_status()
            yield client
        finally:
            client.delete("").raise_for_status()


def anchored(said: str) -> str:
    """The words with our `now` in place of the engine's, which no two requests would share."""
    return f"{milliseconds(ANCHOR)}||{said[3:]}" if said.startswith("now") else said


def matches(engine: httpx2.Client, bound: str, said: object, at: int) -> bool:
    query = {"bool": {"filter": [{"range": {"at": {bound: said}}}, {"ids": {"values": [str(at)]}}]}}
    reply = engine.post("/_search", json={"query": query}).raise_for_status()
    return bool(reply.json()["hits"]["total"]["value"] == 1)


@pytest.fixture(scope="module")
def edges(engine: httpx2.Client) -> dict[str, int]:
    """A document at each bound we computed and one on either side of it, all in the index."""
    bounds = {
        f"{said} {word}": milliseconds(instant(said, ANCHOR, round_up=word in ("gt", "lte"), where="at"))
        for said, _, _ in INSTANTS
        for word in ("gte", "gt", "lte", "lt")
    }
    moments = sorted({bound + step for bound in bounds.values() for step in (-1, 0, 1)})
    lines = "".join(f'{{"index":{{"_id":"{moment}"}}}}\n{{"at":{moment}}}\n' for moment in moments)
    headers = {"content-type": "application/x-ndjson"}
    reply = engine.post("/_bulk?refresh=true", content=lines, headers=headers).raise_for_status()
    assert reply.json()["errors"] is False
    return bounds


@pytest.mark.parametrize("said", [said for said, _, _ in INSTANTS])
def test_the_engine_puts_each_bound_where_we_do(engine: httpx2.Client, edges: dict[str, int], said: str) -> None:
    for word, wanted in {"gte": [0, 1, 1], "gt": [0, 0, 1], "lte": [1, 1, 0], "lt": [1, 0, 0]}.items():
        bound = edges[f"{said} {word}"]
        found = [matches(engine, word, anchored(said), bound + step) for step in (-1, 0, 1)]
        assert found == [bool(each) for each in wanted], word


@pytest.mark.parametrize(("number", "written"), NUMBERS)
def test_what_we_write_the_engine_reads_as_that_millisecond(engine: httpx2.Client, number: int, written: str) -> None:
    query = {"range": {"at": {"gte": written, "lte": written}}}
    reply = engine.post("/_validate/query?explain=true", json={"query": query}).raise_for_status()
    assert f"at:[{number} TO {number}]" in reply.json()["explanations"][0]["explanation"]


@pytest.mark.parametrize(
    "said", [said for said in NO_TIMES if isinstance(said, str) and said.isprintable()], ids=lambda said: said[:40]
)
def test_what_we_refuse_the_engine_does_not_read_otherwise(engine: httpx2.Client, said: str) -> None:
    valid = [
        engine.post("/_validate/query", json={"query": {"range": {"at": {word: anchored(said)}}}}).json()["valid"]
        for word in ("gte", "lte")
    ]
    assert any(valid) == (said in ENGINE_READS_MORE | ENGINE_MISREADS)
    with pytest.raises(QueryError):
        instant(said, ANCHOR, round_up=False, where="at")
