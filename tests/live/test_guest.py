"""What passes the guard runs: the engine accepts every row of the tables, and never fails (500) on any of it."""

import json
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import httpx2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index_templates import load
from queries.errors import QueryError
from queries.guest import guest
from queries.patterns import HARDEST, shape
from tests.queries import test_guest_allowed, test_guest_printed, test_guest_rebuilt
from tests.queries.test_guest import ANYTHING, LUCENE, NEARLY, SAID
from tests.queries.test_guest_bounds import BOUNDS
from tests.queries.test_guest_texts import QUERY_STRINGS, SIMPLE_QUERY_STRINGS

CALLERS = {"query_shard_exception", "parse_exception"}
"""What the engine still refuses is a value or a text that does not fit the field's own type: the caller's to mend."""
NOW = datetime(2026, 11, 22, 4, 15, 30, 123456, tzinfo=UTC)
INCIDENT = {
    "numeric_id": 1,
    "started_at": "2026-11-22T00:00:00.000Z",
    "title": "disk full",
    "status": "new",
    "ext": {"bigpanda": {"shared": True}},
    "cost": 12.5,
    "ok": False,
}
TEMPLATE = load("incidents")["template"]


@pytest.fixture(scope="module")
def engine(opensearch_url: str) -> Iterator[httpx2.Client]:
    with httpx2.Client(base_url=f"{opensearch_url}/test-{uuid.uuid4()}", timeout=60) as client:
        try:
            client.put("", json=TEMPLATE).raise_for_status()
            client.put("/_doc/i1?refresh=true", json=INCIDENT).raise_for_status()
            yield client
        finally:
            client.delete("").raise_for_status()


def search(engine: httpx2.Client, query: Any) -> httpx2.Response:
    text = json.dumps({"query": guest(query, now=NOW).clause})
    return engine.post("/_search", content=text, headers={"content-type": "application/json"})


def found(engine: httpx2.Client, query: Any) -> int:
    return int(search(engine, query).raise_for_status().json()["hits"]["total"]["value"])


ALLOWED = [
    pytest.param(row.values[0], id=f"{row.id} ({module.__name__})")
    for module in (test_guest_allowed, test_guest_printed, test_guest_rebuilt)
    for row in module.ROWS
]


@pytest.mark.parametrize("given", ALLOWED)
def test_the_engine_accepts_what_is_allowed(engine: httpx2.Client, given: Any) -> None:
    assert search(engine, given).status_code == 200


@pytest.mark.parametrize("text", QUERY_STRINGS)
def test_the_engine_reads_each_query_string(engine: httpx2.Client, text: str) -> None:
    assert search(engine, {"query_string": {"query": text}}).status_code == 200


@pytest.mark.parametrize("text", SIMPLE_QUERY_STRINGS)
def test_the_engine_reads_each_simple_query_string(engine: httpx2.Client, text: str) -> None:
    assert search(engine, {"simple_query_string": {"query": text}}).status_code == 200


@pytest.mark.parametrize(
    ("make", "most"),
    [pytest.param(make, most, id=f"{reason}: {name}") for reason, rows in BOUNDS.items() for name, make, most in rows],
)
def test_the_engine_bears_every_bound(engine: httpx2.Client, make: Any, most: int) -> None:
    assert search(engine, make(most)).status_code == 200


