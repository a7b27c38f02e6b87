"""A guest's clauses on texts as they run: whatever the case beyond ASCII too, and in long texts as in short ones."""

from collections.abc import Callable, Mapping

from queries import cases, texts
from queries.fields import Column
from queries.guest.columns import column
from queries.guest.forms import Clause
from queries.guest.places import Place

Write = Callable[[str, bool], str]


def _term(value: str, ascii_too: bool) -> str:
    return cases.expression(value, ascii_too=ascii_too)


def _prefix(value: str, ascii_too: bool) -> str:
    return f"{_term(value, ascii_too)}.*"


def _wildcard(value: str, ascii_too: bool) -> str:
    return texts.expression(value, ascii_too=ascii_too)


_WRITTEN: Mapping[str, Write] = {"term": _term, "prefix": _prefix, "wildcard": _wildcard}
"""How the clauses that may disregard case are said as regular expressions."""
_TEXTS = frozenset({"text", "keyword", "key"})


def running(name: str, built: Clause, place: Place) -> Clause:
    """The clause, in the words that find what it says."""
    if name not in _WRITTEN:
        return {name: built}
    [(field, said)] = built.items()
    held = column(field, place)
    if held is None or held.kind not in _TEXTS or not isinstance(said["value"], str):
        return {name: built}
    clauses = [_cased(name, each, said, held) for each in _fields(name, field, held)]
    return clauses[0] if len(clauses) == 1 else {"bool": {"should": clauses, "minimum_should_match": 1}}


def _fields(name: str, field: str, held: Column) -> tuple[str, ...]:
    """Where to look: no text that is named as a whole is a long one."""
    return texts.paths(held) if name != "term" and field == held.path else (field,)


def _cased(name: str, field: str, said: Clause, held: Column) -> Clause:
    if not said.get("case_insensitive") or not said["value"] or not texts.is_folded_here(held, said["value"]):
        return {name: {field: said}}
    is_key = held.kind == "key"
    kept: Clause = {word: said[word] for word in ("rewrite", "boost") if word in said}
    written: Clause = {"value": _WRITTEN[name](said["value"], is_key), "flags": "NONE", **kept}
    if not is_key:
        written["case_insensitive"] = True
    return {"regexp": {texts.regexp_path(held, field): written}}
