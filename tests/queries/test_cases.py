"""Every case of a letter, and the clauses that ask for it."""

from typing import Any

import pytest

from queries.cases import cases, folded, has_others
from queries.clauses import clause
from queries.criteria import Equals, Like, Matches, Predicate, Where
from queries.fields import TYPED_COLUMNS, Column, column_of
from queries.patterns import beginning

TAGS, COMMENT = TYPED_COLUMNS["tags"], TYPED_COLUMNS["comment"]
KEY = Column("details.a-b", "key", root="details")


@pytest.mark.parametrize(
    ("symbol", "expected"),
    [
        pytest.param("k", "Kk", id="a letter of ASCII, without the Kelvin sign"),
        pytest.param("\u212a", "\u212a", id="the Kelvin sign is no k"),
        pytest.param("7", "7", id="a digit"),
        pytest.param("и", "Ии", id="Cyrillic"),
        pytest.param("Ł", "Łł", id="Polish"),
        pytest.param("ä", "Ää", id="German"),
        pytest.param("É", "Éé", id="French"),
        pytest.param("\u03c9", "\u03a9\u03c9\u2126", id="Greek, and the sign for ohm"),
        pytest.param("ς", "Σςσ", id="a final sigma is a sigma"),
        pytest.param("ß", "ßẞ", id="a sharp s and its capital"),
        pytest.param("\u0130", "\u0130", id="a dotted I has no simple case"),
        pytest.param("\u0131", "\u0131", id="nor has a dotless one"),
        pytest.param("ǅ", "Ǆǅǆ", id="a title case"),
        pytest.param("𐐨", "𐐀𐐨", id="beyond the basic plane"),
        pytest.param("日", "日", id="no case at all"),
        pytest.param("ŉ", "ŉ", id="a letter whose capital is two"),
    ],
)
def test_cases(symbol: str, expected: str) -> None:
    assert "".join(sorted(cases(symbol))) == expected
    assert {folded(each) for each in expected} == {folded(symbol)} or symbol.isascii()
    assert has_others(f"a{symbol}") == (not symbol.isascii() and len(expected) > 1)


def regexp(path: str, value: str, **more: Any) -> dict[str, Any]:
    return {"regexp": {path: {"value": value, "flags": "NONE", **more}}}


FOLDS = {"case_insensitive": True}


@pytest.mark.parametrize(
    ("column", "predicate", "expected"),
    [
        pytest.param(TAGS, Equals("Éa.1"), regexp("tags", r"[Éé]a\.1", **FOLDS), id="a whole text"),
        pytest.param(TAGS, Like("*É?\\*"), regexp("tags", r".*[Éé].\*", **FOLDS), id="a pattern"),
        pytest.param(TAGS, Like(""), {"term": {"tags": ""}}, id="an empty pattern"),
        pytest.param(TAGS, Equals("日"), {"term": {"tags": {"value": "日", **FOLDS}}}, id="no letter with a case"),
        pytest.param(
            COMMENT, Equals("é"), regexp("comment.keyword", "[Éé]", **FOLDS), id="no long text is asked whole"
        ),
        pytest.param(KEY, Equals("aé"), regexp(r"details.a\-b", "[Aa][Éé]"), id="a key, whose own case counts"),
        pytest.param(KEY, Like("a*"), regexp(r"details.a\-b", "[Aa].*"), id="a pattern of a key"),
        pytest.param(KEY, Matches("a"), regexp(r"details.a\-b", "a", **FOLDS), id="a regular expression of a key"),
    ],
)
def test_clauses(column: Column, predicate: Predicate, expected: dict[str, Any]) -> None:
    assert clause(Where(column, predicate)) == expected


def test_patterns_of_long_texts() -> None:
    both = [regexp(path, "[Éé].*", **FOLDS) for path in ("comment.keyword", "long_texts.comment")]
    assert clause(Where(COMMENT, Like("é*"))) == {"bool": {"should": both, "minimum_should_match": 1}}


def test_a_key_knows_its_object() -> None:
    columns = {"ext.v1.metadata": Column("ext.v1.metadata", "object")}
    assert column_of("ext.v1.metadata.a.b", columns) == Column("ext.v1.metadata.a.b", "key", root="ext.v1.metadata")


def test_beginning() -> None:
    assert beginning("Aé.") == r"[Aa][Éé]\..*"
