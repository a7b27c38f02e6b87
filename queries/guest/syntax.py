"""What the text of a `query_string` or of a `simple_query_string` looks for, and where.

Date math is fixed to the request's time in `[a TO b]` and after `>`, `>=`, `<`, `<=`; elsewhere `now`
is left to the engine's own clock, for it may as well be a word.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, tzinfo
from typing import Literal

from queries.fields import require_ordered
from queries.guest.columns import column, compared
from queries.guest.places import Place, refusal, shown
from queries.guest.tokens import OPERANDS, SIMPLE, TOKEN, Token, tokens
from queries.guest.values import field, query
from queries.periods import instant, is_math, iso

PARENTHESES = 20
BOOST = 1000
DISTANCES = {"word": 1, "phrase": 50}

_WILD = re.compile(r"(?:[^\\*?]|\\.)*[*?]", re.DOTALL)
_COMPARED = re.compile(r"([<>]=?)(.+)", re.DOTALL)
_ROUND_UP = {">": True, ">=": False, "<": False, "<=": True, "[": False, "{": True, "]": True, "}": False}

_NAMED = re.compile(r'(?:^|[\s(|+"-])((?!_exists_)_\w+|tenant)\s*:', re.ASCII)

# One character of these blocks is one term; elsewhere a run of letters and digits is.
_IDEOGRAPH = r"\u2190-\u9fff\uf900-\ufaff\U0001f000-\U0003ffff"
_WORD = re.compile(rf"[{_IDEOGRAPH}]|(?:(?![{_IDEOGRAPH}])\w)+")


@dataclass(frozen=True, slots=True)
class Sought:
    """One operand of a text, and the fields it is looked for in."""

    kind: Literal["plain", "wild", "fuzzy", "range"]
    text: str
    fields: Sequence[str]


def words(text: str, analyzer: str | None = None) -> int:
    """How many terms analysis makes of the text, or a few more: others than the standard one may cut anywhere."""
    return sum(1 for _ in _WORD.finditer(text)) if analyzer in (None, "standard") else (len(text) + 1) // 2


def query_text(text: str, fields: Sequence[str], zone: tzinfo | None, place: Place) -> tuple[str, list[Sought]]:
    """The text of a `query_string` with its date math fixed, and what it looks for; raises QueryError for the rest."""
    fixed = query("".join(_fixed(token, zone or UTC, place) for token in tokens(text, place)), place)
    said = [token for token in tokens(fixed, place) if token.lastgroup != "blank"]
    _require_pairs(said, place)
    _require_fields(said, place)
    _require_factors(said, place)
    return fixed, list(_sought(said, fields, place))


def simple_text(text: str, fields: Sequence[str], place: Place) -> list[Sought]:
    """What a `simple_query_string` looks for; raises QueryError for what is refused."""
    if match := _NAMED.search(text):
        raise refusal(f"{shown(match[1])} does not name a field", place)
    _require_few(text.count("("), place)
    special = [token for token in SIMPLE.finditer(text) if token["near"] or token["prefix"]]
    for token in special:
        if token["near"]:
            _require_simple_distance(token, place)
    plain = " ".join(re.sub(r"\\(.)", r"\1", token["plain"]) for token in SIMPLE.finditer(text) if token["plain"])
    wild = [Sought("wild", token["prefix"], fields) for token in special if token["prefix"]]
    fuzzy = [Sought("fuzzy", token[0], fields) for token in special if token["near"] == "~"]
    return [*(Sought("plain", word, fields) for word in plain.split()), *wild, *fuzzy]


def _sought(said: list[Token], fields: Sequence[str], place: Place) -> Iterator[Sought]:
    """Each operand: what stands behind a name and a colon in that field, a whole group too."""
    groups: list[Sequence[str]] = [fields]
    named: Sequence[str] | None = None
    for token, after in zip(said, _followers(said), strict=True):
        if after[:1] == ["colon"]:
            named = [token[0]]
        elif token.lastgroup == "open":
            groups.append(groups[-1] if named is None else named)
            named = None
        elif token.lastgroup == "close":
            groups.pop()
        elif token.lastgroup in OPERANDS and token[0] not in ("AND", "OR", "NOT"):
            yield _operand(token, after, groups[-1] if named is None else named, place)
            named = None


def _followers(said: list[Token]) -> list[list[str]]:
    """The kinds of the tokens behind each one."""
    kinds = [token.lastgroup or "" for token in said]
    return [kinds[position + 1 : position + 4] for position in range(len(kinds))]


def _operand(token: Token, after: list[str], fields: Sequence[str], place: Place) -> Sought:
    text = token[0]
    if token.lastgroup == "range" or (token.lastgroup == "word" and _COMPARED.fullmatch(text)):
        return Sought("range", text, fields)
    if token.lastgroup == "word" and [each for each in after if each != "boost"][:1] == ["near"]:
        return Sought("fuzzy", text, fields)
    is_wild = token.lastgroup == "word" and _is_wild(text, place)
    return Sought("wild" if is_wild else "plain", text, fields)


def require_true(sought: Sought, place: Place) -> None:
    """Refuses ranges that are not true of a field, and values that it cannot hold."""
    for name in sought.fields:
        held = column(name, place)
        if held is not None and sought.kind == "range":
            require_ordered(name, held, place.path)
        for value in _values(sought):
            compared(value, name, place)


def _values(sought: Sought) -> list[str]:
    match = TOKEN.match(sought.text)
    if match is not None and match.lastgroup == "range":
        return [match["low"].strip('"'), match["high"].strip('"')]
    compared_with = _COMPARED.fullmatch(sought.text)
    return [re.sub(r"\\(.)", r"\1", compared_with[2] if compared_with else sought.text.strip('"'))]


def _require_pairs(said: list[Token], place: Place) -> None:
    depth = 0
    for token in said:
        depth += {"open": 1, "close": -1}.get(token.lastgroup or "", 0)
        if depth < 0:
            break
    if depth:
        raise refusal("parentheses do not pair", place)
    _require_few(sum(token.lastgroup == "open" for token in said), place)


def _require_few(parentheses: int, place: Place) -> None:
    if parentheses > PARENTHESES:
        raise refusal(f"at most {PARENTHESES} parentheses", place)


def _require_fields(said: list[Token], place: Place) -> None:
    for position, token in enumerate(said):
        if token.lastgroup == "colon":
            _require_field(said[max(position - 1, 0) : position], said[position + 1 : position + 2], place)


def _require_field(before: list[Token], after: list[Token], place: Place) -> None:
    name = before[0][0] if before and before[0].lastgroup == "word" else ""
    value = after[0][0] if after else ""
    if name == "_exists_":
        field(value.strip('"'), place)
    elif (name, value) != ("*", "*"):
        field(name, place)


def _require_factors(said: list[Token], place: Place) -> None:
    """Checks boosts and distances."""
    operand = ""
    for token in said:
        match token.lastgroup:
            case "boost":
                _require_boost(token, place)
                continue
            case "near":
                _require_distance(operand, token, place)
        operand = token.lastgroup or ""


def _require_boost(token: Token, place: Place) -> None:
    if float(token["factor"]) > BOOST:
        raise refusal(f"a boost is at most {BOOST}", place)


def _require_distance(operand: str, token: Token, place: Place) -> None:
    if operand not in DISTANCES:
        raise refusal("~ follows a word or a phrase", place)
    if int(token["distance"] or 0) > DISTANCES[operand]:
        raise refusal(f"~ after a {operand} is at most {DISTANCES[operand]}", place)


def _require_simple_distance(token: Token, place: Place) -> None:
    operand = "phrase" if token["near"] == '"~' else "word"
    # A bare ~ would be two edits in this language.
    if not re.fullmatch(r"\d{1,2}", token["distance"], re.ASCII) or int(token["distance"]) > DISTANCES[operand]:
        raise refusal(f"~ after a {operand} takes 0 to {DISTANCES[operand]}; as itself it is written \\~", place)


def _is_wild(word: str, place: Place) -> bool:
    if word == "*":
        return False
    if word[0] in "*?":
        raise refusal(f"a word does not begin with a wildcard: {shown(word)}", place)
    return _WILD.match(word) is not None


def _fixed(token: Token, zone: tzinfo, place: Place) -> str:
    """The token as it was, but for date math in a range or after a comparison."""
    if token.lastgroup == "range":
        low = _bound(token["low"], token["from"], zone, place)
        high = _bound(token["high"], token["to"], zone, place)
        return f"{token['from']}{low} TO {high}{token['to']}"
    if token.lastgroup == "word" and (compared := _COMPARED.fullmatch(token[0])):
        sign, said = compared[1], re.sub(r"\\(.)", r"\1", compared[2])
        if is_math(said):
            return sign + _bound(said, sign, zone, place).replace(":", r"\:")
    return token[0]


def _bound(said: str, sign: str, zone: tzinfo, place: Place) -> str:
    bare = said.strip('"')
    if not is_math(bare):
        return said
    return iso(instant(bare, place.request.now, round_up=_ROUND_UP[sign], where=place.path, zone=zone))
