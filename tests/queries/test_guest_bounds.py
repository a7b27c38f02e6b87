"""Every bound of the guard: what stands at it runs, what is one past it is refused."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from queries.errors import QueryError
from queries.guest import guest

NOW = datetime(2026, 11, 22, 4, 15, 30, 123456, tzinfo=UTC)
ALL: dict[str, Any] = {"match_all": {}}


def nested(depth: int) -> Any:
    clause: dict[str, Any] = ALL
    for _ in range(depth - 1):
        clause = {"bool": {"must": clause}}
    return clause


def query_string(text: str, **parameters: Any) -> Any:
    return {"query_string": {"query": text, **{"fields": ["title"], **parameters}}}


def simple(text: str, **parameters: Any) -> Any:
    return {"simple_query_string": {"query": text, **{"fields": ["title"], **parameters}}}


def multi(text: str, fields: int) -> Any:
    return {"multi_match": {"query": text, "fields": [f"f{each}" for each in range(fields)]}}


def match(**parameters: Any) -> Any:
    return {"match": {"title": {**{"query": "a"}, **parameters}}}


def several(clause: Any, count: int) -> Any:
    return {"bool": {"must": [clause] * count}}


def both(one: Any, other: Any) -> Any:
    return {"bool": {"must": [one, other]}}


def of_size(size: int) -> Any:
    values = ["x" * 1000] * 32
    rest = size - len(json.dumps({"terms": {"status": [*values, ""]}}, separators=(",", ":")))
    return {"terms": {"status": [*values, "x" * rest]}}


def math(length: int) -> Any:
    return {"range": {"due_at": {"gte": "now" + "+0d" * 19 + "+" + "0" * (length - 62) + "d"}}}


Row = tuple[str, Callable[[int], Any], int]
PER_FIELD = ", a word counting once for each field, a fuzzy one for each of its max_expansions"
TOO_MUCH = (
    "this asks too much of one search: fewer patterns, ranges of text and fuzzy words; or letters before a wildcard"
)
TOO_MANY = "a search has at most 1,000 conditions in all, of which one on a number or a time counts as three"
COMPLEX = "this pattern is too complex: fewer ?, or less in all, behind its first *"
BOUNDS: dict[str, list[Row]] = {
    "clauses nest at most 20 deep": [("depth", nested, 20)],
    "at most 256 clauses in all": [("clauses", lambda n: {"bool": {"should": [ALL] * (n - 1)}}, 256)],
    "at most 1024 terms in all": [
        ("terms of one clause", lambda n: {"terms": {"status": ["x"] * n}}, 1024),
        ("ids", lambda n: {"ids": {"values": ["x"] * n}}, 1024),
        ("both", lambda n: both({"terms": {"a": ["x"] * 1000}}, {"ids": {"values": ["x"] * (n - 1000)}}), 1024),
    ],
    f"at most 640 words in all{PER_FIELD}": [
        ("words of two clauses", lambda n: both(match(query="x " * 400), match(query="x " * (n - 400))), 640),
        ("words in two fields", lambda n: multi("x " * n, 2), 320),
        ("ideographs in two fields", lambda n: multi("満" * n, 2), 320),
        ("words of a query_string", lambda n: query_string("x " * n), 640),
        ("operands without a word", lambda n: query_string("* " * n), 640),
        ("words, some in a field", lambda n: query_string("a:x " * 100 + "x " * n, fields=["b", "c"]), 270),
        ("words of a simple_query_string", lambda n: simple("x " * n, fields=["a", "b"]), 320),
        ("expansions of fuzzy words", lambda n: match(query="x " * n, fuzziness=1, max_expansions=50), 12),
        ("expansions in a query_string", lambda n: query_string("x~ " * n, fuzzy_max_expansions=50), 12),
    ],
    TOO_MUCH: [
        ("patterns over names", lambda n: several({"wildcard": {"status": "*abc"}}, n), 35),
        ("patterns over texts", lambda n: several({"wildcard": {"description.keyword": "*abc"}}, n), 5),
        ("patterns over the words of texts", lambda n: several({"wildcard": {"description": "*abc"}}, n), 35),
        ("patterns over a custom field", lambda n: several({"wildcard": {"a": "*abc"}}, n), 5),
        ("patterns of few letters", lambda n: several({"wildcard": {"a": "*ab*"}}, n), 1),
        ("patterns behind a letter", lambda n: several({"wildcard": {"a": "x*a"}}, n), 11),
        ("beginnings", lambda n: several({"prefix": {"a": "x"}}, n), 11),
        ("patterns of the hardest", lambda n: several({"wildcard": {"status": "*abc????????c"}}, n), 27),
        ("ranges of names", lambda n: several({"range": {"status": {"gte": "x"}}}, n), 12),
        ("wildcards of a query_string", lambda n: query_string("abc*d " * n, fields=["a"]), 11),
        ("prefixes of a simple_query_string", lambda n: simple("abc* " * n, fields=["a"]), 11),
    ],
    TOO_MANY: [("numbers and words", lambda n: both(several({"term": {"cost": 1}}, 200), match(query="x " * n)), 400)],
    COMPLEX: [
        ("letters around three others", lambda n: {"wildcard": {"a": "*" + "a" * (n - 9) + "?aa?aa?aa"}}, 99),
        ("any letters behind one", lambda n: {"wildcard": {"a": "*a" + "?" * n}}, 9),
        ("in a query_string", lambda n: query_string("a*b" + "?" * n), 9),
    ],
    "at most 20 parentheses": [
        ("one in another", lambda n: query_string("(" * n + "a" + ")" * n), 20),
        ("side by side", lambda n: query_string("(a) " * n), 20),
        ("of a simple_query_string", lambda n: simple("(" * n + "a" + ")" * n), 20),
    ],
    "a text is at most 2048 characters here": [("a query_string", lambda n: query_string("x" * n), 2048)],
    "a text is at most 1024 characters here": [
        ("a simple_query_string", lambda n: simple("x" * n), 1024),
        ("a term", lambda n: {"term": {"status": "x" * n}}, 1024),
        ("an id", lambda n: {"ids": {"values": ["x" * n]}}, 1024),
        ("a search text", lambda n: {"match_phrase": {"title": "x" * n}}, 1024),
        ("a bound", lambda n: {"range": {"title": {"gte": "x" * n}}}, 1024),
    ],
    "a text is at most 1024 bytes here": [("a term", lambda n: {"term": {"a": "é" * 500 + "x" * (n - 1000)}}, 1024)],
    "a text is at most 128 characters here": [("a pattern", lambda n: {"wildcard": {"title": "x" * n}}, 128)],
    f'"{"x" * 64}" does not name a field': [("characters of a field", lambda n: {"term": {"x" * n: 1}}, 256)],
    "a list of up to 32 fields is wanted here": [("fields", lambda n: multi("a", n), 32)],
    "a boost from 0 to 1000 is wanted after ^": [
        ("a field's boost", lambda n: {"multi_match": {"query": "a", "fields": [f"title^{n}"]}}, 1000),
    ],
    "a boost is at most 1000": [("a boost in a query_string", lambda n: query_string(f"a^{n}"), 1000)],
    "a number from 0 to 1000 is wanted here": [
        ("a boost", lambda n: {"match_all": {"boost": n}}, 1000),
        ("a penalty", lambda n: {"boosting": {"positive": ALL, "negative": ALL, "negative_boost": n}}, 1000),
    ],
    "a number from 0 to 1 is wanted here": [
        ("a tie breaker", lambda n: {"dis_max": {"queries": [ALL], "tie_breaker": n}}, 1),
        ("another", lambda n: {"multi_match": {"query": "a", "tie_breaker": n}}, 1),
    ],
    'a fuzziness of 0, 1 or "AUTO" is wanted here': [
        ("fuzzy", lambda n: {"fuzzy": {"title": {"value": "a", "fuzziness": n}}}, 1),
        ("match", lambda n: match(fuzziness=str(n)), 1),
    ],
    "a whole number from 1 to 50 is wanted here": [("expansions", lambda n: match(max_expansions=n), 50)],
    "a whole number from 0 to 1000000 is wanted here": [
        ("states of regular expressions", lambda n: query_string("a", max_determinized_states=n), 1_000_000),
    ],
    "a whole number from 0 to 50 is wanted here": [
        ("prefix length", lambda n: match(prefix_length=n), 50),
        ("slop", lambda n: {"match_phrase": {"title": {"query": "a", "slop": n}}}, 50),
        ("slop of a query_string", lambda n: query_string("a", phrase_slop=n), 50),
    ],
    "~ after a phrase is at most 50": [("slop in a query_string", lambda n: query_string(f'"a b"~{n}'), 50)],
    "a whole number below 1000 or a percentage is wanted here": [
        ("matches wanted", lambda n: match(minimum_should_match=n), 999),
        ("matches not wanted", lambda n: match(minimum_should_match=f"-{n}"), 999),
        ("in percent", lambda n: match(minimum_should_match=f"{n}%"), 100),
    ],
    "a whole number has at most 64 bits": [
        ("up", lambda n: {"term": {"n": n}}, 2**63 - 1),
        ("down", lambda n: {"term": {"n": -n}}, 2**63),
    ],
    "a query is at most 32768 bytes": [("all of it", of_size, 32768)],
}

LEAST = {
    "a boost below none": {"match_all": {"boost": -0.001}},
    "no expansions": match(max_expansions=0),
    "a prefix length below none": match(prefix_length=-1),
    "letters of AUTO upside down": match(fuzziness="AUTO:6,3"),
    "half an AUTO": match(fuzziness="AUTO:3"),
    "two edits": match(fuzziness="2"),
    "slop below none": {"match_phrase": {"title": {"query": "a", "slop": -1}}},
    "a tie breaker below none": {"dis_max": {"queries": [ALL], "tie_breaker": -0.1}},
    "true for a number": {"match_all": {"boost": True}},
    "true for a whole number": match(max_expansions=True),
    "true for fuzziness": match(fuzziness=True),
    "half a fuzziness": match(fuzziness=0.5),
    "a slop that is no whole number": {"match_phrase": {"title": {"query": "a", "slop": 1.0}}},
}


@pytest.mark.parametrize(
    ("make", "most", "reason"),
    [
        pytest.param(make, most, reason, id=f"{reason}: {name}")
        for reason, rows in BOUNDS.items()
        for name, make, most in rows
    ],
)
def test_a_bound_may_be_reached_and_not_passed(make: Callable[[int], Any], most: int, reason: str) -> None:
    assert guest(make(most), now=NOW).clause
    assert refused(make(most + 1)) == reason


@pytest.mark.parametrize("given", [pytest.param(given, id=name) for name, given in LEAST.items()])
def test_what_is_below_its_least_is_refused(given: Any) -> None:
    assert " is wanted here" in refused(given)


def test_date_math_has_at_most_64_characters() -> None:
    assert guest(math(64), now=NOW).clause == {"range": {"due_at": {"gte": "2026-11-22T04:15:30.123Z"}}}
    assert refused(math(65)).endswith("is not a time: ISO 8601, epoch milliseconds or date math such as now-1d/d")


def refused(given: Any) -> str:
    with pytest.raises(QueryError) as caught:
        guest(given, now=NOW)
    return caught.value.reason
