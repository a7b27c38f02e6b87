"""BPQL as a tree, and what is refused of it, in which column."""

from typing import Any

import pytest

from gateway.dialects.bigpanda.bpql import Misplaced, parse, refusal
from gateway.dialects.bigpanda.tree import (
    AllOf,
    AnyOf,
    Condition,
    Everything,
    Keyword,
    Negation,
    Node,
    Regex,
    Text,
    leaves,
    values_of,
)


def text(*runs: str) -> Text:
    return Text(runs)


def equal(name: str, *values: str) -> Condition:
    return Condition(name, tuple(map(text, values)))


def strong(name: str, *runs: str) -> Condition:
    return Condition(name, (text(*runs),), strong=True)


A, B, C, D = (equal(name, "1") for name in "abcd")


def of(*operands: Node) -> AllOf:
    return AllOf(operands)


def any_of(*operands: Node) -> AnyOf:
    return AnyOf(operands)


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        pytest.param("", Everything(), id="nothing said"),
        pytest.param(" \n", Everything(), id="white space"),
        pytest.param("*", Keyword(text("", "")), id="a star"),
        pytest.param("host=srv-1", equal("host", "srv-1"), id="equality"),
        pytest.param(" host \t=\nsrv-1 ", equal("host", "srv-1"), id="white space anywhere"),
        pytest.param("HOST=Srv", equal("host", "Srv"), id="names in any case"),
        pytest.param("host!=srv", Negation(equal("host", "srv")), id="not equal"),
        pytest.param("host===Srv*", strong("host", "Srv", ""), id="equal to the letter"),
        pytest.param("host IN [a, 'b c',d]", equal("host", "a", "b c", "d"), id="in a list"),
        pytest.param("host in[a]", equal("host", "a"), id="in a list of one"),
        pytest.param("host NOT IN [a,b]", Negation(equal("host", "a", "b")), id="in no list"),
        pytest.param("host Not iN [a]", Negation(equal("host", "a")), id="keywords in any case"),
        pytest.param("host = /srv-[0-9]+/", Condition("host", (Regex("srv\\-[0-9]+"),)), id="a regex"),
        pytest.param("path = /\\/var\\/log/", Condition("path", (Regex("\\/var\\/log"),)), id="slashes in a regex"),
        pytest.param("a IN [x, /y/]", Condition("a", (text("x"), Regex("y"))), id="a regex in a list"),
        pytest.param("incident_tag.team = db", equal("incident_tag.team", "db"), id="an incident tag"),
        pytest.param("Incident_Tag.Team = db", equal("incident_tag.team", "db"), id="an incident tag in any case"),
        pytest.param("0-_a = 1", equal("0-_a", "1"), id="digits and lines in a name"),
        pytest.param("kubernetes.io/app = 1", equal("kubernetes.io/app", "1"), id="a path as a name"),
        pytest.param("a:b = 1", equal("a:b", "1"), id="a symbol in a name"),
        pytest.param("GRÖSSE = 1", equal("grösse", "1"), id="another script in a name"),
        pytest.param("'Percent Time' IN [1]", equal("percent time", "1"), id="a name in quotes"),
        pytest.param('"(a)=/\\"x\\*" != 1', Negation(equal('(a)=/"x*', "1")), id="symbols in a name"),
        pytest.param('"incident_tag.two words" = 1', equal("incident_tag.two words", "1"), id="a tag in quotes"),
        pytest.param("incident_tag.a.b = 1", equal("incident_tag.a.b", "1"), id="two dots"),
        pytest.param('"and" = 1', equal("and", "1"), id="a word of the language as a name"),
        pytest.param("disk", Keyword(text("disk")), id="a keyword"),
        pytest.param("'disk full'", Keyword(text("disk full")), id="a phrase"),
        pytest.param("disk AND (full)", of(Keyword(text("disk")), Keyword(text("full"))), id="keywords"),
        pytest.param("android OR inner", any_of(Keyword(text("android")), Keyword(text("inner"))), id="no keywords"),
        pytest.param("url = http://a:1/b?c", equal("url", "http://a:1/b?c"), id="symbols in a bareword"),
        pytest.param("size = ½m²", equal("size", "½m²"), id="any script in a value"),
    ],
)
def test_what_is_read(said: str, meant: Node) -> None:
    assert parse(said) == meant


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        pytest.param("a=1 AND b=1 AND c=1", of(A, B, C), id="and joins any number"),
        pytest.param("a=1 OR b=1 OR c=1", any_of(A, B, C), id="or too"),
        pytest.param("a=1 OR b=1 AND c=1", any_of(A, of(B, C)), id="and binds closer, behind"),
        pytest.param("a=1 AND b=1 OR c=1", any_of(of(A, B), C), id="and binds closer, before"),
        pytest.param("a=1 AND b=1 OR c=1 AND d=1", any_of(of(A, B), of(C, D)), id="on both sides"),
        pytest.param("a=1 AND (b=1 OR c=1)", of(A, any_of(B, C)), id="parentheses bind closest"),
        pytest.param("((a=1))", A, id="parentheses around one thing are nothing"),
        pytest.param("NOT a=1 AND b=1", of(Negation(A), B), id="not binds closer than and"),
        pytest.param("NOT a=1 OR b=1", any_of(Negation(A), B), id="and than or"),
        pytest.param("NOT (a=1 OR b=1)", Negation(any_of(A, B)), id="not before parentheses"),
        pytest.param("NOT (NOT a=1)", Negation(Negation(A)), id="not, twice"),
        pytest.param("a=1 and not b=1 or c=1", any_of(of(A, Negation(B)), C), id="in lower case"),
        pytest.param("(a=1 AND b=1) AND c=1", of(of(A, B), C), id="what is in parentheses stays together"),
    ],
)
def test_precedence(said: str, meant: Node) -> None:
    assert parse(said) == meant


