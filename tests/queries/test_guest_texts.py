"""The texts of `query_string` and `simple_query_string`: what may be said in them, and what is refused."""

from datetime import UTC, datetime

import pytest

from queries.errors import QueryError
from queries.guest import guest

NOW = datetime(2026, 11, 22, 4, 15, 30, 123456, tzinfo=UTC)

QUERY_STRINGS = (
    "",
    "disk full",
    "disk OR full AND NOT (raid +parity -spare !hot)",
    "disk && full || raid",
    "title:disk status : new",
    "title:(disk full)^2 title:disk^2.5",
    "ext.bigpanda.shared:true title.keyword:x my-field_2:x",
    "*",
    "*:*",
    "title:*",
    "_exists_:title",
    '_exists_:"ext.v1.source_site"',
    "disk* d?sk dis*k",
    "disk~ disk~0 disk~1 disk~^2 disk^2~1",
    '"disk full" "disk full"~50 "disk full"^2~3 "a:b/c[d" "a\\"b"',
    "cost:[1 TO 5] cost:{1 TO 5} cost:[1 TO 5} cost:[* TO 5] cost:>5 cost:>=5 cost:<5 cost:<=5",
    'started_at:[2026-11-22T00:00:00Z TO "2026-11-23"]',
    r"a\:b \_id\:x a\/b \(a\) \*a \"a \\",
    "now title:now nowhere",
    "диск диск\u3000満杯",
    "- disk",
)

SIMPLE_QUERY_STRINGS = (
    "",
    "disk +full | -raid",
    '"disk full" "disk full"~50',
    "disk* *disk",
    "disk~1 disk~0",
    "a:b a/b [a] {b} (unpaired",
    "_exists_:title",
    "tenants: x",
    r"a\~5 \(a",
)

NO_FIELDS = {
    "_id:x": "_id",
    "_index:other": "_index",
    "_type:x": "_type",
    "disk AND (_source:x)": "_source",
    "title:x\u3000_id:x": "_id",
    '"a"_id:x': "_id",
    "[a TO b]_id:x": "_id",
    "-_id:x": "_id",
    "_id : x": "_id",
    "_id:[a TO b]": "_id",
    "_id:(a b)": "_id",
    '_id:"a"': "_id",
    "ti*:x": "ti*",
    "t?tle:x": "t?tle",
    "ext.*:x": "ext.*",
    "*:x": "*",
    "*:(a)": "*",
    r"ext.\*:x": r"ext.\*",
    r"\_id:x": r"\_id",
    r"t\enant:x": r"t\enant",
    r"\u0074enant:x": r"\u0074enant",
    r"a\ b:x": r"a\ b",
    "10:30": "10",
    ":x": "",
    "(a):x": "",
    "_exists_:_id": "_id",
    "_exists_:*": "*",
    "_exists_:(a)": "(",
    "_exists_:": "",
}

REFUSED = {
    "tenant:acme": 'the field "tenant" is not open to queries',
    "title:tenant:acme": 'the field "tenant" is not open to queries',
    r'"a\\"tenant:acme': 'the field "tenant" is not open to queries',
    "tenant.keyword:acme": 'the field "tenant" is not open to queries',
    "_exists_:tenant": 'the field "tenant" is not open to queries',
    "*disk": 'a word does not begin with a wildcard: "*disk"',
    "?isk": 'a word does not begin with a wildcard: "?isk"',
    "**": 'a word does not begin with a wildcard: "**"',
    "title:*disk": 'a word does not begin with a wildcard: "*disk"',
    "title:?isk": 'a word does not begin with a wildcard: "?isk"',
    "(*disk)": 'a word does not begin with a wildcard: "*disk"',
    "a -*disk": 'a word does not begin with a wildcard: "*disk"',
    "/disk/": r"no /regular expression/ at character 0; a slash is written \/ or in quotes",
    "title:/d.*/": r"no /regular expression/ at character 6; a slash is written \/ or in quotes",
    "a/b": r"no /regular expression/ at character 1; a slash is written \/ or in quotes",
    "(a": "parentheses do not pair",
    ")a(": "parentheses do not pair",
    '"a': 'the query text cannot be read at character 0: "\\""',
    "a\\": 'the query text cannot be read at character 1: "\\\\"',
    "[a b]": 'the query text cannot be read at character 0: "["',
    '["a" TO b"]': 'the query text cannot be read at character 0: "["',
    "a^": 'the query text cannot be read at character 1: "^"',
    "a^x": 'the query text cannot be read at character 1: "^"',
    "a^1000.5": "a boost is at most 1000",
    "a~2": "~ after a word is at most 1",
    "a~AUTO": 'the query text cannot be read at character 1: "~"',
    "a~0.5": 'the query text cannot be read at character 1: "~"',
    '"a b"~51': "~ after a phrase is at most 50",
    "(a)~1": "~ follows a word or a phrase",
    "~1": "~ follows a word or a phrase",
    "a~ ~": "~ follows a word or a phrase",
    "a~1~1": 'the query text cannot be read at character 1: "~"',
    "started_at:[now-1x TO now]": '"now-1x" is not a time: ISO 8601, epoch milliseconds or date math such as now-1d/d',
    "started_at:>now/x": r"no /regular expression/ at character 15; a slash is written \/ or in quotes",
}

