"""What callers say, drawn in pairs: the words, and the criterion that they stand for."""

import re
from datetime import datetime
from typing import Any

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
)
from queries.periods import milliseconds
from tests.strategies import (
    COLUMNS,
    LONGEST_PATTERN,
    NUMBERS,
    TEXTS,
    drawn_bounds,
    drawn_ids,
    drawn_pieces,
    drawn_texts,
    drawn_values,
    escaped,
    has_range,
    pattern,
)

Said = dict[str, Any]
Pair = tuple[Said, Criterion]
Pieces = list[tuple[bool, str]]
Way = tuple[str, Any, Predicate]

FIELDS = st.sampled_from(list(COLUMNS))


def additional_fields() -> SearchStrategy[tuple[list[Said], Criterion]]:
    """`additional_fields` of a search."""
    return st.lists(FIELDS.flatmap(_additional), min_size=1, max_size=2).map(_together)


def _additional(name: str) -> SearchStrategy[Pair]:
    column, select = COLUMNS[name], drawn_values(name) if COLUMNS[name].kind not in TEXTS else drawn_texts(name)
    ways: list[SearchStrategy[Way]] = [
        select.map(lambda value: ("select", value, Is((value,)))),
        st.lists(select, max_size=3).map(lambda each: ("multiselect", each, Is(tuple(each)))),
    ]
    if column.kind in TEXTS:
        ways += [drawn_pieces(name).map(lambda pieces: ("text", _filter(pieces), _matching(pieces)))]
    if column.kind in NUMBERS:
        ways += [drawn_values(name).map(lambda value: ("number", str(value), Is((value,))))]
        ways += [drawn_bounds(name).map(lambda bounds: ("number", bounds, Between(**bounds)))]
    if column.kind == "date":
        ways += [drawn_bounds(name).map(lambda bounds: ("number", _in_milliseconds(bounds), Between(**bounds)))]
    return st.one_of(ways).map(lambda way: ({"name": name, "type": way[0], "value": way[1]}, Where(column, way[2])))


def _filter(pieces: Pieces) -> str:
    """A text filter: a backslash is itself unless a `*` or `?` follows."""
    text = ""
    for is_wildcard, piece in pieces:
        if is_wildcard:
            text = re.sub(r"\\+$", lambda slashes: slashes[0] * 2, text) + piece
        else:
            text += re.sub(r"(\\*)([*?])", r"\1\1\\\2", piece)
    return text


def _matching(pieces: Pieces) -> Predicate:
    if any(is_wildcard for is_wildcard, _ in pieces):
        return Like(pattern(pieces))
    return Equals("".join(piece for _, piece in pieces))


def _in_milliseconds(bounds: dict[str, Any]) -> dict[str, int]:
    return {word: milliseconds(datetime.fromisoformat(value)) for word, value in bounds.items()}


def list_filters() -> SearchStrategy[tuple[list[tuple[str, str]], Criterion]]:
    """The query of a list: a field's values, any of them."""
    return FIELDS.flatmap(_list_filter)


def _list_filter(name: str) -> SearchStrategy[tuple[list[tuple[str, str]], Criterion]]:
    column = COLUMNS[name]
    ways: SearchStrategy[tuple[str, Predicate]] = (
        drawn_pieces(name).map(lambda pieces: (_filter(pieces), _matching(pieces)))
        if column.kind in TEXTS
        else drawn_values(name).map(lambda value: (_written(value), Is((value,))))
    )
    return st.lists(ways, min_size=1, max_size=3).map(
        lambda drawn: ([(name, said) for said, _ in drawn], Or(tuple(Where(column, meant) for _, meant in drawn)))
    )


def _written(value: Value) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def guests() -> SearchStrategy[Pair]:
    """Clauses of a `search_query`, a few deep."""
    ids = drawn_ids().map(lambda each: ({"ids": {"values": list(each)}}, Ids(each)))
    constants: SearchStrategy[Pair] = st.sampled_from(
        [({"match_all": {}}, Everything()), ({"match_none": {}}, Nothing())]
    )
    fields = FIELDS.flatmap(_guest_field)
    return st.recursive(st.one_of(fields, fields, fields, ids, constants), _guest_grown, max_leaves=5)


def _guest_field(name: str) -> SearchStrategy[Pair]:
    column, value = COLUMNS[name], drawn_values(name).filter(_passes)
    bounds = drawn_bounds(name).filter(lambda each: all(map(_passes, each.values())))
    ways: list[SearchStrategy[Way]] = [
        value.map(lambda each: ("term", each, Is((each,)))),
        st.lists(value, max_size=4).map(lambda each: ("terms", each, Is(tuple(each)))),
    ]
    if has_range(name):
        ways += [bounds.map(lambda each: ("range", each, Between(**each)))]
    if column.kind in TEXTS:
        text = drawn_texts(name, LONGEST_PATTERN // 2 - 1).filter(bool)
        ways += [
            text.map(lambda each: ("term", _in_any_case(each), Equals(each))),
            text.map(lambda each: ("prefix", _in_any_case(each), Like(escaped(each) + "*"))),
            text.map(lambda each: ("wildcard", _in_any_case("*" + escaped(each)), Like("*" + escaped(each)))),
        ]
    exists: Pair = ({"exists": {"field": column.path}}, Where(column, Present()))
    return st.one_of(ways).map(lambda way: ({way[0]: {column.path: way[1]}}, Where(column, way[2]))) | st.just(exists)


def _passes(value: Value) -> bool:
    """Whether the guard and the engine take the value as it is."""
    return len(value.encode()) <= 1024 if isinstance(value, str) else abs(value) < 2**53 and repr(value) != "-0.0"


def _in_any_case(text: str) -> Said:
    return {"value": text, "case_insensitive": True}


def _guest_grown(inner: SearchStrategy[Pair]) -> SearchStrategy[Pair]:
    several = st.lists(inner, min_size=1, max_size=3).map(_together)
    return st.one_of(
        several.map(lambda pair: ({"bool": {"must": pair[0]}}, pair[1])),
        several.map(lambda pair: ({"bool": {"filter": pair[0]}}, pair[1])),
        several.map(lambda pair: ({"bool": {"should": pair[0]}}, Or(pair[1].operands))),
        several.map(lambda pair: ({"dis_max": {"queries": pair[0]}}, Or(pair[1].operands))),
        several.map(lambda pair: ({"bool": {"must_not": pair[0]}}, Not(Or(pair[1].operands)))),
        inner.map(lambda pair: ({"constant_score": {"filter": pair[0]}}, pair[1])),
    )


def _together(drawn: list[Pair]) -> tuple[list[Said], And]:
    return [said for said, _ in drawn], And(tuple(meant for _, meant in drawn))