@pytest.mark.parametrize(
    ("said", "runs"),
    [
        pytest.param("prod-*", ("prod-", ""), id="a star is a wildcard in a bareword"),
        pytest.param('"prod *"', ("prod ", ""), id="and in quotes"),
        pytest.param("a**b", ("a", "", "b"), id="two stars"),
        pytest.param("a?b", ("a?b",), id="a question mark is itself"),
        pytest.param('""', ("",), id="an empty text"),
        pytest.param('"\\*"', ("*",), id="an escaped star"),
        pytest.param("a\\*b*", ("a*b", ""), id="an escaped star in a bareword"),
        pytest.param('"\\?"', ("?",), id="an escaped question mark"),
        pytest.param('"a\\"b"', ('a"b',), id="an escaped quote"),
        pytest.param("'a\\'b'", ("a'b",), id="an escaped apostrophe"),
        pytest.param('"it\'s"', ("it's",), id="an apostrophe in quotes"),
        pytest.param("'a\"b'", ('a"b',), id="a quote in apostrophes"),
        pytest.param('"a\\\\b"', ("a\\b",), id="an escaped backslash"),
        pytest.param('"a\\\\*"', ("a\\", ""), id="an escaped backslash before a wildcard"),
        pytest.param('"C:\\temp"', ("C:\\temp",), id="a backslash before anything else is itself"),
        pytest.param("CORP\\ann", ("CORP\\ann",), id="in a bareword too"),
        pytest.param('"(a, [b]) = /c/ AND"', ("(a, [b]) = /c/ AND",), id="symbols and words in quotes"),
        pytest.param('"a\nb"', ("a\nb",), id="a line's end in quotes"),
        pytest.param("日本語*", ("日本語", ""), id="any script"),
    ],
)
def test_texts(said: str, runs: tuple[str, ...]) -> None:
    assert parse(f"a={said}") == Condition("a", (Text(runs),))


def test_places() -> None:
    """Each value knows where it stands, which equality does not look at."""
    found = [value.at for leaf in leaves(parse("a=1 AND (b IN [x, /y/] OR 'z')")) for value in values_of(leaf)]
    assert found == [2, 15, 18, 26]


NO_VALUE, NO_CONDITION = "a value is wanted here", "a condition is wanted here"
NO_MORE = "AND, OR or the end of the query is wanted here"
NO_NAME = "a name has 1 to 256 characters"


