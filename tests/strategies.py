"""What hypothesis draws: criteria over the corpus, of every kind and over columns of every kind."""

import os
import re
from functools import cache

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from gateway.dialects import EXTENSIONS
from queries.cases import expression
from queries.criteria import (
    And,
    Between,
    Criterion,
    Equals,
    Everything,
    Ids,
    Is,
    Like,
    Matches,
    Not,
    Nothing,
    Or,
    Predicate,
    Present,
    Value,
    Where,
)  # fmt: skip
from queries.fields import Column, catalogue
from tests import corpus
from tests.oracle import values

settings.register_profile("fast", max_examples=100, deadline=None)
settings.register_profile("slow", max_examples=3000, deadline=None)
PROFILE = settings.get_profile(os.environ.get("HYPOTHESIS_PROFILE", "fast"))

_TYPED = (
    *("title", "description", "comment", "status", "severity", "priority", "category", "reviewer", "tags", "mitre"),
    *("started_at", "due_at", "resolved_at", "assignee.name", "assignee.numeric_id", "services.name", "labels.name"),
    *("labels.value", "ext.v1.recommendation", "ext.v1.source_site", "ext.actian.ticket_id", "ext.bigpanda.shared"),
    *("external_id", "state", "numeric_id", "note_count", "alert_count", "result_id"),
)
_KNOWN = catalogue(field for extension in EXTENSIONS for field in extension.fields).columns
COLUMNS = {name: _KNOWN[name] for name in _TYPED} | {
    "region": Column("region", "keyword"),
    "cost": Column("cost", "number"),
    "ports": Column("ports", "number"),
    "verified": Column("verified", "boolean"),
    "checks": Column("checks", "boolean"),
    "details.colour": Column("details.colour", "key", root="details"),
    "details.aliases": Column("details.aliases", "key", root="details"),
    "details.inner.shade": Column("details.inner.shade", "key", root="details"),
    "ext.v1.metadata.colour": Column("ext.v1.metadata.colour", "key", root="ext.v1.metadata"),
}
"""A typed field of every kind, fields that no incident has, and custom ones: by the name that a caller uses."""

TEXTS, NUMBERS = ("text", "keyword", "key"), ("number", "whole")
_BEYOND = (1.5, -0.5, 2**31, 3e9, 1e16, 2**63, -1e19, 1e300)
# The automata of longer ones are the engine's to refuse.
LONGEST_PATTERN = 128
_REGEX = {"*": ".*", "?": "."}


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


def drawn_values(name: str) -> SearchStrategy[Value]:
    return st.sampled_from(held(name))


def drawn_texts(name: str, longest: int = 1000) -> SearchStrategy[str]:
    found = [each for each in held(name) if isinstance(each, str) and len(each) <= longest]
    return st.sampled_from(found).flatmap(lambda text: st.sampled_from([text, text.swapcase(), text.upper()]))


def drawn_pieces(name: str) -> SearchStrategy[list[tuple[bool, str]]]:
    """A value with runs of it left to wildcards, as (is a wildcard, what) pieces."""

    def cut(text: str, wild: str, ends: tuple[int, int]) -> list[tuple[bool, str]]:
        low, high = sorted(min(end, len(text)) for end in ends)
        pieces = [(False, text[:low]), *((True, each) for each in wild), (False, text[high:])]
        return [each for each in pieces if each[1]]

    end = st.integers(0, 12)
    drawn = st.builds(cut, drawn_texts(name, LONGEST_PATTERN), st.text("*?", max_size=3), st.tuples(end, end))
    tails = [each[-5:] for each in held(name) if isinstance(each, str) and len(each) > LONGEST_PATTERN]
    return drawn | st.sampled_from(tails).map(lambda tail: [(True, "*"), (False, tail.swapcase())]) if tails else drawn


def escaped(literal: str) -> str:
    return re.sub(r"[\\*?]", r"\\\g<0>", literal)


def pattern(pieces: list[tuple[bool, str]]) -> str:
    return "".join(piece if is_wildcard else escaped(piece) for is_wildcard, piece in pieces)


def regex(pieces: list[tuple[bool, str]]) -> str:
    """Stars side by side are one: Python would try every way to share a text out among them."""
    written = "".join(_REGEX[piece] if is_wildcard else expression(piece) for is_wildcard, piece in pieces)
    return re.sub(r"(\.\*)+", ".*", written)


def drawn_bounds(name: str) -> SearchStrategy[dict[str, Value]]:
    low = st.sampled_from(["gte", "gt"])
    high = st.sampled_from(["lte", "lt"])
    below, above = st.tuples(low, drawn_values(name)), st.tuples(high, drawn_values(name))
    return st.one_of(*(each.map(dict) for each in (st.tuples(below), st.tuples(above), st.tuples(below, above))))


def has_range(name: str) -> bool:
    """Whether the column's values can be compared by size: not those within an object, nor texts of any length."""
    return COLUMNS[name].kind != "key" and not COLUMNS[name].long_path


def _between(name: str) -> SearchStrategy[Between]:
    return drawn_bounds(name).map(lambda bounds: Between(**bounds))


def _is(name: str) -> SearchStrategy[Is]:
    return st.lists(drawn_values(name), max_size=4).map(lambda drawn: Is(tuple(drawn)))


def predicates(name: str) -> SearchStrategy[Predicate]:
    """Every kind of predicate that makes sense for the column."""
    always: list[SearchStrategy[Predicate]] = [_is(name), st.just(Present())]
    if has_range(name):
        always.append(_between(name))
    if COLUMNS[name].kind in TEXTS:
        pieces = drawn_pieces(name)
        always += [drawn_texts(name).map(Equals), pieces.map(pattern).map(Like), pieces.map(regex).map(Matches)]
    return st.one_of(always)


def _wheres() -> SearchStrategy[Criterion]:
    names = st.sampled_from(list(COLUMNS))
    return names.flatmap(lambda name: predicates(name).map(lambda predicate: Where(COLUMNS[name], predicate)))


def drawn_ids() -> SearchStrategy[tuple[str, ...]]:
    return st.lists(st.integers(0, corpus.SIZE + 5).map(lambda number: f"c{number:03}"), max_size=9).map(tuple)


def _grown(inner: SearchStrategy[Criterion]) -> SearchStrategy[Criterion]:
    several = st.lists(inner, max_size=3).map(tuple)
    return inner.map(Not) | several.map(And) | several.map(Or)


def criteria() -> SearchStrategy[Criterion]:
    """Criteria of every kind, a few deep."""
    leaves = st.one_of(_wheres(), _wheres(), _wheres(), drawn_ids().map(Ids), st.just(Everything()), st.just(Nothing()))
    return st.recursive(leaves, _grown, max_leaves=6)