REFUSED_SIMPLE = {
    "_id:x": '"_id" does not name a field',
    "a _index : x": '"_index" does not name a field',
    "a|(tenant:acme)": '"tenant" does not name a field',
    "disk~": r"~ after a word takes 0 to 1; as itself it is written \~",
    "disk~2": r"~ after a word takes 0 to 1; as itself it is written \~",
    "disk~1x": r"~ after a word takes 0 to 1; as itself it is written \~",
    '"a b"~51': r"~ after a phrase takes 0 to 50; as itself it is written \~",
    '"a b"~': r"~ after a phrase takes 0 to 50; as itself it is written \~",
}

PARAMETERS = {"fields": ["title"], "lenient": True, "fuzzy_prefix_length": 1, "fuzzy_max_expansions": 20}


def refused(clause: str, text: str) -> tuple[str, str | None]:
    with pytest.raises(QueryError) as caught:
        guest({clause: {"query": text}}, now=NOW)
    return caught.value.reason, caught.value.where


@pytest.mark.parametrize("text", QUERY_STRINGS)
def test_a_query_string_runs_as_it_is(text: str) -> None:
    ours = {**PARAMETERS, "allow_leading_wildcard": False, "fuzziness": 1}
    assert guest({"query_string": {"query": text, "fields": ["title"]}}, now=NOW).clause == {
        "query_string": {"query": text, **ours}
    }


@pytest.mark.parametrize("text", SIMPLE_QUERY_STRINGS)
def test_a_simple_query_string_runs_as_it_is(text: str) -> None:
    assert guest({"simple_query_string": {"query": text, "fields": ["title"]}}, now=NOW).clause == {
        "simple_query_string": {"query": text, **PARAMETERS}
    }


@pytest.mark.parametrize(("text", "name"), NO_FIELDS.items())
def test_a_query_string_names_fields_of_the_wire_document_alone(text: str, name: str) -> None:
    shown = name.replace("\\", "\\\\")
    assert refused("query_string", text) == (f'"{shown}" does not name a field', "search_query.query_string.query")


@pytest.mark.parametrize(("text", "reason"), REFUSED.items())
def test_a_query_string_is_refused(text: str, reason: str) -> None:
    assert refused("query_string", text) == (reason, "search_query.query_string.query")


@pytest.mark.parametrize(("text", "reason"), REFUSED_SIMPLE.items())
def test_a_simple_query_string_is_refused(text: str, reason: str) -> None:
    assert refused("simple_query_string", text) == (reason, "search_query.simple_query_string.query")


@pytest.mark.parametrize(
    ("text", "fixed"),
    [
        pytest.param("[now TO now]", "[2026-11-22T04:15:30.123Z TO 2026-11-22T04:15:30.123Z]", id="now itself"),
        pytest.param("{now/d TO *}", "{2026-11-22T23:59:59.999Z TO *}", id="after the day"),
        pytest.param("[* TO 2026||/y]", "[* TO 2026-12-31T23:59:59.999Z]", id="to the end of the year"),
        pytest.param(r"at:>now\/d", r"at:>2026-11-22T23\:59\:59.999Z", id="later than today"),
        pytest.param(r"at:(<now-1h\/h OR x)", r"at:(<2026-11-22T03\:00\:00.000Z OR x)", id="in a group"),
        pytest.param("[a TO b] >x now", "[a TO b] >x now", id="nothing to fix"),
    ],
)
def test_date_math_of_a_range_is_fixed(text: str, fixed: str) -> None:
    clause = guest({"query_string": {"query": text}}, now=NOW).clause["query_string"]
    assert clause["query"] == fixed
