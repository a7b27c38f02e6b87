"""The guard as a whole: how text is read, and what holds for any query whatever."""

import json
import re
import sys
import time
from collections.abc import Iterator, Mapping
from copy import deepcopy
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from queries.errors import QueryError
from queries.guest import DEFAULT_FIELDS, guest
from queries.guest.clauses import CLAUSES
from tests.queries.test_guest_allowed import SAME
from tests.queries.test_guest_printed import PRINTED
from tests.queries.test_guest_rebuilt import REBUILT

NOW = datetime(2026, 11, 22, 4, 15, 30, 123456, tzinfo=UTC)

UNREADABLE = [
    pytest.param("{", "not JSON from character 1 on", id="half an object"),
    pytest.param('{"match_all":{}} x', "not JSON from character 17 on", id="more than one value"),
    pytest.param("{'match_all':{}}", "not JSON from character 1 on", id="other quotes"),
    pytest.param('{"term":{"a":"\t"}}', "not JSON from character 14 on", id="a bare tab"),
    pytest.param("\ufeff{}", "not JSON from character 0 on", id="a byte order mark"),
    pytest.param('{"term":{"a":NaN}}', "NaN is not a JSON number", id="not a number"),
    pytest.param('{"term":{"a":-Infinity}}', "-Infinity is not a JSON number", id="infinity"),
    pytest.param('{"term":{"a":' + "1" * 5000 + "}}", "a number with too many digits", id="a number of 5,000 digits"),
    pytest.param('{"match_all":{},"match_all":{}}', 'the key "match_all" is there twice', id="a clause twice"),
    pytest.param('{"term":{"a":{"value":1,"value":2}}}', 'the key "value" is there twice', id="a parameter twice"),
    pytest.param('{"term":{"a":1,"\\u0061":2}}', 'the key "a" is there twice', id="a field twice, once escaped"),
    pytest.param("[" * 10_000 + "]" * 10_000, "brackets nest at most 100 deep", id="10,000 lists deep"),
    pytest.param('{"bool":' * 4_000, "brackets nest at most 100 deep", id="4,000 objects deep"),
    pytest.param("[" * 101 + "]" * 101, "brackets nest at most 100 deep", id="101 lists deep"),
    pytest.param("[" * 100 + "]" * 100, "an object is wanted here", id="100 lists deep"),
    pytest.param('["' + "[" * 101, "not JSON from character 1 on", id="brackets in a text that does not end"),
    pytest.param('{"bool":' * 10_000 + "{}" + "}" * 10_000, "a query is at most 32768 bytes", id="10,000 objects deep"),
    pytest.param(" " * 32768 + "x", "a query is at most 32768 bytes", id="one byte too many"),
    pytest.param('"' + "é" * 16384 + '"', "a query is at most 32768 bytes", id="bytes, not characters"),
    pytest.param("[]", "an object is wanted here", id="a list"),
    pytest.param("null", "an object is wanted here", id="null"),
    pytest.param('"match_all"', "an object is wanted here", id="a word"),
]  # fmt: skip


def refused(given: Any) -> tuple[str, str | None]:
    with pytest.raises(QueryError) as caught:
        guest(given, now=NOW)
    return caught.value.reason, caught.value.where


@pytest.mark.parametrize("nothing", [None, "", " \n\t"])
def test_nothing_asked_for_is_everything(nothing: str | None) -> None:
    assert guest(nothing, now=NOW).clause == {"match_all": {}}


@pytest.mark.parametrize(("text", "reason"), UNREADABLE)
def test_text_that_is_no_query_is_refused(text: str, reason: str) -> None:
    assert refused(text) == (reason, "search_query")


