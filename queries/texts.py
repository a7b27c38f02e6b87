"""Filters of texts as clauses: whole values and patterns, whatever the case.

A text of ASCII is left to the engine. What holds letters beyond it becomes a regular expression (`queries.cases`), and
so does whatever is asked of a key within an object, where the engine would disregard the case of the key as well.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from queries import cases
from queries.criteria import Equals, Like, Matches
from queries.fields import LONG_TEXTS, Column

Clause = dict[str, Any]

LONGEST = 8191
"""UTF-16 units of a text in a column of whole values: with three bytes each, as much as a term of the engine has."""

SURE = LONGEST // 2
"""Characters of a text that is surely as short as that, whatever they are."""

LONGEST_PAIR = 10_900
"""The same of a name and a value that stand together in a column of pairs."""

SHORT = f"a text of at most {LONGEST:,} characters, of which those beyond U+FFFF count twice,"

_PIECE = re.compile(r"\\(?P<literal>.)|(?P<wildcard>[*?])|(?P<plain>.)", re.DOTALL)
_WILD = {"*": ".*", "?": "."}


def length(text: str) -> int:
    """UTF-16 units, which is what the engine counts."""
    return len(text) if text.isascii() or len(text) * 2 <= LONGEST else len(text.encode("utf-16-le", "replace")) // 2


def long_texts(document: Mapping[str, Any], names: Iterable[str]) -> dict[str, Any]:
    """The hidden object of those of the document's texts that are too long for their columns; nothing without any."""
    held: dict[str, str] = {}
    for name in names:
        text = document.get(name)
        if isinstance(text, str) and len(text) > SURE and length(text) > LONGEST:
            held[name] = text
    return {LONG_TEXTS: held} if held else {}


def is_folded_here(column: Column, text: str) -> bool:
    """Whether the engine is asked by a regular expression for the text, or the pattern, whatever its case."""
    return column.kind == "key" or cases.has_others(text)


def clause(column: Column, predicate: Equals | Like | Matches) -> Clause:
    """The clause of documents that have such a text in the column, or in the one for long texts beside it."""
    match predicate:
        case Equals(text="") | Like(pattern=""):
            # Without regard to case the engine finds no empty text.
            return {"term": {column.path: ""}}
        case Equals(text=text):
            return _whole(column, text)
        case _:
            named = [_pattern(column, path, predicate) for path in paths(column)]
            return named[0] if len(named) == 1 else {"bool": {"should": named, "minimum_should_match": 1}}


def paths(column: Column) -> tuple[str, ...]:
    """Where the column's texts are, short ones and long ones."""
    return (column.path, column.long_path) if column.long_path else (column.path,)


def _whole(column: Column, text: str) -> Clause:
    """No text that can be asked for as a whole is a long one."""
    if is_folded_here(column, text):
        return _regexp(column, column.path, cases.expression(text, ascii_too=column.kind == "key"))
    return {"term": {column.path: {"value": text, "case_insensitive": True}}}


def _pattern(column: Column, path: str, predicate: Equals | Like | Matches) -> Clause:
    match predicate:
        case Like(pattern=pattern) if is_folded_here(column, pattern):
            return _regexp(column, path, expression(pattern, ascii_too=column.kind == "key"))
        case Like(pattern=pattern):
            return {"wildcard": {path: {"value": pattern, "case_insensitive": True}}}
        case Matches(pattern=pattern):
            return {
                "regexp": {regexp_path(column, path): {"value": pattern, "flags": "NONE", "case_insensitive": True}}
            }
        case _:
            return _whole(column, predicate.text)


def expression(pattern: str, *, ascii_too: bool) -> str:
    """The regular expression of a wildcard pattern."""
    return "".join(
        _WILD[match["wildcard"]]
        if match["wildcard"]
        else cases.expression(match["literal"] or match["plain"], ascii_too=ascii_too)
        for match in _PIECE.finditer(pattern)
    )


def regexp_path(column: Column, path: str) -> str:
    """The path as a regular expression is asked of it: of a key the engine makes its beginning, symbols and all."""
    if column.kind != "key":
        return path
    root = column.root or path.partition(".")[0]
    return root + "." + re.sub(r"[^A-Za-z0-9]", r"\\\g<0>", path.removeprefix(f"{root}."))


def _regexp(column: Column, path: str, written: str) -> Clause:
    said: Clause = {"value": written, "flags": "NONE"}
    if column.kind != "key":
        said["case_insensitive"] = True
    return {"regexp": {regexp_path(column, path): said}}
