"""What hypothesis draws: criteria over the corpus, and the same wishes as callers say them.

Every strategy of a caller's words draws pairs: the words, and the criterion that they stand for.
"""

import os
import re
from datetime import datetime
from functools import cache
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from queries.criteria import (
    And,
    Between,
    Criterion,
    Equals,
    Everything,
    Ids,
    Is,
    Like,
    Not,
    Nothing,
    Or,
    Predicate,
    Present,
    Value,
    Where,
)  # fmt: skip
from queries.fields import TYPED_COLUMNS, Column
from queries.periods import milliseconds
from tests import corpus
from tests.oracle import values

settings.register_profile("fast", max_examples=150, deadline=None)
settings.register_profile("slow", max_examples=5000, deadline=None)
PROFILE = settings.get_profile(os.environ.get("HYPOTHESIS_PROFILE", "fast"))

Said = dict[str, Any]

_TYPED = (
    *("title", "description", "comment", "status", "severity", "priority", "category", "reviewer", "tags", "mitre"),
    *("started_at", "due_at", "resolved_at", "assignee.name", "assignee.numeric_id", "services.name", "labels.name"),
    *("labels.value", "ext.v1.recommendation", "ext.v1.source_site", "ext.actian.ticket_id", "ext.bigpanda.shared"),
    *("external_id", "state", "numeric_id", "result_id"),
)
COLUMNS = {name: TYPED_COLUMNS[name] for name in _TYPED} | {
    "region": Column("region", "keyword"),
    "cost": Column("cost", "number"),
    "ports": Column("ports", "number"),
    "verified": Column("verified", "boolean"),
    "checks": Column("checks", "boolean"),
    "details.colour": Column("details.colour", "keyword"),
    "details.aliases": Column("details.aliases", "keyword"),
    "details.inner.shade": Column("details.inner.shade", "keyword"),
    "ext.v1.metadata.colour": Column("ext.v1.metadata.colour", "keyword"),
}
"""A typed field of every kind, fields that no incident has, and custom ones: by the name that a caller uses."""

_TEXTS, _NUMBERS = ("text", "keyword"), ("number", "whole")
_BEYOND = (1.5, -0.5, 2**31, 3e9, 1e16, 2**63, -1e19, 1e300)
# The automata of longer ones are the engine's to refuse.
_PATTERN = 128


@cache
def held(name: str) -> tuple[Value, ...]:
    """Values worth asking for: what the corpus holds in the column, and what it well might."""
    column = COLUMNS[name]
    odd: dict[str, tuple[Value, ...]] = {
        "number": tuple(float(each) for each in corpus.ODD_NUMBERS),
        "whole": corpus.ODD_WHOLES + _BEYOND,
        "date": corpus.ODD_TIMES,
        "boolean": (True, False),
    }
    found = {each for incident in corpus.incidents() for each in values(column, incident)}
    return (*sorted(found, key=repr), *odd.get(column.kind, corpus.ODD_TEXTS))


def _values(name: str) -> SearchStrategy[Value]:
    return st.sampled_from(held(name))


def _texts(name: str, longest: int = 1000) -> SearchStrategy[str]:
    found = [each for each in held(name) if isinstance(each, str) and len(each) <= longest]
    return st.sampled_from(found).flatmap(lambda text: st.sampled_from([text, text.swapcase(), text.upper()]))


def _pieces(name: str) -> SearchStrategy[list[tuple[bool, str]]]:
    """A value with runs of it left to wildcards, as (is a wildcard, what) pieces."""

    def cut(text: str, wild: str, ends: tuple[int, int]) -> list[tuple[bool, str]]:
        low, high = sorted(min(end, len(text)) for end in ends)
        pieces = [(False, text[:low]), *((True, each) for each in wild), (False, text[high:])]
        return [each for each in pieces if each[1]]

    end = st.integers(0, 12)
    return st.builds(cut, _texts(name, _PATTERN), st.text("*?", max_size=3), st.tuples(end, end))


def _escaped(literal: str) -> str:
    return re.sub(r"[\\*?]", r"\\\g<0>", literal)


def _pattern(pieces: list[tuple[bool, str]]) -> str:
    return "".join(piece if is_wildcard else _escaped(piece) for is_wildcard, piece in pieces)