@pytest.mark.parametrize(
    ("text", "reason", "where"),
    [
        pytest.param('{"term":{"a":1e999}}', "text, a finite number, or true or false", ".term.a", id="past a double"),
        pytest.param(
            '{"term":{"a":' + str(10**308) + "}}", "a whole number has at most 64 bits", ".term.a", id="10^308"
        ),
        pytest.param('{"term":{"a":"\\ud800"}}', "half of a surrogate pair is no text", ".term.a", id="half a pair"),
        pytest.param(
            '{"term":{"\\udfff":1}}', '"\\udfff" does not name', '.term."\\udfff"', id="half a pair as a field"
        ),
        pytest.param('{"\\ud800":1}', 'the query "\\ud800" is not', '."\\ud800"', id="half a pair as a clause"),
        pytest.param(
            '{"match_all":{"boost":1e999}}', "a number from 0 to 1000", ".match_all.boost", id="infinite boost"
        ),
    ],
)
def test_a_hostile_value_is_refused_where_it_stands(text: str, reason: str, where: str) -> None:
    said, place = refused(text)
    assert (said.startswith(reason), place) == (True, f"search_query{where}")
    json.dumps([said, place]).encode()


@pytest.mark.parametrize(
    "given",
    [
        pytest.param("x" * 2**20, id="1 MB of text"),
        pytest.param('{"query_string":{"query":"' + "(" * 2**20, id="1 MB of parentheses"),
        pytest.param({"query_string": {"query": "(" * 2**20}}, id="1 MB of parentheses in an object"),
        pytest.param({"match": {"title": "a " * 2**20}}, id="2 MB of words"),
        pytest.param({"x" * 2**20: {}}, id="a clause of 1 MB"),
        pytest.param({"term": {"x" * 2**20: 1}}, id="a field of 1 MB"),
        pytest.param({"bool": {"must": [{"match_all": {}}] * 2**20}}, id="a million clauses"),
        pytest.param({"terms": {"status": ["x"] * 2**20}}, id="a million terms"),
        pytest.param({"term": {f"f{each}": 1 for each in range(2**20)}}, id="a million fields"),
        pytest.param({"query_string": {"query": "a\\" * 1024}}, id="escapes"),
        pytest.param({"query_string": {"query": "[" * 2048}}, id="brackets"),
        pytest.param({"query_string": {"query": '"' * 2047}}, id="quotes"),
        pytest.param({"wildcard": {"a": {"value" * 2**18: 1}}}, id="a parameter of 1 MB"),
    ],
)
def test_a_refusal_is_quick_and_short(given: Any) -> None:
    began = time.perf_counter()
    said, place = refused(given)
    assert time.perf_counter() - began < 60
    assert len(said) < 300
    assert len(place or "") < 300


def test_depth_of_an_object_is_bounded_before_the_stack_is() -> None:
    clause: dict[str, Any] = {"match_all": {}}
    for _ in range(10 * sys.getrecursionlimit()):
        clause = {"bool": {"must": [clause]}}
    assert refused(clause) == ("clauses nest at most 20 deep", "search_query" + ".bool.must[0]" * 20 + ".bool")


def test_brackets_in_a_text_do_not_nest() -> None:
    text = '\\"' + "[{" * 100
    assert guest('{"term":{"a":"' + text + '"}}', now=NOW).clause == {"term": {"a": {"value": '"' + "[{" * 100}}}


def test_any_mapping_is_read() -> None:
    query: Mapping[str, object] = MappingProxyType({"term": MappingProxyType({"status": "new"})})
    assert guest(query, now=NOW).clause == {"term": {"status": {"value": "new"}}}


@pytest.mark.parametrize("query", [query for _, query in SAME], ids=[name for name, _ in SAME])
def test_nothing_of_the_query_itself_is_in_the_answer(query: dict[str, Any]) -> None:
    theirs = {id(each) for each in containers(query)}
    before = deepcopy(query)
    assert not [each for each in containers(guest(query, now=NOW).clause) if id(each) in theirs]
    assert query == before


def test_the_default_fields_are_not_shared() -> None:
    guest({"multi_match": {"query": "a"}}, now=NOW).clause["multi_match"]["fields"].append("x")
    assert guest({"multi_match": {"query": "a"}}, now=NOW).clause["multi_match"]["fields"] == list(DEFAULT_FIELDS)


