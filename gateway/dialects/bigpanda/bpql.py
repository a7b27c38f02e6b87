"""BigPanda Query Language, read.

`*` is any run of characters in a bareword or a quoted text, and the only wildcard: `?` is itself. `\\"`, `\\'`, `\\\\`,
`\\*` and `\\?` are the character behind the backslash; a backslash before any other is itself. Only in a regex do all
characters keep their own meaning there.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

from lark import Lark, Token, Transformer, v_args
from lark.exceptions import UnexpectedCharacters, UnexpectedToken

from gateway.dialects.bigpanda.regexes import Unreadable, engine_regex
from gateway.dialects.bigpanda.tree import (
    AllOf,
    AnyOf,
    Condition,
    Everything,
    Keyword,
    Negation,
    Node,
    Regex,
    Text,
    Value,
    leaves,
    values_of,
)
from queries.errors import QueryError

LONGEST, DEEPEST, MOST, MOST_REGEXES = 2000, 20, 200, 10
"""Characters of a query, parentheses within parentheses, values compared with, and regexes among them.

Deeper ones would make clauses too deep to be written as JSON.
"""

_PIECE = re.compile(r"\\([\"'\\*?])|(\*)|([^\\*]+|\\)", re.DOTALL)
_INCIDENT_TAG = "incident_tag."
_LONGEST_NAME = 256
_AROUND = 60


class Misplaced(Exception):
    """Something that cannot stand at that offset of the text."""

    def __init__(self, at: int, what: str) -> None:
        super().__init__(what)
        self.at, self.what = at, what


@lru_cache(maxsize=256)
def parse(text: str) -> Node:
    """The tree of the query that the text is; an empty one is for everything. Raises Misplaced."""
    if len(text) > LONGEST:
        raise Misplaced(LONGEST, f"a query may have at most {LONGEST:,} characters")
    if not text.strip():
        return Everything()
    try:
        root: Node = _parser.parse(text)  # type: ignore[assignment]
    except UnexpectedCharacters as error:
        at = error.pos_in_stream or 0
        raise Misplaced(at, _unread(text[at])) from None
    except UnexpectedToken as error:
        at = len(text) if error.token.type == "$END" else error.token.start_pos or 0
        raise Misplaced(at, _wanted(_accepted(text, at))) from None
    _check_counts(root)
    return root


def refusal(text: str, where: str, error: Misplaced) -> QueryError:
    """What is wrong with a query, in which column, and the text around it with a mark below that place."""
    start = max(0, error.at - _AROUND)
    shown = re.sub(r"[\x00-\x1f]", " ", text[start : error.at + _AROUND])
    mark = " " * (error.at - start)
    return QueryError(f"column {error.at + 1}: {error.what}\n{shown}\n{mark}^", where, "bad_query")


_WANTED = (
    ("_LPAR", "a condition is wanted here"),
    ("REGEX", "a value is wanted here"),
    ("_LSQB", '"[" is wanted here'),
    ("_COMMA", '"," or "]" is wanted here'),
    ("_EQUAL", "an operator, AND, OR or the end of the query is wanted here"),
    ("_RPAR", 'AND, OR or ")" is wanted here'),
    ("_AND", "AND, OR or the end of the query is wanted here"),
    ("_IN", "IN is wanted here"),
)


def _accepted(text: str, at: int) -> set[str]:
    """What could stand there, where nothing could be made of the token that does."""
    parser = _parser.parse_interactive(text)
    for token in parser.iter_parse():
        if token.start_pos == at:
            break
    terminals: set[str] = parser.accepts()  # type: ignore[no-untyped-call]
    return terminals


def _wanted(accepted: set[str]) -> str:
    return next(said for terminal, said in _WANTED if terminal in accepted)


def _unread(symbol: str) -> str:
    names = {'"': "this quote is not closed", "'": "this quote is not closed", "/": "this regex is not closed"}
    return names.get(symbol, f"{symbol} has no meaning here; quote a value that holds it")


def _check_counts(root: Node) -> None:
    values = [value for leaf in leaves(root) for value in values_of(leaf)]
    regexes = [value for value in values if isinstance(value, Regex)]
    if len(values) > MOST:
        raise Misplaced(values[MOST].at, f"a query may compare with at most {MOST} values")
    if len(regexes) > MOST_REGEXES:
        raise Misplaced(regexes[MOST_REGEXES].at, f"a query may have at most {MOST_REGEXES} regexes")


def _text(said: str, at: int) -> Text:
    runs = [""]
    for escaped, star, plain in _PIECE.findall(said):
        if star:
            runs.append("")
        else:
            runs[-1] += escaped or plain
    return Text(tuple(runs), at)


def _name(token: Token) -> tuple[str, int]:
    """The name in lower case, and where it stands: a word or a quoted text. Raises Misplaced."""
    at = token.start_pos or 0
    text = _text(token[1:-1] if token.type == "QUOTED" else token, at)
    name = "*".join(text.runs).lower()
    if len(text.runs) > 1:
        raise Misplaced(at, "a name has no wildcard; \\* is a star that it has")
    if not 1 <= len(name.removeprefix(_INCIDENT_TAG)) <= _LONGEST_NAME:
        raise Misplaced(at, f"a name has 1 to {_LONGEST_NAME} characters")
    return name, at


class _Nesting:
    """Between lexer and parser: how deep the parentheses go."""

    always_accept = ()

    def process(self, stream: Iterator[Token]) -> Iterator[Token]:
        """The tokens. Raises Misplaced for a parenthesis too deep."""
        depth = 0
        for token in stream:
            depth += {"_LPAR": 1, "_RPAR": -1}.get(token.type, 0)
            if depth > DEEPEST:
                raise Misplaced(token.start_pos or 0, f"parentheses may be {DEEPEST} deep")
            yield token


@v_args(inline=True)
class _Builder(Transformer[Token, Node]):
    """Each rule of the grammar as a node of the tree."""

    def or_of(self, *operands: Node) -> Node:
        return AnyOf(operands)

    def and_of(self, *operands: Node) -> Node:
        return AllOf(operands)

    def negation(self, operand: Node) -> Node:
        return Negation(operand)

    def equal(self, name: Token, value: Value) -> Node:
        return self.among(name, value)

    def unequal(self, name: Token, value: Value) -> Node:
        return Negation(self.among(name, value))

    def strong(self, name: Token, value: Value) -> Node:
        if isinstance(value, Regex):
            raise Misplaced(value.at, "=== compares with a text, not with a regex")
        lower, at = _name(name)
        return Condition(lower, (value,), strong=True, at=at)

    def among(self, name: Token, *values: Value) -> Node:
        lower, at = _name(name)
        return Condition(lower, values, at=at)

    def not_among(self, name: Token, *values: Value) -> Node:
        return Negation(self.among(name, *values))

    def keyword(self, text: Text) -> Node:
        return Keyword(text)

    def plain(self, token: Token) -> Text:
        return _text(token, token.start_pos or 0)

    def quoted(self, token: Token) -> Text:
        return _text(token[1:-1], token.start_pos or 0)

    def regex(self, token: Token) -> Regex:
        at = token.start_pos or 0
        try:
            return Regex(engine_regex(token[1:-1]), at)
        except Unreadable as error:
            raise Misplaced(at + 1 + error.at, error.what) from None


_parser = Lark.open(
    "bpql.lark",
    rel_to=__file__,
    parser="lalr",
    lexer="basic",
    start="query",
    transformer=_Builder(),
    postlex=_Nesting(),
)
