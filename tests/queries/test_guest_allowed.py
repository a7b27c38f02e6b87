"""Every clause and parameter that a guest may use, with what runs for it; the engine is shown the same rows live."""

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
_SEARCHED = {
    "query": "disk",
    "fields": ["title^2.5", "status"],
    "default_operator": "and",
    "minimum_should_match": 1,
    "fuzzy_prefix_length": 3,
    "fuzzy_max_expansions": 10,
    "fuzzy_transpositions": False,
    "auto_generate_synonyms_phrase_query": False,
    "lenient": True,
    "boost": 2,
}
_MATCH = {
    "query": "disk full",
    "operator": "and",
    "minimum_should_match": "75%",
    "fuzziness": 1,
    "prefix_length": 2,
    "max_expansions": 5,
    "fuzzy_transpositions": False,
    "boost": 2,
}
_MATCHED = {**_MATCH, "zero_terms_query": "all", "auto_generate_synonyms_phrase_query": False, "lenient": True}
_RANGE = {"gt": "2026-11-22T03:15:30.123Z", "lte": "2026-11-22T22:59:59.999Z"}

SAME: list[tuple[str, dict[str, Any]]] = [
    ("match_all with a boost", {"match_all": {"boost": 1000}}),
    ("match_none", {"match_none": {"boost": 0}}),
    ("match with every parameter", {"match": {"title": _MATCHED}}),
    ("match of a number", {"match": {"numeric_id": {"query": 7}}}),
    ("match of a boolean", {"match": {"ext.bigpanda.shared": {"query": True}}}),
    (
        "match_phrase",
        {"match_phrase": {"title": {"query": "a b", "slop": 50, "zero_terms_query": "none", "boost": 1.5}}},
    ),
    (
        "match_phrase_prefix",
        {
            "match_phrase_prefix": {
                "title": {"query": "a b", "slop": 0, "zero_terms_query": "all", "max_expansions": 50, "boost": 1}
            }
        },
    ),
    ("match_bool_prefix", {"match_bool_prefix": {"title": _MATCH}}),
    (
        "multi_match with every parameter of fuzziness",
        {"multi_match": {**_MATCHED, "fields": ["title^3", "status"], "type": "most_fields", "tie_breaker": 0.5}},
    ),
    (
        "multi_match of a phrase",
        {"multi_match": {"query": "a b", "fields": ["title"], "type": "phrase", "slop": 2, "tie_breaker": 1}},
    ),
    *(
        (f"multi_match as {kind}", {"multi_match": {"query": "disk", "fields": ["title"], "type": kind}})
        for kind in ("best_fields", "cross_fields", "phrase_prefix", "bool_prefix")
    ),
    ("term with every parameter", {"term": {"status": {"value": "NEW", "case_insensitive": True, "boost": 2}}}),
    ("term of a whole number", {"term": {"numeric_id": {"value": 2**63 - 1}}}),
    ("term of a boolean", {"term": {"ok": {"value": False}}}),
    ("terms", {"terms": {"status": ["new", "closed"], "boost": 2}}),
    ("terms of many kinds", {"terms": {"status": ["new", 1, 1.5, True]}}),
    ("terms of nothing", {"terms": {"status": []}}),
    ("terms of a field called boost", {"terms": {"boost": ["new"]}}),
    ("range of dates", {"range": {"started_at": {**_RANGE, "format": "strict_date_optional_time", "time_zone": "Z"}}}),
    (
        "range of epoch seconds",
        {"range": {"started_at": {"gte": 1795300000, "lt": 1795400000, "format": "epoch_second"}}},
    ),
    ("range of epoch milliseconds", {"range": {"started_at": {"gte": 1795300000000, "format": "epoch_millis"}}}),
    (
        "range of either",
        {"range": {"started_at": {"gte": "2026", "format": "strict_date_optional_time||epoch_millis", "boost": 2}}},
    ),
    ("range of numbers", {"range": {"cost": {"gte": -1.5, "lt": 1e308}}}),
    ("range of text that only begins like now", {"range": {"status": {"gte": "new", "lte": "nowhere"}}}),
    ("range without bounds", {"range": {"started_at": {}}}),
    ("exists", {"exists": {"field": "ext.bigpanda.shared", "boost": 2}}),
    ("prefix", {"prefix": {"status": {"value": "ne", "case_insensitive": True, "boost": 2}}}),
    ("wildcard", {"wildcard": {"title.keyword": {"value": "*disk?\\*", "case_insensitive": True, "boost": 2}}}),
    (
        "fuzzy",
        {
            "fuzzy": {
                "title": {
                    "value": "dsk",
                    "fuzziness": 0,
                    "prefix_length": 50,
                    "max_expansions": 50,
                    "transpositions": False,
                    "boost": 2,
                }
            }
        },
    ),
    ("ids", {"ids": {"values": ["i1", "i2"], "boost": 2}}),
    (
        "bool with every part",
        {
            "bool": {
                "must": [_ALL],
                "filter": [{"exists": {"field": "title"}}],
                "should": [{"term": {"status": {"value": "new"}}}, _ALL],
                "must_not": [{"match_none": {}}],
                "minimum_should_match": "-25%",
                "adjust_pure_negative": False,
                "boost": 2,
            }
        },
    ),
    ("an empty bool", {"bool": {}}),
    ("a bool of empty lists", {"bool": {"must": [], "minimum_should_match": -1}}),
    ("constant_score", {"constant_score": {"filter": _ALL, "boost": 0.5}}),
    ("dis_max", {"dis_max": {"queries": [_ALL, {"match_none": {}}], "tie_breaker": 0.7, "boost": 2}}),
    ("boosting", {"boosting": {"positive": _ALL, "negative": _ALL, "negative_boost": 0.2, "boost": 2}}),
    ("simple_query_string with every parameter", {"simple_query_string": {**_SEARCHED, "flags": "AND|OR|PREFIX"}}),
    (
        "query_string with every parameter",
        {
            "query_string": {
                **_SEARCHED,
                "fuzziness": 0,
                "phrase_slop": 3,
                "time_zone": "+01:00",
                "allow_leading_wildcard": False,
                "type": "phrase",
                "tie_breaker": 0.1,
            }
        },
    ),
]

REBUILT: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("term in short", {"term": {"status": "new"}}, {"term": {"status": {"value": "new"}}}),
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
        {"range": {"started_at": {"gte": "2026-11-21T18:30:00.000Z", "time_zone": "+05:30"}}},
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

ALLOWED = [pytest.param(row, row, id=name) for name, row in SAME] + [
    pytest.param(given, expected, id=name) for name, given, expected in REBUILT
]


@pytest.mark.parametrize(("given", "expected"), ALLOWED)
def test_an_allowed_query_is_rebuilt(given: dict[str, Any], expected: dict[str, Any]) -> None:
    assert guest(given, now=NOW) == expected
    assert guest(json.dumps(given), now=NOW) == expected
    assert guest(expected, now=NOW) == expected
