"""What a guest says in short, or in other words, with what runs for it; the engine is shown the same rows live."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from queries.guest import DEFAULT_FIELDS, guest

NOW = datetime(2026, 11, 22, 4, 15, 30, 123456, tzinfo=UTC)

_ALL: dict[str, Any] = {"match_all": {}}
_ANY_FIELD = list(DEFAULT_FIELDS)
_QUERY_STRING = {
    "lenient": True,
    "fuzzy_prefix_length": 1,
    "fuzzy_max_expansions": 20,
    "allow_leading_wildcard": False,
    "fuzziness": 1,
    "fields": _ANY_FIELD,
}
_SIMPLE = {"lenient": True, "fuzzy_prefix_length": 1, "fuzzy_max_expansions": 20, "fields": _ANY_FIELD}
_NEW = {"terms": {"status": ["a"]}}
_NO_FLAGS = {"query": "a", "flags": "NONE", **_SIMPLE}

REBUILT: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("term in short", {"term": {"status": "new"}}, {"term": {"status": {"value": "new"}}}),
    ("term as some builders name it", {"term": {"status": {"term": "new"}}}, {"term": {"status": {"value": "new"}}}),
    ("match in short", {"match": {"title": "disk"}}, {"match": {"title": {"query": "disk"}}}),
    ("match_phrase in short", {"match_phrase": {"title": "a b"}}, {"match_phrase": {"title": {"query": "a b"}}}),
    (
        "match_phrase_prefix in short",
        {"match_phrase_prefix": {"title": "a b"}},
        {"match_phrase_prefix": {"title": {"query": "a b"}}},
    ),
    (
        "match_bool_prefix in short",
        {"match_bool_prefix": {"title": "a"}},
        {"match_bool_prefix": {"title": {"query": "a"}}},
    ),
    ("prefix in short", {"prefix": {"status": "n"}}, {"prefix": {"status": {"value": "n"}}}),
    ("wildcard in short", {"wildcard": {"status": "n*"}}, {"wildcard": {"status": {"value": "n*"}}}),
    (
        "fuzzy in short is of one edit, after a first letter that agrees",
        {"fuzzy": {"title": "dsk"}},
        {"fuzzy": {"title": {"value": "dsk", "fuzziness": 1, "prefix_length": 1, "max_expansions": 20}}},
    ),
    (
        "fuzzy as some builders name it",
        {"fuzzy": {"title": {"term": "dsk", "fuzziness": "auto:4,8"}}},
        {"fuzzy": {"title": {"value": "dsk", "fuzziness": "AUTO:4,9999", "prefix_length": 1, "max_expansions": 20}}},
    ),
    (
        "a fuzzy match is bounded like fuzzy itself",
        {"match": {"title": {"query": "dsk", "fuzziness": "1"}}},
        {"match": {"title": {"query": "dsk", "fuzziness": 1, "prefix_length": 1, "max_expansions": 20}}},
    ),
    (
        "an operator in capitals",
        {"match": {"title": {"query": "a", "operator": "AND"}}},
        {"match": {"title": {"query": "a", "operator": "and"}}},
    ),
    (
        "multi_match without fields",
        {"multi_match": {"query": "a"}},
        {"multi_match": {"query": "a", "fields": _ANY_FIELD}},
    ),
    (
        "a list of no fields is none",
        {"multi_match": {"query": "a", "fields": []}},
        {"multi_match": {"query": "a", "fields": _ANY_FIELD}},
    ),
    ("one id", {"ids": {"values": "i1"}}, {"ids": {"values": ["i1"]}}),
    ("terms of a kind and a name", {"terms": {"status": ["a"], "value_type": "default", "_name": "x"}}, _NEW),
    (
        "a query_string escaped whole",
        {"query_string": {"query": "a/b:(c) AND d*", "escape": True}},
        {"query_string": {"query": r"a\/b\:\(c\) AND d\*", **_QUERY_STRING}},
    ),
    (
        "flags as bits",
        {"simple_query_string": {"query": "a", "flags": 1024 + 2}},
        {"simple_query_string": {"query": "a", "flags": "AND|NEAR|SLOP", **_SIMPLE}},
    ),
    ("no flags", {"simple_query_string": {"query": "a", "flags": 0}}, {"simple_query_string": _NO_FLAGS}),
    (
        "how many are to match, by how many there are",
        {"match": {"title": {"query": "a b", "minimum_should_match": "2<-25% 9<3"}}},
        {"match": {"title": {"query": "a b", "minimum_should_match": "2<-25% 9<3"}}},
    ),
    (
        "fields as one text",
        {"multi_match": {"query": "a", "fields": "title^2"}},
        {"multi_match": {"query": "a", "fields": ["title^2"]}},
    ),
    ("a bool part that is one query", {"bool": {"must": _ALL}}, {"bool": {"must": [_ALL]}}),
    ("dis_max of one query", {"dis_max": {"queries": _ALL}}, {"dis_max": {"queries": [_ALL]}}),
    (
        "date math, each bound rounded its own way",
        {"range": {"started_at": {"gte": "now-1d/d", "lte": "now/d"}}},
        {"range": {"started_at": {"gte": "2026-11-21T00:00:00.000Z", "lte": "2026-11-22T23:59:59.999Z"}}},
    ),
    (
        "date math, bounds excluded",
        {"range": {"started_at": {"gt": "2026-11-01||/M", "lt": "now/d"}}},
        {"range": {"started_at": {"gt": "2026-11-30T23:59:59.999Z", "lt": "2026-11-22T00:00:00.000Z"}}},
    ),
    (
        "date math in a time zone",
        {"range": {"started_at": {"gte": "now/d", "time_zone": "+05:30"}}},
        {"range": {"started_at": {"gte": "2026-11-21T18:30:00.000Z"}}},
    ),
    (
        "a query_string is lenient, over fields of ours",
        {"query_string": {"query": "disk"}},
        {"query_string": {"query": "disk", **_QUERY_STRING}},
    ),
    (
        "a default_field is a list of one field",
        {"query_string": {"query": "disk", "default_field": "title"}},
        {"query_string": {"query": "disk", **_QUERY_STRING, "fields": ["title"]}},
    ),
    (
        "date math in the ranges of a query_string",
        {"query_string": {"query": 'started_at:[now-1d/d TO "now/d"} AND due_at:<=now OR (now)'}},
        {
            "query_string": {
                "query": "started_at:[2026-11-21T00:00:00.000Z TO 2026-11-22T00:00:00.000Z}"
                r" AND due_at:<=2026-11-22T04\:15\:30.123Z OR (now)",
                **_QUERY_STRING,
            }
        },
    ),
    (
        "a simple_query_string is lenient, over fields of ours",
        {"simple_query_string": {"query": "disk*"}},
        {"simple_query_string": {"query": "disk*", **_SIMPLE}},
    ),
]

ROWS = [pytest.param(given, expected, id=name) for name, given, expected in REBUILT]


@pytest.mark.parametrize(("given", "expected"), ROWS)
def test_an_allowed_query_is_rebuilt(given: dict[str, Any], expected: dict[str, Any]) -> None:
    assert guest(given, now=NOW).clause == expected
    assert guest(json.dumps(given), now=NOW).clause == expected
    assert guest(expected, now=NOW).clause == expected
