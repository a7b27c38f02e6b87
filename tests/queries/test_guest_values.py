"""What a guest compares with times, numbers, and what is within objects: made exact, or refused at its place."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from queries.errors import QueryError
from queries.fields import TYPED_COLUMNS, Column
from queries.guest import guest, names

NOW = datetime(2026, 11, 22, 4, 15, 30, 123456, tzinfo=UTC)
COLUMNS = {
    **TYPED_COLUMNS,
    "cost": Column("cost", "number"),
    "host": Column("host", "keyword"),
    "evt": Column("evt", "object"),
}
BIG = 1234567890123456789
SECONDS = "epoch seconds? send milliseconds"
INEXACT = "a whole number beyond 2^53 is not kept exactly; send it as text, in a field of text"
NOT_ORDERED = "the engine keeps values within an object as text: they have no true range, order or counts"


def runs(query: Any) -> Any:
    found = guest(query, now=NOW, columns=COLUMNS).clause
    assert guest(json.loads(json.dumps(found)), now=NOW, columns=COLUMNS).clause == found
    return found


# What bounds a range of times, and the bounds that run.
TIMES: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("a number of four digits", {"gte": 1000}, {"gte": "1970-01-01T00:00:01.000Z"}),
    ("text of four digits is a year", {"gte": "1000"}, {"gte": "1000-01-01T00:00:00.000Z"}),
    ("unless it is said not to be", {"gte": "1000", "format": "epoch_millis"}, {"gte": "1970-01-01T00:00:01.000Z"}),
    ("a number of eight digits", {"gt": 20261122}, {"gt": "1970-01-01T05:37:41.122Z"}),
    ("milliseconds", {"lt": 1774742400000}, {"lt": "2026-03-29T00:00:00.000Z"}),
    ("milliseconds in a text", {"lte": "1774742400000"}, {"lte": "2026-03-29T00:00:00.000Z"}),
    ("milliseconds with a point", {"gte": 1774742400000.0}, {"gte": "2026-03-29T00:00:00.000Z"}),
    ("seconds, if said so", {"gte": 1774742400, "format": "epoch_second"}, {"gte": "2026-03-29T00:00:00.000Z"}),
    ("seconds in a text", {"gte": "1774742400", "format": "epoch_second"}, {"gte": "2026-03-29T00:00:00.000Z"}),
    ("seconds of 1970", {"gte": 100000, "format": "epoch_second"}, {"gte": "1970-01-02T03:46:40.000Z"}),
    ("now among seconds", {"gte": "now/d", "format": "epoch_second"}, {"gte": "2026-11-22T00:00:00.000Z"}),
    (
        "several formats",
        {"gte": "2026-03-29", "lt": 1774742400000, "format": "yyyy-MM-dd||epoch_millis"},
        {"gte": "2026-03-29T00:00:00.000Z", "lt": "2026-03-29T00:00:00.000Z"},
    ),
    (
        "a day of 23 hours",
        {"gte": "2026-03-29", "lte": "2026-03-29", "time_zone": "Europe/Paris"},
        {"gte": "2026-03-28T23:00:00.000Z", "lte": "2026-03-29T21:59:59.999Z"},
    ),
    (
        "date math in a zone by name",
        {"gte": "now-1M/M", "lt": "now/M", "time_zone": "America/New_York"},
        {"gte": "2026-10-01T04:00:00.000Z", "lt": "2026-11-01T04:00:00.000Z"},
    ),
    (
        "as builders print it",
        {"from": "2026-11-22", "to": 1774742400000, "include_lower": True, "include_upper": False, "boost": 1.0},
        {"gte": "2026-11-22T00:00:00.000Z", "lt": "2026-03-29T00:00:00.000Z", "boost": 1.0},
    ),
    ("no end", {"gte": None, "lte": "2026-11-22"}, {"lte": "2026-11-22T23:59:59.999Z"}),
]  # fmt: skip


@pytest.mark.parametrize(("bounds", "expected"), [pytest.param(*row[1:], id=row[0]) for row in TIMES])
def test_a_range_of_times_is_fixed_whole(bounds: dict[str, Any], expected: dict[str, Any]) -> None:
    assert runs({"range": {"started_at": bounds}}) == {"range": {"started_at": expected}}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        pytest.param(
            {"term": {"started_at": 1000}}, {"term": {"started_at": {"value": "1970-01-01T00:00:01.000Z"}}}, id="term"
        ),
        pytest.param(
            {"terms": {"due_at": [1774742400000.0, "2026"]}},
            {"terms": {"due_at": ["2026-03-29T00:00:00.000Z", "2026"]}},
            id="terms",
        ),
        pytest.param(
            {"match": {"started_at": 1000}},
            {"match": {"started_at": {"query": "1970-01-01T00:00:01.000Z"}}},
            id="match",
        ),
        pytest.param(
            {"multi_match": {"query": 1000, "fields": ["started_at", "due_at"]}},
            {"multi_match": {"query": "1970-01-01T00:00:01.000Z", "fields": ["started_at", "due_at"]}},
            id="multi_match",
        ),
        pytest.param({"term": {"host": 1000}}, {"term": {"host": {"value": 1000}}}, id="a number among texts"),
        pytest.param(
            {"term": {"cost": str(2**53 - 1)}}, {"term": {"cost": {"value": str(2**53 - 1)}}}, id="exact text"
        ),
        pytest.param({"range": {"cost": {"gte": 1e300}}}, {"range": {"cost": {"gte": 1e300}}}, id="a large fraction"),
        pytest.param(
            {"term": {"numeric_id": BIG}}, {"term": {"numeric_id": {"value": BIG}}}, id="a column of integers"
        ),
        pytest.param({"range": {"host": {"gte": "a"}}}, {"range": {"host": {"gte": "a"}}}, id="a range of texts"),
        pytest.param({"range": {"host": {"gte": "now-1d"}}}, {"range": {"host": {"gte": "now-1d"}}}, id="as texts are"),
        pytest.param({"term": {"evt.count": 9}}, {"term": {"evt.count": {"value": 9}}}, id="within an object"),
        pytest.param(
            {"prefix": {"evt.name": "a"}}, {"prefix": {"evt.name": {"value": "a"}}}, id="a beginning within an object"
        ),
    ],
)
def test_a_value_is_what_its_field_holds(query: Any, expected: Any) -> None:
    assert runs(query) == expected


REFUSED: list[tuple[Any, str, str]] = [
    *(
        ({"range": {"started_at": {word: value}}}, f".range.started_at.{word}", f"{json.dumps(value)}: {SECONDS}")
        for word, value in (("gte", 1774742400), ("lt", "1774742400"), ("from", 1774742400.5), ("to", 100000000))
    ),
    ({"term": {"started_at": 1774742400}}, ".term.started_at", f"1774742400: {SECONDS}"),
    ({"terms": {"due_at": ["2026", 1774742400]}}, ".terms.due_at[1]", f"1774742400: {SECONDS}"),
    ({"match": {"due_at": "1774742400"}}, ".match.due_at", f'"1774742400": {SECONDS}'),
    (
        {"query_string": {"query": "started_at:>1774742400"}},
        ".query_string.query",
        f'"1774742400": {SECONDS}',
    ),
    (
        {"query_string": {"query": "started_at:([1774742400 TO *])"}},
        ".query_string.query",
        f'"1774742400": {SECONDS}',
    ),
    ({"term": {"cost": BIG}}, ".term.cost", INEXACT),
    ({"term": {"cost": str(BIG)}}, ".term.cost", INEXACT),
    ({"terms": {"cost": [1, -BIG]}}, ".terms.cost[1]", INEXACT),
    ({"match": {"cost": BIG}}, ".match.cost", INEXACT),
    ({"range": {"cost": {"lt": 2**53}}}, ".range.cost.lt", INEXACT),
    ({"query_string": {"query": f"a AND cost:{BIG}"}}, ".query_string.query", INEXACT),
    ({"query_string": {"query": f"cost:(1 OR [0 TO {BIG}])"}}, ".query_string.query", INEXACT),
    ({"query_string": {"query": str(BIG), "fields": ["title", "cost"]}}, ".query_string.query", INEXACT),
    ({"simple_query_string": {"query": f"a {BIG}", "fields": ["cost"]}}, ".simple_query_string.query", INEXACT),
    *(
        (
            {"range": {"evt.count": {"gte": value}}},
            ".range.evt.count",
            f'"evt.count" is within an object; {NOT_ORDERED}',
        )
        for value in (9, "9")
    ),
    ({"range": {"evt": {"gte": 9}}}, ".range.evt", f'"evt" is an object; {NOT_ORDERED}'),
    *(
        ({"query_string": {"query": text}}, ".query_string.query", f'"evt.count" is within an object; {NOT_ORDERED}')
        for text in ("evt.count:>=9", "evt.count:[9 TO 10]", "evt.count:(a OR <9)", "evt.count:((>9))")
    ),
    (
        {"query_string": {"query": "[1 TO 2]", "default_field": "evt.count"}},
        ".query_string.query",
        f'"evt.count" is within an object; {NOT_ORDERED}',
    ),
    ({"range": {"host": {"gte": 9}}}, ".range.host.gte", "this field holds text, of which a number is no bound"),
    ({"range": {"title": {"lt": 9.5}}}, ".range.title.lt", "this field holds text, of which a number is no bound"),
    (
        {"multi_match": {"query": 1000, "fields": ["title", "due_at"]}},
        ".multi_match",
        "a number is a time in one of these fields, and none in another: ask each by itself",
    ),
    ({"range": {"started_at": {"gte": "soon"}}}, ".range.started_at.gte", '"soon" is not a time'),
    (
        {"range": {"started_at": {"gte": "2026-11-22", "format": "epoch_millis"}}},
        ".range.started_at.gte",
        '"2026-11-22" is no time of the format asked for',
    ),
    (
        {"range": {"started_at": {"gte": 1e300, "format": "epoch_second"}}},
        ".range.started_at.gte",
        '"1e+300" is not a time in seconds since the epoch',
    ),
]


@pytest.mark.parametrize(("query", "where", "reason"), [pytest.param(*row, id=json.dumps(row[0])) for row in REFUSED])
def test_what_could_not_be_true_is_refused(query: Any, where: str, reason: str) -> None:
    with pytest.raises(QueryError) as caught:
        guest(query, now=NOW, columns=COLUMNS)
    assert (caught.value.reason[: len(reason)], caught.value.where) == (reason, f"search_query{where}")


@pytest.mark.parametrize("clause", ["multi_match", "query_string", "simple_query_string"])
def test_a_star_is_every_field_of_text(clause: str) -> None:
    query = {clause: {"query": "a", "fields": ["title^3", "*^2"]}}
    fields = guest(query, now=NOW, columns=COLUMNS).clause[clause]["fields"]
    texts = [name for name, column in COLUMNS.items() if column.kind in {"text", "keyword"}]
    assert fields == ["title^3", *(f"{name}^2" for name in texts if name != "title")]
    assert {"host", "status", "assignee.name"} <= set(texts)


@pytest.mark.parametrize(
    ("said", "lenient"),
    [({"fields": ["*"]}, True), ({"fields": ["*^2"]}, True), ({"fields": ["*"], "lenient": False}, False), ({}, None)],
    ids=["a star", "with a boost", "unless it is said", "named fields"],
)
def test_of_every_field_one_that_cannot_be_asked_is_passed_over(said: dict[str, Any], lenient: bool | None) -> None:
    clause = guest({"multi_match": {"query": "a", **said}}, now=NOW, columns=COLUMNS).clause["multi_match"]
    assert clause.get("lenient") == lenient


def test_a_default_field_may_be_a_star() -> None:
    said: list[dict[str, Any]] = [{"default_field": "*", "fields": []}, {"fields": ["*"]}, {"fields": "*"}]
    first, *others = (guest({"query_string": {"query": "a", **each}}, now=NOW, columns=COLUMNS) for each in said)
    assert others == [first, first]


def test_the_names_of_a_query_are_known_before_it_runs() -> None:
    query = {
        "bool": {
            "must": [{"term": {"host": "a"}}, {"multi_match": {"query": "a", "fields": ["title^2", "*"]}}],
            "filter": [{"query_string": {"query": "evt.count:9 AND _exists_:cost"}}, {"terms": {"region": ["a"]}}],
        }
    }
    assert names(query, now=NOW) == {"host", "title", "*", "evt.count", "cost", "region"}
    assert names(None, now=NOW) == set()
