"""The two languages that a query may carry as text: those of `query_string` and of `simple_query_string`.

The tokens are Lucene's, less those that are refused; what they do not cover is refused too, so that no field is
named unseen. Date math is fixed to the request's time in `[a TO b]` and after `>`, `>=`, `<`, `<=`; elsewhere `now`
is left to the engine's own clock, for it may as well be a word.
"""

import re
from datetime import timezone

from queries.guest.places import Place, refusal, shown, spend
from queries.guest.values import field, query
from queries.periods import instant, is_math, iso

PARENTHESES = 20
BOOST = 1000
DISTANCES = {"word": 1, "phrase": 50}
OPERANDS = ("word", "phrase", "range")

_SPECIAL = r' \t\n\r\f\v\u3000!():^\[\]"{}~*?\\/'
_BOUND = r'"[^"\\\[\]{}]*"|[^\s"\\\[\]{}]+'
_TOKEN = re.compile(
    rf"""
    (?P<blank>[ \t\n\r\u3000]+)
    | (?P<phrase>"(?:[^"\\]|\\.)*")
    | (?P<range>(?P<from>[\[{{])[ ]*(?P<low>{_BOUND})[ ]+TO[ ]+(?P<high>{_BOUND})[ ]*(?P<to>[\]}}]))
    | (?P<open>\()
    | (?P<close>\))
    | (?P<colon>:)
    | (?P<sign>[+!-])
    | (?P<boost>\^(?P<factor>\d{{1,4}}(?:\.\d{{1,6}})?))(?![\d.])
    | (?P<near>~(?P<distance>\d{{0,2}}))(?=[\s)^]|$)
    | (?P<word>(?:[^+\-{_SPECIAL}]|\\.|[*?])(?:[^{_SPECIAL}]|\\.|[*?])*)
    """,
    re.VERBOSE | re.DOTALL | re.ASCII,
)
_WILD = re.compile(r"(?:[^\\*?]|\\.)*[*?]", re.DOTALL)
_COMPARED = re.compile(r"([<>]=?)(.+)", re.DOTALL)
_ROUND_UP = {">": True, ">=": False, "<": False, "<=": True, "[": False, "{": True, "]": True, "}": False}

_SIMPLE = re.compile(r'\\.|(?P<prefix>\*)|(?P<near>"?~)(?P<distance>[^\s"|+()]*)', re.DOTALL)
_NAMED = re.compile(r'(?:^|[\s(|+"-])((?!_exists_)_\w+|tenant)\s*:', re.ASCII)

# One character of these blocks is one term; elsewhere a run of letters and digits is.
_IDEOGRAPH = r"\u2190-\u9fff\uf900-\ufaff\U0001f000-\U0003ffff"
_WORD = re.compile(rf"[{_IDEOGRAPH}]|(?:(?![{_IDEOGRAPH}])\w)+")

Token = re.Match[str]


def words(text: str) -> int:
    """How many terms analysis makes of the text, or a few more."""
    return sum(1 for _ in _WORD.finditer(text))


def query_text(text: str, zone: timezone, width: int, expansions: int, place: Place) -> str:
    """The text of a `query_string` over `width` fields, its date math fixed; raises QueryError for what is refused."""
    fixed = query("".join(_fixed(token, zone, place) for token in _tokens(text, place)), place)
    said = [token for token in _tokens(fixed, place) if token.lastgroup != "blank"]
    _require_pairs(said, place)
    _require_fields(said, place)
    wild, fuzzy = _expanded(said, place)
    _spend(_searched(said, width), wild * width, fuzzy * width, expansions, place)
    return fixed


def simple_text(text: str, width: int, expansions: int, place: Place) -> None:
    """Spends what a `simple_query_string` over `width` fields needs; raises QueryError for what is refused."""
    if named := _NAMED.search(text):
        raise refusal(f"{shown(named[1])} does not name a field", place)
    _require_few(text.count("("), place)
    near = [token for token in _SIMPLE.finditer(text) if token["near"]]
    for token in near:
        _require_simple_distance(token, place)
    wild = sum(token["prefix"] is not None for token in _SIMPLE.finditer(text))
    fuzzy = sum(token["near"] == "~" for token in near)
    _spend((words(text) - len(near)) * width, wild * width, fuzzy * width, expansions, place)


def _spend(count: int, wild: int, fuzzy: int, expansions: int, place: Place) -> None:
    spend("patterns", wild + fuzzy, place)
    spend("words", count + fuzzy * (expansions - 1), place)


def _searched(said: list[Token], width: int) -> int:
    """How many terms the engine looks for: each operand in every field, or in the one named before it."""
    kinds = ["", *(token.lastgroup or "" for token in said), ""]
    count = 0
    for token, before, after in zip(said, kinds, kinds[2:], strict=False):
        if token.lastgroup in OPERANDS and after != "colon" and token[0] not in ("AND", "OR", "NOT"):
            count += max(1, words(token[0])) * (1 if before == "colon" else width)
    return count


def _tokens(text: str, place: Place) -> list[Token]:
    found: list[Token] = []
    while (end := found[-1].end() if found else 0) < len(text):
        token = _TOKEN.match(text, end)
        if token is None:
            raise _unreadable(text, end, place)
        found.append(token)
    return found


def _unreadable(text: str, position: int, place: Place) -> Exception:
    if text[position] == "/":
        return refusal(f"no /regular expression/ at character {position}; a slash is written \\/ or in quotes", place)
    return refusal(f"the query text cannot be read at character {position}: {shown(text[position])}", place)


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


def _expanded(said: list[Token], place: Place) -> tuple[int, int]:
    """How many words the engine expands: those with a wildcard, and the fuzzy ones."""
    wild, fuzzy, operand = 0, 0, ""
    for token in said:
        match token.lastgroup:
            case "boost":
                _require_boost(token, place)
                continue
            case "near":
                _require_distance(operand, token, place)
                fuzzy += operand == "word"
            case "word":
                wild += _is_wild(token[0], place)
        operand = token.lastgroup or ""
    return wild, fuzzy


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


def _fixed(token: Token, zone: timezone, place: Place) -> str:
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


def _bound(said: str, sign: str, zone: timezone, place: Place) -> str:
    bare = said.strip('"')
    if not is_math(bare):
        return said
    return iso(instant(bare, place.now, round_up=_ROUND_UP[sign], where=place.path, zone=zone))
