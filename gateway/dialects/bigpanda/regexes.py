"""The regular expressions of BPQL: the part of the usual syntax that the engine has too, in its words, and bounded.

Symbols, `\\` before a symbol, `.`, `\\d \\w \\s \\D \\W \\S`, sets, groups, `|`, and `? * + {n} {n,} {n,m}`. A whole
value is compared, so `^` before all and `$` behind all change nothing. Anything else is refused: what looks behind or
ahead, refers back, or is as short as possible.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from queries.cases import cases, expression

LONGEST, WRITTEN, LARGEST, WIDEST = 256, 1600, 250, 1000
"""Characters of an expression as it is sent and as the engine has it; symbols when every count is written out, as the
engine does, whose memory a short expression could fill; characters of a set's range."""

_TOKEN = re.compile(
    r"(?P<class>\\[dwsDWS])"
    r"|(?P<symbol>\\[^A-Za-z0-9]|[^\\()\[\]{}|?*+.^$])"
    r"|(?P<any>\.)"
    r"|(?P<set>\[(?!\^\])\^?(?:\\[^A-Za-z0-9]|\\[dws]|(?!-\\[dws])[^\\\[\]])+\])"
    r"|(?P<open>\((?:\?:)?(?!\?))"
    r"|(?P<close>\))"
    r"|(?P<bar>\|)"
    r"|(?P<count>[?*+]|\{\d{1,3}(?:,\d{0,3})?\})",
    re.DOTALL,
)
_MEMBER = re.compile(r"\\([dws])|(\\?.)(?:-(\\?.))?", re.DOTALL)
_CLASSES = {"d": "0-9", "w": "A-Za-z0-9_", "s": " \t\n\r\f\v"}
_WHOLE = frozenset({"class", "symbol", "any", "set", "close", "count"})
_BEFORE = {"count": _WHOLE - {"count"}, "bar": _WHOLE, "close": _WHOLE, "end": _WHOLE}


class Unreadable(Exception):
    """Something in an expression, at that offset, that is not taken."""

    def __init__(self, at: int, what: str) -> None:
        super().__init__(what)
        self.at, self.what = at, what


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    at: int


def engine_regex(source: str) -> str:
    """The expression as the engine writes it. Raises Unreadable."""
    if len(source) > LONGEST:
        raise Unreadable(0, f"a regex may have at most {LONGEST} characters")
    tokens = list(_tokens(source))
    _check_order([_Token("start", "", 0), *tokens, _Token("end", "", len(source))])
    _check_size(tokens)
    written = "".join(map(_written, tokens))
    if len(written) > WRITTEN:
        raise Unreadable(0, f"a regex may have at most {WRITTEN} characters, with its sets written out")
    return written


def _tokens(source: str) -> Iterator[_Token]:
    at, end = int(source.startswith("^")), len(source)
    if source.endswith("$") and (end - len(source[:-1].rstrip("\\"))) % 2:
        end -= 1
    while at < end:
        result = _TOKEN.match(source, at, end)
        if result is None or result.lastgroup is None:
            said = source[at : at + 2]
            raise Unreadable(at, f'"{said}" is not taken in a regex; \\ stands before a symbol that is meant as itself')
        yield _Token(result.lastgroup, result.group(), at)
        at = result.end()


def _check_order(tokens: Iterable[_Token]) -> None:
    for before, token in pairwise(tokens):
        if before.kind not in _BEFORE.get(token.kind, _WHOLE | {"start", "open", "bar"}):
            said = (
                "this count has nothing to repeat" if token.kind == "count" else "something to look for is wanted here"
            )
            raise Unreadable(token.at, said)


def _check_size(tokens: Iterable[_Token]) -> None:
    """Counts what is written out, group within group, and that each is closed."""
    opened, sizes, last = list[_Token](), [0], 0
    for token in tokens:
        match token.kind:
            case "open":
                opened.append(token)
                sizes.append(0)
                continue
            case "close":
                if not opened:
                    raise Unreadable(token.at, "this parenthesis was not opened")
                opened.pop()
                last = sizes.pop()
            case "count":
                last *= _times(token) - 1
            case "bar":
                last = 0
            case _:
                last = 1
        sizes[-1] += last
        if sizes[-1] > LARGEST:
            raise Unreadable(token.at, f"a regex may have at most {LARGEST} symbols, with its counts written out")
    if opened:
        raise Unreadable(opened[-1].at, "this parenthesis is not closed")


def _times(count: _Token) -> int:
    if not count.text.startswith("{"):
        return 1
    least, _, most = count.text[1:-1].partition(",")
    if most and int(most) < int(least):
        raise Unreadable(count.at, "the first number of a count is the lower one")
    return max(int(most or least), 1)


def _written(token: _Token) -> str:
    match token.kind:
        case "class":
            name = token.text[1]
            return f"[{'^' if name.isupper() else ''}{_CLASSES[name.lower()]}]"
        case "symbol":
            return expression(token.text[-1])
        case "set":
            return _set(token)
        case "open":
            return "("
        case _:
            return token.text


def _set(token: _Token) -> str:
    """The set, each of its letters in both cases: the engine does not fold what lies within a range."""
    start = 2 if token.text.startswith("[^") else 1
    members = []
    for item in _MEMBER.finditer(token.text, start, len(token.text) - 1):
        named, first, last = item.groups()
        members.append(_CLASSES[named] if named else _range(first[-1], (last or first)[-1], token.at + item.start()))
    return token.text[:start] + "".join(members) + "]"


def _range(first: str, last: str, at: int) -> str:
    low, high = ord(first), ord(last)
    if low > high or high - low >= WIDEST:
        raise Unreadable(at, f"a range goes from a character to a later one, over at most {WIDEST:,}")
    held = {chr(each) for each in range(low, high + 1)}
    others = {case for each in held for case in cases(each)} - held
    spans = [(first, last), *_spans(sorted(others))]
    return "".join(_escaped(a) if a == b else f"{_escaped(a)}-{_escaped(b)}" for a, b in spans)


def _spans(symbols: list[str]) -> Iterator[tuple[str, str]]:
    """The characters as ranges."""
    start = 0
    for end in range(1, len(symbols) + 1):
        if end == len(symbols) or ord(symbols[end]) > ord(symbols[end - 1]) + 1:
            yield symbols[start], symbols[end - 1]
            start = end


def _escaped(symbol: str) -> str:
    return symbol if symbol.isalnum() else f"\\{symbol}"
