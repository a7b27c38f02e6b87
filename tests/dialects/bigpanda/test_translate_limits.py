"""Conditions of BPQL that are refused, and what is looked up or tried before a search."""

import pytest

from gateway.dialects.bigpanda.bpql import Misplaced, parse
from gateway.dialects.bigpanda.translate import Commented, comments, criterion, hard_patterns
from queries.criteria import Criterion, Equals, Ids, Is, Like, Matches, Not, Or, Predicate, Where
from queries.fields import Column

NOTES = Column("body.keyword", "text", long_path="long_texts.body")


def read(said: str) -> Criterion:
    root = parse(said)
    return criterion(root, dict.fromkeys(comments(root), Ids(())))


TOO_MUCH = "this query compares too much for one search"
ANY_OF_STATUS = "status is one of ok, unknown, warning, critical"


@pytest.mark.parametrize(
    ("said", "column", "what"),
    [
        pytest.param("status = urgent", 10, ANY_OF_STATUS, id="no such status"),
        pytest.param("status IN [ok, x*]", 16, ANY_OF_STATUS, id="no such status in a list"),
        pytest.param("status === Critical", 12, ANY_OF_STATUS, id="a status in another case, to the letter"),
        pytest.param("status === crit*", 12, ANY_OF_STATUS, id="a wildcard, to the letter"),
        pytest.param("status = /crit.*/", 10, "status is compared with a word, not with a regex", id="a regex"),
        pytest.param("active != yes", 11, "active is one of true, false", id="no boolean"),
        pytest.param(
            "severity = high", 12, "severity is one of ok, unknown, warning, critical", id="not this severity"
        ),
        pytest.param(
            "a = 1 AND " + " OR ".join(f"k{number}" for number in range(21)),
            141,
            "at most 20 conditions of a query may look at comments, as each keyword does",
            id="many keywords",
        ),
        pytest.param(
            f"assignee IN [{','.join('é' * 200)}]", 1, "this query compares too much for one search", id="much"
        ),
        pytest.param(f"status = {'*' * 1000}x", 10, ANY_OF_STATUS, id="stars without end"),
    ],
)
def test_what_is_refused(said: str, column: int, what: str) -> None:
    with pytest.raises(Misplaced) as refused:
        read(said)
    assert (refused.value.at + 1, refused.value.what) == (column, what)


@pytest.mark.parametrize(
    "said",
    [
        pytest.param(" OR ".join(f"k{number}" for number in range(20)), id="comments"),
        pytest.param(" OR ".join(["comment = a"] * 100), id="the same of comments"),
        pytest.param(f"a IN [{','.join('é' * 200)}]", id="clauses"),
    ],
)
def test_limits_are_reached(said: str) -> None:
    read(said)


def note(predicate: Predicate) -> Where:
    return Where(NOTES, predicate)


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        pytest.param("host = a AND status = ok", [], id="none"),
        pytest.param("*", [], id="everything"),
        pytest.param("comment = a", [Commented(note(Equals("a")))], id="equality"),
        pytest.param("comment != a*", [Commented(note(Like("a*")))], id="those that are taken away"),
        pytest.param(
            "comment IN [a, Ü]",
            [Commented(Or((note(Equals("a")), note(Equals("Ü")))))],
            id="several",
        ),
        pytest.param("comment = /a/", [Commented(note(Matches("(a)")))], id="a regex"),
        pytest.param(
            "comment === a*", [Commented(note(Is(("a*",))), Not(note(Is(("a*",)))))], id="every one, to the letter"
        ),
        pytest.param("disk", [Commented(note(Like("*disk*")))], id="a keyword"),
        pytest.param(
            "disk OR comment = a OR NOT disk",
            [Commented(note(Like("*disk*"))), Commented(note(Equals("a")))],
            id="each once",
        ),
    ],
)
def test_what_comments_are_looked_for(said: str, meant: list[Commented]) -> None:
    assert list(comments(parse(said)).values()) == meant


@pytest.mark.parametrize(
    ("said", "places"),
    [
        pytest.param("host = a", [], id="a text"),
        pytest.param("host = " + "x" * 500 + "*", [], id="a wildcard at the end"),
        pytest.param("host = *" + "x" * 63, [], id="short behind a wildcard"),
        pytest.param("host = *" + "x" * 64, [7], id="long behind a wildcard"),
        pytest.param("host = " + "a*" * 65, [7], id="many wildcards"),
        pytest.param("host = a AND NOT check IN [b, /x/]", [30], id="a regex"),
        pytest.param("x" * 62, [], id="a short keyword"),
        pytest.param("x" * 63, [0], id="a long one"),
        pytest.param("host === " + "a*" * 65, [], id="to the letter"),
    ],
)
def test_what_is_tried_first(said: str, places: list[int]) -> None:
    assert [value.at for value, _ in hard_patterns(parse(said))] == places
