"""Text filters: whole-value equality, or a wildcard pattern.

`*` and `?` are wildcards, `\\*` and `\\?` are themselves, and so is a backslash anywhere else; before a wildcard, two
backslashes stand for one, so that every text can be said.
"""

import re
from dataclasses import dataclass

from queries.cases import expression
from queries.criteria import Equals, Like, Present

_WILDCARD = re.compile(r"(\\*)([*?])")


def tokens(text: str) -> list[tuple[bool, str]]:
    """The text as (is a wildcard, what) pieces, in order; neighbouring literals are one piece."""
    pieces: list[tuple[bool, str]] = []
    literal, end = "", 0
    for match in _WILDCARD.finditer(text):
        slashes, symbol = match.groups()
        literal += text[end : match.start()] + "\\" * (len(slashes) // 2)
        end = match.end()
        if len(slashes) % 2:
            literal += symbol
            continue
        pieces += [(False, literal), (True, symbol)] if literal else [(True, symbol)]
        literal = ""
    literal += text[end:]
    return [*pieces, (False, literal)] if literal else pieces


def matching(text: str) -> Equals | Like | Present:
    """What a text filter asks for: the value itself, the pattern if it holds a wildcard, of stars alone any value."""
    if text and not text.strip("*"):
        return Present()
    pieces = tokens(text)
    if any(is_wildcard for is_wildcard, _ in pieces):
        return Like("".join(piece if is_wildcard else _escaped(piece) for is_wildcard, piece in pieces))
    return Equals("".join(piece for _, piece in pieces))


def _escaped(literal: str) -> str:
    return re.sub(r"[\\*?]", r"\\\g<0>", literal)


HARDEST = 100_000
"""The work of an automaton that the engine surely takes (`Operations.determinize` of Lucene gives up at as much)."""

_PIECE = re.compile(r"\\(?P<literal>.)|(?P<wildcard>[*?])|.", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Shape:
    """What a pattern costs by: letters before its first wildcard, the most in a row, the work of its automaton.

    The work is at least the sizes of all the automaton's states while it is made deterministic. Behind a `*` these are
    sets of the places that a text may be at, one for each symbol, and each `?` behind a letter may double them.
    """

    letters: int
    run: int
    work: int


def shape(pattern: str) -> Shape:
    """The shape of a wildcard pattern as the engine reads it: a backslash makes any character a literal."""
    symbols = "".join(match["wildcard"] or "a" for match in _PIECE.finditer(pattern))
    head, _, tail = symbols.partition("*")
    runs = [len(run) for run in re.findall("a+", symbols)]
    unsure = tail.lstrip("?*").count("?")
    work = len(head) + (5 * (len(tail) + 1) ** 2 << unsure) // 4
    return Shape(len(head.partition("?")[0]), max(runs, default=0), work)


def beginning(text: str) -> str:
    """The engine's regular expression of whatever begins with the text, whatever the case."""
    return expression(text, ascii_too=True) + ".*"