def _bounds(name: str) -> SearchStrategy[dict[str, Value]]:
    low = st.sampled_from(["gte", "gt"])
    high = st.sampled_from(["lte", "lt"])
    below, above = st.tuples(low, _values(name)), st.tuples(high, _values(name))
    return st.one_of(*(each.map(dict) for each in (st.tuples(below), st.tuples(above), st.tuples(below, above))))


def _between(name: str) -> SearchStrategy[Between]:
    return _bounds(name).map(lambda bounds: Between(**bounds))


def _is(name: str) -> SearchStrategy[Is]:
    return st.lists(_values(name), max_size=4).map(lambda drawn: Is(tuple(drawn)))


def predicates(name: str) -> SearchStrategy[Predicate]:
    """Every kind of predicate that makes sense for the column."""
    always: list[SearchStrategy[Predicate]] = [_is(name), _between(name), st.just(Present())]
    if COLUMNS[name].kind in _TEXTS:
        always += [_texts(name).map(Equals), _pieces(name).map(_pattern).map(Like)]
    return st.one_of(always)


def _wheres() -> SearchStrategy[Criterion]:
    names = st.sampled_from(list(COLUMNS))
    return names.flatmap(lambda name: predicates(name).map(lambda predicate: Where(COLUMNS[name], predicate)))


def _ids() -> SearchStrategy[tuple[str, ...]]:
    return st.lists(st.integers(0, corpus.SIZE + 5).map(lambda number: f"c{number:03}"), max_size=9).map(tuple)


def _grown(inner: SearchStrategy[Criterion]) -> SearchStrategy[Criterion]:
    several = st.lists(inner, max_size=3).map(tuple)
    return inner.map(Not) | several.map(And) | several.map(Or)


def criteria() -> SearchStrategy[Criterion]:
    """Criteria of every kind, a few deep."""
    leaves = st.one_of(_wheres(), _wheres(), _wheres(), _ids().map(Ids), st.just(Everything()), st.just(Nothing()))
    return st.recursive(leaves, _grown, max_leaves=6)


def additional_fields() -> SearchStrategy[tuple[list[Said], Criterion]]:
    """`additional_fields` of a search."""

    def joined(drawn: list[tuple[Said, Criterion]]) -> tuple[list[Said], Criterion]:
        return [said for said, _ in drawn], And(tuple(meant for _, meant in drawn))

    return st.lists(st.sampled_from(list(COLUMNS)).flatmap(_additional), min_size=1, max_size=2).map(joined)


def _additional(name: str) -> SearchStrategy[tuple[Said, Criterion]]:
    column, select = COLUMNS[name], _values(name) if COLUMNS[name].kind not in _TEXTS else _texts(name)
    one = select.map(lambda value: ("select", value, Is((value,))))
    several = st.lists(select, max_size=3).map(lambda each: ("multiselect", each, Is(tuple(each))))
    ways: list[SearchStrategy[tuple[str, Any, Predicate]]] = [one, several]
    if column.kind in _TEXTS:
        ways += [_pieces(name).map(lambda pieces: ("text", _filter(pieces), _matching(pieces)))]
    if column.kind in _NUMBERS:
        ways += [_values(name).map(lambda value: ("number", str(value), Is((value,))))]
        ways += [_bounds(name).map(lambda bounds: ("number", bounds, Between(**bounds)))]
    if column.kind == "date":
        ways += [_bounds(name).map(lambda bounds: ("number", _in_milliseconds(bounds), Between(**bounds)))]
    return st.one_of(ways).map(
        lambda way: ({"name": name, "type": way[0], "value": way[1]}, Where(column, way[2])),
    )


def _filter(pieces: list[tuple[bool, str]]) -> str:
    """A text filter: a backslash is itself unless a `*` or `?` follows."""
    text = ""
    for is_wildcard, piece in pieces:
        if is_wildcard:
            text = re.sub(r"\\+$", lambda slashes: slashes[0] * 2, text) + piece
        else:
            text += re.sub(r"(\\*)([*?])", r"\1\1\\\2", piece)
    return text


def _matching(pieces: list[tuple[bool, str]]) -> Predicate:
    if any(is_wildcard for is_wildcard, _ in pieces):
        return Like(_pattern(pieces))
    return Equals("".join(piece for _, piece in pieces))


def _in_milliseconds(bounds: dict[str, Value]) -> dict[str, int]:
    return {word: milliseconds(datetime.fromisoformat(str(value))) for word, value in bounds.items()}