def test_every_parameter_has_a_row() -> None:
    tables = {name: set(rebuild.args[0]) for name, rebuild in CLAUSES.items() if isinstance(rebuild, partial)}
    printed = [{name: said} for name, said, _ in PRINTED]
    for each in containers([SAME, [said for _, said, _ in REBUILT], printed]):
        for name in tables.keys() & (each if isinstance(each, dict) else {}):
            tables[name] -= {key for part in containers(each[name]) for key in part if isinstance(key, str)}
    assert tables == {name: set() for name in tables}


def test_the_documented_clauses_and_parameters_are_these() -> None:
    page = (Path(__file__).parents[2] / "docs/dialects/im.md").read_text()
    table = page.partition("| Clause |")[2].partition("| Of |")[0]
    rows = re.findall(r"^\| ((?:`\w+`(?:, )?)+) \| (.*)\|$", table, re.MULTILINE)
    documented = {name: set(re.findall(r"`(\w+)`", said)) for names, said in rows for name in re.findall(r"\w+", names)}
    documented["multi_match"] |= documented["match"] - {"match"}
    taken = {name: set(rebuild.args[0]) for name, rebuild in CLAUSES.items() if isinstance(rebuild, partial)}
    taken |= {"terms": {"value_type"}, "multi_match": taken["multi_match"] | {"match"}}
    assert {name: documented[name] for name in taken} == {name: taken[name] - {"boost"} for name in taken}


def containers(value: Any) -> Iterator[Any]:
    if isinstance(value, dict | list | tuple):
        yield value
        for each in value.values() if isinstance(value, dict) else value:
            yield from containers(each)


WORDS = sorted({*CLAUSES, *(key for each in containers(SAME) if isinstance(each, dict) for key in each)})
TEXTS = st.text() | st.sampled_from(["now", "now-1d/d", "2026||/M", "*", "a:b"])
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | TEXTS
ANYTHING = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(WORDS) | st.text(max_size=5), inner, max_size=3)
        | st.builds(lambda word, value: {word: value}, st.sampled_from(WORDS), inner)
    ),
    max_leaves=20,
)
LEAVES = st.sampled_from([query for _, query in SAME])
NEARLY = st.recursive(
    LEAVES | st.builds(lambda query, value: {next(iter(query)): {"title": value}}, LEAVES, SCALARS),
    lambda inner: st.builds(
        lambda queries, occur: {"bool": {occur: queries}},
        st.lists(inner, max_size=3),
        st.sampled_from(["must", "filter", "should", "must_not"]),
    ),
    max_leaves=8,
)
SAID = ["a:", "tenant", "now", "[now-1d TO now/d}", ">=now", "*", "(", ")", '"a b"~3', "a~", "^2"]
LUCENE = st.text(alphabet='ab_*?~^:()[]{}"\\/ +-!&|<>=TO019.\u3000é満\ud800', max_size=30)


def holds(query: Any) -> None:
    """Either it is refused as the caller's error, or what runs is JSON that runs again as itself."""
    try:
        clause = guest(query, now=NOW).clause
    except QueryError as error:
        json.dumps([error.reason, error.where]).encode()
        return
    text = json.dumps(clause, allow_nan=False)
    assert text.encode()
    assert guest(clause, now=NOW).clause == clause
    assert guest(json.loads(text), now=NOW).clause == clause


@given(ANYTHING | NEARLY)
@settings(max_examples=400, deadline=None)
def test_any_value_is_answered_or_refused(value: Any) -> None:
    holds(value)


@given(st.text() | NEARLY.map(json.dumps) | ANYTHING.map(json.dumps))
@settings(max_examples=300, deadline=None)
def test_any_text_is_answered_or_refused(text: str) -> None:
    holds(text)


@given(
    LUCENE
    | st.lists(st.sampled_from(["a:", "tenant", "now", "[now-1d TO now/d}", ">=now", "*"]), max_size=6).map(" ".join)
)
@settings(max_examples=400, deadline=None)
def test_any_query_text_is_answered_or_refused(text: str) -> None:
    holds({"query_string": {"query": text}})
    holds({"simple_query_string": {"query": text}})