@pytest.mark.parametrize(
    ("query", "hits"),
    [
        pytest.param('{"match_all":{}}', 1, id="everything"),
        pytest.param({"query_string": {"query": "tenant"}}, 0, id="the tenant's name is no text of ours"),
        pytest.param({"simple_query_string": {"query": "status\\:new", "fields": ["title"]}}, 0, id="no fields there"),
        pytest.param({"query_string": {"query": "status:new"}}, 1, id="a field in a query_string"),
        pytest.param({"query_string": {"query": "*"}}, 1, id="a lone star"),
        pytest.param({"query_string": {"query": "started_at:[now-1d TO now]"}}, 1, id="a range fixed"),
        pytest.param({"query_string": {"query": "started_at:>now\\/d"}}, 0, id="a comparison fixed"),
        pytest.param({"range": {"started_at": {"gte": "now/d", "lte": "now/d"}}}, 1, id="today"),
        pytest.param({"range": {"started_at": {"gt": "now/d"}}}, 0, id="after today"),
        pytest.param({"range": {"started_at": {"gte": 1795305600000, "lt": 1795305600001}}}, 1, id="milliseconds"),
        pytest.param({"range": {"started_at": {"gte": 1000, "lte": 2000}}}, 0, id="numbers are no years"),
        pytest.param({"range": {"started_at": {"gte": "1000", "lte": "2000"}}}, 0, id="texts are, which are over"),
        pytest.param({"range": {"started_at": {"gte": "2026", "lte": "2026-11-22"}}}, 1, id="a year and a day"),
        pytest.param({"term": {"started_at": 1795305600000}}, 1, id="a time as a number"),
        pytest.param(
            {"range": {"started_at": {"lt": "2026-11-22T01:00", "time_zone": "Europe/Paris"}}}, 0, id="an hour there"
        ),
        pytest.param({"range": {"cost": {"from": 12, "to": 12.5, "include_upper": False}}}, 0, id="an end left out"),
        pytest.param({"range": {"cost": {"from": 12, "to": 12.5, "include_upper": True}}}, 1, id="an end included"),
        pytest.param({"query_string": {"query": "new", "fields": ["*"]}}, 1, id="any field of text"),
        pytest.param({"query_string": {"query": "12.5", "fields": ["*"]}}, 0, id="and no other"),
        pytest.param({"query_string": {"query": "status:new", "escape": True}}, 0, id="a text escaped whole"),
        pytest.param({"query_string": {"query": "dosk~", "fuzziness": "AUTO"}}, 1, id="one edit of a short word"),
        pytest.param({"query_string": {"query": "dxxk~", "fuzziness": "AUTO"}}, 0, id="never two"),
        pytest.param({"match": {"title": {"query": "fulll fukkk", "fuzziness": "AUTO"}}}, 1, id="a fuzzy match"),
        pytest.param({"wildcard": {"status": {"wildcard": "N?W", "case_insensitive": True}}}, 1, id="as builders say"),
        pytest.param({"simple_query_string": {"query": "disk + -full", "flags": 0}}, 1, id="no flag counts"),
        pytest.param({"fuzzy": {"title": "dosk"}}, 1, id="one edit"),
        pytest.param({"fuzzy": {"title": "dxxk"}}, 0, id="two edits"),
        pytest.param({"query_string": {"query": "dxxk~"}}, 0, id="two edits in a query_string"),
        pytest.param(
            {"wildcard": {"title.keyword": {"value": "*SK f*", "case_insensitive": True}}}, 1, id="a wildcard"
        ),
    ],
)
def test_what_runs_finds_what_was_meant(engine: httpx2.Client, query: Any, hits: int) -> None:
    assert found(engine, query) == hits


def test_a_query_at_every_bound_at_once_does_not_fail(engine: httpx2.Client) -> None:
    words = [f"a{chr(97 + each // 26)}{chr(97 + each % 26)}" for each in range(400)]
    lines = "".join(f'{{"index":{{}}}}\n{{"title":"{word}","numeric_id":2}}\n' for word in words)
    headers = {"content-type": "application/x-ndjson"}
    engine.post("/_bulk?refresh=true", content=lines, headers=headers).raise_for_status()
    fuzzy = [{"fuzzy": {"title": word}} for word in words[:32]]
    terms = [{"term": {"title": word}} for word in words[:222]]
    lookups = {"terms": {"status": words + words + words[:224]}}
    assert found(engine, {"bool": {"should": [*fuzzy, *terms, lookups]}}) == 222


HARD = (
    st.text("aab?*", max_size=60)
    | st.text("a", max_size=280)
    | st.builds("{}{}{}".format, st.text("ab", max_size=20), st.text("?", max_size=9), st.text("ab", max_size=20))
)


@given(HARD)
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_engine_takes_every_pattern_that_is_not_too_complex_for_us(engine: httpx2.Client, symbols: str) -> None:
    pattern = f"*{symbols}"
    if shape(pattern).work <= HARDEST:
        clause = {"wildcard": {"title.keyword": {"value": pattern, "case_insensitive": True}}}
        assert engine.post("/_search", json={"query": clause}).status_code == 200


TEXTS = LUCENE | st.lists(st.sampled_from(SAID), max_size=6).map(" ".join)
SEARCHES = st.builds(
    lambda clause, text: {clause: {"query": text}}, st.sampled_from(["query_string", "simple_query_string"]), TEXTS
)


@given(ANYTHING | NEARLY | SEARCHES)
@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_nothing_that_passes_makes_the_engine_fail(engine: httpx2.Client, query: Any) -> None:
    try:
        reply = search(engine, query)
    except QueryError:
        return
    kinds = {cause["type"] for cause in reply.json().get("error", {}).get("root_cause", [])}
    assert (reply.status_code == 200 and not kinds) or (reply.status_code == 400 and kinds <= CALLERS), reply.text