@pytest.mark.parametrize(
    ("said", "column", "what"),
    [
        pytest.param("status = = critical", 10, NO_VALUE, id="two operators"),
        pytest.param("status =", 9, NO_VALUE, id="no value"),
        pytest.param("status = AND", 10, NO_VALUE, id="a word of the language as a value"),
        pytest.param("= critical", 1, NO_CONDITION, id="no name"),
        pytest.param("a=1 AND", 8, NO_CONDITION, id="nothing behind AND"),
        pytest.param("AND a=1", 1, NO_CONDITION, id="nothing before AND"),
        pytest.param("a=1 OR OR b=1", 8, NO_CONDITION, id="OR twice"),
        pytest.param("NOT NOT a=1", 5, NO_CONDITION, id="NOT twice"),
        pytest.param("()", 2, NO_CONDITION, id="nothing in parentheses"),
        pytest.param("/x/", 1, NO_CONDITION, id="a regex of nothing"),
        pytest.param("(a=1", 5, 'AND, OR or ")" is wanted here', id="an open parenthesis"),
        pytest.param("(a=1 b", 6, 'AND, OR or ")" is wanted here', id="something else within parentheses"),
        pytest.param("a=1)", 4, NO_MORE, id="a parenthesis that nobody opened"),
        pytest.param("a=1 b=2", 5, NO_MORE, id="no AND"),
        pytest.param("a=b=c", 4, NO_MORE, id="two equalities"),
        pytest.param("a=/x/i", 6, NO_MORE, id="flags of a regex"),
        pytest.param("a b", 3, "an operator, AND, OR or the end of the query is wanted here", id="two words"),
        pytest.param("a NOT b", 7, "IN is wanted here", id="NOT without IN"),
        pytest.param("a IN b", 6, '"[" is wanted here', id="IN without a list"),
        pytest.param("a IN []", 7, NO_VALUE, id="an empty list"),
        pytest.param("a IN [x,]", 9, NO_VALUE, id="a comma at the end"),
        pytest.param("a IN [x", 8, '"," or "]" is wanted here', id="an open list"),
        pytest.param("a IN [x y]", 9, '"," or "]" is wanted here', id="no comma"),
        pytest.param('a="x', 3, "this quote is not closed", id="an open quote"),
        pytest.param("a='x\\'", 3, "this quote is not closed", id="an open apostrophe"),
        pytest.param("it's", 3, "this quote is not closed", id="an apostrophe in a bareword"),
        pytest.param("a=/x", 3, "this regex is not closed", id="an open regex"),
        pytest.param("a=x!", 4, "! has no meaning here; quote a value that holds it", id="a symbol in a bareword"),
        pytest.param("a=1 AND a* = 1", 9, "a name has no wildcard; \\* is a star that it has", id="a star in a name"),
        pytest.param('"" = 1', 1, NO_NAME, id="an empty name"),
        pytest.param("incident_tag. = 1", 1, NO_NAME, id="no name behind the dot"),
        pytest.param("n" * 257 + "=1", 1, NO_NAME, id="too long a name"),
        pytest.param("a === /x/", 7, "=== compares with a text, not with a regex", id="a regex to the letter"),
        pytest.param("a = /x(/", 8, "something to look for is wanted here", id="a bad regex"),
        pytest.param("(" * 21 + "a=1" + ")" * 21, 21, "parentheses may be 20 deep", id="too deep"),
        pytest.param("x" * 2001, 2001, "a query may have at most 2,000 characters", id="too long"),
        pytest.param(
            " OR ".join("a=1" for _ in range(201)), 1403, "a query may compare with at most 200 values", id="many"
        ),
        pytest.param(
            f"a IN [{','.join('x' * 201)}]", 407, "a query may compare with at most 200 values", id="a long list"
        ),
        pytest.param(f"a IN [{','.join(['/x/'] * 11)}]", 47, "a query may have at most 10 regexes", id="many regexes"),
    ],
)
def test_what_is_refused(said: str, column: int, what: str) -> None:
    with pytest.raises(Misplaced) as refused:
        parse(said)
    assert (refused.value.at + 1, refused.value.what) == (column, what)


@pytest.mark.parametrize(
    "said",
    [
        pytest.param("(" * 20 + "a=1" + ")" * 20, id="parentheses"),
        pytest.param("x" * 2000, id="length"),
        pytest.param(f"a IN [{','.join('x' * 200)}]", id="values"),
        pytest.param(f"a IN [{','.join(['/x/'] * 10)}]", id="regexes"),
        pytest.param("n" * 256 + "=1", id="name"),
    ],
)
def test_limits_are_reached(said: str) -> None:
    parse(said)


@pytest.mark.parametrize(
    ("said", "at", "shown"),
    [
        pytest.param("status = = critical", 9, "status = = critical\n         ^", id="in the text"),
        pytest.param("a=", 2, "a=\n  ^", id="at its end"),
        pytest.param("a\n\t=\x00", 3, "a  = \n   ^", id="what is no character shows as a space"),
        pytest.param(
            "x" * 100 + "!" + "y" * 100, 100, "x" * 60 + "!" + "y" * 59 + "\n" + " " * 60 + "^", id="a long one"
        ),
    ],
)
def test_a_refusal_shows_the_place(said: str, at: int, shown: str) -> None:
    error: Any = refusal(said, "filter", Misplaced(at, "what is wrong"))
    assert (error.reason, error.where, error.kind) == (
        f"column {at + 1}: what is wrong\n{shown}",
        "filter",
        "bad_query",
    )
