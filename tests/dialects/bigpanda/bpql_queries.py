"""Queries in BPQL as hypothesis draws them: the text, and with it what it means."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from tests.dialects.bigpanda.bpql_corpus import TAGS, TEXTS
from tests.dialects.bigpanda.bpql_oracle import OF_ALERTS, OF_BOTH, SHOWN, Fits, Judge, every, everything, fits, some

NAMES = (
    *TAGS, *(each.upper() for each in TAGS), *(f"incident_tag.{each}" for each in TAGS), "Incident_Tag.HOST", "no-tag",
    *OF_ALERTS, *OF_BOTH, "Description", "assignee", "comment", "COMMENT", "maintenance", "id", "incident_id",
)  # fmt: skip

_BARE = re.compile(r"""(?!(?:and|or|not|in)\Z)[^\s()\[\],"'=!/*\\][^\s()\[\],"'=!*\\]*""", re.IGNORECASE)
# What stands between two runs of a regex, and how Python writes it.
_BETWEEN = {
    ".*": ".*",
    ".": ".",
    "\\w+": "[A-Za-z0-9_]+",
    "[^a-f]": "[^a-f]",
    "\\d{0,3}": "[0-9]{0,3}",
    "(S|x y)?": "(S|x y)?",
}
_WORDS = {
    "status": ("critical", "OK", "warn*", "un*n", "*"),
    "severity": ("critical", "ok", "unknown", "'Warning'", "*r*"),
    "active": ("true", "False", "t*", "*"),
    "shared": ("TRUE", "false", "*e"),
}


@dataclass(frozen=True)
class Drawn:
    """A query's text and meaning; how loosely it binds: 0 not at all, 1 as NOT, 2 as AND, 3 as OR."""

    said: str
    holds: Judge
    loose: int = 0


@dataclass(frozen=True)
class Value:
    """A value as it is written, and whether it fits one that an incident has."""

    said: str
    fits: Fits


def queries() -> SearchStrategy[Drawn]:
    """Queries of every kind, a few deep."""
    named = st.sampled_from(NAMES).flatmap(_named)
    shown = st.sampled_from(list(SHOWN)).flatmap(_shown)
    leaves = st.one_of(named, named, named, shown, _keywords(), st.just(Drawn("*", lambda _: True)))
    return st.recursive(leaves, _grown, max_leaves=5)


def _grown(inner: SearchStrategy[Drawn]) -> SearchStrategy[Drawn]:
    several = st.lists(inner, min_size=2, max_size=3)
    return inner.map(_negation) | several.map(_all) | several.map(_any)


def _negation(drawn: Drawn) -> Drawn:
    return Drawn(f"NOT {_within(drawn, 0)}", _not(drawn.holds), 1)


def _all(drawn: list[Drawn]) -> Drawn:
    said = " AND ".join(_within(each, 1) for each in drawn)
    return Drawn(said, lambda known: all(each.holds(known) for each in drawn), 2)


def _any(drawn: list[Drawn]) -> Drawn:
    said = " or ".join(_within(each, 2) for each in drawn)
    return Drawn(said, lambda known: any(each.holds(known) for each in drawn), 3)


def _within(drawn: Drawn, loosest: int) -> str:
    return f"({drawn.said})" if drawn.loose > loosest else drawn.said


def _not(holds: Judge) -> Judge:
    return lambda known: not holds(known)


def _named(name: str) -> SearchStrategy[Drawn]:
    value = _plain() | _plain() | _regexes()
    operator = st.sampled_from(["=", " = ", "!=", " != "])
    exact = st.sampled_from(TEXTS).map(lambda text: Drawn(f"{name}==={_quoted([text], chr(34))}", every(name, text)))
    return st.one_of(
        st.builds(lambda one, operator: _equal(name, one, operator), value, operator),
        st.builds(
            lambda several, no: _among(name, several, no), st.lists(value, min_size=1, max_size=2), st.booleans()
        ),
        exact,
    )


def _equal(name: str, value: Value, operator: str) -> Drawn:
    holds = some(name, value.fits)
    return Drawn(f"{name}{operator}{value.said}", _not(holds) if "!" in operator else holds)


def _among(name: str, values: list[Value], no: bool) -> Drawn:
    holds = some(name, lambda found: any(each.fits(found) for each in values))
    listed = ", ".join(each.said for each in values)
    return Drawn(f"{name} {'NOT IN' if no else 'in'} [{listed}]", _not(holds) if no else holds)


def _shown(name: str) -> SearchStrategy[Drawn]:
    def drawn(words: list[str], operator: str) -> Drawn:
        meant = [fits(each.strip("'").split("*")) for each in words]
        said = f"[{', '.join(words)}]" if "IN" in operator else words[0]
        chosen = meant if "IN" in operator else meant[:1]
        no = operator in {"!=", " NOT IN "}
        return Drawn(f"{name}{operator}{said}", lambda known: no != any(each(SHOWN[name](known)) for each in chosen))

    words = st.lists(st.sampled_from(_WORDS[name]), min_size=1, max_size=2)
    return st.builds(drawn, words, st.sampled_from(["=", "!=", " IN ", " NOT IN "]))


def _keywords() -> SearchStrategy[Drawn]:
    def drawn(runs: list[str], quote: str) -> Drawn:
        part = fits(["", *runs, ""])
        return Drawn(_said(runs, quote), lambda known: not any(runs) or any(map(part, everything(known))))

    return st.builds(drawn, _texts(), st.sampled_from(["", "'"]))


def _plain() -> SearchStrategy[Value]:
    quotes = st.sampled_from(["", '"', "'"])
    return st.builds(lambda runs, quote: Value(_said(runs, quote), fits(runs)), _texts(), quotes)


def _regexes() -> SearchStrategy[Value]:
    def drawn(runs: list[str], between: str, longer: bool) -> Value:
        escaped = [re.sub(r"[\W_]", r"\\\g<0>", each) for each in runs]
        said, meant = between.join(escaped) or "x", _BETWEEN[between].join(escaped) or "x"
        if longer:
            said, meant = f"^{said}|(?:{said})1+$", f"{meant}|({meant})1+"
        whole = re.compile(meant, re.DOTALL | re.IGNORECASE)
        return Value(f"/{said}/", lambda found: whole.fullmatch(found) is not None)

    return st.builds(drawn, _texts(), st.sampled_from(list(_BETWEEN)), st.booleans())


def _texts() -> SearchStrategy[list[str]]:
    """A text, cut where wildcards stand."""

    def cut(text: str, ends: list[int]) -> list[str]:
        if len(ends) < 2:
            return [text]
        low, *_, high = sorted(min(end, len(text)) for end in ends)
        return [text[:low], *[""] * (len(ends) - 2), text[high:]]

    cased = st.sampled_from(TEXTS).flatmap(lambda text: st.sampled_from([text, text.swapcase(), text.upper()]))
    return st.builds(cut, cased, st.lists(st.integers(0, 9), max_size=3))


def _said(runs: list[str], quote: str) -> str:
    """The text as a bareword, where it can be one and no quote is asked for."""
    is_bare = all(_BARE.fullmatch(f"x{each}") for each in runs) and _BARE.fullmatch(runs[0] or "x")
    return "*".join(runs) if is_bare and any(runs) and not quote else _quoted(runs, quote or '"')


def _quoted(runs: Sequence[str], quote: str) -> str:
    return quote + "*".join(re.sub(rf"[\\*{quote}]", r"\\\g<0>", each) for each in runs) + quote
